#include "core/upstream/upstreamconnection.h"

#include "core/base/sockets.h"
#include "core/base/systemresources.h"
#include "core/config/addresses.h"
#include "core/upstream/addressrace.h"
#include "core/upstream/connectproblem.h"
#include "core/upstream/tlstrust.h"

#include <QSslConfiguration>
#include <QSslError>
#include <QSslSocket>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>

namespace qcc {

namespace {

/// What is taken from the system ahead of the reader; beyond it TCP itself slows the upstream.
constexpr qint64 readAhead = 256 * 1024;
/// A handshake that has come no further for so long is no slow one.
constexpr std::chrono::seconds silence{2};

} // namespace

UpstreamConnection::UpstreamConnection(UpstreamAddress address, HostResolver &hosts, QObject *parent)
    : QObject(parent)
    , m_address(std::move(address))
    , m_byName(QHostAddress(racedHost()).isNull())
    , m_hosts(hosts)
{
}

UpstreamConnection::~UpstreamConnection()
{
    drop();
}

void UpstreamConnection::open()
{
    if (m_ended)
        return;
    if (!mayOpenForRequest())
        return end(End::NoDescriptors, noDescriptors());
    if (m_address.tls) { // only then is OpenSSL loaded
        Result<QSslConfiguration> trust = tlsConfiguration(m_address.caFile, m_address.clientCert, m_address.clientKey);
        if (!trust)
            return end(End::TlsFailed, trust.error().message);
        m_trust = std::make_unique<QSslConfiguration>(*trust);
    }
    m_stageClock.start();
    if (!hasProxy())
        return race([this] { return newSocket(); });
    // Qt's connections to proxies take one address after the other, and minutes; so they are given the one that answers.
    if (!m_byName)
        return connectByProxy(QHostAddress(racedHost()));
    const auto now = HostResolver::Clock::now();
    const QList<QHostAddress> known = m_hosts.known(racedHost(), racedPort(), now).value_or(QList<QHostAddress>());
    if (!known.isEmpty() && m_hosts.wasJustReached(racedHost(), racedPort(), known.first(), now))
        return connectByProxy(known.first());
    race([] {
        auto *socket = new QTcpSocket;
        socket->setProxy(QNetworkProxy::NoProxy);
        return socket;
    });
}

QTcpSocket *UpstreamConnection::newSocket() const
{
    QTcpSocket *socket = m_address.tls ? new QSslSocket : new QTcpSocket;
    socket->setProxy(QNetworkProxy::NoProxy);
    socket->setReadBufferSize(readAhead);
    return socket;
}

void UpstreamConnection::race(std::function<QTcpSocket *()> makeSocket)
{
    m_race = std::make_unique<AddressRace>(m_hosts, racedHost(), racedPort(), std::move(makeSocket));
    connect(m_race.get(), &AddressRace::addressesKnown, this, [this] { stageReached(Stage::Connect); });
    connect(m_race.get(), &AddressRace::won, this, &UpstreamConnection::won);
    connect(m_race.get(), &AddressRace::lost, this, [this](QAbstractSocket::SocketError error, const QString &text) {
        endRace();
        failed(hasProxy() ? asOfProxy(error) : error, text);
    });
    m_race->start();
}

/// Whether it was won or not, and perhaps from within one of its signals.
void UpstreamConnection::endRace()
{
    if (!m_race)
        return;
    m_tried = addressText();
    m_race->disconnect(this);
    m_race->stop();
    m_race.release()->deleteLater();
}

void UpstreamConnection::won(QTcpSocket *socket)
{
    endRace();
    if (hasProxy()) {
        const QHostAddress proxy = socket->peerAddress();
        socket->abort();
        socket->deleteLater();
        return connectByProxy(proxy);
    }
    setPeer(socket->peerAddress());
    use(socket);
    connected();
}

void UpstreamConnection::connectByProxy(const QHostAddress &proxy)
{
    setPeer(proxy);
    stageReached(Stage::Connect);
    QTcpSocket *socket = newSocket();
    QNetworkProxy way = m_address.proxy;
    way.setHostName(proxy.toString());
    socket->setProxy(way);
    use(socket);
    connect(socket, &QAbstractSocket::connected, this, &UpstreamConnection::connected);
    // Also with TLS, which begins when it is known where the connection leads.
    socket->connectToHost(m_address.host, m_address.port);
}

void UpstreamConnection::setPeer(const QHostAddress &peer)
{
    m_peer = peer;
    m_peerText = peer.toString();
}

void UpstreamConnection::use(QTcpSocket *socket)
{
    socket->setParent(this);
    m_socket = socket;
    if (auto *tls = qobject_cast<QSslSocket *>(socket)) {
        connect(tls, &QSslSocket::encrypted, this, [this, tls] {
            m_speaksHttp2 = m_offersHttp2
                && tls->sslConfiguration().nextNegotiatedProtocol() == QByteArray(QSslConfiguration::ALPNProtocolHTTP2);
            m_resumed = endHandshake(*tls, m_address, *m_trust, m_offersSession);
            socketOpen();
        });
        connect(tls, &QSslSocket::sslErrors, this, [this, tls](const QList<QSslError> &errors) {
            m_certificateProblem = certificateProblem(errors, m_address.host, tls->peerCertificate(), authoritiesFile(m_address.caFile));
        });
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &UpstreamConnection::socketWritten);
    } else {
        connect(socket, &QIODevice::bytesWritten, this, &UpstreamConnection::socketWritten);
    }
    connect(socket, &QIODevice::readyRead, this, &UpstreamConnection::socketReadable);
    connect(socket, &QAbstractSocket::errorOccurred, this, [this] { failed(m_socket->error(), m_socket->errorString()); });
    connect(socket, &QAbstractSocket::disconnected, this, [this] {
        end(End::PeerClosed, m_stage == Stage::Tls ? handshakeProblem(QString(), m_address.host, m_address.port) : QString());
    });
}

