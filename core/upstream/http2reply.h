#pragma once

#include "core/base/alarms.h"
#include "core/upstream/upstreamreply.h"
#include "core/upstream/upstreamrequest.h"

#include <memory>

namespace qcc {

class Http2Lane;
class OneShotBody;
class UpstreamPool;

/// One attempt over HTTP/2, on Qt's own transport.
///
/// Against Http1Reply it knows less: names of header fields are lower-case and fields of one name are joined, 1xx answers do not
/// show, and a slow reader does not slow the upstream beyond Qt's windows, which are large and are opened again as bytes arrive.
/// An answer without Content-Length counts as complete when its stream ended well, one with it only when all of it came.
/// A request that Qt queues instead of sending it is taken back: the upstream allows fewer streams than usual, or said that it takes no
/// more, after which Qt may forget what it has queued.
/// Where the transport itself fails before an answer, the pool goes back to HTTP/1.1 with this endpoint, and the attempt ends like one
/// on a connection that was lost.
class Http2Reply final : public UpstreamReply
{
    Q_OBJECT

public:
    ~Http2Reply() override;

    // UpstreamReply
    const AnswerHead &head() const override { return m_head; }
    bool hasHead() const override { return m_hasHead; }
    AnswerReader::Framing framing() const override { return m_framing; }
    std::optional<qint64> contentLength() const override { return m_contentLength; }
    bool isUntouched() const override { return !m_hasHead; }
    QByteArray takeBody() override;
    bool bodyWaits() const override { return m_inner && m_inner->bytesAvailable() > 0; }
    bool reusedConnection() const override { return m_reused; }
    /// Of a stream that has begun Qt does not tell whether the upstream has processed it (RFC 9113 §8.7).
    bool provenUnread() const override { return m_unread; }
    Phase phase() const override { return m_phase; }
    const ConnectTimes &connectTimes() const override { return m_times; }
    void leave() override;

    // QNetworkReply
    void abort() override;
    qint64 bytesAvailable() const override;

protected:
    qint64 readData(char *data, qint64 max) override;

private:
    friend class UpstreamPool;
    /// `lane` has room.
    Http2Reply(UpstreamPool *pool, std::shared_ptr<Http2Lane> lane, UpstreamRequest asked, const QUrl &url);

    void connecting();
    void connected();
    void answerBegan();
    void innerFinished();
    void fail(UpstreamFault fault, const QString &text);
    void end();
    void enter(Phase phase);
    /// Qt has not begun to send the request, so that no upstream can have it whole.
    bool isQueued() const;
    void timeUp();
    Clock::Time now() const;

    UpstreamPool *m_pool;
    std::shared_ptr<Http2Lane> m_lane; ///< Shared, because bytes of an answer may wait here when the pool has given the lane up.
    UpstreamRequest m_asked;
    QPointer<QNetworkReply> m_inner;
    QPointer<OneShotBody> m_body;
    bool m_reused = true;
    bool m_ended = false;
    bool m_unread = false;
    bool m_hasHead = false;
    Phase m_phase = Phase::Headers;
    ConnectTimes m_times;
    AnswerHead m_head;
    AnswerReader::Framing m_framing = AnswerReader::Framing::None;
    std::optional<qint64> m_contentLength;
    qint64 m_taken = 0; ///< Body bytes that the reader has.
    QString m_certificateProblem;
    Alarm m_timer;
    Clock::Time m_progress; ///< The last sign of life.
};

} // namespace qcc
