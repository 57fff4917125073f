#include "ui/overview/keyfigures.h"

#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>

#include <algorithm>

namespace qcc {

namespace {

constexpr double goodPercent = 99;
constexpr double poorPercent = 90;

/// Neutral where there is nothing to point at.
Meaning meaningOf(std::optional<double> successRate)
{
    if (!successRate || *successRate >= goodPercent)
        return Meaning::Neutral;
    return *successRate < poorPercent ? Meaning::Failure : Meaning::Warning;
}

QString inFlightCaption(const ProxyView &view)
{
    if (view.figures.poolQueued == 0)
        return KeyFigures::tr("in flight now");
    return KeyFigures::tr("in flight now · %1 queued").arg(QLocale().toString(view.figures.poolQueued));
}

} // namespace

/// Two lines, whatever there is to say: what the number is, and the hour beside it.
QString KeyFigures::successCaption() const
{
    const ProxyFigures &figures = m_view.figures;
    const auto count = [](qint64 number) {
        return number == 1 ? tr("1 request") : tr("%1 requests").arg(QLocale().toString(number));
    };
    const QString hour = m_view.hourRate ? tr("%1 in the last hour, all clusters · %2", "success rate, number of requests")
                                               .arg(Words::percent(*m_view.hourRate), count(figures.lastHourCounted))
                                         : QString();
    // A proxy that has just been started knows nothing of the minutes before.
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const bool isYoung = figures.startTime.isValid() && figures.startTime.secsTo(now) < 300;
    const QString since = isYoung ? Words::of(TimelineRange::Hour, figures.startTime, now) : QString();
    if (!m_view.liveRate) {
        const bool any = figures.requests > 0 || m_view.hourRate;
        const QString none = isYoung ? tr("no requests in this cluster %1", "since when").arg(since) : tr("no requests in this cluster in the last 5 min");
        return (any ? none : tr("no requests yet")) + u'\n' + hour;
    }
    const QString caption = isYoung ? tr("success in this cluster, %1 · %2", "since when, number of requests").arg(since, count(figures.liveCounted))
                                    : tr("success in this cluster, last 5 min · %1", "number of requests").arg(count(figures.liveCounted));
    const Meaning meaning = meaningOf(m_view.liveRate);
    // The colour of the number says no more than this mark.
    return (meaning == Meaning::Neutral ? caption : QStringLiteral("%1 %2").arg(Words::markOf(meaning), caption)) + u'\n' + hour;
}

KeyFigures::KeyFigures(QWidget *parent)
    : QWidget(parent)
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(metrics::edge);
    grid->setVerticalSpacing(0);
    int column = 0;
    for (Figure *figure : {&m_success, &m_inFlight, &m_firstByte, &m_reused}) {
        figure->number = new TextLabel;
        figure->number->setAlignment(Qt::AlignLeft | Qt::AlignBottom);
        figure->caption = new TextLabel;
        figure->caption->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        figure->caption->setWordWrap(true);
        grid->addWidget(figure->number, 0, column);
        grid->addWidget(figure->caption, 1, column);
        grid->setColumnStretch(column, column == 0 ? 7 : 3);
        ++column;
    }
    applyLooks();
    setView(m_view);
}

void KeyFigures::setView(const ProxyView &view)
{
    const bool otherColour = meaningOf(view.liveRate) != meaningOf(m_view.liveRate);
    m_view = view;
    show();
    if (otherColour)
        applyLooks();
}

void KeyFigures::setTimeline(const TimelineView &timeline)
{
    m_timeline = timeline;
    show();
}

void KeyFigures::show()
{
    const bool serves = m_view.serves();
    const QString none = Words::none();
    const double firstByte = serves ? m_timeline.firstByte.p50 : 0;
    put(m_success, serves && m_view.liveRate ? Words::percent(*m_view.liveRate) : none, successCaption());
    put(m_inFlight, serves ? QLocale().toString(m_view.inFlight) : none, inFlightCaption(m_view));
    put(m_firstByte, firstByte > 0 ? Words::duration(firstByte) : none,
        tr("first byte p50, %1", "what time it is of").arg(Words::of(m_timeline.range, m_view.figures.startTime, QDateTime::currentDateTimeUtc())));
    put(m_reused, m_view.figures.reusedPercent ? Words::percent(*m_view.figures.reusedPercent) : none, tr("connections reused, since start"));
}

