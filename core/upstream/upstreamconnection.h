#pragma once

#include "core/base/sockets.h"
#include "core/facts/exchangerecord.h"
#include "core/upstream/hostresolver.h"
#include "core/upstream/ownaddress.h"

#include <QAbstractSocket>
#include <QElapsedTimer>
#include <QHostAddress>
#include <QNetworkProxy>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

class QSslConfiguration;
class QTcpSocket;

namespace qcc {

class AddressRace;

/// Where a connection leads. Connections with equal keys are interchangeable.
struct UpstreamAddress {
    QString endpoint; ///< Endpoint id; two endpoints never share connections.
    QString host;
    quint16 port = 0;
    bool tls = false;
    QNetworkProxy proxy = QNetworkProxy(QNetworkProxy::NoProxy);
    QString caFile = {}; ///< See tlsConfiguration(), as of the two below: who shows another certificate is somebody else.
    QString clientCert = {};
    QString clientKey = {};

    bool operator==(const UpstreamAddress &other) const = default;
};

/// One TCP or TLS connection to an upstream: bytes, whatever version of HTTP they are.
class UpstreamConnection : public QObject
{
public:
    enum class Stage { Dns, Connect, Tls, Open };
    /// How a connection ended. NoProtocol: what came on it is not what was agreed on; told by others than this class.
    enum class End { PeerClosed, PeerReset, Refused, HostNotFound, TlsFailed, TimedOut, ProxyFailed, NetworkGone, LeadsBack, NoDescriptors, NoProtocol, Failed };

    /// Who has the connection, and hears of it; one after the other, and many in its life, so that these are plain calls and no signals.
    /// Order: ready once, then readable and written any number of times, then ended exactly once.
    class User
    {
    public:
        virtual void connectionReady(UpstreamConnection *) { }
        virtual void connectionReadable(UpstreamConnection *connection) = 0;
        virtual void connectionWritten(UpstreamConnection *) { }
        virtual void connectionEnded(UpstreamConnection *connection, End how, const QString &text) = 0;

    protected:
        ~User() = default;
    };

    /// `hosts` outlives it.
    UpstreamConnection(UpstreamAddress address, HostResolver &hosts, QObject *parent = nullptr);
    ~UpstreamConnection() override;

    /// While a TLS connection is opened, offers HTTP/2 beside HTTP/1.1. Before open.
    void offerHttp2() { m_offersHttp2 = true; }
    bool hasOfferedHttp2() const { return m_offersHttp2; }
    /// Whether the upstream chose HTTP/2.
    bool speaksHttp2() const { return m_speaksHttp2; }
    /// A connection that turns out to end at `own` ends with LeadsBack, before anything is sent on it. Before open.
    void setOwnAddress(const OwnAddress &own) { m_own = own; }
    void open();
    /// Ends at once, and nobody is told.
    void drop();
    /// From now on `user` hears of it, and nobody else. Lifetime: `user` outlives the connection, or says leftBy() before it goes.
    void setUser(User *user) { m_user = user; }
    /// `user` hears no more of it.
    void leftBy(const User *user)
    {
        if (m_user == user)
            m_user = nullptr;
    }

    const UpstreamAddress &address() const { return m_address; }
    /// How far opening has come; stays there after the end.
    Stage stage() const { return m_stage; }
    bool isOpen() const { return m_stage == Stage::Open && !m_ended; }
    const ConnectTimes &times() const { return m_times; }
    /// Requests carried before the present one.
    int carried() const { return m_carried; }
    void countCarried() { ++m_carried; }

    /// The address that it leads to; while it is being opened, all that were tried. Of its proxy, where it has one. Stays after the end.
    QString addressText() const;
    /// What is to be thought of asking on it again.
    HostResolver::AddressState addressState() const;
    /// This computer's address on the connection; to its proxy, where it has one. Null while it is not connected.
    QHostAddress localAddress() const;
    /// Whether the upstream is on this computer or in a private network. To a proxy, as far as the upstream's name tells. Once open.
    bool isNearby() const { return m_nearby; }
    /// Ends an open connection whose local address this computer has no more: nothing will ever arrive on it.
    void networkGone();

