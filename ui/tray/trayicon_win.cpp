#include "ui/tray/trayicon.h"

#include <QSettings>

namespace qcc {

std::optional<bool> panelIsDark()
{
    // The taskbar has a theme of its own, apart from that of applications. Windows without the setting has a dark one.
    const QSettings personalize(
        QStringLiteral("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize"),
        QSettings::NativeFormat);
    return personalize.value(QStringLiteral("SystemUsesLightTheme"), 0).toInt() == 0;
}

} // namespace qcc
