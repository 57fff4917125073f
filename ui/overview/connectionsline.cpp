#include "ui/overview/connectionsline.h"

#include "ui/model/words.h"
#include "ui/widgets/motion.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>

#include <algorithm>

namespace qcc {

namespace {

constexpr double widestMs = 3'599'000; ///< "59:59 min".
constexpr int bodyIndent = 26;         ///< Under the words of the line.

QGridLayout *quietGrid(QWidget *parent)
{
    auto *grid = new QGridLayout(parent);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(metrics::edge);
    grid->setVerticalSpacing(metrics::half);
    return grid;
}

} // namespace

DisclosureLine::DisclosureLine(const QString &title, QWidget *parent)
    : QAbstractButton(parent)
{
    setText(title);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(title);
}

void DisclosureLine::setSummary(const QString &summary)
{
    if (summary == std::exchange(m_summary, summary))
        return;
    setAccessibleDescription(summary);
    update();
}

QSize DisclosureLine::sizeHint() const
{
    return {0, std::max(tokens::size::row, fontMetrics().height() + metrics::unit)};
}

void DisclosureLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    if (underMouse())
        drawBox(painter, rect(), tokens::radius::row, colours.hover, {});
    drawChevron(painter, QPointF(11, height() / 2.0), colours.text2, isChecked() ? Towards::Down : Towards::Right);
    painter.setPen(colours.text2);
    QRect room = rect().adjusted(bodyIndent, 0, -metrics::half, 0);
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, text());
    room.setLeft(room.left() + fontMetrics().horizontalAdvance(text()) + metrics::unit);
    painter.setFont(metrics::caption(font()));
    painter.setPen(colours.text3);
    // What does not fit stands below, once it is open.
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(m_summary, Qt::ElideRight, room.width()));
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
        drawFocus(painter, rect(), tokens::radius::row, colours.accent);
}

ConnectionsLine::ConnectionsLine(QWidget *parent)
    : QWidget(parent)
    , m_line(new DisclosureLine(tr("Connections")))
    , m_body(new QWidget)
    , m_latencies(new QWidget)
    , m_connections(new QWidget)
    , m_groups(new QBoxLayout(QBoxLayout::LeftToRight))
    , m_refused(new TextLabel)
{
    addLatencies();
    addConnections();
    m_groups->setContentsMargins(0, 0, 0, 0);
    m_groups->setSpacing(2 * tokens::space::margin);
    m_groups->addWidget(m_latencies, 0, Qt::AlignLeft | Qt::AlignTop);
    m_groups->addWidget(m_connections, 0, Qt::AlignLeft | Qt::AlignTop);
    m_groups->addStretch(1);
    m_refused->setWordWrap(true);
    auto *body = new QVBoxLayout(m_body);
    body->setContentsMargins(bodyIndent, metrics::half, 0, metrics::unit);
    body->setSpacing(metrics::unit);
    body->addLayout(m_groups);
    body->addWidget(m_refused);
    // Slid open it would take the chart along, which never moves.
    appearSoftly(*m_body, tokens::motion::moveMs);
    m_body->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_line);
    column->addWidget(m_body);
    connect(m_line, &QAbstractButton::toggled, m_body, &QWidget::setVisible);
    applyLooks();
    show();
}

void ConnectionsLine::addLatencies()
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

void ConnectionsLine::addConnections()
{
    QGridLayout &grid = *quietGrid(m_connections);
    const QString connections = tr("Connections");
    const std::array words{tr("open", "connections"), tr("idle", "connections"), tr("over HTTP/2", "connections"),
                           tr("queued", "requests without a connection"), tr("reused", "connections"), tr("stale, repaired", "connections")};
    for (std::size_t i = 0; i < words.size(); ++i) {
        const int column = static_cast<int>(i);
        grid.setAlignment(addText(grid, words[i], 0, column), Qt::AlignRight | Qt::AlignBaseline);
        m_pool[i] = addValue(grid, QStringLiteral("%1, %2").arg(connections, words[i]), 1, column);
    }
    setPlainToolTip(m_pool[3].label, tr("Requests that wait for a connection"));
    setPlainToolTip(m_pool[5].label, tr("Connections that had died unnoticed; their requests were sent again at once, since start"));
}

void ConnectionsLine::setView(const ProxyView &view)
{
    m_view = view;
    show();
}

void ConnectionsLine::setTimeline(const TimelineView &timeline)
{
    m_timeline = timeline;
    show();
}

