#include "ui/overview/endpointtable.h"

#include "ui/model/coretext.h"
#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLocale>
#include <QMenu>
#include <QPainter>

#include <algorithm>

namespace qcc {

namespace {

using Model = EndpointTableModel;

constexpr int leastName = 130;
constexpr int leastState = 190;
constexpr double stateShare = 0.6; ///< Of what name and state have.
constexpr int sparkWidth = 96;
constexpr int gap = 16; ///< Between columns.
constexpr double longestMs = 3'599'000;
/// The first one goes first where there is little room.
constexpr std::array leastImportant{Model::Recent, Model::FirstByte, Model::InFlight};

} // namespace

EndpointTable::EndpointTable(QWidget *parent)
    : CardTable(tokens::size::rowTwoLines, parent)
    , m_delegate(new EndpointDelegate(this))
{
    setAccessibleName(tr("Endpoints"));
    setModel(&m_model);
    setItemDelegate(m_delegate);
    setContextMenuPolicy(Qt::DefaultContextMenu);
    m_clock.setInterval(std::chrono::seconds(1));
    connect(&m_clock, &QTimer::timeout, this, [this] {
        m_model.tick(std::chrono::steady_clock::now());
        runClock();
    });
    connect(m_delegate, &EndpointDelegate::stepChosen, this, &EndpointTable::takeStep);
    connect(this, &QAbstractItemView::clicked, this, [this](const QModelIndex &index) {
        if (!m_model.endpointAt(index.row()))
            m_model.setOpen(!m_model.isOpen());
    });
    measureColumns();
}

void EndpointTable::setEndpoints(const QList<EndpointView> &endpoints, bool inOrder)
{
    const EndpointView *chosen = currentIndex().isValid() ? m_model.endpointAt(currentIndex().row()) : nullptr;
    const QString current = chosen ? chosen->id : QString();
    m_model.setEndpoints(endpoints, std::chrono::steady_clock::now(), inOrder);
    if (!currentIndex().isValid() && !current.isEmpty()) {
        if (const int place = m_model.rowOf(current); place >= 0)
            setCurrentIndex(m_model.index(place, 0));
    }
    runClock();
}

void EndpointTable::setTimelines(const QHash<QString, EndpointTimeline> &timelines)
{
    m_model.setTimelines(timelines);
}

QRect EndpointTable::stepRect(int row) const
{
    const QModelIndex place = m_model.index(row, Model::State);
    return m_delegate->stepRect(visualRect(place), place);
}

QRect EndpointTable::contentsOf(int column) const
{
    if (isColumnHidden(column))
        return {};
    const bool isLast = column == Model::InFlight || (column == Model::Success && isColumnHidden(Model::InFlight));
    const QRect cell(viewport()->x() + columnViewportPosition(column), 0, columnWidth(column), height());
    return cardCell(cell, column == Model::Name, isLast);
}

void EndpointTable::takeStep(int row)
{
    const EndpointView *endpoint = m_model.endpointAt(row);
    if (!endpoint) {
        m_model.setOpen(!m_model.isOpen());
        return;
    }
    switch (Model::stepOf(*endpoint)) {
    case EndpointStep::None: return;
    case EndpointStep::Reset: Q_EMIT resetRequested(endpoint->id); return;
    case EndpointStep::EditKey: Q_EMIT editRequested(endpoint->id); return;
    case EndpointStep::Test: Q_EMIT testRequested(endpoint->id); return;
    }
}

QMenu *EndpointTable::menuFor(int row)
{
    const EndpointView endpoint = *m_model.endpointAt(row);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *prefer = menu->addAction(endpoint.preferred ? tr("No longer &prefer this endpoint") : tr("&Prefer this endpoint"));
    prefer->setEnabled(endpoint.preferred || endpoint.health != EndpointHealth::Disabled);
    connect(prefer, &QAction::triggered, this,
            [this, id = endpoint.preferred ? QString() : endpoint.id] { Q_EMIT preferRequested(id); });
    QAction *reset = menu->addAction(tr("&Reset"));
    reset->setEnabled(Model::canBeReset(endpoint.health));
    connect(reset, &QAction::triggered, this, [this, id = endpoint.id] { Q_EMIT resetRequested(id); });
    connect(menu->addAction(tr("&Test")), &QAction::triggered, this, [this, id = endpoint.id] { Q_EMIT testRequested(id); });
    connect(menu->addAction(tr("&Edit…")), &QAction::triggered, this, [this, id = endpoint.id] { Q_EMIT editRequested(id); });
    menu->addSeparator();
    QAction *copy = menu->addAction(tr("&Copy last error"));
    copy->setEnabled(!endpoint.lastError.isEmpty());
    connect(copy, &QAction::triggered, this, [error = inUsersLanguage(endpoint.lastError)] { QGuiApplication::clipboard()->setText(error); });
    return menu;
}

void EndpointTable::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex place = byKey ? currentIndex() : indexAt(event->pos());
    if (!place.isValid() || !m_model.endpointAt(place.row()))
        return;
    menuFor(place.row())->popup(byKey ? viewport()->mapToGlobal(visualRect(place).center()) : event->globalPos());
}

