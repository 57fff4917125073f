#pragma once

#include "ui/overview/timelineseries.h"
#include "ui/widgets/bars.h"

#include <QWidget>

namespace qcc {

/// How many requests ended when, and how: what was served above the line, what failed below it. Under the pointer, and by the arrow keys, a step tells its
/// figures; a click or Enter asks for its requests. The sums of all stand in the description that screen readers read.
class TimelineChart : public QWidget
{
    Q_OBJECT

public:
    explicit TimelineChart(QWidget *parent = nullptr);

    void setTimeline(const TimelineView &timeline);
    const TimelineView &timeline() const { return m_timeline; }

    /// The bars as they are drawn.
    const QList<Bar> &bars() const { return m_bars; }
    /// The bucket at `position`; -1 beside the chart.
    qsizetype bucketAt(QPoint position) const;
    /// The middle of the bars' place for a bucket.
    QPoint placeOf(qsizetype bucket) const;
    QString toolTipOf(qsizetype bucket) const;
    /// The bucket that tells its figures; -1: none.
    qsizetype told() const { return m_told; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void bucketChosen(const QDateTime &from, const QDateTime &to);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Line {
        QString text;
        std::optional<Meaning> meaning;
    };
    BarSpace space() const;
    QRect plot() const;
    int scaleWidth() const;
    QList<Line> linesOf(qsizetype bucket) const;
    void tell(qsizetype bucket);
    void choose(qsizetype bucket);
    void describe();
    void paintTimes(QPainter &painter) const;
    void paintTip(QPainter &painter) const;

    TimelineView m_timeline;
    QList<Bar> m_bars;
    CountScale m_scale;
    double m_worst = 0;
    qsizetype m_told = -1;
};

} // namespace qcc
