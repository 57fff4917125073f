#include "ui/widgets/tintedicon.h"

#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

namespace qcc {

namespace {

/// Where a drawing of 16 units goes in a square of `size` pixels: its margin of one unit becomes whole pixels, which keeps the edges
/// sharp at sizes between the multiples of 16.
QRectF placeIn(int size)
{
    const int margin = size / 16;
    const double unit = (size - 2 * margin) / 14.0;
    return QRectF(margin - unit, margin - unit, 16 * unit, 16 * unit);
}

} // namespace

QIcon tintedIcon(const QString &file, const QColor &colour)
{
    QSvgRenderer drawing(file);
    QIcon icon;
    for (const int size : {16, 20, 22, 24, 32, 44, 48, 64, 96}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        drawing.render(&painter, placeIn(size));
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(pixmap.rect(), colour);
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

} // namespace qcc
