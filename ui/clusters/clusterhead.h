#pragma once

#include "core/config/config.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace qcc {

/// Above the endpoints of a cluster: how one is chosen, and whether the cluster is in use.
class ClusterHead : public QWidget
{
    Q_OBJECT

public:
    explicit ClusterHead(QWidget *parent = nullptr);

    /// `saved`: the cluster is in config.json.
    void setCluster(Strategy strategy, bool inUse, bool saved);

Q_SIGNALS:
    void strategyChosen(qcc::Strategy strategy);
    void useRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void dress();

    Strategy m_strategy = Strategy::PriorityFailover;
    QComboBox *m_choice;
    QLabel *m_sentence;
    QLabel *m_inUse;
    QPushButton *m_use;
};

} // namespace qcc
