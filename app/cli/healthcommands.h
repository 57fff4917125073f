#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// `endpoint test`, `endpoint reset` and `health`.
std::vector<Command> healthCommands();

} // namespace qcc::cli
