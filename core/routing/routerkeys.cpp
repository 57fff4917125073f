#include "core/routing/router.h"

#include "core/routing/failure.h"
#include "core/routing/routeoptions.h"

#include <utility>

// What the router knows of endpoints' keys: which have worked, and those that programs say.

namespace qcc {

void Router::keysHaveWorked(const QSet<QString> &endpoints)
{
    const std::lock_guard lock(m_mutex);
    m_workedKeys = endpoints;
    m_trustsAllKeys = false;
    for (const QString &id : endpoints) {
        if (const auto found = m_endpoints.find(id); found != m_endpoints.end())
            found->health.keyHasWorked();
    }
}

void Router::allKeysHaveWorked()
{
    const std::lock_guard lock(m_mutex);
    m_trustsAllKeys = true;
    for (KnownEndpoint &entry : m_endpoints)
        entry.health.keyHasWorked();
}

void Router::setKeyListener(std::function<void(const Endpoint &)> worked)
{
    const std::lock_guard lock(m_mutex);
    m_keyWorked = std::move(worked);
}

void Router::setKeyWanted(std::function<void(const Endpoint &)> wanted)
{
    const std::lock_guard lock(m_mutex);
    m_keyWanted = std::move(wanted);
}

bool Router::hasKey(KnownEndpoint &entry, Time now)
{
    const ProgramKey::Need need = entry.programKey.need(now);
    if (need == ProgramKey::Need::Ask && m_keyWanted) {
        entry.programKey.asked();
        m_keyWanted(entry.endpoint);
    }
    return need == ProgramKey::Need::Nothing;
}

void Router::leaveSlowKeys(QList<RouteOption> &options, Time now)
{
    QList<RouteOption> atOnce;
    for (const RouteOption &option : std::as_const(options)) {
        const auto found = m_endpoints.find(option.endpoint->id);
        if (found == m_endpoints.end() || !found->programKey.hasFailed() || hasKey(*found, now))
            atOnce.append(option);
    }
    if (!atOnce.isEmpty())
        options = atOnce;
}

void Router::keySaid(const Endpoint &endpoint, const QByteArray &key, Time now)
{
    learnKey(endpoint, [&](KnownEndpoint &entry) { entry.keySaid(key, now, m_news); });
}

void Router::keyFailed(const Endpoint &endpoint, const QString &why, Time now)
{
    learnKey(endpoint, [&](KnownEndpoint &entry) { entry.keyFailed(why, now, m_news); });
}

void Router::learnKey(const Endpoint &endpoint, const std::function<void(KnownEndpoint &)> &learn)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_endpoints.find(endpoint.id);
    if (found == m_endpoints.end() || found->programKey.command() != endpoint.apiKeyCommand)
        return;
    learn(*found);
    if (m_verificationWanted)
        m_verificationWanted();
    m_line.wakeAll();
}

bool Router::maySayAnotherKey(const Route &route, FailureClass failure, bool auxiliary, Time now) const
{
    if (failure != FailureClass::Auth || auxiliary || route.endpoint.apiKeyCommand.isEmpty())
        return false;
    const std::lock_guard lock(m_mutex);
    const auto found = m_endpoints.constFind(route.endpoint.id);
    return found != m_endpoints.cend() && found->programKey.mayDiffer(route.endpoint.apiKey, now);
}

} // namespace qcc
