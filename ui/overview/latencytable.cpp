#include "ui/overview/latencytable.h"

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
    setFigures({}, false);
}

void LatencyTable::addLatencies()
{
    QGridLayout &grid = *quietGrid(m_latencies);
    const std::array quantiles{QStringLiteral("p50"), QStringLiteral("p95"), QStringLiteral("p99")};
    const QString firstByte = tr("First byte");
    const QString total = tr("Whole answer");
    addText(grid, tr("Since start"), 0, 0);
    addText(grid, firstByte, 1, 0);
    addText(grid, total, 2, 0);
    for (std::size_t i = 0; i < quantiles.size(); ++i) {
        const int column = 1 + static_cast<int>(i);
        addText(grid, quantiles[i], 0, column);
        m_firstByte[i] = addValue(grid, tr("%1, %2 since start", "what, quantile").arg(firstByte, quantiles[i]), 1, column);
        m_total[i] = addValue(grid, tr("%1, %2 since start", "what, quantile").arg(total, quantiles[i]), 2, column);
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

void LatencyTable::setFigures(const ProxyFigures &figures, bool serves)
{
    const auto duration = [](double ms) { return ms > 0 ? Words::duration(ms) : Words::none(); };
    const auto number = [serves](qint64 count) { return serves ? QLocale().toString(count) : Words::none(); };
    const std::array firstByte{figures.firstByte.p50, figures.firstByte.p95, figures.firstByte.p99};
    const std::array total{figures.total.p50, figures.total.p95, figures.total.p99};
    const std::array<qint64, 4> pool{figures.poolOpen, figures.poolIdle, figures.poolQueued, figures.staleRecovered};
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
