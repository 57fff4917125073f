#include "core/routing/failure.h"

namespace qcc {

namespace {

FailureClass classifyFault(const Evidence &evidence)
{
    switch (evidence.fault) {
    case UpstreamFault::Cancelled:
    case UpstreamFault::Shortage:
        return FailureClass::Cancelled; // says nothing about the endpoint
    case UpstreamFault::LeadsBack:
        return FailureClass::Loop;
    default:
        break;
    }
    if (evidence.committed)
        return FailureClass::BrokenStream;
    if (evidence.phase < Phase::Headers)
        return FailureClass::Connect;
    if (evidence.fault == UpstreamFault::TimedOut)
        return FailureClass::Timeout;
    return evidence.provenUnread ? FailureClass::Stale : FailureClass::Broken;
}

} // namespace

bool isCallerStatus(int status)
{
    return status >= 400 && status < 500 && status != 401 && status != 402 && status != 403 && status != 408 && status != 429;
}

bool needsBody(int status)
{
    return status == 400 || status == 403 || status == 429;
}

Remedy remedyFor(FailureClass failure)
{
    switch (failure) {
    case FailureClass::Broken:
    case FailureClass::Transient:
        return {.otherEndpoint = true, .sameEndpoint = true, .counts = true};
    case FailureClass::Connect:
    case FailureClass::Timeout:
    case FailureClass::BadAnswer:
    case FailureClass::Loop:
        return {.otherEndpoint = true, .counts = true};
    case FailureClass::RateLimit:
    case FailureClass::Quota:
    case FailureClass::Auth:
        return {.otherEndpoint = true};
    case FailureClass::BrokenStream:
        return {.counts = true};
    case FailureClass::Stale: // has a rule of its own: once more at once
    case FailureClass::None:
    case FailureClass::Caller:
    case FailureClass::Cancelled:
        return {};
    }
    return {};
}

FailureClass classify(const Evidence &evidence, const Config::Retry &rules)
{
    if (evidence.fault != UpstreamFault::None)
        return classifyFault(evidence);
    if (evidence.status >= 300 && rules.passStatuses.contains(evidence.status))
        return FailureClass::Caller;
    if (evidence.leadsBack)
        return FailureClass::Loop;
    if (rules.retryStatuses.contains(evidence.status))
        return FailureClass::Transient;
    if (evidence.badOpening)
        return FailureClass::BadAnswer;
    if (evidence.quotaSpent && (needsBody(evidence.status) || evidence.status == 402))
        return FailureClass::Quota;
    switch (evidence.status) {
    case 401:
    case 403:
        return FailureClass::Auth;
    case 402:
        return FailureClass::Quota;
    case 408:
        return FailureClass::Transient;
    case 429:
        return FailureClass::RateLimit;
    default:
        break;
    }
    if (isCallerStatus(evidence.status))
        return FailureClass::Caller;
    return evidence.status >= 500 ? FailureClass::Transient : FailureClass::None;
}

} // namespace qcc
