#pragma once

#include "core/base/clock.h"
#include "core/http/answerreader.h"
#include "core/upstream/upstreamconnection.h"
#include "core/upstream/upstreamrequest.h"

#include <QPointer>

#include <chrono>
#include <optional>
#include <utility>

namespace qcc {

/// A request over HTTP/1.1, which has its connection for itself.
///
/// Exact where Qt's own transport is silent: headers in order with duplicates, 1xx answers, the end of a body told by its framing (a broken
/// chunk, a short body, a reset are errors), an answer that arrives while the upload still runs, and never a resend.
class Http1Stream final : public UpstreamStream, private UpstreamConnection::User
{
public:
    /// `connection`: open, and this stream's until it is closed. `reused`: it has carried requests before.
    Http1Stream(Owner &owner, UpstreamConnection *connection, bool reused, const Asked &asked, Alarms &alarms);
    ~Http1Stream() override { close(); }

    // UpstreamStream
    const AnswerGate &answer() const override { return m_answer.gate(); }
    bool isUntouched() const override { return m_answer.untouched(); }
    QByteArray takeBody() override;
    qsizetype bodyWaiting() const override { return m_body.size(); }
    void start() override;
    void uploadGrew() override { sendMore(); }
    bool isStalled() const override { return m_stalled; }
    bool discard(bool over) override;
    void sendBehind(const QByteArray &bytes) override;
    qint64 unsentBehind() const override { return m_connection ? m_connection->bytesToWrite() : 0; }
    void close() override;

private:
    // UpstreamConnection::User
    void connectionReadable(UpstreamConnection *) override { receive(); }
    void connectionWritten(UpstreamConnection *) override;
    void connectionEnded(UpstreamConnection *, UpstreamConnection::End how, const QString &text) override { connectionIsOver(how, text); }

    void sendMore();
    bool writeMore();
    void writePiece(const QByteArray &piece);
    void writeBefore();
    void handOver();
    void receive();
    void dropBody();
    bool restIsSmall() const;
    void endSending();
    void connectionIsOver(UpstreamConnection::End how, const QString &text);
    void goOn();

    Owner &m_owner;
    QPointer<UpstreamConnection> m_connection;
    const bool m_reused;
    QByteArray m_before;     ///< What goes before the next bytes of the request's body: the head, or what frames a chunk.
    const bool m_inChunks;   ///< How long that body is is not known.
    bool m_uploadDone;
    bool m_closed = false;
    bool m_discarding = false;
    bool m_over = false;     ///< What is discarded ends the framing at most.
    bool m_receiving = false;
    bool m_sending = false;
    bool m_stalled = false;  ///< The reader has not taken what is here; bytes may wait in the connection.
    std::optional<std::pair<UpstreamConnection::End, QString>> m_pendingEnd;
    std::chrono::milliseconds m_lookAgainIn{1};
    Alarm m_later;           ///< To go on: with what stalled, or with the end, of which it may not be known yet whether the request was taken.
    AnswerReader m_answer;
    QByteArray m_body;
    qint64 m_bodyBytes = 0;  ///< Arrived so far.
    qint64 m_dropped = 0;    ///< Of them, since discard().
};

} // namespace qcc
