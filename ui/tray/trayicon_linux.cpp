#include "ui/tray/trayicon.h"

#include <QGuiApplication>
#include <QPalette>

namespace qcc {

QColor panelForeground()
{
    // GNOME's top bar is dark in the light theme, too; other panels follow the theme.
    const QByteArrayList desktops = qgetenv("XDG_CURRENT_DESKTOP").split(':');
    if (desktops.contains("GNOME"))
        return Qt::white;
    const bool dark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    return dark ? QColor(Qt::white) : QColor(0x20, 0x20, 0x20);
}

} // namespace qcc
