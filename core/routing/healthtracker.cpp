#include "core/routing/healthtracker.h"

#include "core/routing/failure.h"

#include <algorithm>

namespace qcc {

using namespace std::chrono_literals;

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

double secondsUntil(HealthTracker::Time then, HealthTracker::Time now)
{
    return std::max(0.0, std::chrono::duration<double>(then - now).count());
}

} // namespace

HealthTracker::HealthTracker(const Config::Breaker &rules, int ceiling) : m_breaker(rules), m_limit(ceiling) { }

void HealthTracker::setRules(const Config::Breaker &rules, int ceiling, PoolStrategy strategy)
{
    m_breaker.setRules(rules);
    m_limit.setCeiling(ceiling);
    m_strategy = strategy;
}

int HealthTracker::limit() const
{
    return m_strategy == PoolStrategy::Adaptive ? m_limit.limit() : std::numeric_limits<int>::max();
}

bool HealthTracker::attemptStarted()
{
    ++m_inFlight;
    return m_breaker.state() == BreakerState::HalfOpen && m_breaker.takeLease();
}

void HealthTracker::attemptEnded(const AttemptResult &result, bool probe, Time now)
{
    const int inFlight = m_inFlight--;
    const bool saysNothing = result.auxiliary && result.failure != FailureClass::None && result.failure != FailureClass::Connect
        && result.failure != FailureClass::Broken;
    const Scope against = saysNothing ? Scope::Nobody : remedyFor(result.failure).against;
    if (result.failure == FailureClass::None)
        return wentWell(result, inFlight, now);
    if (against == Scope::Endpoint)
        return countFailure(result, now);
    // Who comes next may be the probe: either it says nothing about the endpoint, or that it is reachable, so that nothing is left to probe for.
    if (probe)
        m_breaker.releaseLease();
    m_known = m_known || against != Scope::Nobody;
    switch (against) {
    case Scope::Rest:
        // Another login may go on: vendors count by account.
        if (!result.login.isEmpty()) {
            restForLogin(result, now);
            break;
        }
        if (result.failure == FailureClass::Quota) {
            rest(RestReason::Quota, quotaRest, now);
            break;
        }
        rest(RestReason::RateLimit, std::min<std::chrono::milliseconds>(longestRateLimitRest, result.retryAfter.value_or(doubled(rateLimitRest, m_rateLimits, 5min))), now);
        ++m_rateLimits;
        m_limit.overloaded(inFlight, now);
        break;
    case Scope::Key:
        if (m_keyWorked)
            rest(RestReason::Auth, doubled(keyRest, m_keyRefusals++, longestKeyRest), now);
        else
            m_out = true;
        break;
    case Scope::Model:
        restForModel(result.model, now);
        break;
    case Scope::Nobody:
    case Scope::Endpoint:
        break;
    }
}

void HealthTracker::wentWell(const AttemptResult &result, int inFlight, Time now)
{
    m_known = true;
    m_degradedUntil = {};
    m_probeDue.reset();
    m_probes = 0;
    m_breaker.succeeded(now);
    // Many list their models for everybody: that says nothing about the key, nor about what a model would answer.
    if (result.auxiliary)
        return;
    m_keyWorked = true;
    m_out = false;
    // An answer that was on its way already says nothing against a refusal that came meanwhile.
    if (m_rest == RestReason::None || !result.began || *result.began >= m_restSince || !rests(now)) {
        m_rest = RestReason::None;
        m_rateLimits = 0;
        m_keyRefusals = 0;
    }
    m_models.remove(result.model);
    if (const auto its = m_logins.constFind(result.login); its != m_logins.cend() && (!result.began || *result.began >= its->since || its->until <= now))
        m_logins.erase(its);
    if (result.firstByteMs) {
        const std::chrono::duration<double, std::milli> firstByte(*result.firstByteMs);
        m_firstByte.add(firstByte, now);
        m_limit.answered(firstByte, inFlight, now);
    }
}

/// A milder refusal never shortens a longer rest, and the graver reason stays.
void HealthTracker::rest(RestReason reason, std::chrono::milliseconds time, Time now)
{
    if (rests(now)) {
        m_rest = std::max(m_rest, reason);
        m_restUntil = std::max(m_restUntil, now + time);
    } else {
        m_rest = reason;
        m_restUntil = now + time;
    }
    m_restSince = now;
}

void HealthTracker::restForModel(const QString &model, Time now)
{
    m_models.removeIf([now](const std::pair<const QString &, Time &> &entry) { return entry.second <= now; });
    if (!model.isEmpty() && m_models.size() < mostModels)
        m_models.insert(model, now + modelRest);
}

void HealthTracker::restForLogin(const AttemptResult &result, Time now)
{
    // Known a while longer than it rests, so that the next refusal is known for one more in a row.
    m_logins.removeIf([now](const std::pair<const QByteArray &, LoginRest &> &entry) { return entry.second.until + longestRateLimitRest <= now; });
    if (!m_logins.contains(result.login) && m_logins.size() >= mostLogins) {
        const auto first = std::min_element(m_logins.cbegin(), m_logins.cend(), [](const LoginRest &a, const LoginRest &b) { return a.until < b.until; });
        m_logins.remove(QByteArray(first.key()));
    }
    LoginRest &its = m_logins[result.login];
    const auto usual = doubled(rateLimitRest, its.rateLimits, 5min);
    const std::chrono::milliseconds time = result.failure == FailureClass::Quota
        ? std::chrono::milliseconds(quotaRest)
        : std::min<std::chrono::milliseconds>(longestRateLimitRest, result.retryAfter.value_or(usual));
    if (result.failure == FailureClass::RateLimit)
        ++its.rateLimits;
    its.until = std::max(its.until, now + time);
    its.since = now;
}

