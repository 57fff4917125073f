#pragma once

#include "core/base/alarms.h"
#include "core/upstream/connectionbudget.h"
#include "core/upstream/protocolmemory.h"
#include "core/upstream/upstreamconnection.h"
#include "core/upstream/upstreamreply.h"
#include "core/upstream/upstreamrequest.h"

#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QTimer>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace qcc {

class Http1Reply;
class Http2Lane;

/// One worker's connections to upstreams: a QNetworkAccessManager whose HTTP/1.1 requests run on connections that it keeps and
/// counts itself, as many per endpoint as the budget allows. Requests that ask for HTTP/2 run on Qt's own
/// transport where the upstream speaks it over TLS, and where that transport would not change them. In the figures each of them is
/// busy, but only the connection that they share is open and has a permit.
/// With PoolStrategy::Adaptive, a request that had to open a connection has one more opened behind it, so that the next
/// one that comes at the same time need not wait for a handshake.
/// Thread: the one that made it.
class UpstreamPool : public QNetworkAccessManager
{
    Q_OBJECT

public:
    /// `budget` and `alarms` outlive the pool. Deadlines go by the alarms' clock, the rest of idle connections by the system's.
    UpstreamPool(ConnectionBudget &budget, Alarms &alarms, QObject *parent = nullptr);
    ~UpstreamPool() override;

    /// No connection to an upstream may end there; requests carry its mark. Before the first request.
    void setOwnAddress(const OwnAddress &own) { m_own = own; }
    const OwnAddress &ownAddress() const { return m_own; }
    /// Sends `request`; the one way to ask an endpoint for anything. The reply says nothing before send() has returned.
    HeldReply send(UpstreamRequest request);
    /// Closes all idle connections.
    void closeIdle();
    /// After a change of the network: closes what is idle, and ends at once what runs on an address that this computer has no more.
    /// Of HTTP/2 connections Qt does not tell the address: requests on them end by their own deadlines, new ones get a new
    /// connection.
    void networkChanged(const std::function<bool(const QHostAddress &)> &isOurs);

protected:
    /// Makes the reply to what send() was given, on behalf of QNetworkAccessManager.
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request, QIODevice *upload) override;

private:
    friend class Http1Reply;
    friend class Http2Reply;
    friend class NegotiatingReply;
    struct Waiting {
        Http1Reply *reply;
        ConnectionBudget::Clock::time_point since;
    };
    struct Idle {
        UpstreamConnection *connection; ///< Open, or a spare that is still being opened.
        ConnectionBudget::Clock::time_point since;
    };
    struct Lane {
        std::shared_ptr<Http2Lane> lane; ///< Shared with its replies.
        std::optional<ConnectionBudget::Clock::time_point> idleSince;
        bool retired = false; ///< Ends with its streams; takes no more.
    };

    // Called by replies.
    Alarms &alarms() { return m_alarms; }
    UpstreamReply *start(UpstreamRequest asked);
    Http1Reply *startHttp1(UpstreamRequest asked);
    /// By what is known of the upstream; HTTP/1.1 where HTTP/2 has no room.
    UpstreamReply *startKnown(const UpstreamRequest &asked);
    void protocolKnown(const UpstreamAddress &address, bool http2, bool nearby);
    void probeEnded(const UpstreamAddress &address);
    void http2Failed(const UpstreamAddress &address) { protocolKnown(address, false, false); }
    void streamEnded(Http2Lane *lane);
    void replyEnded(Http1Reply *reply, UpstreamConnection *connection, bool reusable);

    void schedule(Http1Reply *reply);
    UpstreamConnection *newConnection(const UpstreamAddress &address);
    void openFor(Http1Reply *reply);
    bool reuseFor(Http1Reply *reply);
    bool passOn(UpstreamConnection *connection);
    void keep(UpstreamConnection *connection);
    void putIdle(UpstreamConnection *connection);
    void warmUp(const UpstreamAddress &address);
    void close(UpstreamConnection *connection);
    void discard(UpstreamConnection *connection);
    bool takeIdle(UpstreamConnection *connection);
    void permitGranted(const QString &endpoint);
    void dropOneIdle();
    void expireIdle();
    Lane *laneFor(const UpstreamAddress &address);
    void closeLane(Http2Lane *lane);
    void closeLanes(const std::function<bool(const Lane &)> &which);
    void expectExpiry();

    ConnectionBudget &m_budget;
    Alarms &m_alarms;
    std::optional<UpstreamRequest> m_asked; ///< On its way from send() to createRequest().
    OwnAddress m_own;
    int m_member;
    std::deque<Waiting> m_waiting;
    std::vector<Lane> m_lanes;
    std::vector<UpstreamAddress> m_probed; ///< Somebody is finding out whether these speak HTTP/2.
    ProtocolMemory m_protocols;
    std::vector<Idle> m_idle; ///< Oldest first; the youngest is reused first, so that a burst's surplus can expire.
    QTimer m_expiry;          ///< Runs only while something is idle.
};

} // namespace qcc
