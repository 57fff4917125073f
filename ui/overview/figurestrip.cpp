#include "ui/overview/figurestrip.h"

#include "ui/model/words.h"
#include "ui/overview/timelineseries.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QEvent>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <numeric>

namespace qcc {

namespace {

constexpr int sidePadding = 16;
constexpr int topPadding = 12;
constexpr int bottomPadding = 16;
constexpr int underLabel = 2;
constexpr int underNumber = 6;
constexpr int sparkHeight = 24;
constexpr int wordGap = 12;
constexpr double poorPercent = 90;

QFont labelFont(const QFont &font)
{
    return metrics::caption(font);
}

/// As wide as `text` with any digits in it, so that what fits now fits later.
int roomFor(const QFont &font, QString text)
{
    for (QChar &c : text) {
        if (c.isDigit())
            c = u'8';
    }
    return QFontMetrics(font).horizontalAdvance(text);
}

std::chrono::system_clock::time_point secondsAgo(int seconds)
{
    return std::chrono::system_clock::now() - std::chrono::seconds(seconds);
}

} // namespace

FigureCell::FigureCell(const QString &label, QWidget *parent)
    : QAbstractButton(parent)
{
    setText(label);
    setAccessibleName(label);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
}

void FigureCell::setFigure(const Figure &figure)
{
    if (figure == m_figure)
        return;
    m_figure = figure;
    QStringList words{figure.when, figure.beside};
    words.removeAll(QString());
    setPlainToolTip(this, words.join(u'\n'));
    // The name stays, so that a screen reader finds it again.
    setAccessibleDescription(figure.number + QStringLiteral(", ") + words.join(QStringLiteral(", ")));
    update();
}

QSize FigureCell::sizeHint() const
{
    const int height = topPadding + QFontMetrics(labelFont(font())).height() + underLabel + QFontMetrics(metrics::figure(font())).height() + underNumber + sparkHeight
        + bottomPadding;
    return {leastWidth(), std::max(104, height)};
}

int FigureCell::leastWidth() const
{
    const QFont small = labelFont(font());
    return 2 * sidePadding + std::max(roomFor(small, text()) + wordGap + roomFor(small, m_figure.whenShortly), roomFor(metrics::figure(font()), m_figure.number));
}

void FigureCell::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    const QFont small = labelFont(font());
    const QFont large = metrics::figure(font());
    const QRect room = rect().adjusted(sidePadding, topPadding, -sidePadding, 0);

    const QFontMetrics smallMetrics(small);
    const QRect head(room.left(), room.top(), room.width(), smallMetrics.height());
    painter.setFont(metrics::medium(small, text()));
    painter.setPen(colours.text2);
    painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter, text());
    painter.setFont(small);
    painter.setPen(colours.text3);
    const bool whole = roomFor(small, text()) + wordGap + roomFor(small, m_figure.when) <= room.width();
    painter.drawText(head, Qt::AlignRight | Qt::AlignVCenter, whole ? m_figure.when : m_figure.whenShortly);

    const QFontMetrics largeMetrics(large);
    const int baseline = head.bottom() + 1 + underLabel + largeMetrics.ascent();
    painter.setFont(large);
    painter.setPen(m_figure.isFailure ? colours.of(Meaning::Failure).text : m_figure.number == Words::none() ? colours.text3 : colours.text);
    painter.drawText(room.left(), baseline, m_figure.number);
    if (roomFor(large, m_figure.number) + wordGap + roomFor(small, m_figure.beside) <= room.width()) {
        painter.setFont(small);
        painter.setPen(colours.text2);
        painter.drawText(room.right() + 1 - smallMetrics.horizontalAdvance(m_figure.beside), baseline, m_figure.beside);
    }

    const QRect spark(room.left(), head.bottom() + 1 + underLabel + largeMetrics.height() + underNumber, room.width(), sparkHeight);
    if (m_figure.line.isEmpty())
        drawSparkBars(painter, spark, m_figure.bars, 1, m_figure.worst, colours);
    else
        drawSparkLine(painter, spark, m_figure.line, 1.1 * *std::ranges::max_element(m_figure.line), colours);
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
        drawFocus(painter, QRectF(rect()).adjusted(2, 2, -2, -2), tokens::radius::control, colours.accent);
}

