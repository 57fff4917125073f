#include "ui/overview/timelinechart.h"

#include "ui/model/words.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/theme.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace qcc {

namespace {

constexpr double heightInLines = 138.0 / 18; ///< Of text.
constexpr int scaleGap = 8;                  ///< Between the numbers and the bars.
constexpr int rightGap = 2;
constexpr int topGap = 8;                    ///< Above the highest line, for half of its number.
constexpr double widestBar = 10;
constexpr double barShare = 0.58;            ///< Of its pitch.
constexpr int leastFailure = 3;
constexpr double fewFailures = 3;            ///< So many at least fill the room below the line: one failure is no disaster.
constexpr int tipGap = 6;
constexpr int tipPadding = 10;
constexpr int tipMark = 10;
constexpr float axisStrength = 0.55F;

Bar barOf(const SeriesCounts &counts)
{
    const auto of = [&counts](Series series) { return static_cast<double>(counts[static_cast<std::size_t>(series)]); };
    return {.above = {of(Series::Complete), of(Series::Recovered), of(Series::Other)}, .below = {of(Series::Truncated), of(Series::Error)}};
}

} // namespace

TimelineChart::TimelineChart(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    describe();
}

void TimelineChart::setTimeline(const TimelineView &timeline)
{
    if (timeline.from == m_timeline.from && timeline.bucketS == m_timeline.bucketS && timeline.buckets == m_timeline.buckets)
        return;
    const qint64 moved = m_timeline.from.isValid() && timeline.bucketS == m_timeline.bucketS ? m_timeline.from.secsTo(timeline.from) / timeline.bucketS : 0;
    m_timeline = timeline;
    m_bars.clear();
    double peak = 0;
    m_worst = 0;
    for (const auto &bucket : timeline.buckets) {
        m_bars.append(barOf(TimelineSeries::countsOf(bucket)));
        peak = std::max(peak, m_bars.constLast().served());
        m_worst = std::max(m_worst, m_bars.constLast().failed());
    }
    m_scale = countScale(static_cast<int>(peak));
    // What was told of goes on with its time.
    if (m_told >= 0)
        m_told = std::clamp<qsizetype>(m_told - moved, -1, m_bars.size() - 1);
    describe();
    update();
}

QSize TimelineChart::sizeHint() const
{
    return {400, qRound(heightInLines * fontMetrics().lineSpacing())};
}

QSize TimelineChart::minimumSizeHint() const
{
    return {0, sizeHint().height()};
}

int TimelineChart::scaleWidth() const
{
    return QFontMetrics(metrics::caption(font())).horizontalAdvance(QLocale().toString(std::max(m_scale.top(), 88))) + scaleGap;
}

QRect TimelineChart::plot() const
{
    const int times = QFontMetrics(metrics::caption(font())).height() + metrics::half;
    return {scaleWidth(), 0, std::max(0, width() - scaleWidth() - rightGap), std::max(0, height() - times)};
}

BarSpace TimelineChart::space() const
{
    const QRect room = plot();
    const int below = std::clamp(16 + room.height() / 11, 26, 48);
    const double pitch = static_cast<double>(room.width()) / static_cast<double>(std::max<qsizetype>(m_bars.size(), 1));
    const int line = room.height() - below;
    return {.left = static_cast<double>(room.left()),
            .pitch = pitch,
            .width = static_cast<int>(std::clamp(pitch * barShare, 1.0, widestBar)),
            .line = static_cast<double>(line),
            .rise = static_cast<double>(line - topGap),
            .top = static_cast<double>(m_scale.top()),
            .drop = static_cast<double>(below - 4),
            .worst = std::max(m_worst, fewFailures),
            .leastRise = 2,
            .leastDrop = leastFailure,
            .gap = 1};
}

qsizetype TimelineChart::bucketAt(QPoint position) const
{
    if (!plot().contains(position) || m_bars.isEmpty())
        return -1;
    const BarSpace bars = space();
    return std::min(static_cast<qsizetype>((position.x() - bars.left) / bars.pitch), m_bars.size() - 1);
}