void KeyFigures::put(const Figure &figure, const QString &number, const QString &caption)
{
    if (figure.number->text() == number && figure.caption->text() == caption)
        return;
    figure.number->setText(number);
    figure.caption->setText(caption);
    figure.number->setAccessibleName(tr("%1 %2", "number, what it is").arg(number, caption.trimmed().replace(u'\n', QStringLiteral(", "))));
}

void KeyFigures::applyLooks()
{
    const QFont big = metrics::bigFigure(font());
    const QFont normal = metrics::figure(font());
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colourOf(Meaning::Neutral, palette()));
    for (const Figure &figure : {m_success, m_inFlight, m_firstByte, m_reused}) {
        figure.number->setFont(normal);
        // The numbers stand on one line, whatever their size.
        figure.number->setContentsMargins(0, 0, 0, QFontMetrics(big).descent() - QFontMetrics(normal).descent());
        figure.caption->setFont(metrics::caption(font()));
        figure.caption->setPalette(quiet);
    }
    m_success.number->setFont(big);
    m_success.number->setContentsMargins({});
    QPalette colours = palette();
    if (const Meaning meaning = meaningOf(m_view.liveRate); meaning != Meaning::Neutral)
        colours.setColor(QPalette::WindowText, colourOf(meaning, palette()));
    m_success.number->setPalette(colours);
}

void KeyFigures::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

namespace {

constexpr double widestMs = 3'599'000; ///< "59:59 min".

QGridLayout *quietGrid(QWidget *parent)
{
    auto *grid = new QGridLayout(parent);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(metrics::edge);
    grid->setVerticalSpacing(metrics::half);
    return grid;
}

} // namespace

LatencyTable::LatencyTable(QWidget *parent)
    : QWidget(parent)
    , m_latencies(new QWidget)
    , m_connections(new QWidget)
    , m_groups(new QBoxLayout(QBoxLayout::LeftToRight, this))
{
    addLatencies();
    addConnections();
    m_groups->setContentsMargins(0, 0, 0, 0);
    m_groups->setSpacing(metrics::edge);
    m_groups->addWidget(m_latencies, 0, Qt::AlignLeft | Qt::AlignTop);
    m_groups->addWidget(m_connections, 0, Qt::AlignTop);
    applyLooks();
    show();
}

void LatencyTable::addLatencies()
{
    QGridLayout &grid = *quietGrid(m_latencies);
    const std::array quantiles{QStringLiteral("p50"), QStringLiteral("p95"), QStringLiteral("p99")};
    const QString firstByte = tr("First byte");
    const QString total = tr("Whole answer");
    m_range = addText(grid, {}, 0, 0);
    addText(grid, firstByte, 1, 0);
    addText(grid, total, 2, 0);
    for (std::size_t i = 0; i < quantiles.size(); ++i) {
        const int column = 1 + static_cast<int>(i);
        addText(grid, quantiles[i], 0, column);
        m_firstByte[i] = addValue(grid, tr("%1, %2", "what, quantile").arg(firstByte, quantiles[i]), 1, column);
        m_total[i] = addValue(grid, tr("%1, %2", "what, quantile").arg(total, quantiles[i]), 2, column);
    }
}

void LatencyTable::addConnections()
{
    QGridLayout &grid = *quietGrid(m_connections);
    const QString connections = tr("Connections");
    const std::array words{tr("open", "connections"), tr("idle", "connections"), tr("queued", "requests without a connection"),
                           tr("stale, repaired", "connections")};
    addText(grid, connections, 1, 0);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const int column = 1 + static_cast<int>(i);
        addText(grid, words[i], 0, column);
        m_pool[i] = addValue(grid, QStringLiteral("%1, %2").arg(connections, words[i]), 1, column);
    }
    const QString http2 = tr("over HTTP/2", "connections");
    m_http2Name = addText(grid, http2, 2, 0);
    m_http2 = addValue(grid, QStringLiteral("%1, %2").arg(connections, http2), 2, 1);
    for (QLabel *label : {m_http2Name, m_http2.label}) {
        // Its room stays, so that nothing moves when the first of them opens or the last one closes.
        QSizePolicy policy = label->sizePolicy();
        policy.setRetainSizeWhenHidden(true);
        label->setSizePolicy(policy);
    }
    setPlainToolTip(m_pool[2].label, tr("Requests that wait for a connection"));
    setPlainToolTip(m_pool[3].label, tr("Connections that had died unnoticed; their requests were sent again at once, since start"));
}