FigureStrip::FigureStrip(QWidget *parent)
    : QWidget(parent)
{
    const std::array labels{tr("Success"), tr("In flight"), tr("First byte"), tr("Errors")};
    for (int place = 0; place < PlaceCount; ++place) {
        auto *cell = new FigureCell(labels[static_cast<std::size_t>(place)], this);
        m_cells[static_cast<std::size_t>(place)] = cell;
        connect(cell, &QAbstractButton::clicked, this, [this, place] { choose(static_cast<Place>(place)); });
    }
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    show();
}

void FigureStrip::setView(const ProxyView &view)
{
    m_view = view;
    show();
}

void FigureStrip::setTimeline(const TimelineView &timeline)
{
    m_timeline = timeline;
    show();
}

void FigureStrip::show()
{
    m_cells[Success]->setFigure(success());
    m_cells[InFlight]->setFigure(inFlight());
    m_cells[FirstByte]->setFigure(firstByte());
    m_cells[Errors]->setFigure(errors());
    arrange();
}

bool FigureStrip::fails() const
{
    return m_view.serves() && (m_view.state == ProxyState::Down || (m_view.liveRate && *m_view.liveRate < poorPercent));
}

FigureCell::Figure FigureStrip::success() const
{
    FigureCell::Figure figure;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const ProxyFigures &figures = m_view.figures;
    // A proxy that has just been started knows nothing of the minutes before.
    const bool isYoung = figures.startTime.isValid() && figures.startTime.secsTo(now) < 300;
    figure.when = isYoung ? Words::of(TimelineRange::Hour, figures.startTime, now) : tr("last 5 min");
    figure.whenShortly = tr("5 min");
    const bool known = m_view.serves() && m_view.liveRate;
    figure.number = known ? Words::percent(*m_view.liveRate) : Words::none();
    figure.isFailure = known && *m_view.liveRate < poorPercent;
    if (m_view.serves() && m_view.hourRate)
        figure.beside = tr("%1 in the hour", "percent").arg(Words::percent(*m_view.hourRate));
    else if (m_view.serves() && figures.requests == 0)
        figure.beside = tr("no requests yet");
    for (const auto &bucket : m_timeline.buckets) {
        const int served = bucket[Outcome::Complete] + bucket[Outcome::Recovered];
        const int failed = bucket[Outcome::Error] + bucket[Outcome::Truncated];
        figure.bars.append({.above = {served > 0 ? 1.0 : 0.0, 0, 0}, .below = {0, static_cast<double>(failed)}});
        figure.worst = std::max<double>(figure.worst, failed);
    }
    return figure;
}

FigureCell::Figure FigureStrip::inFlight() const
{
    FigureCell::Figure figure;
    figure.when = figure.whenShortly = tr("now");
    figure.number = m_view.serves() ? QLocale().toString(m_view.inFlight) : Words::none();
    QStringList beside;
    if (m_view.serves() && m_view.figures.poolQueued > 0)
        beside.append(tr("%1 queued").arg(QLocale().toString(m_view.figures.poolQueued)));
    if (!m_timeline.inFlightSeries.isEmpty()) {
        for (const int most : m_timeline.inFlightSeries)
            figure.line.append(most);
        figure.line.last() = std::max<double>(figure.line.constLast(), m_view.inFlight);
        const double most = *std::ranges::max_element(figure.line);
        if (most > 0)
            beside.append(tr("%1 at most", "number").arg(QLocale().toString(qRound(most))));
        else
            figure.line.clear();
    }
    figure.beside = beside.join(QStringLiteral(" · "));
    return figure;
}

