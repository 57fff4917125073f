#include "core/routing/failure.h"

namespace qcc {

bool isCallerStatus(int status)
{
    return status >= 400 && status < 500 && status != 401 && status != 402 && status != 403 && status != 408 && status != 429;
}

bool movesOn(FailureClass failure)
{
    switch (failure) {
    case FailureClass::Connect:
    case FailureClass::Broken:
    case FailureClass::Transient:
    case FailureClass::RateLimit:
    case FailureClass::Quota:
    case FailureClass::Auth:
    case FailureClass::Timeout:
    case FailureClass::BadAnswer:
        return true;
    case FailureClass::None:
    case FailureClass::Stale:
    case FailureClass::Caller:
    case FailureClass::BrokenStream:
    case FailureClass::Cancelled:
        return false;
    }
    return false;
}

FailureClass classify(const Evidence &evidence)
{
    if (evidence.transport == QNetworkReply::OperationCanceledError)
        return FailureClass::Cancelled;
    if (evidence.transport != QNetworkReply::NoError) {
        if (evidence.committed)
            return FailureClass::BrokenStream;
        if (evidence.phase < Phase::Headers)
            return FailureClass::Connect;
        if (evidence.transport == QNetworkReply::TimeoutError)
            return FailureClass::Timeout;
        const bool closed = evidence.transport == QNetworkReply::RemoteHostClosedError
            || evidence.transport == QNetworkReply::UnknownNetworkError;
        if (closed && evidence.reusedConnection && evidence.answerUntouched)
            return FailureClass::Stale;
        return FailureClass::Broken;
    }
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
