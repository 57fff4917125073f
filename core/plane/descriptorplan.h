#pragma once

namespace qcc {

/// How many descriptors there are for what. Whoever comes beyond that waits in line, in the system's queue of connections or in that for connections to
/// upstreams: what has begun must not fail for want of one.
struct DescriptorPlan {
    int workers;  ///< Threads, each of which needs some of its own.
    int clients;  ///< Connections.
    int upstream; ///< Connections.

    bool operator==(const DescriptorPlan &) const = default;
};

/// `limit`: of the process; `used` before the first client.
DescriptorPlan planDescriptors(int limit, int used);

} // namespace qcc
