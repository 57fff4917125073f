#include "ui/overview/markdelegate.h"

#include "ui/model/words.h"
#include "ui/overview/overviewroles.h"
#include "ui/widgets/metrics.h"

#include <QApplication>
#include <QPainter>
#include <QStyle>

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

    const bool selected = cell.state.testFlag(QStyle::State_Selected);
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

} // namespace qcc
