#include "core/routing/failure.h"

#include "core/config/loginhosts.h"

#include <algorithm>
#include <array>

namespace qcc {

using namespace std::chrono_literals;

namespace {

struct Row {
    FailureClass failure;
    Remedy remedy;
};

// class, then: another endpoint, the same one, the same one once others were asked, and whom it is held against.
constexpr std::array table = {
    Row{FailureClass::None, {}},
    Row{FailureClass::Stale, {}}, // has a rule of its own: once more at once
    Row{FailureClass::Connect, {true, false, true, Scope::Endpoint}},
    Row{FailureClass::Broken, {true, true, true, Scope::Endpoint}},
    Row{FailureClass::Transient, {true, true, true, Scope::Endpoint}},
    Row{FailureClass::RateLimit, {true, false, true, Scope::Rest}},
    Row{FailureClass::Quota, {true, false, false, Scope::Rest}},
    Row{FailureClass::Auth, {true, false, false, Scope::Key}},
    Row{FailureClass::Timeout, {true, false, true, Scope::Endpoint}},
    Row{FailureClass::BadAnswer, {true, false, true, Scope::Endpoint}},
    Row{FailureClass::Caller, {}},
    Row{FailureClass::BrokenStream, {false, false, false, Scope::Endpoint}},
    Row{FailureClass::Loop, {true, false, false, Scope::Endpoint}}, // not out until it is edited: a name that was hijacked mends by itself
    Row{FailureClass::Cancelled, {}},
    Row{FailureClass::Model, {true, false, false, Scope::Model}},
    Row{FailureClass::Blocked, {true, false, false, Scope::Endpoint}},
    Row{FailureClass::Misplaced, {true, false, false, Scope::Endpoint}},
    Row{FailureClass::NoNetwork, {true, false, false, Scope::Nobody}}, // an endpoint on this computer may still answer
};
static_assert(table.size() == EnumTable<FailureClass>::values.size(), "a row for each failure class");
static_assert(std::ranges::all_of(EnumTable<FailureClass>::values, [](FailureClass f) { return table[static_cast<std::size_t>(f)].failure == f; }),
              "in the order of QCC_FAILURE_CLASSES");

FailureClass classifyFault(const Evidence &evidence)
{
    switch (evidence.fault) {
    case UpstreamFault::Cancelled:
    case UpstreamFault::Shortage:
        return FailureClass::Cancelled; // says nothing about the endpoint
    case UpstreamFault::NoNetwork:
        return FailureClass::NoNetwork;
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

/// What a status says by itself, or a number in an error that has none.
ErrorKind kindOfStatus(int status)
{
    switch (status) {
    case 401:
    case 403:
        return ErrorKind::Auth;
    case 402:
        return ErrorKind::Quota;
    case 408:
        return ErrorKind::Overloaded;
    case 429:
        return ErrorKind::RateLimit;
    default:
        break;
    }
    if (status >= 500)
        return ErrorKind::Overloaded;
    return status >= 400 ? ErrorKind::Caller : ErrorKind::Unknown;
}

FailureClass classOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Quota:
        return FailureClass::Quota;
    case ErrorKind::Model:
        return FailureClass::Model;
    case ErrorKind::RateLimit:
        return FailureClass::RateLimit;
    case ErrorKind::Auth:
        return FailureClass::Auth;
    case ErrorKind::Overloaded:
        return FailureClass::Transient;
    case ErrorKind::Caller:
        return FailureClass::Caller;
    case ErrorKind::Unknown:
        break;
    }
    return FailureClass::BadAnswer;
}

/// The more particular goes first, a code before a type. A status counts where there is one, else the number in the error.
ErrorKind kindOf(const ApiError &error, int status)
{
    const ErrorWords &words = error.words;
    if (words.code != ErrorKind::Unknown)
        return words.code;
    if (status == 0)
        return std::min(kindOfStatus(words.number), words.rest);
    // A relay's own failure that wraps an upstream's refusal for its rate.
    if (words.number == 429 && status >= 500)
        return ErrorKind::RateLimit;
    if (status == 403) {
        // Anybody may forbid; only what speaks of the key is about the key.
        if (words.rest == ErrorKind::Unknown || words.rest == ErrorKind::Caller)
            return words.aboutKey ? ErrorKind::Auth : words.rest;
        return words.rest;
    }
    return std::min(kindOfStatus(status), words.rest);
}

FailureClass classifyRefusal(const Evidence &evidence)
{
    const int status = evidence.status;
    const ApiError::Form form = evidence.error.form;
    if (evidence.redirects)
        return FailureClass::Misplaced;
    if (status < 400)
        return FailureClass::None;
    const bool noWords = form == ApiError::Form::Page || evidence.blockedBefore;
    if ((status == 403 || status == 503) && (noWords || form == ApiError::Form::Empty))
        return FailureClass::Blocked;
    const ErrorKind kind = kindOf(evidence.error, status);
    if (evidence.ofApi && kind == ErrorKind::Caller && (status == 405 || (status == 404 && form != ApiError::Form::Object)))
        return FailureClass::Misplaced;
    if (status == 403 && kind == ErrorKind::Unknown)
        return FailureClass::Blocked;
    return classOf(kind);
}

/// Whether an answer is a no to the WebSocket that was asked for, and to nothing else. Who does not speak it says what he says to a path or a method
/// that he does not know, be it a page; some servers say 403 and no word.
bool declinesWebSocket(const Evidence &evidence)
{
    const int status = evidence.status;
    const bool silent = status == 403 && evidence.error.form == ApiError::Form::Empty && !evidence.blockedBefore;
    return evidence.webSocket && (status == 404 || status == 405 || status == 426 || status == 501 || silent);
}

} // namespace

bool isCallerStatus(int status)
{
    return kindOfStatus(status) == ErrorKind::Caller;
}

const Remedy &remedyFor(FailureClass failure)
{
    return table[static_cast<std::size_t>(failure)].remedy;
}

namespace {

/// Whose credential was refused. Nobody else has another one for it, and the client renews it when it hears of that.
FailureClass ofLogin(FailureClass failure, const Evidence &evidence)
{
    const bool refusesIt = evidence.status == 401 || evidence.status == 403 || failure == FailureClass::Auth;
    return evidence.toClientsLogin && refusesIt ? FailureClass::Caller : failure;
}

} // namespace

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
    if (evidence.saysError)
        return ofLogin(classOf(kindOf(evidence.error, 0)), evidence);
    if (evidence.badOpening)
        return FailureClass::BadAnswer;
    return evidence.status >= 300 && !declinesWebSocket(evidence) ? ofLogin(classifyRefusal(evidence), evidence) : FailureClass::None;
}

