#pragma once

#include "core/facts/proberesult.h"
#include "core/upstream/connectionbudget.h"
#include "core/upstream/upstreampool.h"

#include <QObject>

#include <chrono>
#include <functional>

namespace qcc {

/// Tests endpoints on connections of its own, so that no test waits behind traffic, takes a place from it, or shows in
/// its figures.
/// Thread: the one that made it.
class DirectProbes
{
public:
    DirectProbes();
    /// As UpstreamPool::setOwnAddress().
    void setOwnAddress(const OwnAddress &own) { m_upstream.setOwnAddress(own); }

    /// Tests `endpoint`; `done` is called once and not before probe() returned; not any more once this object is gone.
    void probe(const Endpoint &endpoint, std::chrono::milliseconds timeout,
               std::function<void(const ProbeResult &result)> done);

private:
    ConnectionBudget m_budget;
    HostResolver m_hosts;
    Alarms m_alarms{Clock::system()};
    UpstreamPool m_upstream;
    QObject m_probes; ///< Their parent; they end before the pool does.
};

} // namespace qcc
