#pragma once

#include "core/facts/proberesult.h"
#include "core/facts/upstreamfault.h"

#include <chrono>

namespace qcc {

/// The verdict on an answer: everything below 500 but a refused key (401, 403) counts as reachable. Times are left
/// empty.
ProbeResult verdictOn(int status);
/// The verdict on a probe that got no head. `detail`: the transport's own words, used where ours would say less.
ProbeResult verdictOn(UpstreamFault fault, Phase phase, const QString &detail);
/// The verdict on a probe that had no head when its time was over.
ProbeResult verdictOnSilence(Phase phase, std::chrono::milliseconds timeout);

/// The verdict on an endpoint whose key cannot be opened, so that nothing was asked of it.
ProbeResult verdictOnKeyFault(const QString &fault);

} // namespace qcc
