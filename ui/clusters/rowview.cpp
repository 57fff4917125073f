#include "ui/clusters/rowview.h"

#include "ui/clusters/insetheader.h"
#include "ui/clusters/twolinedelegate.h"

#include <QApplication>
#include <QHeaderView>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyleOptionFocusRect>

namespace qcc {

namespace {

constexpr int gapWidth = 2;

} // namespace

RowView::RowView(QWidget *parent)
    : QTableView(parent)
{
    setHorizontalHeader(new InsetHeader(this));
    setItemDelegate(new TwoLineDelegate(this));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setShowGrid(false);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setContextMenuPolicy(Qt::CustomContextMenu);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(fontMetrics().averageCharWidth() * 4);
    applyFont();
}

void RowView::setCurrentRow(int row)
{
    if (row < 0)
        setCurrentIndex({});
    else if (row != currentRow())
        setCurrentIndex(model()->index(row, 0));
    // A row that was current all the while may have lost its selection.
    if (row >= 0 && !selectionModel()->isRowSelected(row))
        selectRow(row);
}

bool RowView::canMove(int row) const
{
    return row >= 0 && model()->flags(model()->index(row, 0)).testFlag(Qt::ItemIsDragEnabled);
}

int RowView::movableRows() const
{
    int rows = 0;
    while (rows < model()->rowCount() && canMove(rows))
        ++rows;
    return rows;
}

int RowView::gapAt(int y) const
{
    const int row = rowAt(qMax(y, 0));
    if (row < 0)
        return movableRows();
    const bool lowerHalf = y > rowViewportPosition(row) + rowHeight(row) / 2;
    return qMin(row + (lowerHalf ? 1 : 0), movableRows());
}

int RowView::yOfGap() const
{
    const int y = m_gap == 0 ? rowViewportPosition(0) : rowViewportPosition(m_gap - 1) + rowHeight(m_gap - 1);
    return qBound(gapWidth / 2, y, viewport()->height() - gapWidth / 2);
}

void RowView::mousePressEvent(QMouseEvent *event)
{
    QTableView::mousePressEvent(event);
    const int row = rowAt(event->position().toPoint().y());
    m_pressed = event->button() == Qt::LeftButton && canMove(row) ? model()->index(row, 0) : QModelIndex();
    m_pressedAt = event->position().toPoint();
}

void RowView::mouseMoveEvent(QMouseEvent *event)
{
    if (!event->buttons().testFlag(Qt::LeftButton)) {
        QTableView::mouseMoveEvent(event);
        return;
    }
    const QPoint at = event->position().toPoint();
    const bool dragged = m_gap != nowhere || (at - m_pressedAt).manhattanLength() >= QApplication::startDragDistance();
    if (!m_pressed.isValid() || !dragged || movableRows() < 2)
        return;
    if (at.y() < 0 || at.y() > viewport()->height())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + (at.y() < 0 ? at.y() : at.y() - viewport()->height()));
    m_gap = gapAt(at.y());
    viewport()->setCursor(Qt::ClosedHandCursor);
    viewport()->update();
}

void RowView::mouseReleaseEvent(QMouseEvent *event)
{
    if (m_gap == nowhere) {
        QTableView::mouseReleaseEvent(event);
        return;
    }
    const int from = m_pressed.row();
    const int to = m_gap > from ? m_gap - 1 : m_gap;
    const bool valid = m_pressed.isValid();
    endDrag();
    if (valid && to != from)
        Q_EMIT rowMoveRequested(from, to);
}

void RowView::endDrag()
{
    m_gap = nowhere;
    m_pressed = QModelIndex();
    setState(QAbstractItemView::NoState);
    viewport()->unsetCursor();
    viewport()->update();
}

void RowView::keyPressEvent(QKeyEvent *event)
{
    const int row = currentRow();
    if (m_gap != nowhere && event->key() == Qt::Key_Escape) {
        endDrag();
        return;
    }
    const bool up = event->key() == Qt::Key_Up;
    if (event->modifiers().testFlag(Qt::AltModifier) && (up || event->key() == Qt::Key_Down)) {
        const int to = up ? row - 1 : row + 1;
        if (canMove(row) && canMove(qMin(to, model()->rowCount() - 1)) && to >= 0 && to < model()->rowCount())
            Q_EMIT rowMoveRequested(row, to);
        return;
    }
    if (row >= 0 && event->key() == Qt::Key_Delete) {
        Q_EMIT deleteRequested(row);
        return;
    }
    if (row >= 0 && event->key() == Qt::Key_Space) {
        const QModelIndex box = model()->index(row, 0);
        if (box.flags().testFlag(Qt::ItemIsUserCheckable)) {
            const bool checked = box.data(Qt::CheckStateRole).toInt() == Qt::Checked;
            model()->setData(box, checked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
        }
        return;
    }
    QTableView::keyPressEvent(event);
}

void RowView::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    if (hasFocus() && currentRow() >= 0) {
        // The whole row, as it is the row that keys act on.
        QStyleOptionFocusRect focus;
        focus.initFrom(this);
        focus.rect = QRect(0, rowViewportPosition(currentRow()), viewport()->width(), rowHeight(currentRow()));
        focus.state |= QStyle::State_KeyboardFocusChange | QStyle::State_Item | QStyle::State_Selected;
        focus.backgroundColor = palette().color(QPalette::Highlight);
        QPainter painter(viewport());
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, &painter, this);
    }
    if (m_gap == nowhere || model()->rowCount() == 0)
        return;
    QPainter painter(viewport());
    painter.fillRect(0, yOfGap() - gapWidth / 2, viewport()->width(), gapWidth, palette().color(QPalette::Highlight));
}

void RowView::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        applyFont();
}

void RowView::applyFont()
{
    verticalHeader()->setDefaultSectionSize(TwoLineDelegate::rowHeight(font()));
}

} // namespace qcc
