#include "core/plane/descriptorplan.h"

#include <algorithm>

namespace qcc {

namespace {

/// Connections of clients at a time, whatever the system allows.
constexpr int mostClients = 16'384;
constexpr int mostWorkers = 8;
/// The event loop's own, and the thread's of keys or names.
constexpr int perWorker = 4;
/// For files, the control socket, tests of endpoints, and what lookups open for a moment.
constexpr int forTheRest = 20;

} // namespace

DescriptorPlan planDescriptors(int limit, int used)
{
    DescriptorPlan plan{std::clamp(limit / 64, 1, mostWorkers), 0, 0};
    const int left = limit - used - forTheRest - plan.workers * perWorker;
    // A request has its client, its upstream, and now and then a second handle of either, by which the end of a connection is told.
    plan.clients = std::clamp(left / 3, 4, mostClients);
    plan.upstream = std::max(left / 3, 4);
    return plan;
}

} // namespace qcc
