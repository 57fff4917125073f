#pragma once

#include "core/config/config.h"

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;

namespace qcc {

class AddressButton;

/// Above the endpoints of a cluster: what it is called, how one is chosen, and whether the cluster is in use.
class ClusterHead : public QWidget
{
    Q_OBJECT

public:
    explicit ClusterHead(QWidget *parent = nullptr);

    /// `saved`: the cluster is in config.json.
    void setCluster(const QString &name, Strategy strategy, bool inUse, bool saved);
    /// By which a client goes to this cluster ("http://127.0.0.1:7860/@work"); empty: there is none.
    void setAddress(const QString &address);
    /// Stand at the right of the strategy. Hidden ones take their room with them.
    void setTools(QWidget *tools);

Q_SIGNALS:
    void strategyChosen(qcc::Strategy strategy);
    void useRequested();
    void copyAddressRequested();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void dress();
    void showName();

    QString m_name;
    Strategy m_strategy = Strategy::PriorityFailover;
    QLabel *m_title;
    QLabel *m_sentence;
    QComboBox *m_choice;
    QPushButton *m_use;
    QString m_address;
    AddressButton *m_copy;
    QHBoxLayout *m_tools;
};

} // namespace qcc