void UpstreamConnection::connected()
{
    if (!hasProxy() && endsAt(m_own, m_socket->peerAddress(), m_socket->peerPort(), m_socket->localAddress()))
        return end(End::LeadsBack, QStringLiteral("its base_url leads back to qcc itself (%1 port %2); give it the upstream's address")
                                       .arg(m_socket->peerAddress().toString()).arg(m_socket->peerPort()));
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    watchForDeadPeer(nativeSocket()->socketDescriptor());
    if (hasProxy())
        connect(nativeSocket(), &QIODevice::bytesWritten, this, &UpstreamConnection::socketWritten);
    if (!m_address.tls)
        return socketOpen();
    stageReached(Stage::Tls);
    m_offersSession = beginHandshake(*qobject_cast<QSslSocket *>(m_socket), m_address, *m_trust, m_offersHttp2);
    if (m_offersSession) {
        QTimer::singleShot(silence, m_socket, [this] {
            if (m_stage == Stage::Tls && m_offersSession && !m_ended)
                openWithoutSession();
        });
    }
}

/// For a server, or something on the way to it, that cannot bear one.
void UpstreamConnection::openWithoutSession()
{
    TlsSessions::ofThisProcess().failed(m_address, TlsSessions::Clock::now());
    m_offersSession = false;
    QTcpSocket *socket = std::exchange(m_socket, nullptr);
    socket->disconnect(this);
    socket->abort();
    socket->deleteLater();
    m_probe.reset();
    m_stage = Stage::Dns;
    open();
}

void UpstreamConnection::stageReached(Stage stage)
{
    // Addresses may be known that have been asked for anew meanwhile.
    if (stage <= m_stage)
        return;
    const double took = static_cast<double>(m_stageClock.nsecsElapsed()) / 1e6;
    if (m_stage == Stage::Dns)
        m_times.dns = took;
    else if (m_stage == Stage::Connect)
        m_times.connect = took;
    else if (m_stage == Stage::Tls)
        m_times.tls = took;
    m_stage = stage;
    m_stageClock.start();
}

void UpstreamConnection::socketOpen()
{
    stageReached(Stage::Open);
    m_trust.reset();
    m_nearby = leadsNearby();
    remember(true);
    if (m_user)
        m_user->connectionReady(this);
}

const QAbstractSocket *UpstreamConnection::nativeSocket() const
{
    if (!hasProxy())
        return m_socket;
    // To a proxy Qt keeps a socket within the socket; the outer one tells the proxy's address as its own, or has no descriptor.
    const QList<QAbstractSocket *> inner = m_socket->findChildren<QAbstractSocket *>();
    const auto native = std::find_if(inner.rbegin(), inner.rend(), [](const QAbstractSocket *s) { return s->socketDescriptor() != -1; });
    return native != inner.rend() ? *native : m_socket;
}

QHostAddress UpstreamConnection::localAddress() const
{
    return isOpen() ? nativeSocket()->localAddress() : QHostAddress();
}

bool UpstreamConnection::leadsNearby() const
{
    if (hasProxy())
        return isLoopbackHost(m_address.host) || qcc::isNearby(QHostAddress(m_address.host));
    return qcc::isNearby(m_socket->peerAddress()) || m_socket->peerAddress() == m_socket->localAddress();
}

void UpstreamConnection::networkGone()
{
    end(End::NetworkGone, QStringLiteral("the network changed: this computer no longer has the address %1 of this connection")
                              .arg(localAddress().toString()));
}

void UpstreamConnection::failed(QAbstractSocket::SocketError error, const QString &text)
{
    if (error == QAbstractSocket::SocketResourceError || (needsFiles(error) && !mayStartThread()))
        return end(End::NoDescriptors, noDescriptors());
    // Until the tunnel stands, every problem is the proxy's or told by it.
    if (hasProxy() && m_stage <= Stage::Connect) {
        if (isOfProxy(error))
            remember(false);
        return end(End::ProxyFailed, proxyProblem(error, m_address, text));
    }
    const End how = endOf(error);
    // Over TLS 1.3 the client's handshake is over before the server has looked at its certificate.
    if (m_stage > Stage::Tls && isOfClientCertificate(text))
        return end(End::TlsFailed, handshakeProblem(text, m_address.host, m_address.port));
    const bool inHandshake = m_stage == Stage::Tls && (how == End::TlsFailed || how == End::PeerClosed);
    if (!inHandshake)
        return end(how, text);
    end(how, m_certificateProblem.isEmpty() ? handshakeProblem(how == End::TlsFailed ? text : QString(), m_address.host, m_address.port)
                                            : m_certificateProblem);
}

