#include "core/keys/keychain.h"

#include <QFileInfo>

namespace qcc {

bool sessionMayHaveKeychain()
{
    if (qEnvironmentVariable("QCC_KEYCHAIN") == QLatin1String("off"))
        return false;
    // Without a session bus the library would try to start one by way of a screen, and take its time.
    // Source: D-Bus specification, "Well-known Message Bus Instances"; systemd's pam module sets the path in XDG_RUNTIME_DIR.
    const QString address = qEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS");
    if (!address.isEmpty())
        return !address.startsWith(QLatin1String("disabled:"));
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return !runtime.isEmpty() && QFileInfo::exists(runtime + QStringLiteral("/bus"));
}

} // namespace qcc