QString ConnectionsLine::summary() const
{
    if (!m_view.serves())
        return {};
    const ProxyFigures &figures = m_view.figures;
    const auto number = [](qint64 count) { return QLocale().toString(count); };
    QStringList parts{tr("%1 open", "connections").arg(number(figures.poolOpen)), tr("%1 idle", "connections").arg(number(figures.poolIdle))};
    if (figures.poolQueued > 0)
        parts.append(tr("%1 queued").arg(number(figures.poolQueued)));
    if (figures.reusedPercent)
        parts.append(tr("%1 reused", "percent of connections").arg(Words::percent(*figures.reusedPercent)));
    parts.append(tr("%1 stale, repaired", "connections").arg(number(figures.staleRecovered)));
    if (const quint64 refused = figures.refused.total(); refused > 0)
        parts.append(tr("%1 not let in", "requests").arg(number(static_cast<qint64>(refused))));
    return parts.join(QStringLiteral(" · "));
}

QString ConnectionsLine::refusedText(const RefusalCounts &refused)
{
    QStringList parts;
    const auto add = [&parts, &refused](Denial why, QString (*text)(int)) {
        if (refused[why] > 0)
            parts.append(text(static_cast<int>(refused[why])));
    };
    add(Denial::CrossSite, [](int n) { return tr("%n request(s) of web pages", nullptr, n); });
    add(Denial::Host, [](int n) { return tr("%n request(s) addressed to another name", nullptr, n); });
    add(Denial::Token, [](int n) { return tr("%n request(s) without the access token", nullptr, n); });
    add(Denial::User, [](int n) { return tr("%n connection(s) of other users", nullptr, n); });
    add(Denial::NoRoom, [](int n) { return tr("%n request(s) for want of memory or disk space", nullptr, n); });
    return tr("Not let in since the start: %1. The log tells more.").arg(QLocale().createSeparatedList(parts));
}

void ConnectionsLine::show()
{
    const bool serves = m_view.serves();
    const ProxyFigures &figures = m_view.figures;
    const auto duration = [serves](double ms) { return serves && ms > 0 ? Words::duration(ms) : Words::none(); };
    const auto number = [serves](qint64 count) { return serves ? QLocale().toString(count) : Words::none(); };
    const std::array firstByte{m_timeline.firstByte.p50, m_timeline.firstByte.p95, m_timeline.firstByte.p99};
    const std::array total{m_timeline.total.p50, m_timeline.total.p95, m_timeline.total.p99};
    const std::array pool{number(figures.poolOpen),   number(figures.poolIdle),
                          number(figures.poolHttp2),  number(figures.poolQueued),
                          figures.reusedPercent ? Words::percent(*figures.reusedPercent) : Words::none(), number(figures.staleRecovered)};
    m_range->setText(Words::of(m_timeline.range, figures.startTime, QDateTime::currentDateTimeUtc()));
    for (std::size_t i = 0; i < firstByte.size(); ++i) {
        put(m_firstByte[i], duration(firstByte[i]));
        put(m_total[i], duration(total[i]));
    }
    for (std::size_t i = 0; i < pool.size(); ++i)
        put(m_pool[i], pool[i]);
    m_refused->setText(refusedText(figures.refused));
    m_refused->setVisible(figures.refused.total() > 0);
    m_line->setSummary(summary());
}

QLabel *ConnectionsLine::addText(QGridLayout &grid, const QString &text, int row, int column)
{
    auto *label = new TextLabel(text);
    grid.addWidget(label, row, column, (column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignBaseline);
    m_captions.append(label);
    return label;
}

ConnectionsLine::Value ConnectionsLine::addValue(QGridLayout &grid, const QString &name, int row, int column)
{
    auto *label = new TextLabel;
    grid.addWidget(label, row, column, Qt::AlignRight | Qt::AlignBaseline);
    return {name, label};
}

void ConnectionsLine::put(const Value &value, const QString &text)
{
    if (value.label->text() == text)
        return;
    value.label->setText(text);
    value.label->setAccessibleName(tr("%1: %2", "what, number").arg(value.name, text));
}

void ConnectionsLine::applyLooks()
{
    const Colours colours = coloursOf(palette());
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colours.text3);
    for (QLabel *label : std::as_const(m_captions)) {
        label->setFont(metrics::caption(font()));
        label->setPalette(quiet);
    }
    quiet.setColor(QPalette::WindowText, colours.text2);
    m_refused->setPalette(quiet);
    // Columns keep their width while durations grow and shrink.
    auto *latencies = static_cast<QGridLayout *>(m_latencies->layout());
    for (int column = 1; column <= 3; ++column)
        latencies->setColumnMinimumWidth(column, fontMetrics().horizontalAdvance(Words::duration(widestMs)));
    arrange();
}

void ConnectionsLine::arrange()
{
    const int sideBySide = bodyIndent + m_latencies->sizeHint().width() + m_groups->spacing() + m_connections->sizeHint().width();
    m_groups->setDirection(sideBySide <= width() ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void ConnectionsLine::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void ConnectionsLine::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

} // namespace qcc
