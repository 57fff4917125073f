#pragma once

#include "core/config/config.h"

#include <QHeaderView>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace qcc {

/// The header of a table whose cells keep a distance from each other: its texts stand exactly above theirs.
class InsetHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit InsetHeader(QWidget *parent = nullptr);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;
    QSize sectionSizeFromContents(int logicalIndex) const override;
};

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
