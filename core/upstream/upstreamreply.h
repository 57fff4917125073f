#pragma once

#include "core/base/clock.h"
#include "core/facts/exchangerecord.h"
#include "core/upstream/upstreamrequest.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPointer>

#include <memory>
#include <optional>

namespace qcc {

class Http2Connection;
class UpstreamPool;

/// One attempt at an upstream, as a QNetworkReply: from the line for a connection to the end of the answer. What version of HTTP it travels
/// over is its stream's matter. Qt's own reply takes broken answers for whole ones, and sends requests again by itself (ARCH-1).
///
/// fault() speaks of the transport alone; a status of 4xx or 5xx is an answer, not a fault. Nothing is sent twice.
/// QNetworkReply::error() says the same as well as Qt's words can; errorString() says it to people.
///
/// Order of signals: socketStartedConnecting (only when a connection is opened), interim*, metaDataChanged,
/// readyRead* (not for bytes that came together with the end), then finished exactly once, also after abort().
class UpstreamReply final : public QNetworkReply, private UpstreamStream::Owner, private UpstreamConnection::User
{
    Q_OBJECT

public:
    /// Hears the same as those who are connected to the signals, before them. An exchange has one reply after the other, and to connect four signals of
    /// each costs more than all that they tell.
    class Listener
    {
    public:
        virtual void interimCame(const AnswerHead &head) = 0;
        virtual void headCame() = 0;
        virtual void bodyCame() = 0;
        virtual void replyEnded() = 0;
        /// Some of what sendBehind() was given has gone.
        virtual void roomCame() { }

    protected:
        ~Listener() = default;
    };

    ~UpstreamReply() override;

    /// Lifetime: `listener` holds the reply.
    void setListener(Listener *listener) { m_listener = listener; }

    /// None as long as nothing went wrong.
    UpstreamFault fault() const { return m_fault; }

    /// Valid once hasHead().
    const AnswerHead &head() const;
    bool hasHead() const { return m_stream && m_stream->answer().headComplete(); }
    AnswerGate::Framing framing() const { return m_stream ? m_stream->answer().framing() : AnswerGate::Framing::None; }
    std::optional<qint64> contentLength() const { return m_stream ? m_stream->answer().contentLength() : std::nullopt; }
    /// No byte of an answer arrived.
    bool isUntouched() const { return !m_stream || m_stream->isUntouched(); }
    /// Body bytes that arrived since the last call. Leaving them here slows the upstream down.
    QByteArray takeBody() { return m_stream ? m_stream->takeBody() : QByteArray(); }
    bool bodyWaits() const { return m_stream && m_stream->bodyWaiting() > 0; }
    /// The upstream has answered 101: its body is whatever it sends, without a limit on silence, and sendBehind() sends it more.
    bool hasSwitched() const { return m_stream && m_stream->answer().hasSwitched(); }
    /// Sends `bytes`. How it ends is never told from within.
    void sendBehind(const QByteArray &bytes) { m_stream->sendBehind(bytes); }
    /// Of them, those that wait here.
    qint64 unsentBehind() const { return m_stream ? m_stream->unsentBehind() : 0; }

    /// Of its connection; Unknown while there is none.
    HttpVersion version() const { return m_version; }
    bool reusedConnection() const { return m_reused; }
    /// Of one that failed: nobody can have read the request, so that it may be sent again whatever it is.
    bool provenUnread() const { return m_unread; }
    /// How far it came; stays at the phase in which it ended.
    Phase phase() const;
    const ConnectTimes &connectTimes() const;
    /// As UpstreamConnection::addressText().
    QString addressText() const;

    /// What was read of the answer says all: what is still to come of it ends its framing at most, and is worth waiting for.
    void answerIsOver() { m_over = true; }
    /// Nobody wants the rest of this answer, and nobody hears of it any more. What the upstream still works on is stopped at once; of an
    /// answer that is there a small rest is read, where that saves the connection for the next request. The one way to cancel: it is what
    /// letting go of a HeldReply does. Lifetime: the pool's from here on; it may be called from within the reply's signals.
    void leave();

