#include "ui/tray/trayicon.h"

namespace qcc {

QColor panelForeground()
{
    // The icon is a mask there: the menu bar colours it itself.
    return Qt::black;
}

} // namespace qcc
