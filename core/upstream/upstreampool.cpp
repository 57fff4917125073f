#include "core/upstream/upstreampool.h"

#include "core/upstream/http2connection.h"

#include <algorithm>

namespace qcc {

namespace {

QString endpointOf(const UpstreamConnection *connection)
{
    return connection->address().endpoint;
}

} // namespace

UpstreamPool::UpstreamPool(ConnectionBudget &budget, HostResolver &hosts, Alarms &alarms, QObject *parent)
    : QNetworkAccessManager(parent)
    , m_budget(budget)
    , m_hosts(hosts)
    , m_alarms(alarms)
    , m_member(budget.join({
          [this](const QString &whose) { QMetaObject::invokeMethod(this, [this, whose] { permitGranted(whose); }, Qt::QueuedConnection); },
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
    for (const Asking &asking : std::exchange(m_asking, {})) {
        for (const auto &[reply, hasPermit] : asking.waiting) {
            m_budget.countQueued(reply->address().endpoint, -1);
            if (hasPermit)
                m_budget.release(reply->address().endpoint);
        }
    }
    // Replies give their connections back as they go, and must find a whole pool.
    while (auto *reply = findChild<UpstreamReply *>(QString(), Qt::FindDirectChildrenOnly))
        delete reply; // and get those that these held
    closeIdle();
}

HeldReply UpstreamPool::send(UpstreamRequest request)
{
    Q_ASSERT(!m_asked && request.uploadSize == 0);
    QIODevice *upload = request.upload;
    request.uploadSize = upload ? upload->size() : 0;
    const QNetworkRequest envelope(request.url);
    const QByteArray verb = request.verb;
    m_asked = std::move(request);
    return HeldReply(static_cast<UpstreamReply *>(sendCustomRequest(envelope, verb, upload)));
}

QNetworkReply *UpstreamPool::createRequest(Operation operation, const QNetworkRequest &request, QIODevice *)
{
    Q_ASSERT(m_asked);
    UpstreamReply *reply = start(*std::exchange(m_asked, std::nullopt));
    reply->introduce(operation, request);
    return reply;
}

UpstreamReply *UpstreamPool::start(UpstreamRequest asked)
{
    auto *reply = new UpstreamReply(this, std::move(asked));
    m_budget.countQueued(reply->address().endpoint, 1);
    place(reply, {});
    return reply;
}

void UpstreamPool::place(UpstreamReply *reply, const Terms &terms)
{
    const auto now = ConnectionBudget::Clock::now();
    const QString endpoint = reply->address().endpoint;
    const bool http2 = mayUseHttp2(reply->asked());
    Shared *shared = http2 ? sharedFor(reply) : nullptr;
    if (shared && shared->idleSince) {
        joinShared(reply, *shared);
        if (terms.hasPermit) // the connection has one
            m_budget.release(endpoint);
        return;
    }
    if (!shared && http2 && !terms.alone) {
        if (Asking *asking = askingFor(reply)) {
            asking->waiting.push_back({reply, terms.hasPermit});
            return reply->waitForAnothers();
        }
    }
    const bool isHttp1 = !http2 || m_protocols.of(reply->address(), now) == ProtocolMemory::Protocol::Http1;
    if (!shared && isHttp1 && reuseFor(reply)) {
        if (terms.hasPermit)
            m_budget.release(endpoint);
        return;
    }
    if (!terms.hasPermit && !m_budget.acquire(m_member, endpoint, now)) {
        m_waiting.push_back({reply, now});
        return reply->waitInLine();
    }
    if (shared)
        joinShared(reply, *shared);
    else
        openFor(reply);
}

// --- Connections of one request at a time ------------------------------------------------------------------------------------

bool UpstreamPool::reuseFor(UpstreamReply *reply)
{
    if (reply->asked().freshConnection)
        return false;
    UpstreamConnection *connection = nullptr;
    for (auto its = m_idle.rbegin(); its != m_idle.rend(); ++its) {
        if (!its->connection->isOpen() || its->connection->address() != reply->address())
            continue;
        const HostResolver::AddressState addressState = its->connection->addressState();
        if (addressState == HostResolver::AddressState::Failed)
            continue;
        if (!connection || addressState == HostResolver::AddressState::Good)
            connection = its->connection;
        if (addressState == HostResolver::AddressState::Good)
            break;
    }
    if (!connection)
        return false;
    forgetIdle(connection);
    m_budget.reuseIdle(m_member, reply->address().endpoint);
    reply->useIdle(connection);
    return true;
}

UpstreamConnection *UpstreamPool::newConnection(const UpstreamAddress &address)
{
    auto *connection = new UpstreamConnection(address, m_hosts, this);
    connection->setOwnAddress(m_own);
    return connection;
}

void UpstreamPool::openFor(UpstreamReply *reply)
{
    UpstreamConnection *connection = newConnection(reply->address());
    if (mayUseHttp2(reply->asked())) {
        connection->offerHttp2();
        if (m_protocols.of(reply->address(), ConnectionBudget::Clock::now()) != ProtocolMemory::Protocol::Http1)
            m_asking.push_back({reply->address(), connection});
    }
    m_budget.countOpened(endpointOf(connection));
    m_budget.countQueued(endpointOf(connection), -1);
    m_budget.countBusy(endpointOf(connection), 1);
    reply->openOn(connection);
}

void UpstreamPool::opened(UpstreamReply *reply, UpstreamConnection *connection)
{
    if (connection->speaksHttp2())
        return share(reply, connection);
    if (connection->hasOfferedHttp2())
        m_protocols.learnHttp1(connection->address(), ConnectionBudget::Clock::now());
    warmUp(connection->address());
    reply->sendHttp1(connection);
    noMoreAsking(connection, false);
}

void UpstreamPool::replyEnded(UpstreamReply *reply, UpstreamConnection *connection, Http2Connection *shared, bool reusable)
{
    const QString endpoint = reply->address().endpoint;
    if (shared) {
        m_budget.countBusy(endpoint, -1);
        return streamEnded(shared);
    }
    if (connection) {
        m_budget.countBusy(endpoint, -1);
        const bool failed = reply->fault() != UpstreamFault::None && reply->fault() != UpstreamFault::Cancelled;
        if (!reusable || !connection->isOpen())
            close(connection);
        else if (!passOn(connection))
            keep(connection);
        return noMoreAsking(connection, failed);
    }
    const auto place = std::find_if(m_waiting.begin(), m_waiting.end(), [reply](const Waiting &w) { return w.reply == reply; });
    if (place != m_waiting.end()) {
        m_waiting.erase(place);
        m_budget.cancelWait(m_member, endpoint);
        m_budget.countQueued(endpoint, -1);
        return;
    }
    for (Asking &asking : m_asking) {
        const auto its = std::find_if(asking.waiting.begin(), asking.waiting.end(), [reply](const auto &w) { return w.reply == reply; });
        if (its == asking.waiting.end())
            continue;
        const bool hasPermit = its->hasPermit;
        asking.waiting.erase(its);
        m_budget.countQueued(endpoint, -1);
        if (hasPermit)
            m_budget.release(endpoint);
        return;
    }
}

bool UpstreamPool::passOn(UpstreamConnection *connection)
{
    const auto next = std::find_if(m_waiting.begin(), m_waiting.end(), [connection](const Waiting &w) {
        return !w.reply->asked().freshConnection && w.reply->address() == connection->address();
    });
    if (next == m_waiting.end() || m_budget.mustYield(m_member, next->since))
        return false;
    UpstreamReply *reply = next->reply;
    m_waiting.erase(next);
    m_budget.cancelWait(m_member, endpointOf(connection));
    m_budget.countReuse(endpointOf(connection));
    m_budget.countQueued(endpointOf(connection), -1);
    m_budget.countBusy(endpointOf(connection), 1);
    reply->useIdle(connection);
    return true;
}

void UpstreamPool::keep(UpstreamConnection *connection)
{
    if (!m_budget.addIdle(m_member, endpointOf(connection))) {
        close(connection);
        return;
    }
    putIdle(connection);
}

void UpstreamPool::putIdle(UpstreamConnection *connection)
{
    m_idle.push_back({connection, ConnectionBudget::Clock::now()});
    connection->setUser(this);
    expectExpiry();
}

void UpstreamPool::warmUp(const UpstreamAddress &address)
{
    const bool hasSpare = std::any_of(m_idle.begin(), m_idle.end(), [&address](const Idle &i) { return i.connection->address() == address; });
    if (hasSpare || m_budget.strategy() != PoolStrategy::Adaptive || !m_budget.acquireSpare(m_member, address.endpoint))
        return;
    UpstreamConnection *spare = newConnection(address);
    m_budget.countOpened(address.endpoint);
    m_budget.countWarmed(address.endpoint);
    putIdle(spare);
    spare->open();
}

void UpstreamPool::discard(UpstreamConnection *connection)
{
    if (takeIdle(connection))
        close(connection);
}

bool UpstreamPool::takeIdle(UpstreamConnection *connection)
{
    if (!forgetIdle(connection))
        return false;
    m_budget.removeIdle(m_member, endpointOf(connection));
    return true;
}

bool UpstreamPool::forgetIdle(UpstreamConnection *connection)
{
    // The youngest are taken first.
    const auto place = std::find_if(m_idle.rbegin(), m_idle.rend(), [connection](const Idle &i) { return i.connection == connection; });
    if (place == m_idle.rend())
        return false;
    m_idle.erase(std::next(place).base());
    connection->leftBy(this);
    return true;
}

void UpstreamPool::close(UpstreamConnection *connection)
{
    m_budget.countClosed(endpointOf(connection));
    connection->drop();
    connection->deleteLater();
    m_budget.release(endpointOf(connection));
}

// --- The budget, and time ----------------------------------------------------------------------------------------------------

void UpstreamPool::permitGranted(const QString &whose)
{
    m_budget.grantArrived(m_member, whose);
    const auto first = std::find_if(m_waiting.begin(), m_waiting.end(), [&whose](const Waiting &w) { return w.reply->address().endpoint == whose; });
    if (first == m_waiting.end()) {
        m_budget.release(whose);
        return;
    }
    UpstreamReply *reply = first->reply;
    m_waiting.erase(first);
    place(reply, {.hasPermit = true});
}

void UpstreamPool::dropOneIdle()
{
    if (!m_idle.empty())
        return discard(m_idle.front().connection);
    const auto shared = std::find_if(m_shared.begin(), m_shared.end(), [](const Shared &s) { return s.idleSince.has_value(); });
    if (shared != m_shared.end())
        closeShared(shared->connection);
}

void UpstreamPool::expireIdle()
{
    const auto ripe = ConnectionBudget::Clock::now() - m_budget.keepaliveExpiry();
    while (!m_idle.empty() && m_idle.front().since <= ripe)
        discard(m_idle.front().connection);
    closeAllShared([ripe](const Shared &s) { return s.idleSince && *s.idleSince <= ripe; });
    expectExpiry();
}

void UpstreamPool::expectExpiry()
{
    std::optional<ConnectionBudget::Clock::time_point> oldest;
    if (!m_idle.empty())
        oldest = m_idle.front().since;
    for (const Shared &shared : m_shared)
        if (shared.idleSince && (!oldest || *shared.idleSince < *oldest))
            oldest = shared.idleSince;
    if (!oldest)
        return m_expiry.stop();
    const auto left = *oldest + m_budget.keepaliveExpiry() - ConnectionBudget::Clock::now();
    m_expiry.start(std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds(0)));
}

void UpstreamPool::closeIdle()
{
    while (!m_idle.empty())
        discard(m_idle.back().connection);
    closeAllShared([](const Shared &s) { return s.idleSince.has_value(); });
}

void UpstreamPool::networkChanged(const std::function<bool(const QHostAddress &)> &isOurs)
{
    closeIdle();
    const std::vector<Shared> shared = m_shared;
    for (const Shared &its : shared) {
        its.connection->retire();
        its.connection->checkAddress(isOurs);
    }
    const QList<UpstreamConnection *> busy = findChildren<UpstreamConnection *>(Qt::FindDirectChildrenOnly);
    for (const QPointer<UpstreamConnection> connection : busy)
        if (connection && connection->isOpen() && !isOurs(connection->localAddress()))
            connection->networkGone();
}

} // namespace qcc
