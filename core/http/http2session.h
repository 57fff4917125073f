#pragma once

#include "core/http/headers.h"

#include <QByteArray>

#include <memory>
#include <optional>

namespace qcc {

/// The client's side of one HTTP/2 connection, without touching a socket: frames, header compression, windows, settings. What an answer means is
/// left to AnswerGate, which judges it for both versions of HTTP; the library's own checks of messages are off for that (ARCH-3).
/// Bytes that arrive go into receive(); those to be sent come out of takeOutput(). A stream's window is opened as consume() tells that its body was
/// read; that of the connection always, so that nobody waits for a reader of another stream.
/// Source: RFC 9113; RFC 7541.
class Http2Session
{
public:
    using Stream = qint32;
    /// Error codes that mean something to us. Source: RFC 9113 §7.
    enum Code : quint32 { NoError = 0, ProtocolError = 1, InternalError = 2, RefusedStream = 7, Cancel = 8 };

    /// Who hears what arrives. Nothing of the session but its constant functions may be called meanwhile.
    class Events
    {
    public:
        virtual void headBegan(Stream stream) = 0;
        /// False: no more fields of this head, and the stream is reset.
        virtual bool fieldCame(Stream stream, QByteArrayView name, QByteArrayView value) = 0;
        /// `isLast`: nothing but streamEnded() follows.
        virtual void headEnded(Stream stream, bool isLast) = 0;
        virtual void dataCame(Stream stream, QByteArrayView bytes) = 0;
        /// The upstream has said all. After it only closed() follows.
        virtual void streamEnded(Stream stream) = 0;
        /// It is over on both sides, or was reset with `code`, by the upstream or by this side, because of what the upstream did. By the upstream with
        /// RefusedStream: it has not processed the request, and never will (RFC 9113 §§6.8, 8.7).
        virtual void closed(Stream stream, quint32 code, bool byUpstream) = 0;
        /// Puts the next bytes of the stream's upload to `to`, `most` at most. Returns how many; 0 where there are none yet, -1 where there
        /// will not be any. Sets `atEnd` with the last ones.
        virtual qsizetype readUpload(Stream stream, char *to, qsizetype most, bool &atEnd) = 0;

    protected:
        ~Events() = default;
    };

    /// Whether this build has it. Without, no session may be made.
    static bool isBuiltIn();

    /// `window`: bytes of a stream that may arrive before their reader takes them. `events` outlives the session.
    Http2Session(Events &events, qint32 window);
    ~Http2Session();
    Q_DISABLE_COPY_MOVE(Http2Session)

    /// False: the other side broke the protocol, so that nothing more can be read; problem() says how.
    bool receive(QByteArrayView bytes);
    /// What is to be sent next, about `most` bytes; empty: nothing now.
    QByteArray takeOutput(qsizetype most);
    bool hasOutput() const;
    /// Nothing will be sent or read any more.
    bool isOver() const;
    const QByteArray &problem() const;

    /// Asks on a new stream. `headers` in the order in which they are sent, pseudo-headers included; those of `secret` names are kept out of
    /// the compression's tables. Nothing: there are no streams left.
    std::optional<Stream> request(const HeaderList &headers, bool hasBody, bool (*secret)(QByteArrayView name));
    void consume(Stream stream, qsizetype bytes);
    /// There is more of an upload that had nothing to give.
    void resumeUpload(Stream stream);
    void reset(Stream stream, Code code);
    void ping();
    /// Says goodbye, once all that is under way is over.
    void finish();

    /// The upstream's SETTINGS have come.
    bool isSettled() const;
    /// How many streams the upstream takes at a time.
    quint32 maxStreams() const;
    /// It takes no more (GOAWAY), or there are no more numbers.
    bool takesNoMore() const;
    /// Once it has said that it takes no more, and not all that was asked: how many requests it has taken on this connection.
    std::optional<quint32> takenInAll() const;

private:
    struct Library;
    std::unique_ptr<Library> m_library;
};

} // namespace qcc