namespace {

constexpr auto longestPause = 60s;

} // namespace

int Tries::timesOn(const QString &endpoint) const
{
    return static_cast<int>(std::count_if(made.begin(), made.end(), [&](const Try &t) { return t.endpoint == endpoint; }));
}

const Tries::Try *Tries::lastOn(const QString &endpoint) const
{
    const auto found = std::find_if(made.rbegin(), made.rend(), [&](const Try &t) { return t.endpoint == endpoint; });
    return found == made.rend() ? nullptr : &*found;
}

bool maySendTo(const Endpoint &endpoint, const Tries &tries)
{
    return endpoint.mayServe() && (endpoint.auth != AuthStyle::Passthrough || (!tries.login.isEmpty() && mayTakeLoginOf(endpoint, tries.loginDialect)));
}

std::optional<Tries::Time> mayTry(const QString &endpoint, const Tries &tries, Tries::Time now)
{
    const Tries::Try *last = tries.lastOn(endpoint);
    if (!last)
        return now;
    if (tries.timesOn(endpoint) >= tries.config->retry.maxAttemptsPerEndpoint)
        return std::nullopt;
    // A spent quota, a refused key, a missing model, a wrong address or a way in circles is not cured by asking again.
    if (!remedyFor(last->failure).again && !last->anotherKey)
        return std::nullopt;
    const bool justNow = last == &tries.made.last();
    if (justNow && !remedyFor(last->failure).sameEndpoint && !last->anotherKey)
        return std::nullopt;
    if (last->notBefore == Tries::Time::max())
        return std::nullopt;
    return std::max(now, last->notBefore);
}

std::optional<std::chrono::milliseconds> pauseAfter(FailureClass failure, std::optional<std::chrono::milliseconds> retryAfter,
                                                    std::chrono::milliseconds backoff)
{
    const bool asked = failure == FailureClass::Transient || failure == FailureClass::RateLimit;
    if (!asked || !retryAfter)
        return backoff;
    if (*retryAfter > longestPause)
        return std::nullopt;
    return std::max(*retryAfter, std::chrono::milliseconds(backoff.count() / 4));
}

} // namespace qcc
