#include "ui/requests/exchangesview.h"

#include "ui/requests/exchangedelegate.h"
#include "ui/requests/exchangesmodel.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QDataStream>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>

namespace qcc {

namespace {

/// What each column must hold without being cut off; client and model are elided where space is short.
QString sampleOf(int column)
{
    switch (column) {
    case ExchangesModel::Time: return QStringLiteral("00:00:00");
    case ExchangesModel::FirstByte:
    case ExchangesModel::Total: return QStringLiteral("0:00 min");
    case ExchangesModel::Tokens: return QStringLiteral("88 k → 8.8 k");
    default: return {};
    }
}

/// Units: characters. A client of 0 is not shown: it is the column that says least.
struct Room {
    int client, model, attempts;
    int sum() const { return client + model + attempts; }
};
constexpr Room rooms[] = {{12, 24, 38}, {11, 21, 26}, {0, 18, 24}, {0, 13, 22}};

} // namespace

ExchangesView::ExchangesView(ExchangesModel &model, QWidget *parent)
    : QTreeView(parent)
    , m_model(model)
{
    setModel(&model);
    setItemDelegate(new ExchangeDelegate(this));
    setAccessibleName(tr("Requests"));
    setAccessibleDescription(tr("Requests that run and that have finished, the newest first unless a column is sorted"));
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setTextElideMode(Qt::ElideMiddle);
    setFrameShape(QFrame::NoFrame);
    header()->setStretchLastSection(false);
    header()->setSectionsMovable(false);
    header()->setHighlightSections(false);
    header()->setSortIndicator(ExchangesModel::Time, Qt::DescendingOrder);
    setSortingEnabled(true);
    header()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header(), &QWidget::customContextMenuRequested, this, [this](const QPoint &at) { columnsMenu()->popup(header()->mapToGlobal(at)); });
    connect(header(), &QHeaderView::sectionResized, this, [this](int column) {
        if (m_sizing)
            return;
        m_sizedByUser = true;
        if (column != ExchangesModel::Attempts)
            fitAttempts();
    });
    sizeColumns();
}

void ExchangesView::keepingPlace(const std::function<void()> &change)
{
    const bool atTop = verticalScrollBar()->value() == 0;
    const auto [key, above] = anchor();
    change();
    executeDelayedItemsLayout();
    if (atTop) {
        verticalScrollBar()->setValue(0);
        return;
    }
    if (const int row = m_model.rowOf(key); row >= 0)
        verticalScrollBar()->setValue(row * rowHeight(m_model.index(row, 0)) + above);
}

std::pair<quint64, int> ExchangesView::anchor() const
{
    std::pair<quint64, int> first{0, 0};
    const int bottom = viewport()->height();
    for (QModelIndex index = indexAt({0, 0}); index.isValid(); index = indexBelow(index)) {
        const int top = visualRect(index).top();
        const ExchangeRow &row = m_model.at(index.row());
        if (first.first == 0)
            first = {row.key, -top};
        if (top >= bottom)
            break;
        if (row.finished())
            return {row.key, -top};
    }
    return first;
}

QByteArray ExchangesView::saveColumns() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    QList<int> widths;
    if (m_sizedByUser) {
        for (int column = 0; column < ExchangesModel::columns; ++column)
            widths.append(columnWidth(column));
    }
    stream << widths << m_hidden << header()->sortIndicatorSection() << int(header()->sortIndicatorOrder());
    return state;
}

void ExchangesView::restoreColumns(const QByteArray &state)
{
    QDataStream stream(state);
    QList<int> widths;
    QSet<int> hidden;
    int sorted = ExchangesModel::Time;
    int order = Qt::DescendingOrder;
    stream >> widths >> hidden >> sorted >> order;
    if (stream.status() == QDataStream::Ok && sorted >= 0 && sorted < ExchangesModel::columns) {
        sortByColumn(sorted, order == Qt::AscendingOrder ? Qt::AscendingOrder : Qt::DescendingOrder);
        m_hidden = hidden & QSet<int>{ExchangesModel::Client, ExchangesModel::Model, ExchangesModel::FirstByte, ExchangesModel::Total, ExchangesModel::Tokens};
        sizeColumns();
    }
    if (widths.size() != ExchangesModel::columns)
        return;
    m_sizedByUser = true;
    const QScopedValueRollback sizing(m_sizing, true);
    for (int column = 0; column < ExchangesModel::columns; ++column)
        setColumnHidden(column, m_hidden.contains(column));
    for (int column = 0; column < ExchangesModel::columns; ++column)
        setColumnWidth(column, std::max(header()->minimumSectionSize(), widths.at(column)));
    fitAttempts();
}

