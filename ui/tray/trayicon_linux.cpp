#include "ui/tray/trayicon.h"

#include <QGuiApplication>
#include <QPalette>

namespace qcc {

std::optional<bool> panelIsDark()
{
    // GNOME's top bar is dark in the light theme, too; other panels mostly follow the theme.
    const QByteArrayList desktops = qgetenv("XDG_CURRENT_DESKTOP").split(':');
    return desktops.contains("GNOME") || QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
}

} // namespace qcc
