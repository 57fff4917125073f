#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// The commands of the noun `cluster`.
std::vector<Command> clusterCommands();

} // namespace qcc::cli
