#include "ui/tray/stateicon.h"

#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

namespace qcc {

namespace {

QString fileOf(ProxyState state)
{
    switch (state) {
    case ProxyState::Stopped: return QStringLiteral(":/icons/tray-stopped.svg");
    case ProxyState::Starting: return QStringLiteral(":/icons/tray-starting.svg");
    case ProxyState::Running: return QStringLiteral(":/icons/tray-running.svg");
    case ProxyState::Degraded: return QStringLiteral(":/icons/tray-degraded.svg");
    case ProxyState::Down: return QStringLiteral(":/icons/tray-down.svg");
    }
    Q_UNREACHABLE();
}

/// Where a drawing of 16 units goes in a square of `size` pixels: its margin of one unit becomes whole pixels, which keeps the edges
/// of the ring sharp at sizes between the multiples of 16.
QRectF placeIn(int size)
{
    const int margin = size / 16;
    const double unit = (size - 2 * margin) / 14.0;
    return QRectF(margin - unit, margin - unit, 16 * unit, 16 * unit);
}

} // namespace

QIcon stateIcon(ProxyState state, const QColor &colour)
{
    QSvgRenderer drawing(fileOf(state));
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
    icon.setIsMask(true);
    return icon;
}

} // namespace qcc
