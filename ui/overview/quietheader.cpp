#include "ui/overview/quietheader.h"

#include "ui/widgets/colours.h"

#include <QPainter>
#include <QStyle>

namespace qcc {

namespace {

constexpr int lineAlpha = 50;

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
    line.setAlpha(lineAlpha);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), line);
}

} // namespace qcc
