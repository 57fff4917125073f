#pragma once

#include "ui/widgets/tokens.h"

class QWidget;

namespace qcc {

/// Whether things that appear or slide may do so; some desktops ask for none of it.
bool mayMove();

/// From now on `widget` comes up out of nothing whenever it is shown itself, and not with what it lies in. It has its place, takes clicks, the focus and
/// what screen readers ask from the first moment on. Once it is there nothing of it is left, neither when it is hidden on the way.
void appearSoftly(QWidget &widget, int milliseconds = tokens::motion::appearMs);

} // namespace qcc
