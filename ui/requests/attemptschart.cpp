#include "ui/requests/attemptschart.h"

#include "ui/model/exchangetext.h"
#include "ui/model/words.h"
#include "ui/requests/exchangedelegate.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QHelpEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace qcc {

QList<double> ticks(double end, int most)
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
    for (int i = 1; i * step <= end; ++i)
        list.append(i * step);
    return list;
}

namespace {

QColor mixed(const QColor &colour, const QColor &ground, double share)
{
    const auto channel = [share](int a, int b) { return qRound(share * a + (1 - share) * b); };
    return {channel(colour.red(), ground.red()), channel(colour.green(), ground.green()), channel(colour.blue(), ground.blue())};
}

} // namespace

QColor fillOf(Stage stage, const QPalette &palette)
{
    const QColor ground = palette.color(QPalette::Base);
    const QColor text = palette.color(QPalette::Text);
    const QColor accent = palette.color(QPalette::Active, QPalette::Highlight);
    switch (stage) {
    case Stage::Queue: return mixed(text, ground, 0.12);
    case Stage::Dns: return mixed(text, ground, 0.75);
    case Stage::Connect: return mixed(text, ground, 0.5);
    case Stage::Tls: return mixed(text, ground, 0.3);
    case Stage::Waiting: return mixed(accent, ground, isDark(palette) ? 0.4 : 0.25);
    case Stage::Streaming: return accent;
    }
    Q_UNREACHABLE();
}

void paintStage(QPainter &painter, const QRectF &rect, Stage stage, const QPalette &palette)
{
    painter.fillRect(rect, fillOf(stage, palette));
    if (stage == Stage::Queue || stage == Stage::Waiting) {
        const QColor lines = mixed(stage == Stage::Queue ? palette.color(QPalette::Text) : fillOf(Stage::Streaming, palette),
                                   fillOf(stage, palette), 0.35);
        painter.fillRect(rect, QBrush(lines, stage == Stage::Queue ? Qt::Dense6Pattern : Qt::BDiagPattern));
    }
}

namespace {

constexpr double lineHeightInFonts = 1.7;
constexpr double barHeightInFonts = 1.1;
constexpr int nameInChars = 22;    ///< At most.
constexpr int tickInChars = 10;    ///< The room of a tick's label.
constexpr double shortestBar = 2;  ///< Pixels: what took time is seen.
constexpr double shortestPause = 1; ///< Milliseconds.

QColor ruleColour(const QPalette &palette)
{
    QColor colour = palette.color(QPalette::WindowText);
    colour.setAlphaF(0.15F);
    return colour;
}

} // namespace

AttemptsChart::AttemptsChart(QWidget *parent)
    : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Timeline of the attempts"));
}

void AttemptsChart::setExchange(const ExchangeRecord &exchange, bool lastRuns)
{
    m_exchange = exchange;
    m_lastRuns = lastRuns;
    m_endMs = std::max(1.0, endOf(exchange));
    setAccessibleDescription(ExchangeText::timeline(exchange));
    updateGeometry();
    update();
}

int AttemptsChart::lineHeight() const
{
    return qRound(fontMetrics().height() * lineHeightInFonts);
}

int AttemptsChart::nameWidth() const
{
    int width = 0;
    for (const AttemptRecord &attempt : m_exchange.attempts)
        width = std::max(width, fontMetrics().horizontalAdvance(ExchangeText::endpoint(attempt)));
    return std::min(width, nameInChars * fontMetrics().averageCharWidth());
}

int AttemptsChart::resultWidth() const
{
    int width = 0;
    for (const AttemptRecord &attempt : m_exchange.attempts)
        width = std::max(width, fontMetrics().horizontalAdvance(Words::duration(attempt.totalMs)));
    return width;
}

QRectF AttemptsChart::bars() const
{
    const int left = fontMetrics().horizontalAdvance(QStringLiteral("◆")) + metrics::half + nameWidth() + metrics::unit;
    const int right = resultWidth() + metrics::unit;
    return {double(left), 0, std::max(1.0, double(width() - left - right)), double(m_exchange.attempts.size() * lineHeight())};
}

