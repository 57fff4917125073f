#include "ui/overview/timelinechart.h"

#include "ui/model/words.h"
#include "ui/overview/timelineseries.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QBarSet>
#include <QCategoryAxis>
#include <QChart>
#include <QGraphicsLayout>
#include <QHelpEvent>
#include <QLegend>
#include <QStackedBarSeries>
#include <QToolTip>
#include <QValueAxis>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace qcc {

namespace {

constexpr qreal barShare = 0.8; ///< Of a bucket's width; the rest is the gap.
constexpr qsizetype fewChanges = 2;
constexpr int gridAlpha = 36;
constexpr int axisAlpha = 90;

QColor faint(QColor colour, int alpha)
{
    colour.setAlpha(alpha);
    return colour;
}

} // namespace

TimelineChart::TimelineChart(QWidget *parent)
    : QChartView(parent)
    , m_bars(new QStackedBarSeries(this))
    , m_times(new QCategoryAxis(this))
    , m_counts(new QValueAxis(this))
{
    setRenderHint(QPainter::Antialiasing);
    setFocusPolicy(Qt::NoFocus);
    for (const Series series : allSeries) {
        auto *set = new QBarSet(TimelineSeries::word(series));
        set->setPen(Qt::NoPen);
        m_bars->append(set);
        m_sets[static_cast<std::size_t>(series)] = set;
    }
    m_bars->setBarWidth(barShare);

    chart()->legend()->hide();
    chart()->setBackgroundVisible(false);
    chart()->setBackgroundRoundness(0);
    chart()->setDropShadowEnabled(false);
    chart()->setMargins({});
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->setAnimationOptions(QChart::NoAnimation);
    chart()->setLocalizeNumbers(true);

    m_times->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    m_times->setGridLineVisible(false);
    m_counts->setLabelFormat(QStringLiteral("%.0f")); // With "%d" and localized numbers Qt 6.4 leaves the labels empty.
    chart()->addAxis(m_times, Qt::AlignBottom);
    chart()->addAxis(m_counts, Qt::AlignLeft);
    chart()->addSeries(m_bars);
    m_bars->attachAxis(m_times);
    m_bars->attachAxis(m_counts);

    applyFonts();
    applyColours();
    describe();
}

void TimelineChart::setTimeline(const TimelineView &timeline)
{
    if (timeline.from == m_timeline.from && timeline.bucketS == m_timeline.bucketS && timeline.buckets == m_timeline.buckets)
        return;
    m_timeline = timeline;
    std::array<QList<qreal>, allSeries.size()> columns;
    for (const auto &bucket : timeline.buckets) {
        const SeriesCounts counts = TimelineSeries::countsOf(bucket);
        for (std::size_t series = 0; series < counts.size(); ++series)
            columns[series].append(counts[series]);
    }
    for (const Series series : allSeries)
        fill(series, columns[static_cast<std::size_t>(series)]);
    showTimes();
    showScale();
    describe();
}

void TimelineChart::fill(Series series, const QList<qreal> &counts)
{
    QBarSet *set = m_sets[static_cast<std::size_t>(series)];
    QList<int> changed;
    const bool sameLength = set->count() == counts.size();
    for (int i = 0; sameLength && i < set->count(); ++i) {
        if (set->at(i) != counts.at(i))
            changed.append(i);
    }
    // Most of the time only the last one changes. A single value costs about half as much as all at once.
    if (sameLength && changed.size() <= fewChanges) {
        for (const int i : changed)
            set->replace(i, counts.at(i));
        return;
    }
    set->remove(0, set->count());
    set->append(counts);
}

void TimelineChart::showTimes()
{
    const QList<TimeLabel> labels = timeLabels(m_timeline, QTimeZone::systemTimeZone(), QLocale());
    const qreal end = static_cast<qreal>(m_timeline.buckets.size()) - 0.5;
    const QStringList shown = m_times->categoriesLabels();
    const bool same = m_times->max() == end && shown.size() == labels.size()
        && std::ranges::all_of(labels, [this](const TimeLabel &label) { return m_times->endValue(label.text) == label.position; });
    if (same)
        return;
    for (const QString &label : shown)
        m_times->remove(label);
    m_times->setStartValue(-1);
    for (const TimeLabel &label : labels)
        m_times->append(label.text, label.position);
    m_times->setRange(-0.5, std::max(end, 0.5));
}

