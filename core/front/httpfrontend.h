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
    HttpFrontend(ExchangeContext &exchanges, LocalPages &pages, Refusals &refusals, BodyStore &bodies, const std::atomic<bool> &crowded,
                 RequestReader::Limits limits, QObject *parent = nullptr);
    ~HttpFrontend() override;

    /// Takes over an accepted connection, and turns it away where it is another user's. Returns false where it cannot be taken over; it is
    /// closed then.
    bool adopt(qintptr descriptor);
    /// Takes over a connection that is not served, to say why. Returns as adopt().
    bool turnAway(qintptr descriptor, const Refusal &why);
    /// Closes the connection that has been idle for longest, if one has been for so long.
    void makeRoom(std::chrono::milliseconds idle);
    void setLimits(RequestReader::Limits limits) { m_context.limits = limits; }
    int connections() const { return static_cast<int>(m_connections.size()); }
    QList<RunningExchange> running() const;
    /// Closes idle connections now and the others after their running answer.
    void drain();
    /// Ends everything soon: what runs as an answer that breaks off.
    void endNow();

Q_SIGNALS:
    void connectionsChanged(int count);

private:
    ClientConnection *connectionOn(qintptr descriptor);

    Dispatcher m_dispatcher;
    FrontContext m_context;
    PeerUsers m_peers;
    QSet<ClientConnection *> m_connections;
};

} // namespace qcc
