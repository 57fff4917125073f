#pragma once

#include "core/upstream/connectionbudget.h"
#include "core/upstream/upstreamconnection.h"

#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QTimer>

#include <deque>
#include <memory>
#include <vector>

namespace qcc {

class Http1Reply;

/// One worker's connections to upstreams: a QNetworkAccessManager whose HTTP/1.1 requests run on connections that it keeps and
/// counts itself, as many per endpoint as the budget allows. Requests that ask for HTTP/2 run on Qt's own transport.
/// Thread: the one that made it.
class UpstreamPool : public QNetworkAccessManager
{
    Q_OBJECT

public:
    /// Attributes of a request to this manager.
    static constexpr auto target = QNetworkRequest::Attribute(QNetworkRequest::User + 1);  ///< QByteArray, sent byte for byte.
    static constexpr auto headers = QNetworkRequest::Attribute(QNetworkRequest::User + 2); ///< HeaderList, in order.
    static constexpr auto endpoint = QNetworkRequest::Attribute(QNetworkRequest::User + 3); ///< QString, endpoint id.
    static constexpr auto freshConnection = QNetworkRequest::Attribute(QNetworkRequest::User + 4); ///< bool, never a reused one.
    static constexpr auto connectDeadlineMs = QNetworkRequest::Attribute(QNetworkRequest::User + 5); ///< qint64, 0: none.
    static constexpr auto readDeadlineMs = QNetworkRequest::Attribute(QNetworkRequest::User + 6);    ///< qint64, 0: none.
    static constexpr auto proxyRule = QNetworkRequest::Attribute(QNetworkRequest::User + 7); ///< QString as in config.json.

    /// `budget` outlives the pool.
    explicit UpstreamPool(ConnectionBudget &budget, QObject *parent = nullptr);
    ~UpstreamPool() override;

    /// Closes all idle connections (after a change of the network, or at shutdown).
    void closeIdle();

protected:
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request, QIODevice *upload) override;

private:
    friend class Http1Reply;
    struct Waiting {
        Http1Reply *reply;
        ConnectionBudget::Clock::time_point since;
    };
    struct Idle {
        UpstreamConnection *connection;
        ConnectionBudget::Clock::time_point since;
    };

    // Called by replies.
    void replyEnded(Http1Reply *reply, UpstreamConnection *connection, bool reusable);

    void schedule(Http1Reply *reply);
    void openFor(Http1Reply *reply);
    bool reuseFor(Http1Reply *reply);
    bool passOn(UpstreamConnection *connection);
    void keep(UpstreamConnection *connection);
    void close(UpstreamConnection *connection);
    void discard(UpstreamConnection *connection);
    bool takeIdle(UpstreamConnection *connection);
    void permitGranted();
    void dropOneIdle();
    void expireIdle();

    ConnectionBudget &m_budget;
    int m_member;
    std::deque<Waiting> m_waiting;
    std::vector<Idle> m_idle; ///< Oldest first; the youngest is reused first, so that a burst's surplus can expire.
    QTimer m_expiry;          ///< Runs only while something is idle.
};

} // namespace qcc
