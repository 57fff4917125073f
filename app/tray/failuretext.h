#pragma once

#include "core/base/result.h"

#include <QString>

namespace qcc {

/// What went wrong and what to do, as sentences for the screen. The step is one of the desktop's where core names a command.
QString failureText(const Failure &failure);

} // namespace qcc
