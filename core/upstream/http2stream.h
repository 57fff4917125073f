#pragma once

#include "core/http/headers.h"
#include "core/http/http2answer.h"
#include "core/http/http2session.h"
#include "core/upstream/upstreamconnection.h"
#include "core/upstream/upstreamrequest.h"

#include <QPointer>

#include <optional>

namespace qcc {

class Http2Connection;

/// A request over HTTP/2, on a connection that it shares.
///
/// As exact as Http1Stream, by the same gate. Complete is an answer whose length is there, or whose stream was ended by the upstream; whatever else
/// closes a stream, RST_STREAM with NO_ERROR included, breaks it off.
class Http2Stream final : public UpstreamStream
{
public:
    struct Asked {
        QByteArray verb;
        QByteArray target;
        HeaderList headers;      ///< As for HTTP/1.1.
        qint64 uploadSize = 0;   ///< -1: not known.
        bool hasUpload = false;
    };

    /// `connection` has room.
    Http2Stream(Owner &owner, Http2Connection &connection, Asked asked);
    ~Http2Stream() override;

    // UpstreamStream
    const AnswerGate &answer() const override { return m_answer.gate(); }
    bool isUntouched() const override { return m_answer.untouched(); }
    QByteArray takeBody() override;
    qsizetype bodyWaiting() const override { return m_body.size(); }
    void start() override;
    void uploadGrew() override;
    bool isStalled() const override;
    bool discard(bool over) override;
    void close() override;

private:
    friend class Http2Connection;

    // Called by the connection while it reads; told to the owner by deliver().
    Http2Answer &incoming() { return m_answer; }
    /// Returns how many of the bytes nobody will take.
    qsizetype dataCame(QByteArrayView bytes);
    void closedBy(quint32 code, bool byUpstream)
    {
        m_code = code;
        m_byUpstream = byUpstream;
    }
    qsizetype readUpload(char *to, qsizetype most, bool &atEnd);

    /// Tells the owner what has come.
    void deliver();
    /// The connection is lost.
    void lost(UpstreamConnection::End how, const QString &text, bool unread);
    bool uploadIsDone() const { return m_uploadDone; }

    Owner &m_owner;
    QPointer<Http2Connection> m_connection;
    Asked m_asked;
    std::optional<Http2Session::Stream> m_id;
    Http2Answer m_answer;
    QByteArray m_body;
    bool m_toldHead = false;
    bool m_bodyGrew = false;
    bool m_uploadDone = false;
    bool m_uploadFailed = false;
    std::optional<quint32> m_code; ///< The stream was closed with it.
    bool m_byUpstream = false;
    bool m_discarding = false;
    bool m_over = false;
    bool m_closed = false;
};

} // namespace qcc