    qint64 bytesAvailable() const;
    QByteArray read(qint64 max);
    /// In one piece what shall go out as one.
    void write(const QByteArray &bytes);
    /// Hands what was written to the system now instead of on the next turn of the event loop.
    void flush();
    qint64 bytesToWrite() const;
    /// Nothing more will be written, and nothing waits: the peer hears of it, and can go on sending where there is no TLS.
    void endSending();
    /// From now on tells a reset from a clean close, and saves what Qt would drop when writing fails. For those that need it: it costs a
    /// descriptor.
    void watchEnd();
    /// Bytes of ours that the system of the peer, or of the proxy, has taken so far. Nothing where ours does not tell.
    std::optional<quint64> acknowledged() const;
    /// The next bytes written are a request's, on a connection that has carried one.
    void requestComes()
    {
        if (hasProxy())
            return;
        watchEnd();
        if (m_probe)
            m_probe->requestComes();
    }
    /// After the end, as CloseProbe::requestTaken(). To a proxy, which may have taken the request where the upstream did not: Maybe.
    CloseProbe::Taken requestTaken() { return m_probe ? m_probe->requestTaken() : CloseProbe::Taken::Maybe; }

private:
    void setPeer(const QHostAddress &peer);
    bool leadsNearby() const;
    bool hasProxy() const { return m_address.proxy.type() != QNetworkProxy::NoProxy; }
    /// Whom the connection is opened to: the upstream, or its proxy.
    QString racedHost() const { return hasProxy() ? m_address.proxy.hostName() : m_address.host; }
    quint16 racedPort() const { return hasProxy() ? m_address.proxy.port() : m_address.port; }
    QTcpSocket *newSocket() const;
    void race(std::function<QTcpSocket *()> makeSocket);
    void won(QTcpSocket *socket);
    void connectByProxy(const QHostAddress &proxy);
    void use(QTcpSocket *socket);
    void endRace();
    void remember(bool reached);
    void stageReached(Stage stage);
    void connected();
    void openWithoutSession();
    void socketOpen();
    void failed(QAbstractSocket::SocketError error, const QString &text);
    const QAbstractSocket *nativeSocket() const;
    void end(End how, const QString &text);

    void socketReadable()
    {
        m_heard = true;
        if (m_user)
            m_user->connectionReadable(this);
    }
    void socketWritten()
    {
        if (m_user)
            m_user->connectionWritten(this);
    }

    UpstreamAddress m_address;
    User *m_user = nullptr;
    const bool m_byName; ///< Whom it is opened to has a name, and perhaps several addresses.
    HostResolver &m_hosts;
    OwnAddress m_own;
    std::unique_ptr<QSslConfiguration> m_trust; ///< Until it is open.
    std::unique_ptr<AddressRace> m_race;
    QHostAddress m_peer;
    QString m_peerText; ///< It is in the record of each request.
    bool m_nearby = false;
    QString m_tried; ///< Once the race is over, where nobody won it.
    QTcpSocket *m_socket = nullptr;
    Stage m_stage = Stage::Dns;
    QElapsedTimer m_stageClock;
    ConnectTimes m_times;
    int m_carried = 0;
    QString m_certificateProblem;
    bool m_offersHttp2 = false;
    bool m_speaksHttp2 = false;
    bool m_offersSession = false; ///< See TlsSessions.
    bool m_resumed = false;
    bool m_asked = false; ///< Something was written.
    bool m_heard = false; ///< Something came.
    bool m_ended = false;
    QByteArray m_saved; ///< Arrived, but Qt never read it.
    std::unique_ptr<CloseProbe> m_probe;
};

} // namespace qcc
