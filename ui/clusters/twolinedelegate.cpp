#include "ui/clusters/twolinedelegate.h"

#include "ui/model/words.h"
#include "ui/widgets/metrics.h"

#include <QApplication>
#include <QPainter>

namespace qcc {

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

    const bool selected = cell.state.testFlag(QStyle::State_Selected);
    const auto group = !cell.state.testFlag(QStyle::State_Active) ? QPalette::Inactive : QPalette::Active;
    const QColor plain = cell.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
    const auto coloured = [&](Meaning meaning) { return selected ? plain : colourOf(meaning, cell.palette); };

    const QString caption = index.data(CaptionRole).toString();
    const QFontMetrics titleMetrics(cell.font);
    const QFont captionFont = metrics::caption(cell.font);
    const QFontMetrics captionMetrics(captionFont);
    const int height = titleMetrics.height() + (caption.isEmpty() ? 0 : captionMetrics.height());
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

    if (!caption.isEmpty()) {
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