void EndpointTable::keyPressEvent(QKeyEvent *event)
{
    // Not by activated(): with some styles a click activates too.
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && currentIndex().isValid())
        takeStep(currentIndex().row());
    else
        CardTable::keyPressEvent(event);
}

void EndpointTable::mouseMoveEvent(QMouseEvent *event)
{
    CardTable::mouseMoveEvent(event);
    const QModelIndex place = indexAt(event->position().toPoint());
    const bool over = place.isValid() && m_delegate->stepRect(visualRect(place), place).contains(event->position().toPoint());
    if (m_delegate->setHovered(over ? place : QModelIndex()))
        viewport()->update();
    const bool isMore = place.isValid() && !m_model.endpointAt(place.row());
    viewport()->setCursor(isMore ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void EndpointTable::leaveEvent(QEvent *event)
{
    CardTable::leaveEvent(event);
    m_delegate->setHovered({});
}

void EndpointTable::measureColumns()
{
    const QFontMetrics text = fontMetrics();
    const QFontMetrics caption(metrics::caption(font()));
    std::array<int, Model::ColumnCount> widths{};
    for (int column = 0; column < Model::ColumnCount; ++column)
        widths[static_cast<std::size_t>(column)] = column < Model::Recent ? 0 : caption.horizontalAdvance(m_model.headerData(column, Qt::Horizontal).toString());
    const auto atLeast = [&widths](int column, int width) {
        int &known = widths[static_cast<std::size_t>(column)];
        known = std::max(known, width);
    };
    atLeast(Model::Name, leastName);
    atLeast(Model::State, leastState);
    atLeast(Model::FirstByte, text.horizontalAdvance(Words::duration(longestMs)));
    atLeast(Model::Success, text.horizontalAdvance(Words::percent(88.8)));
    atLeast(Model::InFlight, text.horizontalAdvance(QLocale().toString(8'888)));
    atLeast(Model::Recent, sparkWidth);
    for (int &width : widths)
        width += gap;
    // The card's own padding is twice that between columns.
    widths[Model::Name] += gap / 2;
    widths[Model::InFlight] += gap / 2;
    m_widths = widths;
    fitColumns();
}

void EndpointTable::fitColumns()
{
    int needed = 0;
    for (const int width : m_widths)
        needed += width;
    const int room = std::max(0, viewport()->width());
    std::array<bool, Model::ColumnCount> hidden{};
    for (const Model::Column column : leastImportant) {
        if (needed <= room)
            break;
        hidden[column] = true;
        needed -= m_widths[column];
    }
    int rest = room;
    for (int column = Model::Recent; column < Model::ColumnCount; ++column) {
        setColumnHidden(column, hidden[static_cast<std::size_t>(column)]);
        int width = m_widths[static_cast<std::size_t>(column)];
        if (column == Model::Success && hidden[Model::InFlight])
            width += gap / 2;
        if (!hidden[static_cast<std::size_t>(column)])
            rest -= width;
        setColumnWidth(column, width);
    }
    const int state = std::max(qRound(rest * stateShare), rest - room / 3);
    setColumnWidth(Model::State, state);
    setColumnWidth(Model::Name, rest - state);
    Q_EMIT columnsMoved();
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
    CardTable::resizeEvent(event);
    fitColumns();
}

void EndpointTable::changeEvent(QEvent *event)
{
    CardTable::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        measureColumns();
}

void EndpointTable::showEvent(QShowEvent *event)
{
    CardTable::showEvent(event);
    m_model.tick(std::chrono::steady_clock::now());
    runClock();
}

void EndpointTable::hideEvent(QHideEvent *event)
{
    CardTable::hideEvent(event);
    m_clock.stop();
}

EndpointCaptions::EndpointCaptions(const EndpointTable &table, QWidget *parent)
    : QWidget(parent)
    , m_table(table)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&table, &EndpointTable::columnsMoved, this, qOverload<>(&QWidget::update));
}

QSize EndpointCaptions::sizeHint() const
{
    return {0, std::max(28, QFontMetrics(metrics::sectionTitle(font())).height() + 10)};
}

void EndpointCaptions::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    const QRect line = rect().adjusted(0, 0, 0, -metrics::half);
    painter.setFont(metrics::sectionTitle(font()));
    painter.setPen(colours.text);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, EndpointTable::tr("Endpoints"));
    painter.setFont(metrics::caption(font()));
    painter.setPen(colours.text3);
    for (int column = Model::State; column < Model::ColumnCount; ++column) {
        const QRect room = m_table.contentsOf(column);
        if (room.isEmpty())
            continue;
        const QRect place(room.left(), line.top(), room.width(), line.height());
        painter.drawText(place, Qt::AlignVCenter | (column >= Model::FirstByte ? Qt::AlignRight : Qt::AlignLeft),
                         m_table.model()->headerData(column, Qt::Horizontal).toString());
    }
}

bool EndpointCaptions::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    for (int column = Model::State; column < Model::ColumnCount; ++column) {
        const QRect room = m_table.contentsOf(column);
        if (help->pos().x() < room.left() || help->pos().x() > room.right())
            continue;
        showPlainToolTip(help->globalPos(), EndpointTableModel::explanationOf(column), this, QRect(room.left(), 0, room.width(), height()));
        return true;
    }
    return QWidget::event(event);
}

} // namespace qcc
