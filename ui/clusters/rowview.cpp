#include "ui/clusters/rowview.h"

#include "ui/clusters/rowdelegate.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

constexpr int gapWidth = 2;
constexpr int captionHeight = 24;
constexpr int sortMark = 12;

} // namespace

CaptionHeader::CaptionHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setHighlightSections(false);
    viewport()->setAutoFillBackground(false);
}

void CaptionHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    const Colours colours = coloursOf(palette());
    const int alignment = model()->headerData(logicalIndex, orientation(), Qt::TextAlignmentRole).toInt();
    const QString text = model()->headerData(logicalIndex, orientation()).toString();
    painter->save();
    painter->setFont(metrics::caption(font()));
    // Before the switches are the handles.
    const QRect inner = rect.adjusted(logicalIndex == 0 ? TwoLineDelegate::switchLeft : 0, 0, -TwoLineDelegate::gap, 0);
    const QString shown = painter->fontMetrics().elidedText(text, Qt::ElideRight, inner.width());
    painter->setPen(colours.text3);
    painter->drawText(inner, alignment, shown);
    if (isSortIndicatorShown() && sortIndicatorSection() == logicalIndex) {
        // Before the words, so that they stay over their figures.
        const int right = inner.right() - painter->fontMetrics().horizontalAdvance(shown) - sortMark / 2;
        drawChevron(*painter, QPointF(right, rect.center().y() + 1), colours.text2, sortIndicatorOrder() == Qt::AscendingOrder ? Towards::Up : Towards::Down, 0.8);
    }
    painter->restore();
}

QSize CaptionHeader::sectionSizeFromContents(int logicalIndex) const
{
    const QFontMetrics measure(metrics::caption(font()));
    const QString text = model()->headerData(logicalIndex, orientation()).toString();
    return {measure.horizontalAdvance(text) + sortMark + TwoLineDelegate::gap, std::max(captionHeight, measure.height() + metrics::unit)};
}

