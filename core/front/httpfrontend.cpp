#include "core/front/httpfrontend.h"

#include "core/front/socketreset.h"

#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QTcpSocket>
#include <QUrl>

namespace qcc {

class HttpFrontend::Feed : public QTcpServer
{
public:
    void feed(QTcpSocket *socket)
    {
        m_pending.push_back(socket);
        // The base class would only announce sockets from a queue of its own, which insists on listening.
        QMetaObject::invokeMethod(this, "pendingConnectionAvailable", Qt::DirectConnection);
    }
    bool hasPendingConnections() const override { return !m_pending.empty(); }
    QTcpSocket *nextPendingConnection() override
    {
        if (m_pending.empty())
            return nullptr;
        QTcpSocket *socket = m_pending.front();
        m_pending.pop_front();
        return socket;
    }

private:
    std::deque<QTcpSocket *> m_pending;
};

HttpFrontend::HttpFrontend(ExchangeContext &exchanges, LocalSurface &surface, Refusals &refusals, BodyStore &bodies,
                           RequestReader::Limits limits, QObject *parent)
    : QAbstractHttpServer(parent)
    , m_context{exchanges, surface, refusals, bodies, limits}
    , m_feed(new Feed)
{
    // bind() wants a listening server; from then on connections come from the acceptor alone.
    m_feed->listen(QHostAddress::LocalHost);
    bind(m_feed);
    m_feed->close();
}

HttpFrontend::~HttpFrontend()
{
    const auto connections = m_connections.values();
    for (ClientConnection *connection : connections) {
        connection->disconnect(this);
        delete connection;
    }
}

ClientConnection *HttpFrontend::connectionOn(qintptr descriptor)
{
    auto *socket = new QTcpSocket(this);
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        closeSocket(descriptor);
        return nullptr;
    }
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    socket->setReadBufferSize(256 * 1024);
    const quint64 id = ++m_lastId;
    auto *connection = new ClientConnection(socket, m_context, id);
    m_connections.insert(id, connection);
    connect(connection, &QObject::destroyed, this, [this, id] {
        m_connections.remove(id);
        Q_EMIT connectionsChanged(connections());
    });
    Q_EMIT connectionsChanged(connections());
    m_feed->feed(socket);
    return connection;
}

bool HttpFrontend::adopt(qintptr descriptor)
{
    ClientConnection *connection = connectionOn(descriptor);
    if (!connection)
        return false;
    const QTcpSocket &socket = connection->socket();
    const PeerUser user = m_peers.find({socket.peerAddress(), socket.peerPort(), socket.localAddress(), socket.localPort(), descriptor});
    const ConfigSnapshot config = m_context.exchanges.router.config();
    const Config::Listen rules = config ? config->listen : Config::Listen();
    switch (user.kind) {
    case PeerUser::Kind::Ours:
    case PeerUser::Kind::Root:
    case PeerUser::Kind::Elsewhere: // who cannot be on loopback has shown, or will show, the access token
        break;
    case PeerUser::Kind::Gone:
        // Nobody reads an answer, and nobody can tell who it was.
        connection->abort();
        break;
    case PeerUser::Kind::Unknown:
        m_context.refusals.peersAreUnknown();
        if (rules.unknownPeers == UnknownPeers::Refuse) {
            m_context.refusals.count(Denial::User, QStringLiteral("a connection of which the system does not tell the user; "
                                                                  "listen.unknown_peers would let it in"));
            connection->turnAway({403, "the system does not tell whose connection this is; the owner of this proxy can let it in with "
                                       "listen.unknown_peers"});
        }
        break;
    case PeerUser::Kind::Other:
        if (!rules.allowedUsers.contains(user.name)) {
            m_context.refusals.count(Denial::User, QStringLiteral("a connection of the user \"%1\"; listen.allowed_users would let it in").arg(user.name));
            connection->turnAway({403, "this is another user's proxy; its owner can let \"" + user.name.toUtf8() + "\" in with listen.allowed_users"});
        }
        break;
    }
    return true;
}

bool HttpFrontend::turnAway(qintptr descriptor, const Refusal &why)
{
    ClientConnection *connection = connectionOn(descriptor);
    if (connection)
        connection->turnAway(why);
    return connection;
}

void HttpFrontend::makeRoom()
{
    ClientConnection *longest = nullptr;
    for (ClientConnection *connection : std::as_const(m_connections)) {
        if (connection->isIdle() && (!longest || connection->idleSince() < longest->idleSince()))
            longest = connection;
    }
    if (longest)
        longest->abort();
}

void HttpFrontend::dispatch(const QHttpServerRequest &request, QHttpServerResponder &&responder)
{
    const quint64 id = request.url().path().mid(1).toULongLong();
    if (ClientConnection *connection = m_connections.value(id))
        connection->dispatched(std::make_shared<QHttpServerResponder>(std::move(responder)));
}

#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
bool HttpFrontend::handleRequest(const QHttpServerRequest &, QTcpSocket *)
{
    return false;
}

void HttpFrontend::missingHandler(const QHttpServerRequest &request, QTcpSocket *socket)
{
    dispatch(request, makeResponder(request, socket));
}
#else
bool HttpFrontend::handleRequest(const QHttpServerRequest &, QHttpServerResponder &)
{
    return false;
}

#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
void HttpFrontend::missingHandler(const QHttpServerRequest &request, QHttpServerResponder &&responder)
#else
void HttpFrontend::missingHandler(const QHttpServerRequest &request, QHttpServerResponder &responder)
#endif
{
    dispatch(request, std::move(responder));
}
#endif

QList<RunningExchange> HttpFrontend::running() const
{
    QList<RunningExchange> list;
    for (const ClientConnection *connection : m_connections) {
        const Exchange *exchange = connection->exchange();
        if (std::optional<RunningExchange> running = exchange ? exchange->running() : std::nullopt)
            list.append(*std::move(running));
    }
    return list;
}

void HttpFrontend::drain()
{
    const auto connections = m_connections.values();
    for (ClientConnection *connection : connections)
        connection->drain();
}

void HttpFrontend::endNow()
{
    const auto connections = m_connections.values();
    for (ClientConnection *connection : connections)
        connection->endNow();
}

} // namespace qcc
