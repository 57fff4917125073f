#pragma once

#include "core/api/apierror.h"
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
    bool ofApi = false;          ///< The path is the API's own, to a model.
    bool redirects = false;      ///< To somewhere else, of a request that must not be sent there by itself.
    bool blockedBefore = false;  ///< A field of the answer says that it is of a guard before the API.
    bool saysError = false;      ///< A 2xx that told an API's error: `error`.
    bool badOpening = false;     ///< A 2xx that turned out to be a page, nothing, or no answer.
    bool leadsBack = false;      ///< A proxy on the way has known the request for one that it had sent itself.
    bool committed = false;      ///< The client has seen part of this answer.
    ApiError error = {};         ///< What an answer that says no says.
};

/// The class of an attempt. Source: docs/answers.md, part 4, and the failure table of the design; the user's own status lists come first.
FailureClass classify(const Evidence &evidence, const Config::Retry &rules = {});

/// What a failure is held against.
enum class Scope {
    Nobody,
    Endpoint, ///< It counts for the breaker.
    Rest,     ///< The endpoint is left alone for a while.
    Model,    ///< The endpoint, for this model.
    Key,      ///< The endpoint's key.
};

/// What follows a failure that the client has not seen.
struct Remedy {
    bool otherEndpoint = false; ///< Another endpoint may do better, at once.
    bool sameEndpoint = false;  ///< This one may do better in the same exchange, after a while.
    bool again = false;         ///< This one may be asked again in the same exchange, once others have been.
    Scope against = Scope::Nobody;

    bool counts() const { return against == Scope::Endpoint; }
};

/// The one table of remedies. Source: docs/answers.md, part 4, and the failure table of the design.
const Remedy &remedyFor(FailureClass failure);

/// Whether the status blames the request itself rather than the endpoint.
bool isCallerStatus(int status);

} // namespace qcc
