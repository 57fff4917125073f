#include "core/routing/tries.h"

#include "core/routing/failure.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace qcc {

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

std::optional<Tries::Time> mayTry(const QString &endpoint, const Tries &tries, Tries::Time now)
{
    const Tries::Try *last = tries.lastOn(endpoint);
    if (!last)
        return now;
    if (tries.timesOn(endpoint) >= tries.config->retry.maxAttemptsPerEndpoint)
        return std::nullopt;
    // A spent quota, a refused key, a missing model, a wrong address or a way in circles is not cured by asking again.
    if (!remedyFor(last->failure).again)
        return std::nullopt;
    const bool justNow = last == &tries.made.last();
    if (justNow && !remedyFor(last->failure).sameEndpoint)
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
