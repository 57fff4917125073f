#include "ui/tray/trayicon.h"

namespace qcc {

std::optional<bool> panelIsDark()
{
    // The icon is a mask there: the menu bar colours it itself.
    return std::nullopt;
}

} // namespace qcc
