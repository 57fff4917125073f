#include "ui/requests/attemptschart.h"

#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QHelpEvent>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace qcc {

QList<double> axisTicks(double end, int most)
{
    QList<double> list{0};
    if (end <= 0 || most < 1)
        return list;
    const double power = std::pow(10, std::floor(std::log10(end / most)));
    double step = power;
    for (const int factor : {1, 2, 5, 10}) {
        step = factor * power;
        if (end / step <= most)
            break;
    }
    // Of what is not quite a number of steps by a rounding alone the next one is not needed.
    const int count = std::max(1, static_cast<int>(std::ceil(end / step - 1e-9)));
    for (int i = 1; i <= count; ++i)
        list.append(i * step);
    return list;
}

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(AttemptsChart)
};

constexpr double second = 1'000;

QColor mixed(const QColor &colour, const QColor &other, double share)
{
    const auto channel = [share](int a, int b) { return qRound(share * a + (1 - share) * b); };
    return {channel(colour.red(), other.red()), channel(colour.green(), other.green()), channel(colour.blue(), other.blue())};
}

} // namespace

QString axisLabel(double ms, double step, double end)
{
    if (end < second)
        return Texts::tr("%1 ms", "axis").arg(QLocale().toString(ms, 'f', 0));
    const int decimals = step >= second ? 0 : step >= second / 10 ? 1 : 2;
    return Texts::tr("%1 s", "axis").arg(QLocale().toString(ms / second, 'f', ms > 0 ? decimals : 0));
}

QColor fillOf(Stage stage, const QPalette &palette)
{
    const Colours colours = coloursOf(palette);
    switch (stage) {
    case Stage::Queue: return colours.queue;
    case Stage::Dns: return mixed(colours.setup, colours.text, 0.6);
    case Stage::Connect: return colours.setup;
    case Stage::Tls: return colours.tls;
    case Stage::Waiting: return colours.waiting;
    case Stage::Streaming: return colours.streaming;
    }
    Q_UNREACHABLE();
}

namespace {

// Units: pixels.
constexpr int aboveWords = 4;
constexpr int wordsToBar = 4;
constexpr int barHeight = 12;
constexpr int belowBar = 8;
constexpr int tickBeyond = 2;   ///< Of the bar, on both sides.
constexpr int tickRoom = 70;    ///< Of a label and what it is apart from the next.
constexpr int axisToLegend = 6;
constexpr int swatch = 10;
constexpr int swatchToWord = 5;
constexpr int legendGap = 12;
constexpr int wordGap = 6;
constexpr int markGap = 3;
constexpr int spanGap = 1;      ///< Between two stages.
constexpr double shortestBar = 2; ///< What took time is seen.
constexpr double shortestPause = 1; ///< Units: milliseconds.

} // namespace

AttemptsChart::AttemptsChart(QWidget *parent)
    : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Timeline of the attempts"));
}

void AttemptsChart::setExchange(const ExchangeRecord &exchange, const QString &running)
{
    const bool isOther = exchange.attempts.size() != m_exchange.attempts.size();
    m_exchange = exchange;
    m_running = running;
    m_endMs = std::max(1.0, endOf(exchange));
    setAccessibleDescription(ExchangeText::timeline(exchange));
    if (isOther)
        updateGeometry();
    update();
}

QFont AttemptsChart::caption() const
{
    return metrics::caption(font());
}

int AttemptsChart::rowHeight() const
{
    return aboveWords + measure().height() + wordsToBar + barHeight + belowBar;
}

QList<double> AttemptsChart::axis() const
{
    QList<double> marks = axisTicks(m_endMs, std::max(1, width() / tickRoom));
    // The sign at the end of what failed needs room, too.
    const double step = marks.constLast() / static_cast<double>(std::max<qsizetype>(1, marks.size() - 1));
    double failedAt = 0;
    for (qsizetype i = 0; i < m_exchange.attempts.size(); ++i) {
        const AttemptRecord &attempt = m_exchange.attempts.at(i);
        if (attempt.failure != FailureClass::None && !runs(i))
            failedAt = std::max(failedAt, attempt.offsetMs + attempt.totalMs);
    }
    if (failedAt / marks.constLast() * width() + markGap + barHeight > width())
        marks.append(marks.constLast() + step);
    return marks;
}

double AttemptsChart::xOf(double ms) const
{
    return (width() - 1) * std::clamp(ms / axis().constLast(), 0.0, 1.0);
}

QRectF AttemptsChart::wordsOf(qsizetype index) const
{
    return {0, double(index * rowHeight() + aboveWords), double(width()), double(measure().height())};
}