void TimelineChart::showScale()
{
    int peak = 0;
    for (const auto &bucket : m_timeline.buckets)
        peak = std::max(peak, TimelineSeries::total(TimelineSeries::countsOf(bucket)));
    const CountScale scale = countScale(peak);
    m_counts->setRange(0, scale.top());
    m_counts->setTickCount(scale.steps + 1);
}

void TimelineChart::describe()
{
    setAccessibleName(TimelineSeries::title(m_timeline.bucketS));
    if (m_timeline.isBlank()) {
        setAccessibleDescription(tr("No requests."));
        return;
    }
    const SeriesCounts sum = TimelineSeries::sumOf(m_timeline);
    QStringList parts;
    for (const Series series : allSeries)
        parts.append(tr("%1 %2", "number, outcome").arg(QLocale().toString(sum[static_cast<std::size_t>(series)]),
                                                        TimelineSeries::word(series)));
    const auto totalOf = [](const auto &bucket) { return TimelineSeries::total(TimelineSeries::countsOf(bucket)); };
    const auto busiest = std::ranges::max_element(m_timeline.buckets, {}, totalOf);
    setAccessibleDescription(
        tr("%1. Most at %2: %3.", "counts, times, number")
            .arg(parts.join(QStringLiteral(", ")),
                 timesOf(m_timeline, busiest - m_timeline.buckets.begin(), QTimeZone::systemTimeZone(), QLocale()),
                 QLocale().toString(totalOf(*busiest))));
}

qsizetype TimelineChart::bucketAt(QPoint position) const
{
    const QPointF inChart = chart()->mapFromScene(mapToScene(position));
    if (!chart()->plotArea().contains(inChart))
        return -1;
    const auto bucket = static_cast<qsizetype>(std::lround(chart()->mapToValue(inChart, m_bars).x()));
    return bucket >= 0 && bucket < m_timeline.buckets.size() ? bucket : -1;
}

QString TimelineChart::toolTipOf(qsizetype bucket) const
{
    const SeriesCounts counts = TimelineSeries::countsOf(m_timeline.buckets.at(bucket));
    QStringList lines{timesOf(m_timeline, bucket, QTimeZone::systemTimeZone(), QLocale())};
    for (const Series series : allSeries) {
        if (const int count = counts[static_cast<std::size_t>(series)]; count > 0)
            lines.append(tr("%1 %2 %3", "mark, number, outcome")
                             .arg(Words::markOf(TimelineSeries::meaningOf(series)), QLocale().toString(count),
                                  TimelineSeries::word(series)));
    }
    if (lines.size() == 1)
        lines.append(tr("no requests"));
    return lines.join(QLatin1Char('\n'));
}

bool TimelineChart::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QChartView::viewportEvent(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const qsizetype bucket = bucketAt(help->pos());
    if (bucket < 0) {
        QToolTip::hideText();
        return true;
    }
    // It goes when the mouse leaves the bucket, whose column it names.
    const QRectF plot = chart()->plotArea();
    const qreal width = plot.width() / static_cast<qreal>(m_timeline.buckets.size());
    const QRectF column(plot.left() + static_cast<qreal>(bucket) * width, plot.top(), width, plot.height());
    showPlainToolTip(help->globalPos(), toolTipOf(bucket), viewport(), mapFromScene(chart()->mapToScene(column)).boundingRect());
    return true;
}

void TimelineChart::wheelEvent(QWheelEvent *event)
{
    event->ignore(); // The page scrolls.
}

void TimelineChart::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyColours();
    if (event->type() == QEvent::FontChange)
        applyFonts();
}

void TimelineChart::applyColours()
{
    setBackgroundBrush(Qt::NoBrush);
    const QColor text = palette().color(QPalette::WindowText);
    for (const Series series : allSeries)
        m_sets[static_cast<std::size_t>(series)]->setBrush(colourOf(TimelineSeries::meaningOf(series), palette()));
    m_times->setLabelsColor(colourOf(Meaning::Neutral, palette()));
    m_counts->setLabelsColor(colourOf(Meaning::Neutral, palette()));
    m_times->setLinePenColor(faint(text, axisAlpha));
    m_counts->setLineVisible(false);
    m_counts->setGridLinePen(QPen(faint(text, gridAlpha), 1));
}

void TimelineChart::applyFonts()
{
    m_times->setLabelsFont(metrics::caption(font()));
    m_counts->setLabelsFont(metrics::caption(font()));
}

} // namespace qcc