void HealthTracker::countFailure(const AttemptResult &result, Time now)
{
    Q_ASSERT(remedyFor(result.failure).counts());
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

void HealthTracker::verified(bool reachable, bool refusedKey, Time now)
{
    m_known = true;
    m_checkSoon.reset();
    ++m_verifications;
    if (refusedKey && m_rest == RestReason::Auth && !m_checkForbidden) {
        rest(RestReason::Auth, doubled(keyRest, m_keyRefusals++, longestKeyRest), now);
        reachable = true;
    } else if (refusedKey && m_keyWorked) {
        // Some relays forbid the cheap request and take the real ones: a key that works is not out for that.
        m_checkForbidden = m_checkForbidden || m_rest != RestReason::Auth;
        reachable = true;
        if (m_rest == RestReason::Auth)
            m_rest = RestReason::None;
    } else if (refusedKey || reachable) {
        m_out = refusedKey;
        if (m_rest == RestReason::Auth)
            m_rest = RestReason::None;
    }
    if (m_rest == RestReason::Auth && !rests(now))
        m_rest = RestReason::None; // not reached, which is the breaker's matter
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

void HealthTracker::messageTested(FailureClass failure, Time now)
{
    const Scope against = remedyFor(failure).against;
    if (failure == FailureClass::None) {
        wentWell({.began = now}, m_inFlight, now);
    } else if (against == Scope::Endpoint) {
        verified(false, false, now);
    } else if (against == Scope::Key && !m_keyWorked) {
        m_known = true;
        m_out = true;
    }
}

void HealthTracker::checkSoon(Time now)
{
    if (m_breaker.state() == BreakerState::Open)
        m_checkSoon = now + 1s;
}

void HealthTracker::reset()
{
    m_checkSoon.reset();
    m_breaker.reset();
    m_out = false;
    m_checkForbidden = false;
    m_rest = RestReason::None;
    m_rateLimits = 0;
    m_keyRefusals = 0;
    m_models.clear();
    m_logins.clear();
    m_degradedUntil = {};
    m_probeDue.reset();
    m_probes = 0;
    m_known = false;
    m_reason.clear();
}

Tier HealthTracker::tier(Time now, const QString &model, const QByteArray &login) const
{
    if (m_out)
        return Tier::Out;
    if (m_breaker.state() == BreakerState::Open)
        return Tier::Open;
    if (rests(now) || m_models.value(model, now) > now || (!login.isEmpty() && m_logins.value(login).until > now))
        return Tier::Resting;
    // One request is the probe, by the usual order, so that a preferred endpoint comes back; the others wait for its end.
    if (m_breaker.state() == BreakerState::HalfOpen)
        return m_breaker.leaseTaken() ? Tier::Unhealthy : Tier::Healthy;
    return now < m_degradedUntil ? Tier::Degraded : Tier::Healthy;
}

HealthStatus HealthTracker::health(Time now) const
{
    if (m_out || m_breaker.state() == BreakerState::Open)
        return HealthStatus::Unhealthy;
    if (rests(now) || m_breaker.state() == BreakerState::HalfOpen || m_breaker.consecutiveFailures() > 0)
        return HealthStatus::Degraded;
    return m_known ? HealthStatus::Healthy : HealthStatus::Unknown;
}

std::optional<HealthTracker::Time> HealthTracker::restsUntil(Time now, const QString &model, const QByteArray &login) const
{
    if (rests(now))
        return m_restUntil;
    if (const Time until = m_logins.value(login).until; !login.isEmpty() && until > now)
        return until;
    if (const Time until = m_models.value(model, now); until > now)
        return until;
    return m_breaker.verifyDue();
}

std::optional<HealthTracker::Time> HealthTracker::verifyDue() const
{
    if (m_breaker.state() != BreakerState::Open) {
        // Whether a key that has worked works again is the check's to find out.
        if (m_rest == RestReason::Auth)
            return m_probeDue ? std::min(*m_probeDue, m_restUntil) : m_restUntil;
        return m_probeDue;
    }
    const std::optional<Time> due = m_breaker.verifyDue();
    return m_checkSoon && *m_checkSoon < *due ? m_checkSoon : due;
}

EndpointState HealthTracker::state(Time now) const
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
    for (auto model = m_models.cbegin(); model != m_models.cend(); ++model)
        if (*model > now)
            state.restingModels.append({model.key(), secondsUntil(*model, now)});
    for (const LoginRest &its : m_logins)
        if (its.until > now)
            state.restingLogins.append(secondsUntil(its.until, now));
    state.verifyCount = m_verifications;
    state.inFlight = m_inFlight;
    state.concurrencyLimit = m_strategy == PoolStrategy::Adaptive ? m_limit.limit() : 0;
    state.firstByteMs = m_firstByte.value(now);
    return state;
}

} // namespace qcc
