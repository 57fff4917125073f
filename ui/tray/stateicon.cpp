#include "ui/tray/stateicon.h"

#include "ui/widgets/tintedicon.h"

namespace qcc {

namespace {

QString fileOf(ProxyState state)
{
    switch (state) {
    case ProxyState::Unconfigured:
    case ProxyState::Stopped: return QStringLiteral(":/icons/tray-stopped.svg");
    case ProxyState::Starting: return QStringLiteral(":/icons/tray-starting.svg");
    case ProxyState::Running: return QStringLiteral(":/icons/tray-running.svg");
    case ProxyState::Degraded: return QStringLiteral(":/icons/tray-degraded.svg");
    case ProxyState::NoNetwork:
    case ProxyState::Down: return QStringLiteral(":/icons/tray-down.svg");
    }
    Q_UNREACHABLE();
}

} // namespace

QIcon stateIcon(ProxyState state, const QColor &colour)
{
    QIcon icon = tintedIcon(fileOf(state), colour);
    icon.setIsMask(true);
    return icon;
}

} // namespace qcc
