#include "ui/clusters/rowview.h"

#include "ui/clusters/clusterhead.h"
#include "ui/model/words.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QApplication>
#include <QHeaderView>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyleOptionFocusRect>

#include <algorithm>

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
    if (m_sorted) {
        const int row = m_pressed.row();
        endDrag();
        Q_EMIT rowMoveRefused(row);
        return;
    }
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

namespace {

/// Check boxes stand below the header's text, too: styles leave them only a small margin.
QRect besideTheEdge(const QRect &cell)
{
    return cell.adjusted(metrics::half, 0, 0, 0);
}

} // namespace

int TwoLineDelegate::rowHeight(const QFont &font)
{
    return QFontMetrics(font).height() + QFontMetrics(metrics::caption(font)).height() + metrics::unit;
}

void TwoLineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString title = cell.text;
    const bool hasCheck = cell.features.testFlag(QStyleOptionViewItem::HasCheckIndicator);
    cell.features.setFlag(QStyleOptionViewItem::HasCheckIndicator, false);
    cell.text.clear();
    // The row is what is current, not one of its cells.
    cell.state &= ~QStyle::State_HasFocus;
    const QStyle *style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
    if (hasCheck) {
        cell.features.setFlag(QStyleOptionViewItem::HasCheckIndicator);
        cell.rect = besideTheEdge(option.rect);
        cell.rect = style->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &cell, cell.widget);
        cell.state.setFlag(cell.checkState == Qt::Checked ? QStyle::State_On : QStyle::State_Off);
        style->drawPrimitive(QStyle::PE_IndicatorItemViewItemCheck, &cell, painter, cell.widget);
        return;
    }

    const bool selected = isFilled(cell.state);
    const auto group = !cell.state.testFlag(QStyle::State_Active) ? QPalette::Inactive : QPalette::Active;
    const QColor plain = cell.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
    const auto coloured = [&](Meaning meaning) { return selected ? plain : colourOf(meaning, cell.palette); };

    const QString caption = index.data(CaptionRole).toString();
    const QVariant bar = index.data(BarRole);
    const QFontMetrics titleMetrics(cell.font);
    const QFont captionFont = metrics::caption(cell.font);
    const QFontMetrics captionMetrics(captionFont);
    const int height = titleMetrics.height() + (caption.isEmpty() && !bar.isValid() ? 0 : captionMetrics.height());
    QRect line = cell.rect.adjusted(metrics::unit, 0, -metrics::unit, 0);
    line.setTop(cell.rect.top() + (cell.rect.height() - height) / 2);
    line.setHeight(titleMetrics.height());

    painter->save();
    painter->setFont(cell.font);
    QRect rest = line;
    if (const QVariant mark = index.data(MarkRole); mark.isValid()) {
        const QString shape = Words::markOf(mark.value<Meaning>());
        painter->setPen(coloured(mark.value<Meaning>()));
        painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter, shape);
        rest.setLeft(rest.left() + titleMetrics.horizontalAdvance(shape) + metrics::half);
    }
    painter->setPen(index.data(FaintRole).toBool() ? coloured(Meaning::Neutral) : plain);
    const int alignment = cell.displayAlignment.testFlag(Qt::AlignRight) ? Qt::AlignRight : Qt::AlignLeft;
    painter->drawText(rest, alignment | Qt::AlignVCenter, titleMetrics.elidedText(title, Qt::ElideRight, rest.width()));

    if (bar.isValid()) {
        QColor rail = plain;
        rail.setAlphaF(0.15F);
        QRect track(line.left(), line.bottom() + 1 + (captionMetrics.height() - metrics::half) / 2, line.width(), metrics::half);
        painter->fillRect(track, rail);
        // The shortest is to be seen as well.
        track.setWidth(std::max(metrics::half / 2, qRound(bar.toDouble() * track.width())));
        painter->fillRect(track, selected ? plain : cell.palette.color(group, QPalette::Highlight));
    } else if (!caption.isEmpty()) {
        const QVariant meaning = index.data(CaptionMeaningRole);
        const Meaning said = meaning.isValid() ? meaning.value<Meaning>() : Meaning::Neutral;
        line.setTop(line.bottom() + 1);
        line.setHeight(captionMetrics.height());
        painter->setFont(captionFont);
        // A good answer needs no colour; what is wrong shows its mark, too.
        const bool quiet = said == Meaning::Success || said == Meaning::Neutral;
        painter->setPen(coloured(quiet ? Meaning::Neutral : said));
        const QString text = quiet ? caption : Words::markOf(said) + u' ' + caption;
        painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter, captionMetrics.elidedText(text, Qt::ElideRight, line.width()));
    }
    painter->restore();
}

bool TwoLineDelegate::editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                                  const QModelIndex &index)
{
    QStyleOptionViewItem cell = option;
    cell.rect = besideTheEdge(option.rect);
    return QStyledItemDelegate::editorEvent(event, model, cell, index);
}

void TwoLineDelegate::updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    // Over both lines: the old text must not look out around it.
    editor->setGeometry(option.rect);
    editor->setAccessibleName(index.data().toString());
}

} // namespace qcc