double AttemptsChart::xOf(double ms) const
{
    return bars().left() + bars().width() * std::clamp(ms / m_endMs, 0.0, 1.0);
}

QRectF AttemptsChart::lineOf(qsizetype index) const
{
    return {0, double(index * lineHeight()), double(width()), double(lineHeight())};
}

QRectF AttemptsChart::rectOf(qsizetype index, const Span &span) const
{
    const double height = fontMetrics().height() * barHeightInFonts;
    const double from = std::min(xOf(span.fromMs), bars().right() - shortestBar);
    const QRectF line = lineOf(index);
    return {from, line.top() + (line.height() - height) / 2, std::max(shortestBar, xOf(span.toMs) - from), height};
}

QPoint AttemptsChart::pointOf(qsizetype index, const Span &span) const
{
    return rectOf(index, span).center().toPoint();
}

QString AttemptsChart::textAt(const QPoint &point) const
{
    const qsizetype index = point.y() < 0 ? -1 : point.y() / lineHeight();
    if (index < 0 || index >= m_exchange.attempts.size())
        return {};
    const AttemptRecord &attempt = m_exchange.attempts.at(index);
    const QList<Span> spans = spansOf(attempt);
    // Short bars are widened over their right neighbours, which are drawn later.
    for (auto it = spans.crbegin(); it != spans.crend(); ++it) {
        if (rectOf(index, *it).contains(point)) {
            return tr("%1: %2, from %3 to %4", "stage, duration, start, end")
                .arg(ExchangeText::of(it->stage), Words::duration(it->length()), Words::duration(it->fromMs),
                     Words::duration(it->toMs));
        }
    }
    if (point.x() < bars().left())
        return ExchangeText::endpoint(attempt);
    return {};
}

int AttemptsChart::heightForWidth(int width) const
{
    const int axis = fontMetrics().height() + metrics::half;
    return int(m_exchange.attempts.size()) * lineHeight() + axis + metrics::unit + legendHeight(width);
}

QSize AttemptsChart::sizeHint() const
{
    const int width = fontMetrics().averageCharWidth() * 80;
    return {width, heightForWidth(width)};
}

QSize AttemptsChart::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 50, lineHeight()};
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
    for (qsizetype i = 0; i < m_exchange.attempts.size(); ++i) {
        if (pauseBefore(m_exchange, i) < shortestPause)
            continue;
        entries.append({std::nullopt, tr("pause"), {}});
        break;
    }
    const int height = fontMetrics().height();
    int x = 0;
    int y = 0;
    for (LegendEntry &entry : entries) {
        const int needed = height + metrics::half + fontMetrics().horizontalAdvance(entry.text);
        if (x > 0 && x + needed > width) {
            x = 0;
            y += height + metrics::half;
        }
        entry.rect = QRect(x, y, needed, height);
        x += needed + metrics::edge;
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
    paintAxis(painter);
    for (qsizetype i = 0; i < m_exchange.attempts.size(); ++i) {
        paintPause(painter, i);
        paintAttempt(painter, i);
    }
    paintLegend(painter);
}

void AttemptsChart::paintAxis(QPainter &painter) const
{
    const QRectF area = bars();
    const int room = tickInChars * fontMetrics().averageCharWidth();
    const QList<double> all = ticks(m_endMs, std::max(1, int(area.width()) / room));
    for (const double tick : all) {
        const double x = std::round(xOf(tick)) + 0.5;
        painter.setPen(ruleColour(palette()));
        painter.drawLine(QPointF(x, 0), QPointF(x, area.bottom() + metrics::half));
        painter.setPen(colourOf(Meaning::Neutral, palette()));
        painter.drawText(QRectF(x - room / 2.0, area.bottom() + metrics::half, room, fontMetrics().height()), Qt::AlignCenter,
                         tick == 0 ? QStringLiteral("0") : Words::duration(tick));
    }
}

