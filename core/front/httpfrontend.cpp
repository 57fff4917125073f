#include "core/front/httpfrontend.h"

#include "core/base/sockets.h"

#include <QTcpSocket>

namespace qcc {

HttpFrontend::HttpFrontend(FrontContext context, QObject *parent)
    : QObject(parent)
    , m_context(context)
{
    m_context.dispatcher = &m_dispatcher;
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
    auto socket = std::make_unique<QTcpSocket>();
    if (!socket->setSocketDescriptor(descriptor)) {
        closeSocket(descriptor);
        return nullptr;
    }
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    socket->setReadBufferSize(256 * 1024);
    auto *connection = new ClientConnection(std::move(socket), m_context, this);
    m_connections.insert(connection);
    connect(connection, &ClientConnection::givenBack, this, &HttpFrontend::connectionGivenBack);
    connect(connection, &QObject::destroyed, this, [this, connection] {
        m_connections.remove(connection);
        Q_EMIT connectionsChanged(connections());
    });
    Q_EMIT connectionsChanged(connections());
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

void HttpFrontend::makeRoom(std::chrono::milliseconds idle)
{
    ClientConnection *longest = nullptr;
    for (ClientConnection *connection : std::as_const(m_connections)) {
        if (connection->socket().state() == QAbstractSocket::ConnectedState && connection->isIdle() && (!longest || connection->idleSince() < longest->idleSince()))
            longest = connection;
    }
    if (longest && m_context.exchanges.alarms.now() - longest->idleSince() >= idle)
        longest->abort();
}

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