void ExchangesView::sizeColumns()
{
    const QScopedValueRollback sizing(m_sizing, true);
    for (int column = 0; column < ExchangesModel::columns; ++column)
        setColumnHidden(column, m_hidden.contains(column));
    if (m_sizedByUser) {
        fitAttempts();
        return;
    }
    const int character = fontMetrics().averageCharWidth();
    const int padding = 2 * character;
    int sum = 3 * padding;
    for (int column = 0; column < ExchangesModel::columns; ++column) {
        const int needed = neededWidth(column);
        if (needed == 0 || isColumnHidden(column))
            continue;
        setColumnWidth(column, needed + padding);
        sum += needed + padding;
    }
    const auto fits = [this, sum, character](const Room &room) { return sum + room.sum() * character <= viewport()->width(); };
    const auto it = std::ranges::find_if(rooms, fits);
    const Room &room = it == std::end(rooms) ? rooms[std::size(rooms) - 1] : *it;
    setColumnHidden(ExchangesModel::Client, room.client == 0 || m_hidden.contains(ExchangesModel::Client));
    if (room.client > 0)
        setColumnWidth(ExchangesModel::Client, room.client * character + padding);
    setColumnWidth(ExchangesModel::Model, room.model * character + padding);
    fitAttempts();
}

int ExchangesView::neededWidth(int column) const
{
    if (column == ExchangesModel::State)
        return ExchangeDelegate::stateWidth(fontMetrics());
    const QString sample = sampleOf(column);
    if (sample.isEmpty())
        return 0;
    const QString title = m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    return std::max(fontMetrics().horizontalAdvance(sample), fontMetrics().horizontalAdvance(title));
}

void ExchangesView::fitAttempts()
{
    const QScopedValueRollback sizing(m_sizing, true);
    const int others = header()->length() - columnWidth(ExchangesModel::Attempts);
    const int least = rooms[std::size(rooms) - 1].attempts * fontMetrics().averageCharWidth();
    setColumnWidth(ExchangesModel::Attempts, std::max(least, viewport()->width() - others));
}

void ExchangesView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    sizeColumns();
}

void ExchangesView::changeEvent(QEvent *event)
{
    QTreeView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        sizeColumns();
}

QMenu *ExchangesView::menuFor(int row)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const ExchangeRow &line = m_model.at(row);
    const ExchangeRecord *finished = line.finished();
    const RunningView *running = line.running();
    const QString id = running ? running->id() : finished->id();
    QAction *copy = menu->addAction(tr("&Copy details"));
    copy->setShortcut(QKeySequence::Copy);
    copy->setEnabled(finished);
    connect(copy, &QAction::triggered, this, &ExchangesView::copyRequested);
    connect(menu->addAction(tr("Copy &id")), &QAction::triggered, this, [id] { QGuiApplication::clipboard()->setText(id); });
    connect(menu->addAction(tr("Show in the &log")), &QAction::triggered, this, [this, id] { Q_EMIT logRequested(id + u']'); });
    menu->addSeparator();
    const ExchangeRecord known = running ? running->soFar(running->ageMs) : *finished;
    QStringList words;
    for (const AttemptRecord &attempt : known.attempts)
        words << attempt.endpointName;
    words << (running ? running->model : known.model) << (running ? running->client : known.client) << (running ? running->cluster : known.cluster);
    words.removeAll(QString());
    words.removeDuplicates();
    for (const QString &word : std::as_const(words)) {
        QAction *only = menu->addAction(tr("Only \"%1\"", "what is searched for").arg(QString(word).replace(u'&', QStringLiteral("&&"))));
        connect(only, &QAction::triggered, this, [this, word] { Q_EMIT searchRequested(word); });
    }
    return menu;
}

QMenu *ExchangesView::columnsMenu()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const int column : {ExchangesModel::Client, ExchangesModel::Model, ExchangesModel::FirstByte, ExchangesModel::Total, ExchangesModel::Tokens}) {
        const QString title = m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        const bool lacksRoom = isColumnHidden(column) && !m_hidden.contains(column);
        QAction *shown = menu->addAction(lacksRoom ? tr("%1 (the window is too narrow)", "a column").arg(title) : title);
        shown->setCheckable(true);
        shown->setChecked(!isColumnHidden(column));
        shown->setEnabled(!lacksRoom);
        connect(shown, &QAction::toggled, this, [this, column](bool show) {
            if (show)
                m_hidden.remove(column);
            else
                m_hidden.insert(column);
            sizeColumns();
        });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("&Reset columns")), &QAction::triggered, this, [this] {
        m_hidden.clear();
        m_sizedByUser = false;
        sortByColumn(ExchangesModel::Time, Qt::DescendingOrder);
        sizeColumns();
    });
    return menu;
}

void ExchangesView::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex index = byKey ? currentIndex() : indexAt(event->pos());
    if (!index.isValid())
        return;
    menuFor(index.row())->popup(byKey ? viewport()->mapToGlobal(visualRect(index).center()) : event->globalPos());
}

void ExchangesView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        Q_EMIT copyRequested();
        event->accept();
        return;
    }
    QTreeView::keyPressEvent(event);
}

} // namespace qcc
