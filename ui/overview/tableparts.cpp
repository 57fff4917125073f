#include "ui/overview/tableparts.h"

#include "ui/model/words.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QApplication>
#include <QEvent>
#include <QPainter>
#include <QStyle>
#include <QWheelEvent>

#include <algorithm>

namespace qcc {

namespace {

QStyle *styleOf(const QStyleOptionViewItem &option)
{
    return option.widget ? option.widget->style() : QApplication::style();
}

} // namespace

void MarkDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString text = cell.text;
    cell.text.clear();
    styleOf(cell)->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);

    const bool selected = isFilled(cell.state);
    const QPalette::ColorGroup group = cell.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive;
    const QColor plain = cell.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
    const auto meaning = index.data(MeaningRole).value<Meaning>();
    const int margin = styleOf(cell)->pixelMetric(QStyle::PM_FocusFrameHMargin, &cell, cell.widget) + 1;
    QRect room = cell.rect.adjusted(margin, 0, -margin, 0);
    // Where the style puts the texts of the other columns.
    const int baseline = room.top() + room.height() / 2 - cell.fontMetrics.height() / 2 + cell.fontMetrics.ascent();
    painter->save();
    painter->setFont(cell.font);

    painter->setPen(selected ? plain : colourOf(meaning, cell.palette));
    painter->drawText(room.left(), baseline, Words::markOf(meaning));
    // As wide for each mark, so that the texts stand below each other.
    room.setLeft(room.left() + markWidth(cell.fontMetrics));

    const QString shown = cell.fontMetrics.elidedText(text, Qt::ElideRight, room.width());
    painter->setPen(plain);
    painter->drawText(room.left(), baseline, shown);
    // The note takes what is left.
    room.setLeft(room.left() + cell.fontMetrics.horizontalAdvance(shown) + metrics::unit);
    if (const QString note = index.data(NoteRole).toString(); !note.isEmpty() && room.width() > markWidth(cell.fontMetrics)) {
        painter->setPen(selected ? plain : colourOf(Meaning::Neutral, cell.palette));
        painter->drawText(room.left(), baseline, cell.fontMetrics.elidedText(note, Qt::ElideRight, room.width()));
    }
    painter->restore();
}

int MarkDelegate::markWidth(const QFontMetrics &metrics)
{
    return metrics.height();
}

namespace {

constexpr double goodShare = 0.65; ///< Of the height; the rest is for failures.
constexpr int lineAlpha = 60;
constexpr int rowGap = 2;

/// Something is never drawn as nothing.
int heightOf(int count, int peak, int room)
{
    if (count <= 0)
        return 0;
    return std::clamp(qRound(static_cast<double>(room) * count / std::max(peak, 1)), 2, std::max(room, 2));
}

} // namespace

void SparklineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    cell.text.clear();
    const QStyle *style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);

    const auto minutes = index.data(SparklineRole).value<EndpointTimeline>();
    const qsizetype count = std::max(minutes.ok.size(), minutes.failed.size());
    if (count == 0)
        return;
    const bool selected = isFilled(cell.state);
    const QColor plain = cell.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    const QColor good = selected ? plain : colourOf(Meaning::Success, cell.palette);
    const QColor bad = selected ? plain : colourOf(Meaning::Failure, cell.palette);

    // Whole pixels, without antialiasing: bars this small must be sharp.
    const QRect room = cell.rect.adjusted(metrics::unit, rowGap, -metrics::half, -rowGap);
    const int pitch = std::max(2, room.width() / static_cast<int>(count));
    const int width = std::max(1, pitch - 1);
    const int base = room.top() + qRound(room.height() * goodShare);
    const int peak = index.data(SparklinePeakRole).toInt();
    int left = room.right() + 1 - pitch * static_cast<int>(count);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    QColor line = plain;
    line.setAlpha(lineAlpha);
    painter->fillRect(QRect(left, base, pitch * static_cast<int>(count) - 1, 1), line);
    for (qsizetype i = 0; i < count; ++i, left += pitch) {
        const int up = heightOf(minutes.ok.value(i), peak, base - room.top());
        const int down = heightOf(minutes.failed.value(i), peak, room.bottom() - base);
        painter->fillRect(QRect(left, base - up, width, up), good);
        painter->fillRect(QRect(left, base + 1, width, down), bad);
    }
    painter->restore();
}

namespace {

constexpr int headerLineAlpha = 50;

} // namespace

QuietHeader::QuietHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    viewport()->setAutoFillBackground(false);
    setSectionsClickable(false);
    setHighlightSections(false);
}

void QuietHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    const int alignment = model()->headerData(logicalIndex, orientation(), Qt::TextAlignmentRole).toInt();
    const QString text = model()->headerData(logicalIndex, orientation()).toString();
    // As far from the edges as the texts of the cells.
    const int margin = style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, this) + 1;
    const QRect room = rect.adjusted(margin, 0, -margin, 0);
    painter->setFont(font());
    painter->setPen(colourOf(Meaning::Neutral, palette()));
    painter->drawText(room, alignment, fontMetrics().elidedText(text, Qt::ElideRight, room.width()));
    QColor line = palette().color(QPalette::WindowText);
    line.setAlpha(headerLineAlpha);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), line);
}

namespace {

constexpr double rowLines = 1.6; ///< Of a line of text.

} // namespace

FullTable::FullTable(QWidget *parent)
    : QTableView(parent)
{
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    viewport()->setAutoFillBackground(false);
    setHorizontalHeader(new QuietHeader);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    applyFonts();
}

void FullTable::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    connect(model, &QAbstractItemModel::modelReset, this, &FullTable::updateGeometry);
    connect(model, &QAbstractItemModel::rowsInserted, this, &FullTable::updateGeometry);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &FullTable::updateGeometry);
}

int FullTable::fullHeight() const
{
    const int rows = model() ? model()->rowCount() : 0;
    const int header = horizontalHeader()->isHidden() ? 0 : horizontalHeader()->sizeHint().height();
    return header + rows * verticalHeader()->defaultSectionSize() + 2 * frameWidth();
}

QSize FullTable::sizeHint() const
{
    return {QTableView::sizeHint().width(), fullHeight()};
}

QSize FullTable::minimumSizeHint() const
{
    return {0, fullHeight()};
}

void FullTable::wheelEvent(QWheelEvent *event)
{
    event->ignore();
}

void FullTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        applyFonts();
}

void FullTable::applyFonts()
{
    verticalHeader()->setDefaultSectionSize(qRound(rowLines * fontMetrics().lineSpacing()));
    horizontalHeader()->setFont(metrics::caption(font()));
    updateGeometry();
}

} // namespace qcc
