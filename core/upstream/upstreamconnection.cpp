#include "core/upstream/upstreamconnection.h"

#include "core/base/descriptorlimit.h"
#include "core/config/addresses.h"
#include "core/upstream/proxyproblem.h"
#include "core/upstream/socketoptions.h"
#include "core/upstream/tcpstate.h"
#include "core/upstream/tlsproblem.h"
#include "core/upstream/tlstrust.h"

#include <QSslConfiguration>
#include <QSslError>
#include <QSslSocket>
#include <QTcpSocket>

#include <algorithm>

namespace qcc {

namespace {

/// What is taken from the system ahead of the reader; beyond it TCP itself slows the upstream.
constexpr qint64 readAhead = 256 * 1024;

QString noDescriptors()
{
    return QStringLiteral("qcc has no file descriptor left for a connection; try again when others have closed, or raise the limit (ulimit -n)");
}

/// Whether it may have failed for want of a descriptor, without a word about that.
bool needsFiles(QAbstractSocket::SocketError error)
{
    return error == QAbstractSocket::HostNotFoundError || error == QAbstractSocket::SslHandshakeFailedError
        || error == QAbstractSocket::SslInternalError || error == QAbstractSocket::SslInvalidUserDataError;
}

UpstreamConnection::End endOf(QAbstractSocket::SocketError error)
{
    using End = UpstreamConnection::End;
    switch (error) {
    case QAbstractSocket::ConnectionRefusedError:
        return End::Refused;
    case QAbstractSocket::RemoteHostClosedError:
        return End::PeerClosed;
    case QAbstractSocket::HostNotFoundError:
        return End::HostNotFound;
    case QAbstractSocket::SocketTimeoutError:
        return End::TimedOut;
    case QAbstractSocket::SocketResourceError:
        return End::NoDescriptors;
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError:
        return End::TlsFailed;
    default:
        return End::Failed;
    }
}

} // namespace

UpstreamConnection::UpstreamConnection(UpstreamAddress address, QObject *parent)
    : QObject(parent)
    , m_address(std::move(address))
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
    // A name is looked up in a thread.
    if (!mayOpenForRequest() || (QHostAddress(m_address.host).isNull() && !mayStartThread()))
        return end(End::NoDescriptors, noDescriptors());
    QSslSocket *tls = nullptr;
    if (m_address.tls) { // only then is OpenSSL loaded
        Result<QSslConfiguration> trust = tlsConfiguration(m_address.caFile);
        if (!trust)
            return end(End::TlsFailed, trust.error().message);
        if (m_offersHttp2)
            trust->setAllowedNextProtocols({QSslConfiguration::ALPNProtocolHTTP2, QSslConfiguration::NextProtocolHttp1_1});
        tls = new QSslSocket(this);
        tls->setSslConfiguration(*trust);
    }
    m_socket = tls ? tls : new QTcpSocket(this);
    m_socket->setProxy(m_address.proxy);
    m_socket->setReadBufferSize(readAhead);

    connect(m_socket, &QAbstractSocket::stateChanged, this, [this](QAbstractSocket::SocketState state) {
        if (state == QAbstractSocket::ConnectingState)
            stageReached(Stage::Connect);
    });
    connect(m_socket, &QAbstractSocket::connected, this, &UpstreamConnection::connected);
    if (tls) {
        connect(tls, &QSslSocket::encrypted, this, [this, tls] {
            m_speaksHttp2 = m_offersHttp2
                && tls->sslConfiguration().nextNegotiatedProtocol() == QByteArray(QSslConfiguration::ALPNProtocolHTTP2);
            socketOpen();
        });
        connect(tls, &QSslSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
            m_certificateProblem = certificateProblem(errors, m_address.host);
        });
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &UpstreamConnection::written);
    } else {
        connect(m_socket, &QIODevice::bytesWritten, this, &UpstreamConnection::written);
    }
    connect(m_socket, &QIODevice::readyRead, this, &UpstreamConnection::readable);
    connect(m_socket, &QAbstractSocket::errorOccurred, this, &UpstreamConnection::failed);
    connect(m_socket, &QAbstractSocket::disconnected, this, [this] {
        end(End::PeerClosed, m_stage == Stage::Tls ? handshakeProblem(QString(), m_address.host, m_address.port) : QString());
    });

    m_stageClock.start();
    // Also with TLS, which begins when it is known where the connection leads.
    m_socket->connectToHost(m_address.host, m_address.port);
}

