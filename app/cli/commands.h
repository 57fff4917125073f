#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// Every command of qcc.
CommandTable commandTable();

/// The commands of the noun `cluster`.
std::vector<Command> clusterCommands();

/// The commands of the noun `config`.
std::vector<Command> configCommands();

/// The commands of the noun `endpoint`.
std::vector<Command> endpointCommands();

/// `endpoint test`, `endpoint reset` and `health`.
std::vector<Command> healthCommands();

/// `qcc import`.
std::vector<Command> importCommands();

/// `proxy start`, `stop`, `restart` and `status`.
std::vector<Command> proxyCommands();

} // namespace qcc::cli