FigureCell::Figure FigureStrip::firstByte() const
{
    FigureCell::Figure figure;
    figure.when = tr("%1, median", "what time it is of").arg(Words::of(m_timeline.range, m_view.figures.startTime, QDateTime::currentDateTimeUtc()));
    figure.whenShortly = tr("median");
    const double median = m_view.serves() ? m_timeline.firstByte.p50 : 0;
    figure.number = median > 0 ? Words::duration(median) : Words::none();
    if (median > 0)
        figure.beside = tr("p95 %1", "duration").arg(Words::duration(m_timeline.firstByte.p95));
    // Where nothing answered, nothing is known: the line goes on as it was.
    double last = 0;
    for (const double ms : m_timeline.firstByteSeries) {
        last = ms > 0 ? ms : last;
        figure.line.append(last);
    }
    const auto known = std::ranges::find_if(figure.line, [](double ms) { return ms > 0; });
    if (known == figure.line.end())
        figure.line.clear();
    else
        std::fill(figure.line.begin(), known, *known);
    return figure;
}

FigureCell::Figure FigureStrip::errors() const
{
    FigureCell::Figure figure;
    figure.when = Words::of(m_timeline.range, {}, {}); // Those of earlier runs are among them.
    figure.whenShortly = QString();
    int sum = 0;
    for (const auto &bucket : m_timeline.buckets) {
        const int failed = bucket[Outcome::Error] + bucket[Outcome::Truncated];
        sum += failed;
        figure.bars.append({.below = {static_cast<double>(bucket[Outcome::Truncated]), static_cast<double>(bucket[Outcome::Error])}});
        figure.worst = std::max<double>(figure.worst, failed);
    }
    figure.number = m_timeline.buckets.isEmpty() ? Words::none() : QLocale().toString(sum);
    figure.isFailure = sum > 0 && fails();
    if (m_timeline.before)
        figure.beside = tr("%1 before", "number").arg(QLocale().toString((*m_timeline.before)[Outcome::Error] + (*m_timeline.before)[Outcome::Truncated]));
    return figure;
}

void FigureStrip::choose(Place place)
{
    HistoryQuery query;
    query.from = secondsAgo(place == Success ? 300 : secondsOf(m_timeline.range));
    if (place == Errors)
        query.outcomes = {Outcome::Error, Outcome::Truncated};
    if (place == InFlight)
        Q_EMIT runningWanted();
    else
        Q_EMIT requestsWanted(query);
}

int FigureStrip::columnsFor(int width) const
{
    int least = 0;
    for (const FigureCell *cell : m_cells)
        least = std::max(least, cell->leastWidth());
    return width >= PlaceCount * least ? PlaceCount : 2;
}

int FigureStrip::heightForWidth(int width) const
{
    return PlaceCount / columnsFor(width) * m_cells[0]->sizeHint().height();
}

QSize FigureStrip::sizeHint() const
{
    return {PlaceCount * m_cells[0]->leastWidth(), m_cells[0]->sizeHint().height()};
}

QSize FigureStrip::minimumSizeHint() const
{
    return {0, m_cells[0]->sizeHint().height()};
}

void FigureStrip::arrange()
{
    const int columns = columnsFor(width());
    const int high = m_cells[0]->sizeHint().height();
    for (int place = 0; place < PlaceCount; ++place) {
        const int column = place % columns;
        const int left = column * width() / columns;
        m_cells[static_cast<std::size_t>(place)]->setGeometry(left, place / columns * high, (column + 1) * width() / columns - left, high);
    }
    update();
}

void FigureStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    drawBox(painter, rect(), tokens::radius::card, colours.raised, colours.hairline);
    painter.save();
    QPainterPath inside;
    inside.addRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), tokens::radius::card - 1, tokens::radius::card - 1);
    painter.setClipPath(inside);
    for (const FigureCell *cell : m_cells) {
        if (cell->underMouse())
            painter.fillRect(cell->geometry(), colours.hover);
        if (cell->x() > 0)
            painter.fillRect(QRect(cell->x(), cell->y(), 1, cell->height()), colours.hairline);
        if (cell->y() > 0)
            painter.fillRect(QRect(cell->x(), cell->y(), cell->width(), 1), colours.hairline);
    }
    painter.restore();
}

void FigureStrip::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void FigureStrip::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        arrange();
        updateGeometry();
    }
}

} // namespace qcc
