#pragma once

#include "core/config/config.h"
#include "core/facts/exchangerecord.h"
#include "core/facts/upstreamfault.h"

namespace qcc {

/// What is known of an attempt that did not simply succeed.
struct Evidence {
    UpstreamFault fault = UpstreamFault::None;
    Phase phase = Phase::Queue;
    bool provenUnread = false;   ///< Nobody can have read the request.
    int status = 0;              ///< 0: no head arrived.
    bool quotaSpent = false;     ///< The answer's body says that balance or quota is spent.
    bool badOpening = false;     ///< A 2xx that turned out to be an error, a page or nothing.
    bool leadsBack = false;      ///< A proxy on the way has known the request for one that it had sent itself.
    bool committed = false;      ///< The client has seen part of this answer.
};

/// The class of an attempt. Source: the failure table of the design, line by line; the user's own status lists come first.
FailureClass classify(const Evidence &evidence, const Config::Retry &rules = {});

/// What follows a failure that the client has not seen.
struct Remedy {
    bool otherEndpoint = false; ///< Another endpoint may do better, at once.
    bool sameEndpoint = false;  ///< This one may do better after a while.
    bool counts = false;        ///< Against the endpoint's health.
};

/// Source: the failure table of the design.
Remedy remedyFor(FailureClass failure);

/// Whether the status blames the request itself rather than the endpoint.
bool isCallerStatus(int status);

/// Whether the class of an answer with this status depends on its body.
bool needsBody(int status);

} // namespace qcc
