#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// `proxy start`, `stop`, `restart` and `status`.
std::vector<Command> proxyCommands();

} // namespace qcc::cli
