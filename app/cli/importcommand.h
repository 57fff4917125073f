#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// `qcc import`.
std::vector<Command> importCommands();

} // namespace qcc::cli
