#include "core/routing/standing.h"

#include "core/routing/failure.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace qcc {

namespace {

/// A failure that cost its client a wait; the next client should not pay for finding out.
bool isSlow(FailureClass failure)
{
    return failure == FailureClass::Connect || failure == FailureClass::Timeout || failure == FailureClass::Broken;
}

std::chrono::milliseconds doubled(std::chrono::milliseconds first, int times, std::chrono::milliseconds most)
{
    return times > 16 ? most : std::min(most, first * (1 << std::max(0, times)));
}

QString reasonOf(const AttemptResult &result)
{
    const QString word = toWord(result.failure);
    return result.status >= 300 ? QStringLiteral("%1 (HTTP %2)").arg(word).arg(result.status) : word;
}

double secondsUntil(Standing::Time then, Standing::Time now)
{
    return std::max(0.0, std::chrono::duration<double>(then - now).count());
}

} // namespace

Standing::Standing(const Config::Breaker &rules, int ceiling) : m_breaker(rules), m_limit(ceiling) { }

void Standing::setRules(const Config::Breaker &rules, int ceiling, PoolStrategy strategy)
{
    m_breaker.setRules(rules);
    m_limit.setCeiling(ceiling);
    m_strategy = strategy;
}

int Standing::limit() const
{
    return m_strategy == PoolStrategy::Adaptive ? m_limit.limit() : std::numeric_limits<int>::max();
}

bool Standing::attemptStarted()
{
    ++m_inFlight;
    return m_breaker.state() == BreakerState::HalfOpen && m_breaker.takeLease();
}

void Standing::attemptEnded(const AttemptResult &result, bool probe, Time now)
{
    const int inFlight = m_inFlight--;
    switch (result.failure) {
    case FailureClass::Stale:
    case FailureClass::Cancelled:
    case FailureClass::Caller:
        // Says nothing about the endpoint: whoever comes next may be the probe.
        if (probe)
            m_breaker.releaseLease();
        return;
    case FailureClass::None:
        m_known = true;
        m_keyWorked = true;
        m_out = false;
        m_rest = RestReason::None;
        m_rateLimits = 0;
        m_degradedUntil = {};
        m_probeDue.reset();
        m_probes = 0;
        m_breaker.succeeded(now);
        if (result.firstByteMs) {
            const std::chrono::duration<double, std::milli> firstByte(*result.firstByteMs);
            m_firstByte.add(firstByte, now);
            m_limit.answered(firstByte, inFlight, now);
        }
        return;
    case FailureClass::RateLimit:
        m_known = true;
        m_rest = RestReason::RateLimit;
        m_restUntil = now + std::min<std::chrono::milliseconds>(longestRateLimitRest, result.retryAfter.value_or(doubled(rateLimitRest, m_rateLimits, 5min)));
        ++m_rateLimits;
        m_limit.overloaded(inFlight, now);
        break;
    case FailureClass::Quota:
        m_known = true;
        m_rest = RestReason::Quota;
        m_restUntil = now + quotaRest;
        break;
    case FailureClass::Auth:
        m_known = true;
        m_keyWorked = false;
        m_out = true;
        break;
    default:
        countFailure(result, now);
        return;
    }
    // A refusal of one kind or another: reachable, so that nothing is left to probe for.
    if (probe)
        m_breaker.releaseLease();
}

void Standing::countFailure(const AttemptResult &result, Time now)
{
    Q_ASSERT(remedyFor(result.failure).counts);
    m_known = true;
    m_reason = reasonOf(result);
    m_breaker.failed(now);
    if (result.status == 529)
        m_limit.overloaded(m_inFlight + 1, now);
    const int failures = m_breaker.consecutiveFailures();
    if (isSlow(result.failure)) {
        m_degradedUntil = now + 30s;
        if (m_breaker.state() == BreakerState::Closed && !m_probeDue)
            m_probeDue = now + 1s;
    } else {
        m_degradedUntil = std::max(m_degradedUntil, now + doubled(1s, failures - 1, 30s));
    }
    if (m_breaker.state() != BreakerState::Closed)
        m_probeDue.reset();
}

