#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// Makes the cluster that Codex asks while it keeps its login, where there is none of that name: one that is there is its owner's.
/// `silent`: says nothing of it.
/// Errors: those of changeConfig().
Result<void> makeCodexCluster(Run &run, bool dryRun, bool silent);

} // namespace qcc::cli