    // QNetworkReply
    bool isSequential() const override { return true; }
    void abort() override;
    qint64 bytesAvailable() const override;

Q_SIGNALS:
    /// A 1xx answer that stands before the real one.
    void interim(const qcc::AnswerHead &head);

protected:
    qint64 readData(char *data, qint64 max) override;

private:
    friend class UpstreamPool;
    UpstreamReply(UpstreamPool *pool, UpstreamRequest asked);

    // Called by the pool.
    const UpstreamRequest &asked() const { return m_asked; }
    const UpstreamAddress &address() const { return m_asked.address; }
    /// What QNetworkAccessManager knows the request by.
    void introduce(QNetworkAccessManager::Operation operation, const QNetworkRequest &request);
    /// Gives the reply an idle connection, on which it sends at once.
    void useIdle(UpstreamConnection *connection);
    /// There is no permit for it; that wait has no limit of its own.
    void waitInLine();
    /// A connection is being opened that it may share.
    void waitForAnothers();
    /// Gives the reply a connection that is to be opened, in the next turn of the event loop. When it is there the pool is told.
    void openOn(UpstreamConnection *connection);
    /// The connection is there, and speaks HTTP/1.1.
    void sendHttp1(UpstreamConnection *connection);
    /// Gives the reply a stream of `connection`, which has room. `opened`: by this request.
    void sendHttp2(Http2Connection *connection, bool opened);

    // UpstreamStream::Owner
    qint64 readUpload(char *to, qint64 most, bool &atEnd) override;
    std::optional<QByteArray> takeUpload(qint64 most, bool &atEnd) override;
    void progressed() override { m_progress = now(); }
    void interimCame(const AnswerHead &head) override;
    void headCame() override;
    void bodyCame() override;
    void answerEnded(bool reusable) override;
    void streamFailed(UpstreamFault fault, const QString &text, bool unread) override;
    void roomCame() override;

    // UpstreamConnection::User, while it is opened
    void connectionReady(UpstreamConnection *connection) override;
    void connectionReadable(UpstreamConnection *) override { }
    void connectionEnded(UpstreamConnection *connection, UpstreamConnection::End how, const QString &text) override;

    void begin(std::unique_ptr<UpstreamStream> stream, HttpVersion version);
    UpstreamStream::Asked askedOfStream(bool nearby);
    void fail(UpstreamFault fault, const QString &text);
    void setFault(UpstreamFault fault, const QString &text);
    void end(bool reusable);
    void emitEnd();
    void dispose();
    void armTimer();
    void timeUp();
    Clock::Time now() const;

    UpstreamPool *m_pool;
    Listener *m_listener = nullptr;
    UpstreamRequest m_asked;
    RequestUpload m_upload;

    QPointer<UpstreamConnection> m_connection; ///< Being opened, or its own; null over HTTP/2.
    QPointer<Http2Connection> m_shared;
    std::unique_ptr<UpstreamStream> m_stream;
    QByteArray m_read; ///< Taken from it by way of QIODevice, which reads in pieces.
    HttpVersion m_version = HttpVersion::Unknown;
    UpstreamFault m_fault = UpstreamFault::None;
    bool m_reused = false;
    bool m_unread = false;
    bool m_ended = false;
    bool m_over = false;       ///< By answerIsOver().
    bool m_left = false;       ///< By leave(): nobody is told.
    bool m_settingOut = false; ///< Whoever asked does not know this reply yet.
    bool m_telling = false;
    ConnectTimes m_times;
    QString m_address; ///< Of its connection, once that is open or over.
    Phase m_phase = Phase::Queue;
    Alarm m_timer;
    Clock::Time m_progress; ///< The last sign of life.
};

struct LeaveReply {
    void operator()(UpstreamReply *reply) const { reply->leave(); }
};
/// Whose answer is wanted for as long as this is held. Lifetime: the pool outlives it.
using HeldReply = std::unique_ptr<UpstreamReply, LeaveReply>;

} // namespace qcc
