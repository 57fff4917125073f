#include "core/upstream/upstreampool.h"

#include "core/base/descriptorlimit.h"
#include "core/forward/hopmark.h"
#include "core/upstream/http1reply.h"
#include "core/upstream/http2lane.h"
#include "core/upstream/http2reply.h"
#include "core/upstream/negotiatingreply.h"
#include "core/upstream/tlstrust.h"

#include <algorithm>

namespace qcc {

namespace {

/// Between the end of an HTTP/2 connection's last request and its own.
constexpr std::chrono::milliseconds laneRest{1000};

QString endpointOf(const UpstreamConnection *connection)
{
    return connection->address().endpoint;
}

} // namespace

UpstreamPool::UpstreamPool(ConnectionBudget &budget, Alarms &alarms, QObject *parent)
    : QNetworkAccessManager(parent)
    , m_budget(budget)
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
    // Replies give their connections back as they go, and must find a whole pool.
    while (auto *reply = findChild<UpstreamReply *>(QString(), Qt::FindDirectChildrenOnly))
        delete reply; // and get those that these held
    closeIdle();
}

HeldReply UpstreamPool::send(UpstreamRequest request)
{
    Q_ASSERT(!m_asked && request.uploadSize == 0 && !request.offerHttp2);
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
    const bool mayUseHttp2 = asked.http2 && asked.address.tls && !asked.freshConnection && http2Url(asked);
    if (!mayUseHttp2)
        return startHttp1(std::move(asked));
    const bool unknown = m_protocols.of(asked.address, ProtocolMemory::Clock::now()) == ProtocolMemory::Protocol::Unknown;
    const bool beingProbed = std::find(m_probed.begin(), m_probed.end(), asked.address) != m_probed.end();
    if (!unknown || beingProbed)
        return startKnown(asked);
    m_probed.push_back(asked.address);
    return new NegotiatingReply(this, std::move(asked));
}

Http1Reply *UpstreamPool::startHttp1(UpstreamRequest asked)
{
    auto *reply = new Http1Reply(this, std::move(asked));
    schedule(reply);
    return reply;
}

UpstreamReply *UpstreamPool::startKnown(const UpstreamRequest &asked)
{
    const bool speaksHttp2 = m_protocols.of(asked.address, ProtocolMemory::Clock::now()) == ProtocolMemory::Protocol::Http2;
    Lane *lane = speaksHttp2 ? laneFor(asked.address) : nullptr;
    const std::optional<QUrl> url = http2Url(asked);
    if (!lane || !url)
        return startHttp1(asked);
    if (std::exchange(lane->idleSince, std::nullopt))
        m_budget.removeIdle(m_member);
    m_budget.countBusy(asked.address.endpoint, 1);
    UpstreamRequest marked = asked;
    marked.headers = withHop(asked.headers, m_own.mark, asked.address.endpoint, m_protocols.isNearby(asked.address));
    return new Http2Reply(this, lane->lane, std::move(marked), *url);
}

UpstreamPool::Lane *UpstreamPool::laneFor(const UpstreamAddress &address)
{
    const auto found = std::find_if(m_lanes.begin(), m_lanes.end(), [&address](const Lane &l) { return !l.retired && l.lane->address() == address; });
    if (found != m_lanes.end())
        return found->lane->hasRoom() ? &*found : nullptr;
    const Result<QSslConfiguration> trust = tlsConfiguration(address.caFile);
    if (!trust || !mayStartThread() || !m_budget.acquireIfFree(address.endpoint))
        return nullptr; // over HTTP/1.1 the first of the two is told in words
    m_budget.countOpened(address.endpoint);
    // A lane may be given up while one of its replies speaks, and while Qt's own thread waits for an answer of ours: its destructor
    // would keep that thread and us waiting for each other for seconds. A moment later both are done.
    std::shared_ptr<Http2Lane> lane(new Http2Lane(address, *trust, this), [](Http2Lane *l) { QTimer::singleShot(laneRest, l, &QObject::deleteLater); });
    m_lanes.push_back({std::move(lane), std::nullopt, false});
    return &m_lanes.back();
}

void UpstreamPool::streamEnded(Http2Lane *lane)
{
    lane->streamEnded();
    m_budget.countBusy(lane->address().endpoint, -1);
    const auto now = ConnectionBudget::Clock::now();
    const auto place = std::find_if(m_lanes.begin(), m_lanes.end(), [lane](const Lane &l) { return l.lane.get() == lane; });
    if (place == m_lanes.end() || !lane->isIdle())
        return;
    const bool works = m_protocols.of(lane->address(), now) == ProtocolMemory::Protocol::Http2;
    if (!works || place->retired || !m_budget.addIdle(m_member))
        return closeLane(lane);
    place->idleSince = now;
    expectExpiry();
}

void UpstreamPool::closeLane(Http2Lane *lane)
{
    const auto place = std::find_if(m_lanes.begin(), m_lanes.end(), [lane](const Lane &l) { return l.lane.get() == lane; });
    if (place->idleSince)
        m_budget.removeIdle(m_member);
    m_budget.countClosed(lane->address().endpoint);
    const QString whose = lane->address().endpoint;
    m_lanes.erase(place);
    m_budget.release(whose);
}

