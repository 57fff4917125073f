#include "core/upstream/upstreampool.h"

#include "core/upstream/http2connection.h"

#include <algorithm>

// A pool's connections over HTTP/2, which requests share, and those that wait until it is known whether one will be.

namespace qcc {

bool UpstreamPool::mayUseHttp2(const UpstreamRequest &asked) const
{
    return asked.http2 && !asked.webSocket && asked.address.tls && Http2Session::isBuiltIn();
}

UpstreamPool::Shared *UpstreamPool::sharedFor(const UpstreamReply *reply)
{
    const auto found = std::find_if(m_shared.begin(), m_shared.end(), [reply](const Shared &s) {
        return s.connection->hasRoom() && s.connection->address() == reply->address() && s.connection->addressState() != HostResolver::AddressState::Failed
            && (!reply->asked().freshConnection || s.connection->wasJustHeard());
    });
    return found == m_shared.end() ? nullptr : &*found;
}

void UpstreamPool::share(UpstreamReply *reply, UpstreamConnection *connection)
{
    const auto now = ConnectionBudget::Clock::now();
    const Http2Connection::Most most{m_protocols.takenBy(connection->address(), now), m_protocols.lifeOf(connection->address(), now)};
    auto *shared = new Http2Connection(connection, most, m_alarms, this);
    m_budget.countShared(shared->address().endpoint, 1);
    m_shared.push_back({shared, std::nullopt});
    for (Asking &asking : m_asking) {
        if (asking.connection == connection)
            asking.connection = shared;
    }
    connect(shared, &Http2Connection::settled, this, [this, shared] {
        m_protocols.learnHttp2(shared->address(), shared->announcedStreams(), ConnectionBudget::Clock::now());
        noMoreAsking(shared, false);
    });
    connect(shared, &Http2Connection::refused, this, [this, shared](quint32 taken) {
        m_protocols.learnStreams(shared->address(), taken, ConnectionBudget::Clock::now());
    });
    connect(shared, &Http2Connection::retired, this, [this, shared] {
        if (const std::optional<quint32> taken = shared->takenInAll())
            m_protocols.learnLife(shared->address(), *taken, ConnectionBudget::Clock::now());
        if (shared->streams() == 0)
            closeShared(shared);
    });
    connect(shared, &Http2Connection::gone, this, [this, shared] {
        if (shared->streams() == 0)
            closeShared(shared);
    });
    reply->sendHttp2(shared, true);
}

void UpstreamPool::joinShared(UpstreamReply *reply, Shared &shared)
{
    const QString &endpoint = reply->address().endpoint;
    if (std::exchange(shared.idleSince, std::nullopt))
        m_budget.removeIdle(m_member, endpoint);
    m_budget.countReuse(endpoint);
    m_budget.countQueued(endpoint, -1);
    m_budget.countBusy(endpoint, 1);
    reply->sendHttp2(shared.connection, false);
}

void UpstreamPool::streamEnded(Http2Connection *connection)
{
    // The permit of the last one is the connection's.
    if (connection->streams() > 0)
        return m_budget.release(connection->address().endpoint);
    const auto its = std::find_if(m_shared.begin(), m_shared.end(), [connection](const Shared &s) { return s.connection == connection; });
    if (its == m_shared.end())
        return;
    // One that has not said a word yet is nothing to wait for.
    if (connection->isRetired() || !connection->isSettled())
        return closeShared(connection);
    if (takeWaitingFor(*its))
        return;
    if (!m_budget.addIdle(m_member, connection->address().endpoint))
        return closeShared(connection);
    its->idleSince = ConnectionBudget::Clock::now();
    expectExpiry();
}

bool UpstreamPool::takeWaitingFor(Shared &shared)
{
    const Http2Connection *connection = shared.connection;
    const auto next = std::find_if(m_waiting.begin(), m_waiting.end(), [this, connection](const Waiting &w) {
        return mayUseHttp2(w.reply->asked()) && w.reply->address() == connection->address()
            && (!w.reply->asked().freshConnection || connection->wasJustHeard());
    });
    if (next == m_waiting.end() || !connection->hasRoom() || m_budget.mustYield(m_member, next->since))
        return false;
    UpstreamReply *reply = next->reply;
    m_waiting.erase(next);
    m_budget.cancelWait(m_member, reply->address().endpoint);
    joinShared(reply, shared);
    return true;
}

void UpstreamPool::closeShared(Http2Connection *connection)
{
    const auto its = std::find_if(m_shared.begin(), m_shared.end(), [connection](const Shared &s) { return s.connection == connection; });
    if (its == m_shared.end())
        return;
    const QString endpoint = connection->address().endpoint;
    if (its->idleSince)
        m_budget.removeIdle(m_member, endpoint);
    m_shared.erase(its);
    m_budget.countShared(endpoint, -1);
    m_budget.countClosed(endpoint);
    connection->disconnect(this);
    connection->drop();
    connection->deleteLater();
    m_budget.release(endpoint);
    noMoreAsking(connection, true);
}

void UpstreamPool::closeAllShared(const std::function<bool(const Shared &)> &which)
{
    for (auto its = std::find_if(m_shared.begin(), m_shared.end(), which); its != m_shared.end();
         its = std::find_if(m_shared.begin(), m_shared.end(), which))
        closeShared(its->connection);
}

UpstreamPool::Asking *UpstreamPool::askingFor(const UpstreamReply *reply)
{
    const auto found = std::find_if(m_asking.begin(), m_asking.end(), [this, reply](const Asking &a) {
        const auto now = ConnectionBudget::Clock::now();
        const quint32 most = qMin(m_protocols.streamsOf(a.address, now), m_protocols.lifeOf(a.address, now));
        return a.address == reply->address() && a.waiting.size() + 1 < most;
    });
    return found == m_asking.end() ? nullptr : &*found;
}

/// What the upstream speaks on `connection` is known, or will not be. `alone`: those who waited do not wait for each other again.
void UpstreamPool::noMoreAsking(QObject *connection, bool alone)
{
    const auto its = std::find_if(m_asking.begin(), m_asking.end(), [connection](const Asking &a) { return a.connection == connection; });
    if (its == m_asking.end())
        return;
    const std::vector<Asking::Reply> waiting = std::move(its->waiting);
    m_asking.erase(its);
    for (const auto &[reply, hasPermit] : waiting)
        place(reply, {.alone = alone, .hasPermit = hasPermit});
}

} // namespace qcc
