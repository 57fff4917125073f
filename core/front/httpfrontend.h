#pragma once

#include "core/front/clientconnection.h"
#include "core/front/peeruser.h"

#include <QAbstractHttpServer>
#include <QHash>
#include <QTcpServer>

#include <deque>

namespace qcc {

/// One worker's front end: QtHttpServer dispatches, ClientConnection reads and writes. The only file that knows QtHttpServer, whose
/// interface changed in 6.5 and 6.8.
/// Thread: the one that made it.
class HttpFrontend : public QAbstractHttpServer
{
    Q_OBJECT

public:
    HttpFrontend(ExchangeContext &exchanges, LocalSurface &surface, Refusals &refusals, BodyStore &bodies, RequestReader::Limits limits,
                 QObject *parent = nullptr);
    ~HttpFrontend() override;

    /// Takes over an accepted connection, and turns it away where it is another user's. Returns false where it cannot be taken over; it is
    /// closed then.
    bool adopt(qintptr descriptor);
    /// Takes over a connection that is not served, to say why. Returns as adopt().
    bool turnAway(qintptr descriptor, const Refusal &why);
    /// Closes the connection that has been idle for longest, if one is.
    void makeRoom();
    void setLimits(RequestReader::Limits limits) { m_context.limits = limits; }
    int connections() const { return static_cast<int>(m_connections.size()); }
    QList<RunningExchange> running() const;
    /// Closes idle connections now and the others after their running answer.
    void drain();
    /// Ends everything soon: what runs as an answer that breaks off.
    void endNow();

Q_SIGNALS:
    void connectionsChanged(int count);

protected:
#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *socket) override;
    void missingHandler(const QHttpServerRequest &request, QTcpSocket *socket) override;
#elif QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
    void missingHandler(const QHttpServerRequest &request, QHttpServerResponder &&responder) override;
#else
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
    void missingHandler(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
#endif

private:
    /// Feeds connections that were accepted elsewhere to the server.
    class Feed;

    ClientConnection *connectionOn(qintptr descriptor);
    void dispatch(const QHttpServerRequest &request, QHttpServerResponder &&responder);

    FrontContext m_context;
    PeerUsers m_peers;
    Feed *m_feed;
    quint64 m_lastId = 0;
    QHash<quint64, ClientConnection *> m_connections;
};

} // namespace qcc