void UpstreamConnection::connected()
{
    if (m_address.proxy.type() == QNetworkProxy::NoProxy
        && endsAt(m_own, m_socket->peerAddress(), m_socket->peerPort(), m_socket->localAddress()))
        return end(End::LeadsBack, QStringLiteral("its base_url leads back to qcc itself (%1 port %2); give it the upstream's address")
                                       .arg(m_socket->peerAddress().toString()).arg(m_socket->peerPort()));
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    watchForDeadPeer(nativeSocket()->socketDescriptor());
    if (!m_address.tls)
        return socketOpen();
    stageReached(Stage::Tls);
    qobject_cast<QSslSocket *>(m_socket)->startClientEncryption();
}

void UpstreamConnection::stageReached(Stage stage)
{
    // With several addresses the Connect stage is reached once for each; the first counts.
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
    Q_EMIT ready();
}

const QAbstractSocket *UpstreamConnection::nativeSocket() const
{
    if (m_address.proxy.type() == QNetworkProxy::NoProxy)
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

bool UpstreamConnection::isNearby() const
{
    if (m_address.proxy.type() != QNetworkProxy::NoProxy)
        return isLoopbackHost(m_address.host) || qcc::isNearby(QHostAddress(m_address.host));
    return qcc::isNearby(m_socket->peerAddress()) || m_socket->peerAddress() == m_socket->localAddress();
}

void UpstreamConnection::networkGone()
{
    end(End::NetworkGone, QStringLiteral("the network changed: this computer no longer has the address %1 of this connection")
                              .arg(localAddress().toString()));
}

void UpstreamConnection::failed()
{
    if (m_socket->error() == QAbstractSocket::SocketResourceError || (needsFiles(m_socket->error()) && !mayStartThread()))
        return end(End::NoDescriptors, noDescriptors());
    // Until the tunnel stands, every problem is the proxy's or told by it.
    if (m_address.proxy.type() != QNetworkProxy::NoProxy && m_stage <= Stage::Connect)
        return end(End::ProxyFailed, proxyProblem(m_socket->error(), m_address, m_socket->errorString()));
    const End how = endOf(m_socket->error());
    const bool inHandshake = m_stage == Stage::Tls && (how == End::TlsFailed || how == End::PeerClosed);
    if (!inHandshake)
        return end(how, m_socket->errorString());
    end(how, m_certificateProblem.isEmpty() ? handshakeProblem(how == End::TlsFailed ? m_socket->errorString() : QString(), m_address.host, m_address.port)
                                            : m_certificateProblem);
}

void UpstreamConnection::end(End how, const QString &text)
{
    if (m_ended)
        return;
    m_ended = true;
    if (m_probe) {
        if (how == End::PeerClosed && m_probe->wasReset())
            how = End::PeerReset;
        if (!m_address.tls)
            m_saved = m_probe->unread();
    }
    Q_EMIT ended(how, text);
}

void UpstreamConnection::drop()
{
    m_ended = true;
    m_probe.reset();
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
    return m_socket->read(max);
}

void UpstreamConnection::write(const QByteArray &bytes)
{
    m_socket->write(bytes);
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
    return bytes;
}

void UpstreamConnection::requestComes()
{
    if (m_address.proxy.type() != QNetworkProxy::NoProxy)
        return;
    watchEnd();
    if (m_probe)
        m_probe->requestComes();
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

UpstreamFault faultOf(UpstreamConnection::End how)
{
    using End = UpstreamConnection::End;
    switch (how) {
    case End::Refused:
        return UpstreamFault::Refused;
    case End::HostNotFound:
        return UpstreamFault::HostNotFound;
    case End::PeerClosed:
    case End::PeerReset:
        return UpstreamFault::Closed;
    case End::TlsFailed:
        return UpstreamFault::TlsFailed;
    case End::TimedOut:
        return UpstreamFault::TimedOut;
    case End::ProxyFailed:
        return UpstreamFault::ProxyFailed;
    case End::NetworkGone:
        return UpstreamFault::NetworkGone;
    case End::LeadsBack:
        return UpstreamFault::LeadsBack;
    case End::NoDescriptors:
        return UpstreamFault::Shortage;
    case End::NoProtocol:
        return UpstreamFault::NoHttp;
    case End::Failed:
        return UpstreamFault::Failed;
    }
    Q_UNREACHABLE();
}

} // namespace qcc
