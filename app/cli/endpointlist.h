#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// `endpoint list`. While the proxy runs, it also tells how the endpoints are that the proxy uses.
Command endpointListCommand();

} // namespace qcc::cli
