#include "core/health/directprobes.h"

#include "core/health/endpointprobe.h"

namespace qcc {

namespace {

/// Every test has a connection of its own, and none is of use afterwards.
Config::Pool limits()
{
    Config::Pool pool;
    pool.maxKeepaliveConnections = 0;
    pool.strategy = PoolStrategy::Fixed;
    return pool;
}

} // namespace

DirectProbes::DirectProbes()
    : m_budget(limits())
    , m_upstream(m_budget, m_hosts, m_alarms)
{
}

void DirectProbes::probe(const Endpoint &endpoint, std::chrono::milliseconds timeout,
                         std::function<void(const ProbeResult &)> done)
{
    auto *probe = new EndpointProbe(m_upstream, endpoint, timeout, &m_probes);
    QObject::connect(probe, &EndpointProbe::finished, &m_probes,
                     [probe, done = std::move(done)](const ProbeResult &result) {
                         probe->deleteLater();
                         done(result);
                     });
    probe->start();
}

} // namespace qcc
