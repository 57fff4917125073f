#pragma once

#include "core/api/apierror.h"
#include "core/facts/proberesult.h"
#include "core/facts/upstreamfault.h"

#include <chrono>

namespace qcc {

/// The verdict on an answer: everything below 500 but a refused key counts as reachable (401, and a 403 whose error speaks of the key; a page is
/// none). Times are left empty. `said`: what its body says; `blockedBefore`: a guard before the API answered.
ProbeResult verdictOn(int status, const ApiError &said, bool blockedBefore = false);
/// The verdict on a probe that got no head. `detail`: the transport's own words, used where ours would say less.
ProbeResult verdictOn(UpstreamFault fault, Phase phase, const QString &detail);
/// The verdict on a probe that had no head when its time was over.
ProbeResult verdictOnSilence(Phase phase, std::chrono::milliseconds timeout);

/// The verdict on an endpoint whose key cannot be opened, so that nothing was asked of it.
ProbeResult verdictOnKeyFault(const QString &fault);

} // namespace qcc
