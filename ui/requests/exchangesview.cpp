#include "ui/requests/exchangesview.h"

#include "ui/requests/exchangedelegate.h"
#include "ui/requests/exchangesmodel.h"

#include <QDataStream>
#include <QHeaderView>
#include <QKeyEvent>
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
    setAccessibleDescription(tr("Requests that run, then those that have finished, the newest first"));
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
    const auto [number, above] = anchor();
    change();
    executeDelayedItemsLayout();
    if (atTop) {
        verticalScrollBar()->setValue(0);
        return;
    }
    if (const int row = m_model.rowOf(number); row >= 0)
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
            first = {row.number, -top};
        if (top >= bottom)
            break;
        if (row.finished())
            return {row.number, -top};
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
    stream << widths;
    return state;
}

void ExchangesView::restoreColumns(const QByteArray &state)
{
    QDataStream stream(state);
    QList<int> widths;
    stream >> widths;
    if (widths.size() != ExchangesModel::columns)
        return;
    m_sizedByUser = true;
    const QScopedValueRollback sizing(m_sizing, true);
    setColumnHidden(ExchangesModel::Client, false);
    for (int column = 0; column < ExchangesModel::columns; ++column)
        setColumnWidth(column, std::max(header()->minimumSectionSize(), widths.at(column)));
    fitAttempts();
}

void ExchangesView::sizeColumns()
{
    if (m_sizedByUser) {
        fitAttempts();
        return;
    }
    const QScopedValueRollback sizing(m_sizing, true);
    const int character = fontMetrics().averageCharWidth();
    const int padding = 2 * character;
    int sum = 3 * padding;
    for (int column = 0; column < ExchangesModel::columns; ++column) {
        const int needed = neededWidth(column);
        if (needed == 0)
            continue;
        setColumnWidth(column, needed + padding);
        sum += needed + padding;
    }
    const auto fits = [this, sum, character](const Room &room) { return sum + room.sum() * character <= viewport()->width(); };
    const auto it = std::ranges::find_if(rooms, fits);
    const Room &room = it == std::end(rooms) ? rooms[std::size(rooms) - 1] : *it;
    setColumnHidden(ExchangesModel::Client, room.client == 0);
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
