#pragma once

#include "app/cli/command.h"
#include "core/base/result.h"
#include "core/config/config.h"

#include <functional>

namespace qcc::cli {

class Run;

/// A demo upstream that runs, and the cluster "demo" leads to it.
struct DemoState {
    quint16 port = 0;
    bool ranBefore = false;
    Config config; ///< As it is with that cluster.
};

/// Whether requests to the cluster `name` need the demo upstream: "demo", unless the user has a cluster of that name.
bool leadsToDemo(const Config &config, const QString &name);

/// Sees to it that the demo upstream runs in the background and the cluster "demo" leads to it.
/// Errors: AlreadyExists (the user has a cluster "demo"), PortInUse, Timeout, those of editConfig().
void ensureDemo(Run &run, std::optional<quint16> port, const std::function<void(const Result<DemoState> &)> &done);

} // namespace qcc::cli