void AttemptsChart::paintAttempt(QPainter &painter, qsizetype index) const
{
    const AttemptRecord &attempt = m_exchange.attempts.at(index);
    const QRectF line = lineOf(index);
    const bool runs = m_lastRuns && index + 1 == m_exchange.attempts.size();
    const Meaning meaning = runs ? Meaning::Neutral : ExchangeText::meaningOf(attempt.failure);
    const int markWidth = fontMetrics().horizontalAdvance(QStringLiteral("◆"));
    painter.setPen(colourOf(meaning, palette()));
    painter.drawText(QRectF(0, line.top(), markWidth, line.height()), Qt::AlignCenter, runs ? runningMark() : Words::markOf(meaning));
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRectF(markWidth + metrics::half, line.top(), nameWidth() + 1, line.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(ExchangeText::endpoint(attempt), Qt::ElideMiddle, nameWidth() + 1));
    painter.drawText(QRectF(bars().right(), line.top(), width() - bars().right(), line.height()), Qt::AlignRight | Qt::AlignVCenter,
                     Words::duration(attempt.totalMs));
    const QList<Span> spans = spansOf(attempt);
    for (const Span &span : spans)
        paintSpan(painter, rectOf(index, span), span);
}

void AttemptsChart::paintSpan(QPainter &painter, const QRectF &rect, const Span &span) const
{
    paintStage(painter, rect, span.stage, palette());
    const QString text = QStringLiteral("%1 %2").arg(ExchangeText::of(span.stage), Words::duration(span.length()));
    const QColor ground = fillOf(span.stage, palette());
    if (fontMetrics().horizontalAdvance(text) + metrics::unit > rect.width())
        return;
    painter.setPen(contrast(ground, Qt::white) > contrast(ground, Qt::black) ? Qt::white : Qt::black);
    painter.drawText(rect, Qt::AlignCenter, text);
}

void AttemptsChart::paintPause(QPainter &painter, qsizetype index) const
{
    const double pause = pauseBefore(m_exchange, index);
    if (pause < shortestPause)
        return;
    const QRectF line = lineOf(index);
    const double to = xOf(m_exchange.attempts.at(index).offsetMs);
    const double from = xOf(m_exchange.attempts.at(index).offsetMs - pause);
    painter.setPen(QPen(colourOf(Meaning::Neutral, palette()), 1, Qt::DotLine));
    const QString text = tr("pause %1").arg(Words::duration(pause));
    const double needed = fontMetrics().horizontalAdvance(text) + metrics::unit;
    const double y = std::round(line.center().y()) + 0.5;
    if (needed + metrics::edge > to - from) {
        painter.drawLine(QPointF(from, y), QPointF(to, y));
        return;
    }
    const double middle = (from + to) / 2;
    painter.drawLine(QPointF(from, y), QPointF(middle - needed / 2, y));
    painter.drawLine(QPointF(middle + needed / 2, y), QPointF(to, y));
    painter.drawText(QRectF(middle - needed / 2, line.top(), needed, line.height()), Qt::AlignCenter, text);
}

void AttemptsChart::paintLegend(QPainter &painter) const
{
    const double top = bars().bottom() + metrics::half + fontMetrics().height() + metrics::unit;
    const QList<LegendEntry> entries = legend(width());
    for (const LegendEntry &entry : entries) {
        const QRectF rect = QRectF(entry.rect).translated(0, top);
        const QRectF swatch(rect.left(), rect.top() + rect.height() * 0.15, rect.height(), rect.height() * 0.7);
        if (entry.stage) {
            paintStage(painter, swatch, *entry.stage, palette());
        } else {
            painter.setPen(QPen(colourOf(Meaning::Neutral, palette()), 1, Qt::DotLine));
            const double y = std::round(swatch.center().y()) + 0.5;
            painter.drawLine(QPointF(swatch.left(), y), QPointF(swatch.right(), y));
        }
        painter.setPen(colourOf(Meaning::Neutral, palette()));
        painter.drawText(rect.adjusted(rect.height() + metrics::half, 0, 1, 0), Qt::AlignLeft | Qt::AlignVCenter, entry.text);
    }
}

} // namespace qcc
