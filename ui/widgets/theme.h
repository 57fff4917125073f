#pragma once

#include "ui/model/traysettings.h"

namespace qcc {

/// Makes all screens light or dark, or as the desktop is.
/// Thread: the GUI thread.
void applyTheme(Theme theme);

} // namespace qcc
