#pragma once

#include "ui/overview/timelineseries.h"

#include <QChartView>

class QBarSet;
class QCategoryAxis;
class QStackedBarSeries;
class QValueAxis;

namespace qcc {

struct TimeLabel;

/// How many requests ended when, and how: stacked bars, changed in place, because areas of the same shape take eight times as long to paint. The
/// figures of a bar stand in its tooltip, those of all in the description that screen readers read.
class TimelineChart : public QChartView
{
    Q_OBJECT

public:
    explicit TimelineChart(QWidget *parent = nullptr);

    void setTimeline(const TimelineView &timeline);
    const TimelineView &timeline() const { return m_timeline; }

    /// The bucket at `position` of the viewport; -1 beside the chart.
    qsizetype bucketAt(QPoint position) const;
    QString toolTipOf(qsizetype bucket) const;

protected:
    bool viewportEvent(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void fill(Series series, const QList<qreal> &counts);
    void showTimes();
    void showScale();
    void describe();
    void applyColours();
    void applyFonts();

    TimelineView m_timeline;
    QStackedBarSeries *m_bars;
    std::array<QBarSet *, allSeries.size()> m_sets{};
    QCategoryAxis *m_times;
    QValueAxis *m_counts;
};

} // namespace qcc
