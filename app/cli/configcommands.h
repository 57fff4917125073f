#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// The commands of the noun `config`.
std::vector<Command> configCommands();

} // namespace qcc::cli