RowView::RowView(Look look, QWidget *parent)
    : QTableView(parent)
    , m_look(look)
{
    const bool card = look == Look::Card;
    setHorizontalHeader(new CaptionHeader(this));
    setItemDelegate(new TwoLineDelegate(card ? 0 : 10, !card, this));
    setFrameShape(QFrame::NoFrame);
    viewport()->setAutoFillBackground(false);
    viewport()->setMouseTracking(true);
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

QRect RowView::rectOf(int row) const
{
    return QRect(0, rowViewportPosition(row), viewport()->width(), rowHeight(row));
}

int RowView::wholeHeight() const
{
    const int header = horizontalHeader()->isHidden() ? 0 : horizontalHeader()->sizeHint().height();
    return header + model()->rowCount() * verticalHeader()->defaultSectionSize();
}

QPoint RowView::menuPlace(int row) const
{
    return viewport()->mapToGlobal(rectOf(row).center());
}

int RowView::otherRowAt(QPoint global) const
{
    if (!m_other)
        return nowhere;
    const QPoint at = m_other->viewport()->mapFromGlobal(global);
    return m_other->viewport()->rect().contains(at) ? m_other->rowAt(at.y()) : nowhere;
}

void RowView::setDropRow(int row)
{
    if (row != std::exchange(m_dropRow, row))
        viewport()->update();
}

void RowView::mousePressEvent(QMouseEvent *event)
{
    QTableView::mousePressEvent(event);
    const int row = rowAt(event->position().toPoint().y());
    m_pressing = event->button() == Qt::LeftButton;
    m_pressed = m_pressing && canMove(row) ? model()->index(row, 0) : QModelIndex();
    m_pressedAt = event->position().toPoint();
    viewport()->update();
}

void RowView::mouseMoveEvent(QMouseEvent *event)
{
    m_pointer = event->position().toPoint();
    if (!event->buttons().testFlag(Qt::LeftButton)) {
        QTableView::mouseMoveEvent(event);
        const int row = rowAt(m_pointer.y());
        viewport()->update(rectOf(row));
        // Over what looks like a handle.
        if (m_look == Look::Card && canMove(row) && m_pointer.x() < TwoLineDelegate::switchLeft - metrics::half)
            viewport()->setCursor(Qt::OpenHandCursor);
        else
            viewport()->unsetCursor();
        return;
    }
    m_dragging = m_dragging || (m_pointer - m_pressedAt).manhattanLength() >= QApplication::startDragDistance();
    if (!m_pressed.isValid() || !m_dragging)
        return;
    const QPoint global = event->globalPosition().toPoint();
    const int onto = otherRowAt(global);
    if (m_other)
        m_other->setDropRow(onto);
    const int y = m_pointer.y();
    const bool beside = m_other && m_other->rect().contains(m_other->mapFromGlobal(global));
    m_gap = beside || m_sorted || movableRows() < 2 ? nowhere : gapAt(y);
    if (m_gap != nowhere && (y < 0 || y > viewport()->height()))
        verticalScrollBar()->setValue(verticalScrollBar()->value() + (y < 0 ? y : y - viewport()->height()));
    viewport()->setCursor(Qt::ClosedHandCursor);
    viewport()->update();
}

void RowView::mouseReleaseEvent(QMouseEvent *event)
{
    m_pressing = false;
    viewport()->update();
    if (!m_dragging || !m_pressed.isValid()) {
        m_dragging = false;
        QTableView::mouseReleaseEvent(event);
        return;
    }
    const int from = m_pressed.row();
    const int gap = m_gap;
    const int onto = otherRowAt(event->globalPosition().toPoint());
    const bool within = viewport()->rect().contains(event->position().toPoint());
    endDrag();
    if (onto != nowhere)
        Q_EMIT rowDropped(from, onto);
    else if (m_sorted && within && movableRows() > 1)
        Q_EMIT rowMoveRefused(from);
    else if (gap != nowhere && gap != from && gap != from + 1)
        Q_EMIT rowMoveRequested(from, gap > from ? gap - 1 : gap);
}

void RowView::endDrag()
{
    m_gap = nowhere;
    m_dragging = false;
    m_pressed = QModelIndex();
    if (m_other)
        m_other->setDropRow(nowhere);
    setState(QAbstractItemView::NoState);
    viewport()->unsetCursor();
    viewport()->update();
}

void RowView::keyPressEvent(QKeyEvent *event)
{
    const int row = currentRow();
    if (m_dragging && event->key() == Qt::Key_Escape) {
        endDrag();
        return;
    }
    const bool up = event->key() == Qt::Key_Up;
    if (event->modifiers().testFlag(Qt::AltModifier) && (up || event->key() == Qt::Key_Down)) {
        const int to = up ? row - 1 : row + 1;
        if (m_sorted && canMove(row))
            Q_EMIT rowMoveRefused(row);
        else if (canMove(row) && canMove(qMin(to, model()->rowCount() - 1)) && to >= 0 && to < model()->rowCount())
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

bool RowView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave && m_pointer != QPoint(nowhere, nowhere)) {
        m_pointer = {nowhere, nowhere};
        viewport()->update();
    }
    return QTableView::viewportEvent(event);
}

void RowView::paintEvent(QPaintEvent *event)
{
    {
        QPainter painter(viewport());
        paintBehind(painter);
    }
    QTableView::paintEvent(event);
    QPainter painter(viewport());
    paintOver(painter);
}

void RowView::paintBehind(QPainter &painter)
{
    const Colours colours = coloursOf(palette());
    const bool card = m_look == Look::Card;
    if (card)
        drawBox(painter, viewport()->rect(), tokens::radius::card, colours.raised, {});
    const int hovered = m_dragging ? nowhere : rowAt(m_pointer.y());
    const int first = std::max(0, rowAt(0));
    for (int row = first; row < model()->rowCount() && rowViewportPosition(row) < viewport()->height(); ++row) {
        const QRect rect = rectOf(row);
        const bool chosen = selectionModel()->isRowSelected(row);
        const QColor fill = row == m_dropRow ? colours.accentSoft : chosen ? (card ? colours.accentSoft : colours.selected) : row == hovered ? colours.hover : QColor();
        // Where the platform draws what is chosen, the cells do it.
        if (fill.isValid() && (hasOwnStyle() || !chosen || row == m_dropRow))
            drawBox(painter, rect, card ? 0 : tokens::radius::row, fill, {});
        if (card && row + 1 < model()->rowCount())
            painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colours.hairline);
    }
}

void RowView::paintOver(QPainter &painter)
{
    const Colours colours = coloursOf(palette());
    if (m_look == Look::Card) {
        // Rows go from edge to edge, and the card has round corners.
        const QRectF whole = viewport()->rect();
        QPainterPath corners;
        corners.addRect(whole);
        QPainterPath inside;
        inside.addRoundedRect(whole, tokens::radius::card, tokens::radius::card);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.fillPath(corners - inside, colours.page);
        drawBox(painter, whole, tokens::radius::card, {}, colours.hairline);
    }
    const int row = m_dropRow != nowhere ? m_dropRow : currentRow();
    // The whole row, as it is the row that keys act on.
    if (row >= 0 && (m_dropRow != nowhere || (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))))
        drawFocus(painter, rectOf(row), tokens::radius::row, colours.accent);
    if (m_gap != nowhere && model()->rowCount() > 0)
        painter.fillRect(0, yOfGap() - gapWidth / 2, viewport()->width(), gapWidth, colours.accent);
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