QRectF AttemptsChart::barsOf(qsizetype index) const
{
    return {0, wordsOf(index).bottom() + wordsToBar, double(width()), double(barHeight)};
}

QRectF AttemptsChart::rectOf(qsizetype index, const Span &span) const
{
    const QRectF line = barsOf(index);
    const double from = std::min(xOf(span.fromMs), line.right() - shortestBar);
    return {from, line.top(), std::max(shortestBar, xOf(span.toMs) - from - spanGap), line.height()};
}

QRectF AttemptsChart::rectOfPause(qsizetype index) const
{
    const double pause = pauseBefore(m_exchange, index);
    if (pause < shortestPause)
        return {};
    const double offset = m_exchange.attempts.at(index).offsetMs;
    const QRectF line = barsOf(index);
    return {xOf(offset - pause), line.top(), xOf(offset) - xOf(offset - pause), line.height()};
}

QPoint AttemptsChart::pointOf(qsizetype index, const Span &span) const
{
    return rectOf(index, span).center().toPoint();
}

QPoint AttemptsChart::pointOfPause(qsizetype index) const
{
    return rectOfPause(index).center().toPoint();
}

bool AttemptsChart::runs(qsizetype index) const
{
    return !m_running.isEmpty() && index + 1 == m_exchange.attempts.size();
}

Meaning AttemptsChart::meaningOf(qsizetype index) const
{
    return runs(index) ? Meaning::Neutral : ExchangeText::meaningOf(m_exchange.attempts.at(index).failure);
}

/// "529 overloaded", "200 complete", "no connection".
QString AttemptsChart::verdictOf(qsizetype index) const
{
    if (runs(index))
        return m_running;
    const AttemptRecord &attempt = m_exchange.attempts.at(index);
    const QString word = attempt.failure == FailureClass::None ? Words::of(Outcome::Complete) : Words::failureOf(attempt);
    return attempt.status == 0 ? word : QStringLiteral("%1 %2").arg(attempt.status).arg(word);
}

QString AttemptsChart::textAt(const QPoint &point) const
{
    const qsizetype index = point.y() < 0 ? -1 : point.y() / rowHeight();
    if (index < 0 || index >= m_exchange.attempts.size())
        return {};
    const AttemptRecord &attempt = m_exchange.attempts.at(index);
    if (wordsOf(index).contains(point)) {
        const QString facts = runs(index) ? m_running : ExchangeText::facts(attempt).join(QStringLiteral(", "));
        return ExchangeText::endpoint(attempt) + QLatin1Char('\n') + facts;
    }
    const QList<Span> spans = spansOf(attempt);
    // Short bars are widened over their right neighbours, which are drawn later.
    for (auto it = spans.crbegin(); it != spans.crend(); ++it) {
        if (rectOf(index, *it).contains(point)) {
            return tr("%1: %2, from %3 to %4", "stage, duration, start, end")
                .arg(ExchangeText::of(it->stage), Words::duration(it->length()), Words::duration(it->fromMs), Words::duration(it->toMs));
        }
    }
    return rectOfPause(index).contains(point) ? tr("Pause of %1").arg(Words::duration(pauseBefore(m_exchange, index))) : QString();
}

int AttemptsChart::heightForWidth(int width) const
{
    return static_cast<int>(m_exchange.attempts.size()) * rowHeight() + measure().height() + axisToLegend + legendHeight(width);
}

QSize AttemptsChart::sizeHint() const
{
    const int width = measure().averageCharWidth() * 60;
    return {width, heightForWidth(width)};
}

QSize AttemptsChart::minimumSizeHint() const
{
    return {measure().averageCharWidth() * 25, rowHeight()};
}

QList<AttemptsChart::LegendEntry> AttemptsChart::legend(int width) const
{
    QList<LegendEntry> entries;
    for (const Stage stage : allStages) {
        const bool isPresent = std::ranges::any_of(m_exchange.attempts, [stage](const AttemptRecord &attempt) {
            return std::ranges::any_of(spansOf(attempt), [stage](const Span &span) { return span.stage == stage; });
        });
        if (isPresent)
            entries.append({stage, ExchangeText::of(stage), {}});
    }
    const int height = measure().height();
    int x = 0;
    int y = 0;
    for (LegendEntry &entry : entries) {
        const int needed = swatch + swatchToWord + measure().horizontalAdvance(entry.text) + 1;
        if (x > 0 && x + needed > width) {
            x = 0;
            y += height + metrics::half;
        }
        entry.rect = QRect(x, y, needed, height);
        x += needed + legendGap;
    }
    return entries;
}

