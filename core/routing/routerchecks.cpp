#include "core/routing/router.h"

// What the router learns of endpoints by checks, in the background or by hand, and which are due.

namespace qcc {

void Router::verified(const QString &endpoint, bool reachable, bool refusedKey, Time now, const QByteArray &key)
{
    checked(endpoint, [&](KnownEndpoint &entry) {
        if (!refusedKey || !entry.programKey.refused(key, now))
            entry.health.verified(reachable, refusedKey, now);
    }, now);
}

void Router::messageTested(const QString &endpoint, FailureClass failure, Time now, const QByteArray &key)
{
    checked(endpoint, [&](KnownEndpoint &entry) {
        if (failure == FailureClass::Auth && entry.programKey.refused(key, now))
            return;
        const bool keyWorked = entry.health.keyWorked();
        entry.health.messageTested(failure, now);
        if (failure == FailureClass::None)
            entry.keyWasTaken();
        if (!keyWorked && entry.health.keyWorked() && m_keyWorked)
            m_keyWorked(entry.endpoint);
    }, now);
}

void Router::checked(const QString &endpoint, const std::function<void(KnownEndpoint &)> &learn, Time now)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_endpoints.find(endpoint);
    if (found == m_endpoints.end())
        return;
    const EndpointState before = found->health.state(now);
    learn(*found);
    found->lastCheck = QDateTime::currentDateTimeUtc();
    if (m_news)
        found->tellChange(before, now, m_news);
    if (m_verificationWanted)
        m_verificationWanted();
    m_line.wakeAll();
}

void Router::checkSoon(Time now)
{
    const std::lock_guard lock(m_mutex);
    for (KnownEndpoint &entry : m_endpoints)
        entry.health.checkSoon(now);
    if (m_verificationWanted)
        m_verificationWanted();
}

void Router::reset(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_endpoints.find(endpoint);
    if (found != m_endpoints.end()) {
        found->health.reset();
        found->lastCheck.reset();
    }
    m_line.wakeAll();
}

QList<Endpoint> Router::verificationsDue(Time now)
{
    const std::lock_guard lock(m_mutex);
    QList<Endpoint> due;
    for (KnownEndpoint &entry : m_endpoints) {
        const std::optional<Time> when = entry.checkDue();
        if (when && *when <= now && (!entry.programKey.isUsed() || hasKey(entry, now)))
            due.append(entry.withKey());
    }
    return due;
}

std::optional<Router::Time> Router::nextVerification(const QSet<QString> &except) const
{
    const std::lock_guard lock(m_mutex);
    std::optional<Time> next;
    for (const KnownEndpoint &entry : m_endpoints) {
        const std::optional<Time> when = entry.checkDue();
        if (when && !except.contains(entry.endpoint.id) && (!next || *when < *next))
            next = when;
    }
    return next;
}

} // namespace qcc
