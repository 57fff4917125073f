#include "ui/tray/trayicon.h"

#include <QSettings>

namespace qcc {

QColor panelForeground()
{
    // The taskbar has a theme of its own, apart from that of applications. Windows without the setting has a dark one.
    const QSettings personalize(
        QStringLiteral("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize"),
        QSettings::NativeFormat);
    const bool light = personalize.value(QStringLiteral("SystemUsesLightTheme"), 0).toInt() != 0;
    return light ? QColor(0x20, 0x20, 0x20) : QColor(Qt::white);
}

} // namespace qcc
