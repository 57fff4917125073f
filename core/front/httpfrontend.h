#pragma once

#include "core/front/clientconnection.h"
#include "core/front/dispatcher.h"
#include "core/front/peeruser.h"

#include <QObject>
#include <QSet>

namespace qcc {

/// One worker's front end: its clients' connections, and the dispatcher that they share.
/// Thread: the one that made it.
class HttpFrontend : public QObject
{
    Q_OBJECT

public:
    /// The dispatcher of `context` is this object's own.
    explicit HttpFrontend(FrontContext context, QObject *parent = nullptr);
    ~HttpFrontend() override;

    /// Takes over an accepted connection, and turns it away where it is another user's. Returns false where it cannot be taken over; it is
    /// closed then.
    bool adopt(qintptr descriptor);
    /// Takes over a connection that is not served, to say why. Returns as adopt().
    bool turnAway(qintptr descriptor, const Refusal &why);
    /// Closes the connection that has been idle for longest, if one has been for so long.
    void makeRoom(std::chrono::milliseconds idle);
    /// The next `connections` that have been answered and wait for another request go: connectionGivenBack() follows for each.
    void giveBack(int connections) { m_context.toGiveBack = connections; }
    void setLimits(RequestReader::Limits limits) { m_context.limits = limits; }
    int connections() const { return static_cast<int>(m_connections.size()); }
    QList<RunningExchange> running() const;
    /// Closes idle connections now and the others after their running answer.
    void drain();
    /// Ends everything soon: what runs as an answer that breaks off.
    void endNow();

Q_SIGNALS:
    void connectionsChanged(int count);
    void connectionGivenBack(qintptr descriptor);

private:
    ClientConnection *connectionOn(qintptr descriptor);

    Dispatcher m_dispatcher;
    FrontContext m_context;
    PeerUsers m_peers;
    QSet<ClientConnection *> m_connections;
};

} // namespace qcc