QPoint TimelineChart::placeOf(qsizetype bucket) const
{
    const BarSpace bars = space();
    return {static_cast<int>(bars.left + (static_cast<double>(bucket) + 0.5) * bars.pitch), static_cast<int>(bars.line) - 1};
}

QList<TimelineChart::Line> TimelineChart::linesOf(qsizetype bucket) const
{
    const SeriesCounts counts = TimelineSeries::countsOf(m_timeline.buckets.at(bucket));
    QList<Line> lines{{timesOf(m_timeline, bucket, QTimeZone::systemTimeZone(), QLocale()), {}}};
    for (const Series series : allSeries) {
        if (const int count = counts[static_cast<std::size_t>(series)]; count > 0)
            lines.append({tr("%1 %2", "number, outcome").arg(QLocale().toString(count), TimelineSeries::word(series)), TimelineSeries::meaningOf(series)});
    }
    if (lines.size() == 1)
        lines.append({tr("no requests"), {}});
    return lines;
}

QString TimelineChart::toolTipOf(qsizetype bucket) const
{
    QStringList lines;
    for (const Line &line : linesOf(bucket))
        lines.append(line.text);
    return lines.join(QLatin1Char('\n'));
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
        parts.append(tr("%1 %2", "number, outcome").arg(QLocale().toString(sum[static_cast<std::size_t>(series)]), TimelineSeries::word(series)));
    const auto totalOf = [](const auto &bucket) { return TimelineSeries::total(TimelineSeries::countsOf(bucket)); };
    const auto busiest = std::ranges::max_element(m_timeline.buckets, {}, totalOf);
    setAccessibleDescription(tr("%1. Most at %2: %3.", "counts, times, number")
                                 .arg(parts.join(QStringLiteral(", ")),
                                      timesOf(m_timeline, busiest - m_timeline.buckets.begin(), QTimeZone::systemTimeZone(), QLocale()),
                                      QLocale().toString(totalOf(*busiest))));
}

void TimelineChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    const QRect room = plot();
    const BarSpace bars = space();
    const int line = static_cast<int>(bars.line);
    painter.setFont(metrics::caption(font()));
    const QFontMetrics measure = painter.fontMetrics();
    const auto number = [&](int count, int y) {
        painter.setPen(colours.text3);
        painter.drawText(QRect(0, y - measure.height() / 2, room.left() - scaleGap, measure.height()), Qt::AlignRight | Qt::AlignVCenter, QLocale().toString(count));
    };
    for (int step = 1; step <= m_scale.steps; ++step) {
        const int y = line - qRound(bars.rise * step / m_scale.steps);
        painter.fillRect(QRect(room.left(), y, width() - room.left(), 1), colours.hairline);
        number(m_scale.step * step, y);
    }
    if (m_told >= 0)
        painter.fillRect(QRectF(bars.left + static_cast<double>(m_told) * bars.pitch, 0, bars.pitch, room.height()), hasFocus() ? colours.selected : colours.hover);
    drawBars(painter, m_bars, bars, colours, m_bars.size() - 1);
    QColor axis = colours.text3;
    axis.setAlphaF(axisStrength);
    painter.fillRect(QRect(room.left(), line, width() - room.left(), 1), axis);
    number(0, line);
    paintTimes(painter);
    if (m_told >= 0)
        paintTip(painter);
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
        drawFocus(painter, rect(), tokens::radius::control, colours.accent);
}

