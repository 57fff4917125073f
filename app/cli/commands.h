#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// Every command of qcc.
CommandTable commandTable();

} // namespace qcc::cli
