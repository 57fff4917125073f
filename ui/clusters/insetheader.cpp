#include "ui/clusters/insetheader.h"

#include "ui/widgets/metrics.h"

#include <QPainter>

namespace qcc {

InsetHeader::InsetHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
}

void InsetHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    QStyleOptionHeaderV2 section;
    initStyleOption(&section);
    section.rect = rect;
    initStyleOptionForIndex(&section, logicalIndex);
    section.text.clear();
    // The style leaves its clipping behind.
    painter->save();
    style()->drawControl(QStyle::CE_Header, &section, painter, this);
    painter->restore();
    painter->save();
    painter->setFont(font());
    const QRect inner = rect.adjusted(metrics::unit, 0, -metrics::unit, 0);
    const QString text = model()->headerData(logicalIndex, orientation()).toString();
    const int alignment = model()->headerData(logicalIndex, orientation(), Qt::TextAlignmentRole).toInt();
    painter->setPen(palette().color(QPalette::ButtonText));
    painter->drawText(inner, alignment, fontMetrics().elidedText(text, Qt::ElideRight, inner.width()));
    painter->restore();
}

QSize InsetHeader::sectionSizeFromContents(int logicalIndex) const
{
    const QSize size = QHeaderView::sectionSizeFromContents(logicalIndex);
    const QString text = model()->headerData(logicalIndex, orientation()).toString();
    return {fontMetrics().horizontalAdvance(text) + 2 * metrics::unit + metrics::half, size.height() + metrics::half};
}

} // namespace qcc
