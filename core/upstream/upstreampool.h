#pragma once

#include "core/base/clock.h"
#include "core/upstream/connectionbudget.h"
#include "core/upstream/http2policy.h"
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

class Http2Connection;

/// One worker's connections to upstreams, as a QNetworkAccessManager: it keeps and counts them itself, as many per endpoint as the budget allows.
/// A request over HTTP/1.1 has a connection and its permit for itself. Over HTTP/2 requests share a connection: its permit is the first one's, and each
/// further one has a permit of its own, so that no more requests run at a time than connections are allowed.
/// Where an endpoint asks for HTTP/2, each new connection over TLS offers it. As long as nobody knows what the upstream will choose, requests wait
/// for the connection that is being opened; once it is known to be HTTP/1.1 each opens its own.
/// With PoolStrategy::Adaptive, a request over HTTP/1.1 that had to open a connection has one more opened behind it, so that the next one that
/// comes at the same time need not wait for a handshake.
/// Thread: the one that made it.
class UpstreamPool : public QNetworkAccessManager, private UpstreamConnection::User
{
    Q_OBJECT

public:
    /// `budget`, `hosts` and `alarms` outlive the pool. Deadlines go by the alarms' clock, the rest of idle connections by the system's.
    UpstreamPool(ConnectionBudget &budget, HostResolver &hosts, Alarms &alarms, QObject *parent = nullptr);
    ~UpstreamPool() override;

    /// No connection to an upstream may end there; requests carry its mark. Before the first request.
    void setOwnAddress(const OwnAddress &own) { m_own = own; }
    const OwnAddress &ownAddress() const { return m_own; }
    /// Sends `request`; the one way to ask an endpoint for anything. The reply says nothing before send() has returned.
    HeldReply send(UpstreamRequest request);
    /// Closes all idle connections.
    void closeIdle();
    /// After a change of the network: closes what is idle, and ends at once what runs on an address that this computer has no more. No new request
    /// goes on a shared connection of before.
    void networkChanged(const std::function<bool(const QHostAddress &)> &isOurs);

protected:
    /// Makes the reply to what send() was given, on behalf of QNetworkAccessManager: one of our own (ARCH-1).
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request, QIODevice *upload) override;

private:
    friend class UpstreamReply;

    // UpstreamConnection::User, of idle ones: a word or the end while idle, either way nothing more can be asked on it.
    void connectionReadable(UpstreamConnection *connection) override { discard(connection); }
    void connectionEnded(UpstreamConnection *connection, UpstreamConnection::End, const QString &) override { discard(connection); }

    struct Waiting {
        UpstreamReply *reply;
        ConnectionBudget::Clock::time_point since;
    };
    struct Idle {
        UpstreamConnection *connection; ///< Open, or a spare that is still being opened.
        ConnectionBudget::Clock::time_point since;
    };
    struct Shared {
        Http2Connection *connection;
        std::optional<ConnectionBudget::Clock::time_point> idleSince;
    };
    /// A connection of which it is not known yet whether requests may share it, and the requests that wait for the answer.
    struct Asking {
        UpstreamAddress address;
        QObject *connection; ///< An UpstreamConnection, and then the Http2Connection around it.
        struct Reply {
            UpstreamReply *reply;
            bool hasPermit;
        };
        std::vector<Reply> waiting = {};
    };

    // Called by replies.
    Alarms &alarms() { return m_alarms; }
    /// The one that was opened for `reply` is there.
    void opened(UpstreamReply *reply, UpstreamConnection *connection);
    /// `connection` or `shared`: what the reply had, if anything.
    void replyEnded(UpstreamReply *reply, UpstreamConnection *connection, Http2Connection *shared, bool reusable);

    UpstreamReply *start(UpstreamRequest asked);
    struct Terms {
        bool alone = false;     ///< It waits for nobody else's connection.
        bool hasPermit = false; ///< It needs none any more.
    };
    /// Gives it a connection, or a place in a line.
    void place(UpstreamReply *reply, const Terms &terms);
    bool mayUseHttp2(const UpstreamRequest &asked) const;
    UpstreamConnection *newConnection(const UpstreamAddress &address);
    void openFor(UpstreamReply *reply);
    bool reuseFor(UpstreamReply *reply);
    bool passOn(UpstreamConnection *connection);
    void keep(UpstreamConnection *connection);
    void putIdle(UpstreamConnection *connection);
    void warmUp(const UpstreamAddress &address);
    void close(UpstreamConnection *connection);
    void discard(UpstreamConnection *connection);
    bool takeIdle(UpstreamConnection *connection);
    bool forgetIdle(UpstreamConnection *connection);

    void share(UpstreamReply *reply, UpstreamConnection *connection);
    Shared *sharedFor(const UpstreamReply *reply);
    /// Gives it a stream; its permit is taken.
    void joinShared(UpstreamReply *reply, Shared &shared);
    bool takeWaitingFor(Shared &shared);
    void sharedHasRoom(Http2Connection *connection);
    void streamEnded(Http2Connection *connection);
    void closeShared(Http2Connection *connection);
    void closeAllShared(const std::function<bool(const Shared &)> &which);
    Asking *askingFor(const UpstreamReply *reply);
    void noMoreAsking(QObject *connection, bool alone);

    void permitGranted(const QString &endpoint);
    void dropOneIdle();
    void expireIdle();
    void expectExpiry();

    ConnectionBudget &m_budget;
    HostResolver &m_hosts;
    Alarms &m_alarms;
    std::optional<UpstreamRequest> m_asked; ///< On its way from send() to createRequest().
    OwnAddress m_own;
    int m_member;
    std::deque<Waiting> m_waiting; ///< For a permit.
    std::vector<Asking> m_asking;
    std::vector<Shared> m_shared;
    ProtocolMemory m_protocols;
    std::vector<Idle> m_idle; ///< Oldest first; the youngest is reused first, so that a burst's surplus can expire.
    QTimer m_expiry;          ///< Runs only while something is idle.
};

} // namespace qcc
