#include "core/upstream/upstreampool.h"

#include "core/upstream/http1reply.h"

#include <algorithm>

namespace qcc {

namespace {

QString endpointOf(const UpstreamConnection *connection)
{
    return connection->address().endpoint;
}

} // namespace

UpstreamPool::UpstreamPool(ConnectionBudget &budget, QObject *parent)
    : QNetworkAccessManager(parent)
    , m_budget(budget)
    , m_member(budget.join({
          [this] { QMetaObject::invokeMethod(this, &UpstreamPool::permitGranted, Qt::QueuedConnection); },
          [this] { QMetaObject::invokeMethod(this, &UpstreamPool::dropOneIdle, Qt::QueuedConnection); },
      }))
{
    m_expiry.setSingleShot(true);
    connect(&m_expiry, &QTimer::timeout, this, &UpstreamPool::expireIdle);
}

UpstreamPool::~UpstreamPool()
{
    m_budget.leave(m_member);
    for (const Waiting &waiting : std::exchange(m_waiting, {}))
        m_budget.countQueued(waiting.reply->address().endpoint, -1);
    // Replies give their connections back as they go, and must find a whole pool.
    qDeleteAll(findChildren<UpstreamReply *>(Qt::FindDirectChildrenOnly));
    closeIdle();
}

QNetworkReply *UpstreamPool::createRequest(Operation operation, const QNetworkRequest &request, QIODevice *upload)
{
    if (request.attribute(QNetworkRequest::Http2AllowedAttribute, false).toBool())
        return QNetworkAccessManager::createRequest(operation, request, upload);
    auto *reply = new Http1Reply(this, operation, request, UpstreamRequest::from(operation, request, upload));
    schedule(reply);
    return reply;
}

void UpstreamPool::schedule(Http1Reply *reply)
{
    m_budget.countQueued(reply->address().endpoint, 1);
    const auto now = ConnectionBudget::Clock::now();
    if (reuseFor(reply))
        return;
    if (m_budget.acquire(m_member, now)) {
        openFor(reply);
        return;
    }
    m_waiting.push_back({reply, now});
}

bool UpstreamPool::reuseFor(Http1Reply *reply)
{
    if (reply->needsFreshConnection())
        return false;
    const auto found = std::find_if(m_idle.rbegin(), m_idle.rend(),
                                    [reply](const Idle &idle) { return idle.connection->address() == reply->address(); });
    if (found == m_idle.rend())
        return false;
    UpstreamConnection *connection = found->connection;
    takeIdle(connection);
    m_budget.countReuse(endpointOf(connection));
    m_budget.countQueued(endpointOf(connection), -1);
    m_budget.countBusy(endpointOf(connection), 1);
    reply->attach(connection);
    return true;
}

void UpstreamPool::openFor(Http1Reply *reply)
{
    auto *connection = new UpstreamConnection(reply->address(), this);
    m_budget.countOpened(endpointOf(connection));
    m_budget.countQueued(endpointOf(connection), -1);
    m_budget.countBusy(endpointOf(connection), 1);
    reply->attach(connection);
}

void UpstreamPool::replyEnded(Http1Reply *reply, UpstreamConnection *connection, bool reusable)
{
    if (!connection) {
        const auto place = std::find_if(m_waiting.begin(), m_waiting.end(), [reply](const Waiting &w) { return w.reply == reply; });
        if (place != m_waiting.end()) {
            m_waiting.erase(place);
            m_budget.cancelWait(m_member);
            m_budget.countQueued(reply->address().endpoint, -1);
        }
        return;
    }
    m_budget.countBusy(endpointOf(connection), -1);
    if (!reusable || !connection->isOpen())
        close(connection);
    else if (!passOn(connection))
        keep(connection);
}

bool UpstreamPool::passOn(UpstreamConnection *connection)
{
    const auto next = std::find_if(m_waiting.begin(), m_waiting.end(), [connection](const Waiting &w) {
        return !w.reply->needsFreshConnection() && w.reply->address() == connection->address();
    });
    if (next == m_waiting.end() || m_budget.mustYield(m_member, next->since))
        return false;
    Http1Reply *reply = next->reply;
    m_waiting.erase(next);
    m_budget.cancelWait(m_member);
    m_budget.countReuse(endpointOf(connection));
    m_budget.countQueued(endpointOf(connection), -1);
    m_budget.countBusy(endpointOf(connection), 1);
    reply->attach(connection);
    return true;
}

void UpstreamPool::keep(UpstreamConnection *connection)
{
    if (!m_budget.addIdle(m_member)) {
        close(connection);
        return;
    }
    m_idle.push_back({connection, ConnectionBudget::Clock::now()});
    // A word or the end while idle: either way nothing more can be asked on it.
    connect(connection, &UpstreamConnection::readable, this, [this, connection] { discard(connection); });
    connect(connection, &UpstreamConnection::ended, this, [this, connection] { discard(connection); });
    if (!m_expiry.isActive())
        m_expiry.start(m_budget.keepaliveExpiry());
}

void UpstreamPool::discard(UpstreamConnection *connection)
{
    if (takeIdle(connection))
        close(connection);
}

bool UpstreamPool::takeIdle(UpstreamConnection *connection)
{
    const auto place = std::find_if(m_idle.begin(), m_idle.end(), [connection](const Idle &i) { return i.connection == connection; });
    if (place == m_idle.end())
        return false;
    m_idle.erase(place);
    m_budget.removeIdle(m_member);
    connection->disconnect(this);
    return true;
}

void UpstreamPool::close(UpstreamConnection *connection)
{
    m_budget.countClosed(endpointOf(connection));
    connection->disconnect(this);
    connection->drop();
    connection->deleteLater();
    m_budget.release(m_member);
}

void UpstreamPool::permitGranted()
{
    if (m_waiting.empty()) {
        m_budget.release(m_member);
        return;
    }
    Http1Reply *reply = m_waiting.front().reply;
    m_waiting.pop_front();
    openFor(reply);
}

void UpstreamPool::dropOneIdle()
{
    if (!m_idle.empty())
        discard(m_idle.front().connection);
}

void UpstreamPool::expireIdle()
{
    const auto expiry = m_budget.keepaliveExpiry();
    const auto now = ConnectionBudget::Clock::now();
    while (!m_idle.empty() && m_idle.front().since + expiry <= now)
        discard(m_idle.front().connection);
    if (!m_idle.empty())
        m_expiry.start(std::chrono::ceil<std::chrono::milliseconds>(m_idle.front().since + expiry - now));
}

void UpstreamPool::closeIdle()
{
    while (!m_idle.empty())
        discard(m_idle.back().connection);
}

} // namespace qcc
