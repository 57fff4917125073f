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
    const QString text = section.text;
    section.text.clear();
    painter->save();
    style()->drawControl(QStyle::CE_Header, &section, painter, this);
    painter->setFont(font());
    const QRect inner = rect.adjusted(metrics::unit, 0, -metrics::unit, 0);
    const QString shown = fontMetrics().elidedText(text, Qt::ElideRight, inner.width());
    style()->drawItemText(painter, inner, int(section.textAlignment), palette(), isEnabled(), shown, QPalette::ButtonText);
    painter->restore();
}

QSize InsetHeader::sectionSizeFromContents(int logicalIndex) const
{
    const QSize size = QHeaderView::sectionSizeFromContents(logicalIndex);
    const QString text = model()->headerData(logicalIndex, orientation()).toString();
    return {fontMetrics().horizontalAdvance(text) + 2 * metrics::unit, size.height() + metrics::half};
}

} // namespace qcc
