#include "ui/overview/cardtable.h"

#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QHeaderView>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>

namespace qcc {

namespace {

constexpr int emptyRows = 2;

} // namespace

CardTable::CardTable(int rowHeight, QWidget *parent)
    : QTableView(parent)
    , m_rowHeight(rowHeight)
{
    setFrameShape(QFrame::StyledPanel);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setMouseTracking(true);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    horizontalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setMinimumSectionSize(0);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    applyFonts();
}

void CardTable::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    connect(model, &QAbstractItemModel::modelReset, this, &CardTable::updateGeometry);
    connect(model, &QAbstractItemModel::rowsInserted, this, &CardTable::updateGeometry);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &CardTable::updateGeometry);
}

void CardTable::setLeastHeight(int height)
{
    if (height == std::exchange(m_leastHeight, height))
        return;
    updateGeometry();
}

void CardTable::setEmptyText(const QString &text)
{
    if (text == std::exchange(m_emptyText, text))
        return;
    viewport()->update();
}

void CardTable::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    if (!model() || model()->rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setFont(font());
    painter.setPen(coloursOf(palette()).text2);
    painter.drawText(viewport()->rect().adjusted(metrics::edge, 0, -metrics::edge, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

int CardTable::fullHeight() const
{
    const int rows = model() ? model()->rowCount() : 0;
    // What stands in the place of the rows has room.
    return std::max(m_leastHeight, (rows > 0 ? rows : emptyRows) * verticalHeader()->defaultSectionSize() + 2 * frameWidth());
}

QSize CardTable::sizeHint() const
{
    return {QTableView::sizeHint().width(), fullHeight()};
}

QSize CardTable::minimumSizeHint() const
{
    return {0, fullHeight()};
}

void CardTable::wheelEvent(QWheelEvent *event)
{
    event->ignore();
}

void CardTable::mouseMoveEvent(QMouseEvent *event)
{
    QTableView::mouseMoveEvent(event);
    hover(rowAt(event->position().toPoint().y()));
}

void CardTable::leaveEvent(QEvent *event)
{
    QTableView::leaveEvent(event);
    hover(-1);
}

void CardTable::hover(int row)
{
    if (row == std::exchange(m_hovered, row))
        return;
    viewport()->update();
}

void CardTable::focusInEvent(QFocusEvent *event)
{
    QTableView::focusInEvent(event);
    // Who comes by Tab has to see where the arrow keys begin.
    if (!currentIndex().isValid() && model() && model()->rowCount() > 0 && event->reason() != Qt::MouseFocusReason)
        setCurrentIndex(model()->index(0, 0));
}

void CardTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        applyFonts();
}

void CardTable::applyFonts()
{
    // A larger font makes higher rows.
    const int lines = m_rowHeight >= tokens::size::rowTwoLines ? 2 : 1;
    verticalHeader()->setDefaultSectionSize(std::max(m_rowHeight, lines * fontMetrics().height() + metrics::unit));
    updateGeometry();
}

CardDelegate::CardDelegate(CardTable *table)
    : QStyledItemDelegate(table)
    , m_table(table)
{
}

QStyleOptionViewItem CardDelegate::paintGround(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    cell.text.clear();
    cell.state.setFlag(QStyle::State_MouseOver, m_table->hovered() == index.row());
    // Rows are chosen, not cells.
    cell.state.setFlag(QStyle::State_HasFocus, false);
    const Colours colours = coloursOf(cell.palette);
    m_table->style()->drawControl(QStyle::CE_ItemViewItem, &cell, &painter, m_table);
    if (index.row() + 1 < index.model()->rowCount())
        painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), colours.hairline);
    return cell;
}

void CardDelegate::paintLine(QPainter &painter, const QRect &rect, Qt::Alignment alignment, const QFont &font, const QColor &colour, const QString &text,
                             Qt::TextElideMode cut)
{
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine, QFontMetrics(font).elidedText(text, cut, rect.width()));
}

QRect cardCell(const QRect &rect, bool isFirst, bool isLast)
{
    const int beside = metrics::unit;
    return rect.adjusted(isFirst ? metrics::edge : beside, 0, isLast ? -metrics::edge : -beside, 0);
}

} // namespace qcc
