#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// The commands of the noun `endpoint`.
std::vector<Command> endpointCommands();

} // namespace qcc::cli