void LatencyTable::setView(const ProxyView &view)
{
    m_view = view;
    show();
}

void LatencyTable::setTimeline(const TimelineView &timeline)
{
    m_timeline = timeline;
    show();
}

void LatencyTable::show()
{
    const bool serves = m_view.serves();
    const ProxyFigures &figures = m_view.figures;
    const auto duration = [serves](double ms) { return serves && ms > 0 ? Words::duration(ms) : Words::none(); };
    const auto number = [serves](qint64 count) { return serves ? QLocale().toString(count) : Words::none(); };
    const std::array firstByte{m_timeline.firstByte.p50, m_timeline.firstByte.p95, m_timeline.firstByte.p99};
    const std::array total{m_timeline.total.p50, m_timeline.total.p95, m_timeline.total.p99};
    const std::array<qint64, 4> pool{figures.poolOpen, figures.poolIdle, figures.poolQueued, figures.staleRecovered};
    m_range->setText(Words::of(m_timeline.range, figures.startTime, QDateTime::currentDateTimeUtc()));
    for (std::size_t i = 0; i < firstByte.size(); ++i) {
        put(m_firstByte[i], duration(firstByte[i]));
        put(m_total[i], duration(total[i]));
    }
    for (std::size_t i = 0; i < pool.size(); ++i)
        put(m_pool[i], number(pool[i]));
    put(m_http2, number(figures.poolHttp2));
    for (QLabel *label : {m_http2Name, m_http2.label})
        label->setVisible(serves && figures.poolHttp2 > 0);
}

QLabel *LatencyTable::addText(QGridLayout &grid, const QString &text, int row, int column)
{
    auto *label = new TextLabel(text);
    grid.addWidget(label, row, column, (column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignBaseline);
    m_captions.append(label);
    return label;
}

LatencyTable::Value LatencyTable::addValue(QGridLayout &grid, const QString &name, int row, int column)
{
    auto *label = new TextLabel;
    grid.addWidget(label, row, column, Qt::AlignRight | Qt::AlignBaseline);
    return {name, label};
}

void LatencyTable::put(const Value &value, const QString &text)
{
    if (value.label->text() == text)
        return;
    value.label->setText(text);
    value.label->setAccessibleName(tr("%1: %2", "what, number").arg(value.name, text));
}

void LatencyTable::applyLooks()
{
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colourOf(Meaning::Neutral, palette()));
    for (QLabel *label : m_captions) {
        label->setFont(metrics::caption(font()));
        label->setPalette(quiet);
    }
    // Columns keep their width while durations grow and shrink.
    auto *latencies = static_cast<QGridLayout *>(m_latencies->layout());
    for (int column = 1; column <= 3; ++column)
        latencies->setColumnMinimumWidth(column, fontMetrics().horizontalAdvance(Words::duration(widestMs)));
    arrange();
}

/// As narrow as the wider group: the other one can go below it.
QSize LatencyTable::minimumSizeHint() const
{
    return {std::max(m_latencies->minimumSizeHint().width(), m_connections->minimumSizeHint().width()),
            QWidget::minimumSizeHint().height()};
}

void LatencyTable::arrange()
{
    const int sideBySide = m_latencies->sizeHint().width() + m_groups->spacing() + m_connections->sizeHint().width();
    const bool fits = sideBySide <= width();
    m_groups->setDirection(fits ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_groups->setAlignment(m_connections, (fits ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
}

void LatencyTable::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void LatencyTable::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

} // namespace qcc
