#pragma once

#include "core/base/alarms.h"
#include "core/upstream/upstreamreply.h"
#include "core/upstream/upstreamrequest.h"

namespace qcc {

class UpstreamPool;

/// One attempt over HTTP/1.1, on a connection of the pool.
///
/// Where Qt's own reply is silent this one is exact: headers in order with duplicates, 1xx answers as a signal, the end of a body told
/// by its framing (a broken chunk, a short body, a reset are errors), an answer that arrives while the upload still runs, and
/// never a resend.
class Http1Reply final : public UpstreamReply
{
    Q_OBJECT

public:
    ~Http1Reply() override;

    // UpstreamReply
    const AnswerHead &head() const override { return m_answer.head(); }
    bool hasHead() const override { return m_answer.headComplete(); }
    AnswerReader::Framing framing() const override { return m_answer.framing(); }
    std::optional<qint64> contentLength() const override { return m_answer.contentLength(); }
    bool isUntouched() const override { return m_answer.untouched(); }
    QByteArray takeBody() override;
    bool bodyWaits() const override { return !m_body.isEmpty(); }
    bool reusedConnection() const override { return m_reused; }
    bool provenUnread() const override { return m_unread; }
    Phase phase() const override;
    const ConnectTimes &connectTimes() const override { return m_connection && phase() <= Phase::Tls ? m_connection->times() : m_times; }
    void answerIsOver() override { m_over = true; }
    void leave() override;

    // QNetworkReply
    void abort() override;
    qint64 bytesAvailable() const override;

Q_SIGNALS:
    /// A request that offers HTTP/2 has its connection. With `http2` nothing is sent on it; else the request is on its way.
    /// `nearby`: as UpstreamConnection::isNearby().
    void protocolAgreed(bool http2, bool nearby);

protected:
    qint64 readData(char *data, qint64 max) override;

private:
    friend class UpstreamPool;
    Http1Reply(UpstreamPool *pool, UpstreamRequest asked);

    // Called by the pool.
    const UpstreamAddress &address() const { return m_asked.address; }
    bool needsFreshConnection() const { return m_asked.freshConnection || m_asked.offerHttp2; }
    bool offersHttp2() const { return m_asked.offerHttp2; }
    /// Gives the reply its connection. On one that is open it sends at once; another is opened in the next turn of the event loop.
    void attach(UpstreamConnection *connection);

    void send();
    QByteArray requestHead() const;
    void sendMore();
    QByteArray nextOfUpload();
    void uploadEnded();
    void receive();
    bool acceptHead();
    void dropBody();
    void leaveUnlessSmall();
    bool restIsSmall() const;
    void connectionEnded(UpstreamConnection::End how, const QString &text);
    void endAgain();
    void resume();
    void fail(UpstreamFault fault, const QString &text);
    void end(bool reusable);
    void armTimer();
    void timeUp();
    Clock::Time now() const;

    UpstreamPool *m_pool;
    UpstreamRequest m_asked;
    bool m_statesLength = false;
    qint64 m_uploadLeft = 0;    ///< Where its size is known.
    bool m_uploadDone = true;
    bool m_uploadWaits = false; ///< For its next bytes, which are the client's to send.

    QPointer<UpstreamConnection> m_connection;
    bool m_reused = false;
    bool m_unread = false;
    bool m_ended = false;
    bool m_over = false;    ///< By answerIsOver().
    bool m_left = false;    ///< By leave(): what arrives is dropped.
    bool m_receiving = false;
    bool m_settingOut = false; ///< Whoever asked does not know this reply yet.
    bool m_stalled = false; ///< The reader has not taken what is here; bytes may wait in the connection.
    std::optional<std::pair<UpstreamConnection::End, QString>> m_pendingEnd;
    std::chrono::milliseconds m_lookAgainIn{1};
    Alarm m_lookAgain; ///< For whether the request was taken.
    ConnectTimes m_times;
    Phase m_phase = Phase::Queue;
    AnswerReader m_answer;
    QByteArray m_body;
    qint64 m_bodyBytes = 0; ///< Arrived so far.
    qint64 m_dropped = 0;   ///< Of them, since leave().
    Alarm m_timer;
    Clock::Time m_progress; ///< The last sign of life.
};

} // namespace qcc