/// For those who choose among the addresses of the name next.
void UpstreamConnection::remember(bool reached)
{
    if (m_peer.isNull() || !m_byName)
        return;
    if (reached)
        m_hosts.reached(racedHost(), racedPort(), m_peer, HostResolver::Clock::now());
    else
        m_hosts.failed(racedHost(), racedPort(), m_peer, HostResolver::Clock::now());
}

QString UpstreamConnection::addressText() const
{
    if (!m_peer.isNull())
        return m_peerText;
    if (!m_race)
        return m_tried;
    QStringList texts;
    for (const QHostAddress &address : m_race->tried())
        texts.append(address.toString());
    return texts.join(QLatin1String(", "));
}

HostResolver::AddressState UpstreamConnection::addressState() const
{
    if (m_peer.isNull() || !m_byName)
        return HostResolver::AddressState::Good;
    return m_hosts.addressState(racedHost(), racedPort(), m_peer, HostResolver::Clock::now());
}

void UpstreamConnection::end(End how, const QString &text)
{
    if (m_ended)
        return;
    const bool saysNo = how == End::TlsFailed || how == End::PeerClosed || how == End::PeerReset || how == End::Failed;
    if (saysNo && m_stage == Stage::Tls && m_offersSession && m_certificateProblem.isEmpty())
        return openWithoutSession();
    if (saysNo && m_resumed && m_asked && !m_heard)
        TlsSessions::ofThisProcess().failed(m_address, TlsSessions::Clock::now());
    m_ended = true;
    if (m_stage == Stage::Tls && how != End::LeadsBack)
        remember(false);
    if (m_probe) {
        if (how == End::PeerClosed && m_probe->wasReset())
            how = End::PeerReset;
        if (!m_address.tls)
            m_saved = m_probe->unread();
    }
    if (m_user)
        m_user->connectionEnded(this, how, text);
}

void UpstreamConnection::drop()
{
    // Whoever is let go of while he is silent is silent to others, too.
    if (!m_ended && m_stage == Stage::Tls && std::chrono::milliseconds(m_stageClock.elapsed()) >= silence)
        remember(false);
    m_ended = true;
    m_user = nullptr;
    m_probe.reset();
    endRace();
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
}

qint64 UpstreamConnection::bytesAvailable() const
{
    return (m_socket ? m_socket->bytesAvailable() : 0) + m_saved.size();
}

QByteArray UpstreamConnection::read(qint64 max)
{
    if (m_socket->bytesAvailable() == 0 && !m_saved.isEmpty())
        return std::exchange(m_saved, QByteArray());
    // Exactly what is here: then Qt hands over the array that the system wrote into, and keeps no copy.
    return m_socket->read(qMin(max, m_socket->bytesAvailable()));
}

void UpstreamConnection::write(const QByteArray &bytes)
{
    m_asked = true;
    // Past Qt's buffer, which keeps 32 KiB for each connection that was ever written to, where nothing waits in it and the bytes need no change.
    qint64 sent = 0;
    if (!m_address.tls && !hasProxy() && m_socket->bytesToWrite() == 0)
        sent = qMax<qint64>(sendNow(m_socket->socketDescriptor(), bytes), 0);
    // Where the connection is over, Qt finds out and tells.
    if (sent < bytes.size())
        m_socket->write(sent == 0 ? bytes : bytes.sliced(sent));
}

void UpstreamConnection::flush()
{
    m_socket->flush();
}

qint64 UpstreamConnection::bytesToWrite() const
{
    qint64 bytes = m_socket->bytesToWrite();
    if (auto *tls = qobject_cast<QSslSocket *>(m_socket))
        bytes += tls->encryptedBytesToWrite();
    // The socket within takes from the outer one whatever it gets, and bounds nothing.
    if (const QAbstractSocket *native = hasProxy() ? nativeSocket() : m_socket; native != m_socket)
        bytes += native->bytesToWrite();
    return bytes;
}

void UpstreamConnection::endSending()
{
    if (m_address.tls)
        m_socket->disconnectFromHost();
    else
        qcc::endSending(nativeSocket()->socketDescriptor());
}

std::optional<quint64> UpstreamConnection::acknowledged() const
{
    const std::optional<TcpState> state = isOpen() ? tcpState(nativeSocket()->socketDescriptor()) : std::nullopt;
    return state ? std::optional(state->acknowledged) : std::nullopt;
}

void UpstreamConnection::watchEnd()
{
    if (!m_probe && !m_ended)
        m_probe = std::make_unique<CloseProbe>(m_socket->socketDescriptor());
}

} // namespace qcc
