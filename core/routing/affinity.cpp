#include "core/routing/affinity.h"

#include <QCryptographicHash>

#include <algorithm>

namespace qcc {

namespace {

constexpr qsizetype longestKeyBytes = 64;

QByteArray keyOf(const QByteArray &conversation)
{
    if (conversation.size() > longestKeyBytes)
        return QCryptographicHash::hash(conversation, QCryptographicHash::Sha256);
    return conversation;
}

} // namespace

Affinity::Affinity(qsizetype capacity)
    : m_capacity(std::max<qsizetype>(1, capacity))
{
}

QString Affinity::endpointOf(const QByteArray &conversation, Time now, std::chrono::seconds ttl)
{
    if (conversation.isEmpty() || ttl <= std::chrono::seconds(0))
        return {};
    while (!m_bindings.empty() && now - m_bindings.back().used > ttl)
        dropOldest();
    const auto place = m_places.constFind(keyOf(conversation));
    if (place == m_places.cend())
        return {};
    touch(*place, now);
    return m_bindings.front().endpoint;
}

void Affinity::bind(const QByteArray &conversation, const QString &endpoint, Time now)
{
    Q_ASSERT(!endpoint.isEmpty());
    if (conversation.isEmpty())
        return;
    const QByteArray key = keyOf(conversation);
    const auto place = m_places.constFind(key);
    if (place != m_places.cend()) {
        touch(*place, now);
        m_bindings.front().endpoint = endpoint;
        return;
    }
    while (size() >= m_capacity)
        dropOldest();
    // A copy of its own: the caller's may be a view into a request's head.
    const QByteArray kept(key.constData(), key.size());
    const Time newest = m_bindings.empty() ? now : std::max(now, m_bindings.front().used);
    m_bindings.push_front({kept, endpoint, newest});
    m_places.insert(kept, m_bindings.begin());
}

void Affinity::clear()
{
    m_places.clear();
    m_bindings.clear();
}

void Affinity::touch(Bindings::iterator binding, Time now)
{
    // Threads may read the clock in another order than they arrive here; the list stays sorted by time.
    binding->used = std::max(now, m_bindings.front().used);
    m_bindings.splice(m_bindings.begin(), m_bindings, binding);
}

void Affinity::dropOldest()
{
    m_places.remove(m_bindings.back().key);
    m_bindings.pop_back();
}

} // namespace qcc
