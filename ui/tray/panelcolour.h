#pragma once

#include <QColor>

namespace qcc {

/// The colour in which a monochrome icon is legible on the panel that holds the tray.
QColor panelForeground();

} // namespace qcc
