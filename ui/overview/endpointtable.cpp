#include "ui/overview/endpointtable.h"

#include "ui/model/words.h"
#include "ui/overview/tableparts.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>
#include <QToolButton>

#include <algorithm>

namespace qcc {

namespace {

using Model = EndpointTableModel;

constexpr int nameInChars = 22;
constexpr int minutesShown = 30;
constexpr int pixelsPerMinute = 3;
constexpr double longestWaitS = 3'599;
constexpr double longestMs = 3'599'000;
/// The first one goes first where there is little room.
constexpr std::array leastImportant{Model::Pool, Model::Recent, Model::FirstByte, Model::InFlight};

} // namespace

EndpointTable::EndpointTable(QWidget *parent)
    : FullTable(parent)
{
    setAccessibleName(tr("Endpoints"));
    setModel(&m_model);
    setItemDelegateForColumn(Model::Name, new MarkDelegate(this));
    setItemDelegateForColumn(Model::Recent, new SparklineDelegate(this));
    setContextMenuPolicy(Qt::DefaultContextMenu);
    horizontalHeader()->setSectionResizeMode(Model::Name, QHeaderView::Stretch);
    m_clock.setInterval(std::chrono::seconds(1));
    connect(&m_clock, &QTimer::timeout, this, [this] {
        m_model.tick(std::chrono::steady_clock::now());
        runClock();
    });
    measureColumns();
}

void EndpointTable::setEndpoints(const QList<EndpointView> &endpoints)
{
    const int row = currentIndex().row();
    const QString current = row >= 0 ? m_model.endpointAt(row).id : QString();
    m_model.setEndpoints(endpoints, std::chrono::steady_clock::now());
    if (!currentIndex().isValid() && !current.isEmpty()) {
        if (const int place = m_model.rowOf(current); place >= 0)
            setCurrentIndex(m_model.index(place, 0));
    }
    showButtons();
    runClock();
}

void EndpointTable::setTimelines(const QHash<QString, EndpointTimeline> &timelines)
{
    m_model.setTimelines(timelines);
}

void EndpointTable::showButtons()
{
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const QModelIndex place = m_model.index(row, Model::Act);
        const EndpointView &endpoint = m_model.endpointAt(row);
        const bool wanted = Model::canBeReset(endpoint.health);
        if (wanted == (indexWidget(place) != nullptr))
            continue;
        if (!wanted) {
            setIndexWidget(place, nullptr);
            continue;
        }
        auto *button = new QToolButton;
        button->setText(tr("Reset"));
        setPlainToolTip(button, tr("Use it again at once"));
        button->setAccessibleName(tr("Reset %1").arg(endpoint.name));
        button->setFocusPolicy(Qt::StrongFocus);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
        connect(button, &QToolButton::clicked, this, [this, id = endpoint.id] { Q_EMIT resetRequested(id); });
        auto *cell = new QWidget;
        auto *room = new QHBoxLayout(cell);
        room->setContentsMargins(metrics::unit, 0, 0, 0);
        room->addWidget(button);
        setIndexWidget(place, cell);
    }
}

QMenu *EndpointTable::menuFor(int row)
{
    const EndpointView endpoint = m_model.endpointAt(row);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *prefer = menu->addAction(endpoint.preferred ? tr("No longer &prefer this endpoint") : tr("&Prefer this endpoint"));
    prefer->setEnabled(endpoint.preferred || endpoint.health != EndpointHealth::Disabled);
    connect(prefer, &QAction::triggered, this,
            [this, id = endpoint.preferred ? QString() : endpoint.id] { Q_EMIT preferRequested(id); });
    QAction *reset = menu->addAction(tr("&Reset"));
    reset->setEnabled(Model::canBeReset(endpoint.health));
    connect(reset, &QAction::triggered, this, [this, id = endpoint.id] { Q_EMIT resetRequested(id); });
    menu->addSeparator();
    QAction *copy = menu->addAction(tr("&Copy last error"));
    copy->setEnabled(!endpoint.lastError.isEmpty());
    connect(copy, &QAction::triggered, this, [error = endpoint.lastError] { QGuiApplication::clipboard()->setText(error); });
    return menu;
}

void EndpointTable::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex place = byKey ? currentIndex() : indexAt(event->pos());
    if (!place.isValid())
        return;
    menuFor(place.row())->popup(byKey ? viewport()->mapToGlobal(visualRect(place).center()) : event->globalPos());
}

void EndpointTable::measureColumns()
{
    const QFontMetrics text = fontMetrics();
    const QFontMetrics title(horizontalHeader()->font());
    const int padding = 2 * metrics::unit;
    std::array<int, Model::ColumnCount> widths{};
    for (int column = 0; column < Model::ColumnCount; ++column) {
        const QString header = m_model.headerData(column, Qt::Horizontal).toString();
        widths[static_cast<std::size_t>(column)] = title.horizontalAdvance(header);
    }
    const auto atLeast = [&widths](int column, int width) {
        int &known = widths[static_cast<std::size_t>(column)];
        known = std::max(known, width);
    };
    for (int health = 0; health <= static_cast<int>(EndpointHealth::Disabled); ++health) {
        atLeast(Model::Health, text.horizontalAdvance(Words::healthOf(static_cast<EndpointHealth>(health), longestWaitS)));
    }
    atLeast(Model::Name, text.averageCharWidth() * nameInChars);
    atLeast(Model::FirstByte, text.horizontalAdvance(Words::duration(longestMs)));
    atLeast(Model::Success, text.horizontalAdvance(Words::percent(88.8)));
    atLeast(Model::InFlight, text.horizontalAdvance(QLocale().toString(8'888)));
    atLeast(Model::Pool, text.horizontalAdvance(QStringLiteral("888/88")));
    atLeast(Model::Recent, minutesShown * pixelsPerMinute);
    atLeast(Model::Act, metrics::unit + text.horizontalAdvance(tr("Reset")));
    for (int &width : widths)
        width += padding;
    m_widths = widths;
    for (int column = Model::Health; column < Model::ColumnCount; ++column)
        setColumnWidth(column, m_widths[static_cast<std::size_t>(column)]);
    fitColumns();
}

void EndpointTable::fitColumns()
{
    int needed = 0;
    for (const int width : m_widths)
        needed += width;
    std::array<bool, Model::ColumnCount> hidden{};
    for (const Model::Column column : leastImportant) {
        if (needed <= width())
            break;
        hidden[column] = true;
        needed -= m_widths[column];
    }
    for (int column = 0; column < Model::ColumnCount; ++column)
        setColumnHidden(column, hidden[static_cast<std::size_t>(column)]);
}

void EndpointTable::runClock()
{
    const bool wanted = isVisible() && m_model.countsDown();
    if (wanted && !m_clock.isActive())
        m_clock.start();
    else if (!wanted)
        m_clock.stop();
}

void EndpointTable::resizeEvent(QResizeEvent *event)
{
    fitColumns();
    FullTable::resizeEvent(event);
}

void EndpointTable::changeEvent(QEvent *event)
{
    FullTable::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        measureColumns();
}

void EndpointTable::showEvent(QShowEvent *event)
{
    FullTable::showEvent(event);
    m_model.tick(std::chrono::steady_clock::now());
    runClock();
}

void EndpointTable::hideEvent(QHideEvent *event)
{
    FullTable::hideEvent(event);
    m_clock.stop();
}

} // namespace qcc
