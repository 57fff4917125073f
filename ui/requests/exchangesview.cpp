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

constexpr int attemptsInChars = 24; ///< What the attempts get at least.

/// What each column must hold without being cut off; client and model are elided where space is short.
QString sampleOf(int column)
{
    switch (column) {
    case ExchangesModel::Time: return QStringLiteral("00:00:00");
    case ExchangesModel::FirstByte:
    case ExchangesModel::Total: return QStringLiteral("00:00 min");
    case ExchangesModel::Tokens: return QStringLiteral("888 k → 8.8 k");
    case ExchangesModel::State: return QStringLiteral("◆ recovered…");
    default: return {};
    }
}

int charsOf(int column, bool isNarrow)
{
    return column == ExchangesModel::Client ? (isNarrow ? 8 : 11) : (isNarrow ? 12 : 20);
}

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
    int sum = 0;
    for (int column = 0; column < ExchangesModel::columns; ++column) {
        const QString sample = sampleOf(column);
        if (sample.isEmpty())
            continue;
        const QString title = m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        const int width = std::max(fontMetrics().horizontalAdvance(sample), fontMetrics().horizontalAdvance(title)) + padding;
        setColumnWidth(column, width);
        sum += width;
    }
    const auto widthOf = [character, padding](int column, bool isNarrow) { return charsOf(column, isNarrow) * character + padding; };
    const int wide = widthOf(ExchangesModel::Client, false) + widthOf(ExchangesModel::Model, false);
    const bool isNarrow = sum + wide + 2 * attemptsInChars * character > viewport()->width();
    for (const int column : {ExchangesModel::Client, ExchangesModel::Model})
        setColumnWidth(column, widthOf(column, isNarrow));
    fitAttempts();
}

void ExchangesView::fitAttempts()
{
    const QScopedValueRollback sizing(m_sizing, true);
    const int others = header()->length() - columnWidth(ExchangesModel::Attempts);
    setColumnWidth(ExchangesModel::Attempts,
                   std::max(attemptsInChars * fontMetrics().averageCharWidth(), viewport()->width() - others));
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
