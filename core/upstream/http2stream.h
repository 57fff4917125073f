#pragma once

#include "core/http/headers.h"
#include "core/http/http2answer.h"
#include "core/http/http2session.h"
#include "core/upstream/upstreamconnection.h"
#include "core/upstream/upstreamrequest.h"

#include <QPointer>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace qcc {

class Http2Connection;

/// A request over HTTP/2, on a connection that it shares.
///
/// As exact as Http1Stream, by the same gate. Complete is an answer whose length is there, or whose stream was ended by the upstream; whatever else
/// closes a stream, RST_STREAM with NO_ERROR included, breaks it off.
class Http2Stream final : public UpstreamStream
{
public:
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
    friend class Http2StreamTable;

    // Called while the connection reads; told to the owner by deliver().
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
    /// Nothing but the stream's end is to come or to be sent.
    bool isAllButClosed() const { return m_uploadDone && (m_over || answer().state() == AnswerGate::State::Done); }

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

/// The streams of one connection, and what comes for each. Their owners are told of it by deliver() alone, because they may end any stream then.
class Http2StreamTable final : public Http2Session::Events
{
public:
    using Id = Http2Session::Stream;

    /// `session`: the one that this hears; nothing is asked of it before something comes. `most`: streams at a time, as far as was found out.
    /// `refused`: one more than `taken` streams at a time was; called from within the reading.
    Http2StreamTable(Http2Session &session, quint32 most, std::function<void(quint32 taken)> refused);

    void add(Id id, Http2Stream &stream);
    /// What an owner leaves who wants no more: nothing, as the stream is closed; its end, which gets a moment; or more.
    enum class Left { Nothing, End, More };
    Left letGo(Id id, const Http2Stream &stream);
    /// Those that got a moment for their end and are open still.
    std::set<Id> takeLingering();

    /// Streams whose owner wants an answer.
    int wanted() const { return static_cast<int>(m_wanted.size()); }
    /// Those of the session; without owner too.
    quint32 open() const { return static_cast<quint32>(m_open.size()); }
    /// Falls to what there was when one more was refused.
    quint32 most() const { return m_most; }

    /// Something has come of which owners are not told yet.
    bool hasNews() const { return !m_touched.empty(); }
    void deliver();
    /// The connection is lost to all of them. `unread`: nobody can have read what they asked, as far as no answer has begun.
    void lose(UpstreamConnection::End how, const QString &text, bool unread);

    // Http2Session::Events
    void headBegan(Id id) override;
    bool fieldCame(Id id, QByteArrayView name, QByteArrayView value) override;
    void headEnded(Id id, bool isLast) override;
    void dataCame(Id id, QByteArrayView bytes) override;
    void streamEnded(Id id) override;
    void closed(Id id, quint32 code, bool byUpstream) override;
    qsizetype readUpload(Id id, char *to, qsizetype most, bool &atEnd) override;

private:
    Http2Stream *touch(Id id);

    Http2Session &m_session;
    quint32 m_most;
    const std::function<void(quint32)> m_refused;
    std::map<Id, Http2Stream *> m_wanted;
    std::set<Id> m_open;
    std::vector<Id> m_touched;
    std::set<Id> m_lingering; ///< Whose answer is there and whose end is not.
};

} // namespace qcc