void UpstreamPool::protocolKnown(const UpstreamAddress &address, bool http2, bool nearby)
{
    m_protocols.learn(address, http2 ? ProtocolMemory::Protocol::Http2 : ProtocolMemory::Protocol::Http1,
                      ProtocolMemory::Clock::now(), nearby);
}

void UpstreamPool::probeEnded(const UpstreamAddress &address)
{
    std::erase(m_probed, address);
}

void UpstreamPool::schedule(Http1Reply *reply)
{
    m_budget.countQueued(reply->address().endpoint, 1);
    const auto now = ConnectionBudget::Clock::now();
    if (reuseFor(reply))
        return;
    if (m_budget.acquire(m_member, reply->address().endpoint, now)) {
        openFor(reply);
        return;
    }
    m_waiting.push_back({reply, now});
}

bool UpstreamPool::reuseFor(Http1Reply *reply)
{
    if (reply->needsFreshConnection())
        return false;
    const auto found = std::find_if(m_idle.rbegin(), m_idle.rend(), [reply](const Idle &idle) {
        return idle.connection->isOpen() && idle.connection->address() == reply->address();
    });
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

UpstreamConnection *UpstreamPool::newConnection(const UpstreamAddress &address)
{
    auto *connection = new UpstreamConnection(address, this);
    connection->setOwnAddress(m_own);
    return connection;
}

void UpstreamPool::openFor(Http1Reply *reply)
{
    UpstreamConnection *connection = newConnection(reply->address());
    if (reply->offersHttp2())
        connection->offerHttp2();
    else
        connect(connection, &UpstreamConnection::ready, this, [this, address = reply->address()] { warmUp(address); });
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
            m_budget.cancelWait(m_member, reply->address().endpoint);
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
    m_budget.cancelWait(m_member, endpointOf(connection));
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
    putIdle(connection);
}

void UpstreamPool::putIdle(UpstreamConnection *connection)
{
    m_idle.push_back({connection, ConnectionBudget::Clock::now()});
    // A word or the end while idle: either way nothing more can be asked on it.
    connect(connection, &UpstreamConnection::readable, this, [this, connection] { discard(connection); });
    connect(connection, &UpstreamConnection::ended, this, [this, connection] { discard(connection); });
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
    m_budget.release(endpointOf(connection));
}

void UpstreamPool::permitGranted(const QString &whose)
{
    m_budget.grantArrived(m_member, whose);
    const auto first = std::find_if(m_waiting.begin(), m_waiting.end(), [&whose](const Waiting &w) { return w.reply->address().endpoint == whose; });
    if (first == m_waiting.end()) {
        m_budget.release(whose);
        return;
    }
    Http1Reply *reply = first->reply;
    m_waiting.erase(first);
    openFor(reply);
}

void UpstreamPool::dropOneIdle()
{
    if (!m_idle.empty())
        return discard(m_idle.front().connection);
    const auto lane = std::find_if(m_lanes.begin(), m_lanes.end(), [](const Lane &l) { return l.idleSince.has_value(); });
    if (lane != m_lanes.end())
        closeLane(lane->lane.get());
}

void UpstreamPool::expireIdle()
{
    const auto ripe = ConnectionBudget::Clock::now() - m_budget.keepaliveExpiry();
    while (!m_idle.empty() && m_idle.front().since <= ripe)
        discard(m_idle.front().connection);
    closeLanes([ripe](const Lane &l) { return l.idleSince && *l.idleSince <= ripe; });
    expectExpiry();
}

void UpstreamPool::expectExpiry()
{
    std::optional<ConnectionBudget::Clock::time_point> oldest;
    if (!m_idle.empty())
        oldest = m_idle.front().since;
    for (const Lane &lane : m_lanes)
        if (lane.idleSince && (!oldest || *lane.idleSince < *oldest))
            oldest = lane.idleSince;
    if (!oldest)
        return m_expiry.stop();
    const auto left = *oldest + m_budget.keepaliveExpiry() - ConnectionBudget::Clock::now();
    m_expiry.start(std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds(0)));
}

void UpstreamPool::closeLanes(const std::function<bool(const Lane &)> &which)
{
    for (auto lane = std::find_if(m_lanes.begin(), m_lanes.end(), which); lane != m_lanes.end();
         lane = std::find_if(m_lanes.begin(), m_lanes.end(), which))
        closeLane(lane->lane.get());
}

void UpstreamPool::closeIdle()
{
    while (!m_idle.empty())
        discard(m_idle.back().connection);
    closeLanes([](const Lane &l) { return l.idleSince.has_value(); });
}

void UpstreamPool::networkChanged(const std::function<bool(const QHostAddress &)> &isOurs)
{
    closeIdle();
    for (Lane &lane : m_lanes)
        lane.retired = true;
    const QList<UpstreamConnection *> busy = findChildren<UpstreamConnection *>(Qt::FindDirectChildrenOnly);
    for (const QPointer<UpstreamConnection> connection : busy)
        if (connection && connection->isOpen() && !isOurs(connection->localAddress()))
            connection->networkGone();
}

} // namespace qcc