int AttemptsChart::legendHeight(int width) const
{
    const QList<LegendEntry> entries = legend(width);
    return entries.isEmpty() ? 0 : entries.constLast().rect.bottom() + 1;
}

bool AttemptsChart::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        showPlainToolTip(help->globalPos(), textAt(help->pos()), this, {});
        return true;
    }
    if (event->type() == QEvent::FontChange)
        updateGeometry();
    return QWidget::event(event);
}

void AttemptsChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(caption());
    for (qsizetype i = 0; i < m_exchange.attempts.size(); ++i) {
        paintBars(painter, i);
        paintWords(painter, i);
    }
    paintAxis(painter);
    paintLegend(painter);
}

void AttemptsChart::paintWords(QPainter &painter, qsizetype index) const
{
    const AttemptRecord &attempt = m_exchange.attempts.at(index);
    const Colours colours = coloursOf(palette());
    QRectF line = wordsOf(index);
    const QString time = Words::duration(attempt.totalMs);
    painter.setPen(colours.text2);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, time);
    line.setRight(line.right() - painter.fontMetrics().horizontalAdvance(time) - wordGap);
    const auto write = [&painter, &line](const QString &text, const QColor &colour, double most) {
        const QFontMetricsF measured(painter.font());
        const QString shown = measured.elidedText(text, Qt::ElideRight, std::min(most, line.width()));
        painter.setPen(colour);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, shown);
        line.setLeft(std::min(line.right(), line.left() + measured.horizontalAdvance(shown) + wordGap));
    };
    write(QString::number(index + 1), colours.text3, line.width());
    const QString name = ExchangeText::endpoint(attempt);
    painter.setFont(metrics::medium(caption(), name));
    write(name, colours.text, width() / 2.0);
    painter.setFont(caption());
    const Meaning meaning = meaningOf(index);
    const bool isBad = meaning == Meaning::Failure || meaning == Meaning::Warning;
    write(verdictOf(index), isBad ? colours.of(meaning).text : colours.text2, line.width());
}

void AttemptsChart::paintBars(QPainter &painter, qsizetype index) const
{
    const QRectF line = barsOf(index);
    const QColor rule = coloursOf(palette()).hairline;
    const QList<double> marks = axis();
    for (const double mark : marks)
        painter.fillRect(QRectF(std::floor(xOf(mark)), line.top() - tickBeyond, 1, line.height() + 2 * tickBeyond), rule);
    const AttemptRecord &attempt = m_exchange.attempts.at(index);
    const QList<Span> spans = spansOf(attempt);
    for (const Span &span : spans)
        painter.fillRect(rectOf(index, span), fillOf(span.stage, palette()));
    if (attempt.failure == FailureClass::None || runs(index))
        return;
    const double end = spans.isEmpty() ? xOf(attempt.offsetMs) : rectOf(index, spans.constLast()).right();
    drawMark(painter, meaningOf(index), QRectF(std::min(end + markGap, line.right() - barHeight), line.top(), barHeight, barHeight), palette());
}

void AttemptsChart::paintAxis(QPainter &painter) const
{
    const double top = static_cast<double>(m_exchange.attempts.size() * rowHeight());
    const QList<double> marks = axis();
    const double step = marks.size() > 1 ? marks.at(1) : marks.constLast();
    painter.setPen(coloursOf(palette()).text3);
    for (const double mark : marks) {
        const QRectF room(xOf(mark) - tickRoom / 2.0, top, tickRoom, measure().height());
        const QString text = axisLabel(mark, step, marks.constLast());
        if (mark == 0)
            painter.drawText(room.translated(room.width() / 2, 0), Qt::AlignLeft | Qt::AlignVCenter, text);
        else if (mark == marks.constLast())
            painter.drawText(room.translated(-room.width() / 2 + 1, 0), Qt::AlignRight | Qt::AlignVCenter, text);
        else
            painter.drawText(room, Qt::AlignCenter, text);
    }
}

void AttemptsChart::paintLegend(QPainter &painter) const
{
    const int top = static_cast<int>(m_exchange.attempts.size()) * rowHeight() + measure().height() + axisToLegend;
    const QList<LegendEntry> entries = legend(width());
    for (const LegendEntry &entry : entries) {
        const QRect rect = entry.rect.translated(0, top);
        drawBox(painter, QRectF(rect.left(), rect.top() + (rect.height() - swatch) / 2, swatch, swatch), 1, fillOf(entry.stage, palette()), {});
        painter.setPen(coloursOf(palette()).text2);
        painter.drawText(rect.adjusted(swatch + swatchToWord, 0, 1, 0), Qt::AlignLeft | Qt::AlignVCenter, entry.text);
    }
}

} // namespace qcc
