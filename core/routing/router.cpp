#include "core/routing/router.h"

#include <algorithm>

namespace qcc {

QList<Endpoint> byPriority(const Cluster &cluster)
{
    QList<Endpoint> order;
    std::copy_if(cluster.endpoints.begin(), cluster.endpoints.end(), std::back_inserter(order),
                 [](const Endpoint &e) { return e.enabled; });
    std::stable_sort(order.begin(), order.end(), [](const Endpoint &a, const Endpoint &b) { return a.priority < b.priority; });
    return order;
}

void Router::configure(const ConfigSnapshot &config, const QString &cluster)
{
    const std::lock_guard lock(m_mutex);
    m_config = config;
    m_cluster = cluster.isEmpty() ? config->activeCluster : cluster;
    QSet<QString> known;
    for (const Cluster &c : config->clusters)
        for (const Endpoint &e : c.endpoints)
            known.insert(e.id);
    m_states.removeIf([&known](const std::pair<const QString &, EndpointState &> &entry) {
        return !known.contains(entry.first) && entry.second.inFlight == 0;
    });
}

QString Router::cluster() const
{
    const std::lock_guard lock(m_mutex);
    return m_cluster;
}

ConfigSnapshot Router::config() const
{
    const std::lock_guard lock(m_mutex);
    return m_config;
}

std::optional<Route> Router::choose(const QSet<QString> &tried) const
{
    ConfigSnapshot config;
    QString name;
    {
        const std::lock_guard lock(m_mutex);
        config = m_config;
        name = m_cluster;
    }
    const Cluster *cluster = config ? config->cluster(name) : nullptr;
    if (!cluster)
        return std::nullopt;
    std::optional<Route> route;
    for (const Endpoint &endpoint : byPriority(*cluster)) {
        if (tried.contains(endpoint.id))
            continue;
        if (route) {
            route->othersLeft = true;
            break;
        }
        route = Route{config, name, endpoint, false};
    }
    return route;
}

void Router::attemptStarted(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    ++m_states[endpoint].inFlight;
}

void Router::attemptEnded(const QString &endpoint, FailureClass failure, const QDateTime &now)
{
    const std::lock_guard lock(m_mutex);
    EndpointState &state = m_states[endpoint];
    --state.inFlight;
    switch (failure) {
    case FailureClass::Stale:
    case FailureClass::Cancelled:
        return; // says nothing about the endpoint
    case FailureClass::None:
    case FailureClass::Caller:
        state.consecutiveFailures = 0;
        state.health = HealthStatus::Healthy;
        break;
    default:
        ++state.consecutiveFailures;
        state.health = state.consecutiveFailures >= m_config->breaker.failures ? HealthStatus::Unhealthy : HealthStatus::Degraded;
        break;
    }
    state.lastCheck = now;
}

void Router::reset(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    const auto state = m_states.find(endpoint);
    if (state == m_states.end())
        return;
    // Attempts that run now will still end.
    const int inFlight = state->inFlight;
    *state = EndpointState();
    state->inFlight = inFlight;
}

QHash<QString, EndpointState> Router::states() const
{
    const std::lock_guard lock(m_mutex);
    return m_states;
}

} // namespace qcc
