#include "core/health/probeverdict.h"

#include "core/routing/failure.h"

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QString answerText(int status)
{
    switch (status) {
    case 401:
        return u"the key was refused (HTTP 401)"_s;
    case 403:
        return u"access was refused (HTTP 403)"_s;
    default:
        return u"the endpoint answered HTTP %1"_s.arg(status);
    }
}

QString withDetail(const QString &text, const QString &detail)
{
    return detail.isEmpty() ? text : text + u": "_s + detail;
}

QString faultText(UpstreamFault fault, Phase phase, const QString &detail)
{
    switch (fault) {
    case UpstreamFault::Cancelled:
        return u"the test was cancelled"_s;
    case UpstreamFault::Refused:
        return u"the connection was refused"_s;
    case UpstreamFault::HostNotFound:
        return u"the host was not found"_s;
    case UpstreamFault::TlsFailed:
        return withDetail(u"no TLS connection"_s, detail);
    case UpstreamFault::ProxyFailed:
        return withDetail(u"no way through the proxy"_s, detail);
    case UpstreamFault::Closed:
        return phase < Phase::Headers ? u"the connection was closed before the request"_s
                                      : u"the connection was closed before an answer"_s;
    case UpstreamFault::NoNetwork:
        return u"this computer has no network"_s;
    case UpstreamFault::LeadsBack:
        return detail;
    case UpstreamFault::NoHttp:
        return withDetail(u"the answer is not HTTP"_s, detail);
    default:
        return withDetail(u"the connection failed"_s, detail);
    }
}

QString silenceText(Phase phase)
{
    switch (phase) {
    case Phase::Queue:
        return u"no connection was free within %1 s"_s;
    case Phase::Dns:
        return u"the host was not found within %1 s"_s;
    case Phase::Connect:
        return u"no connection within %1 s"_s;
    case Phase::Tls:
        return u"no TLS connection within %1 s"_s;
    case Phase::Headers:
    case Phase::Body:
        return u"no answer within %1 s"_s;
    }
    Q_UNREACHABLE();
}

} // namespace

ProbeResult verdictOn(int status, const ApiError &said, bool blockedBefore)
{
    ProbeResult result;
    result.phase = Phase::Body;
    result.status = status;
    const FailureClass failure = classify({.phase = Phase::Body, .status = status, .blockedBefore = blockedBefore, .error = said});
    result.reachable = status < 500 && failure != FailureClass::Auth;
    if (!result.reachable) {
        result.failure = failure;
        result.error = answerText(status);
    }
    return result;
}

ProbeResult verdictOn(UpstreamFault fault, Phase phase, const QString &detail)
{
    ProbeResult result;
    result.phase = phase;
    result.failure = classify({.fault = fault, .phase = phase});
    result.error = faultText(fault, phase, detail);
    return result;
}

ProbeResult verdictOnSilence(Phase phase, std::chrono::milliseconds timeout)
{
    ProbeResult result;
    result.phase = phase;
    // Who only waited for a connection of ours has not heard from the endpoint.
    result.failure = phase == Phase::Queue ? FailureClass::Cancelled
                                           : classify({.fault = UpstreamFault::TimedOut, .phase = phase});
    result.error = silenceText(phase).arg(static_cast<double>(timeout.count()) / 1000);
    return result;
}

ProbeResult verdictOnKeyFault(const QString &fault)
{
    ProbeResult result;
    result.failure = FailureClass::Auth;
    result.phase = Phase::Queue;
    result.error = fault;
    return result;
}

} // namespace qcc