void Standing::verified(bool reachable, bool refusedKey, Time now)
{
    m_known = true;
    m_checkSoon.reset();
    ++m_verifications;
    // Some relays forbid the cheap request and take the real ones: a key that has worked is not out for that.
    if (refusedKey && m_keyWorked)
        reachable = true;
    else if (refusedKey || reachable)
        m_out = refusedKey;
    if (m_breaker.state() == BreakerState::Open) {
        m_breaker.verified(reachable, now);
    } else if (m_breaker.state() == BreakerState::Closed) {
        if (reachable) {
            m_probeDue.reset();
            m_probes = 0;
            m_degradedUntil = {};
        } else {
            // As good as a live attempt as evidence, and nobody had to wait for it.
            m_breaker.failed(now);
            m_reason = QStringLiteral("not reachable");
            m_degradedUntil = now + 30s;
            m_probeDue.reset();
            if (m_breaker.state() == BreakerState::Closed)
                m_probeDue = now + doubled(1s, ++m_probes, 30s);
        }
    }
}

void Standing::checkSoon(Time now)
{
    if (m_breaker.state() == BreakerState::Open)
        m_checkSoon = now + 1s;
}

void Standing::reset()
{
    m_checkSoon.reset();
    m_breaker.reset();
    m_keyWorked = false;
    m_out = false;
    m_rest = RestReason::None;
    m_rateLimits = 0;
    m_degradedUntil = {};
    m_probeDue.reset();
    m_probes = 0;
    m_known = false;
    m_reason.clear();
}

Tier Standing::tier(Time now) const
{
    if (m_out)
        return Tier::Out;
    if (m_breaker.state() == BreakerState::Open)
        return Tier::Open;
    if (rests(now))
        return Tier::Resting;
    // One request is the probe, by the usual order, so that a preferred endpoint comes back; the others wait for its end.
    if (m_breaker.state() == BreakerState::HalfOpen)
        return m_breaker.leaseTaken() ? Tier::Unhealthy : Tier::Healthy;
    return now < m_degradedUntil ? Tier::Degraded : Tier::Healthy;
}

HealthStatus Standing::health(Time now) const
{
    if (m_out || m_breaker.state() == BreakerState::Open)
        return HealthStatus::Unhealthy;
    if (rests(now) || m_breaker.state() == BreakerState::HalfOpen || m_breaker.consecutiveFailures() > 0)
        return HealthStatus::Degraded;
    return m_known ? HealthStatus::Healthy : HealthStatus::Unknown;
}

std::optional<Standing::Time> Standing::restsUntil(Time now) const
{
    if (rests(now))
        return m_restUntil;
    return m_breaker.verifyDue();
}

std::optional<Standing::Time> Standing::verifyDue() const
{
    if (m_breaker.state() != BreakerState::Open)
        return m_probeDue;
    const std::optional<Time> due = m_breaker.verifyDue();
    return m_checkSoon && *m_checkSoon < *due ? m_checkSoon : due;
}

EndpointState Standing::state(Time now) const
{
    EndpointState state;
    state.health = health(now);
    state.consecutiveFailures = m_breaker.consecutiveFailures();
    state.breaker = m_breaker.state();
    if (state.breaker != BreakerState::Closed)
        state.breakerReason = m_reason;
    state.rest = m_out ? RestReason::Auth : rests(now) ? m_rest : RestReason::None;
    if (rests(now))
        state.reopensInS = secondsUntil(m_restUntil, now);
    if (const auto due = m_breaker.verifyDue())
        state.reopensInS = std::max(state.reopensInS, secondsUntil(*due, now));
    state.verifyCount = m_verifications;
    state.inFlight = m_inFlight;
    state.concurrencyLimit = m_strategy == PoolStrategy::Adaptive ? m_limit.limit() : 0;
    state.firstByteMs = m_firstByte.value(now);
    return state;
}

} // namespace qcc
