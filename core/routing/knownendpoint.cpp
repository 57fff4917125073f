#include "core/routing/knownendpoint.h"

#include <algorithm>
#include <utility>

using namespace std::chrono_literals;

namespace qcc {

namespace {

/// An endpoint at its limit rests for a second again and again: that is one piece of news, not hundreds.
constexpr auto rateLimitNewsEvery = 60s;

NewsKind newsOf(RestReason rest)
{
    switch (rest) {
    case RestReason::Auth:
        return NewsKind::KeyRefused;
    case RestReason::Quota:
        return NewsKind::QuotaSpent;
    case RestReason::RateLimit:
    case RestReason::None:
        return NewsKind::RateLimited;
    }
    Q_UNREACHABLE();
}

/// The stricter one; 0 is none.
int stricter(int a, int b)
{
    return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
}

} // namespace

KnownEndpoint::KnownEndpoint(const Endpoint &its, const Config &config) : endpoint(its), health(config.breaker, config.pool.maxConnections) { }

void KnownEndpoint::configure(const QList<Endpoint> &places, const Config &config)
{
    health.setRules(config.breaker, config.pool.maxConnections, config.pool.strategy);
    const bool edited = std::any_of(places.begin(), places.end(), [this](const Endpoint &e) { return !m_places.contains(e); });
    m_places = places;
    // One that is enabled speaks for all: a disabled copy must not keep it from being checked.
    const auto enabled = std::find_if(places.begin(), places.end(), [](const Endpoint &e) { return e.mayServe(); });
    endpoint = enabled == places.end() ? places.first() : *enabled;
    int maxConcurrent = 0;
    int requestsPerMinute = 0;
    for (const Endpoint &place : places) {
        maxConcurrent = stricter(maxConcurrent, place.maxConcurrent);
        requestsPerMinute = stricter(requestsPerMinute, place.requestsPerMinute);
    }
    own.set(maxConcurrent, requestsPerMinute);
    programKey.set(endpoint.apiKeyCommand, endpoint.apiKeyTtl);
    // Whoever edits an endpoint wants it tried.
    if (edited)
        health.reset();
}

void KnownEndpoint::tellChange(const EndpointState &before, Time now, const std::function<void(RoutingNews &&)> &tell)
{
    const EndpointState after = health.state(now);
    const auto tellUnlessOld = [&](NewsKind kind, const QString &reason) {
        RoutingNews news{kind, endpoint.id, endpoint.name, reason, after.reopensInS};
        m_awayUntold = isOldNews(news, now);
        if (m_awayUntold)
            return;
        if (kind == NewsKind::RateLimited)
            m_toldOfRateLimit = now;
        if (kind == NewsKind::KeyRefused)
            m_toldOfKey = true;
        tell(std::move(news));
    };
    if (after.rest != before.rest && after.rest != RestReason::None)
        tellUnlessOld(newsOf(after.rest), {});
    if (after.breaker == BreakerState::Open && before.breaker != BreakerState::Open)
        tellUnlessOld(NewsKind::Opened, after.breakerReason);
    const bool wasAway = before.breaker != BreakerState::Closed || before.rest != RestReason::None;
    if (wasAway && after.breaker == BreakerState::Closed && after.rest == RestReason::None)
        tellUnlessOld(NewsKind::Returned, {});
}

bool KnownEndpoint::isOldNews(const RoutingNews &news, Time now) const
{
    if (news.kind == NewsKind::Returned)
        return m_awayUntold;
    if (news.kind == NewsKind::KeyRefused && news.seconds > 0)
        return m_toldOfKey;
    return news.kind == NewsKind::RateLimited && m_toldOfRateLimit && now - *m_toldOfRateLimit < rateLimitNewsEvery
        && news.seconds < std::chrono::duration<double>(rateLimitNewsEvery).count();
}

int KnownEndpoint::roomInLine() const
{
    const int allowed = own.concurrentRoom(health.inFlight());
    // Only by the owner's limit anybody waits for the last resort.
    const bool mayBeLastResort = own.maxConcurrent() != 0 && !(health.isWell() && health.servesAllModels());
    return mayBeLastResort ? allowed : std::min(health.room(), allowed);
}

std::optional<KnownEndpoint::Time> KnownEndpoint::checkDue() const
{
    const std::optional<Time> due = endpoint.mayServe() ? health.verifyDue() : std::nullopt;
    // Nobody can look without a key.
    if (!due || programKey.isBeingAsked())
        return std::nullopt;
    return std::max(*due, programKey.checkFrom().value_or(*due));
}

Endpoint KnownEndpoint::withKey() const
{
    Endpoint whole = endpoint;
    if (programKey.isUsed())
        whole.apiKey = programKey.key();
    return whole;
}

void KnownEndpoint::keySaid(const QByteArray &key, Time now, const std::function<void(RoutingNews &&)> &tell)
{
    const bool hadFailed = !programKey.why().isEmpty();
    // What was held against the key before was held against another one.
    if (programKey.said(key, now) && health.state(now).rest == RestReason::Auth)
        health.reset();
    if (hadFailed && tell)
        tell({NewsKind::Returned, endpoint.id, endpoint.name, {}, 0});
}

void KnownEndpoint::keyFailed(const QString &why, Time now, const std::function<void(RoutingNews &&)> &tell)
{
    // Once for all the times that it fails in a row.
    const bool isNews = programKey.why().isEmpty();
    programKey.failed(why, now);
    if (isNews && tell)
        tell({NewsKind::NoKey, endpoint.id, endpoint.name, why, 0});
}

} // namespace qcc