void TimelineChart::paintTimes(QPainter &painter) const
{
    if (m_bars.isEmpty())
        return;
    const QRect room = plot();
    const double pitch = space().pitch;
    const QFontMetrics measure = painter.fontMetrics();
    const QString now = tr("now", "end of the time axis");
    const int nowWidth = measure.horizontalAdvance(now);
    const QRect row(room.left(), height() - measure.height(), room.width(), measure.height());
    painter.setPen(coloursOf(palette()).text3);
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, now);
    for (const TimeLabel &label : timeLabels(m_timeline, QTimeZone::systemTimeZone(), QLocale())) {
        const int width = measure.horizontalAdvance(label.text);
        const int left = qRound(room.left() + (label.position + 0.5) * pitch) - width / 2;
        if (left >= 0 && left + width + metrics::unit <= row.right() - nowWidth)
            painter.drawText(QRect(left, row.top(), width, row.height()), Qt::AlignCenter, label.text);
    }
}

void TimelineChart::paintTip(QPainter &painter) const
{
    const Colours colours = coloursOf(palette());
    const QList<Line> lines = linesOf(m_told);
    const QFont plain = metrics::caption(font());
    const QFont strong = metrics::strong(plain, lines.constFirst().text);
    const QFontMetrics measure(plain);
    const int lineHeight = measure.height() + 2;
    int wide = QFontMetrics(strong).horizontalAdvance(lines.constFirst().text);
    for (const Line &line : lines)
        wide = std::max(wide, measure.horizontalAdvance(line.text) + (line.meaning ? tipMark + metrics::half : 0));
    QRect box(0, metrics::half, wide + 2 * tipPadding, static_cast<int>(lines.size()) * lineHeight + 2 * tipGap);
    const BarSpace bars = space();
    const double left = bars.left + static_cast<double>(m_told) * bars.pitch;
    box.moveLeft(static_cast<int>(left + bars.pitch) + tipGap);
    // Beside what it is about, at the other side where this one has no room.
    if (box.right() > width())
        box.moveRight(static_cast<int>(left) - tipGap);
    drawBox(painter, box, tokens::radius::control, colours.raised, colours.hairline);
    int top = box.top() + tipGap;
    for (const Line &line : lines) {
        int x = box.left() + tipPadding;
        if (line.meaning) {
            drawMark(painter, *line.meaning, QRectF(x, top + (lineHeight - tipMark) / 2.0, tipMark, tipMark), palette());
            x += tipMark + metrics::half;
        }
        painter.setFont(&line == &lines.constFirst() ? strong : plain);
        painter.setPen(colours.text);
        painter.drawText(QRect(x, top, box.right() - x, lineHeight), Qt::AlignLeft | Qt::AlignVCenter, line.text);
        top += lineHeight;
    }
}

void TimelineChart::tell(qsizetype bucket)
{
    if (bucket == std::exchange(m_told, bucket))
        return;
    setCursor(bucket >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void TimelineChart::choose(qsizetype bucket)
{
    if (bucket < 0 || bucket >= m_bars.size())
        return;
    const QDateTime from = m_timeline.from.addSecs(bucket * m_timeline.bucketS);
    Q_EMIT bucketChosen(from, from.addSecs(m_timeline.bucketS));
}

void TimelineChart::mouseMoveEvent(QMouseEvent *event)
{
    tell(bucketAt(event->position().toPoint()));
}

void TimelineChart::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        choose(bucketAt(event->position().toPoint()));
}

void TimelineChart::leaveEvent(QEvent *)
{
    tell(-1);
}

void TimelineChart::keyPressEvent(QKeyEvent *event)
{
    const qsizetype last = m_bars.size() - 1;
    qsizetype to = m_told;
    switch (event->key()) {
    case Qt::Key_Left: to = m_told < 0 ? last : std::max<qsizetype>(m_told - 1, 0); break;
    case Qt::Key_Right: to = m_told < 0 ? last : std::min(m_told + 1, last); break;
    case Qt::Key_Home: to = 0; break;
    case Qt::Key_End: to = last; break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        choose(m_told);
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (last < 0)
        return;
    tell(to);
    // What is read is what is told.
    setAccessibleDescription(toolTipOf(to).replace(QLatin1Char('\n'), QStringLiteral(", ")));
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void TimelineChart::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void TimelineChart::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    tell(-1);
    describe();
    update();
}

void TimelineChart::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        updateGeometry();
}

} // namespace qcc
