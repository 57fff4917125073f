#pragma once

#include "core/config/config.h"
#include "core/facts/exchangerecord.h"
#include "core/http/answergate.h"
#include "core/http/headers.h"
#include "core/http/requestbody.h"
#include "core/upstream/upstreamconnection.h"

#include <QByteArray>
#include <QNetworkReply>
#include <QPointer>
#include <QString>
#include <QUrl>

#include <chrono>
#include <optional>

namespace qcc {

/// What UpstreamPool is asked to send.
struct UpstreamRequest {
    /// Limits on silence; 0 means none.
    struct Deadlines {
        std::chrono::milliseconds connect{0}; ///< DNS, TCP, proxy and TLS together.
        std::chrono::milliseconds read{0};    ///< Until the head, and between bytes of the body.
    };

    /// A request to `endpoint`, of which it is left to say what it asks. Asks the system for its proxy where the endpoint's rule says so.
    static UpstreamRequest to(const Endpoint &endpoint);

    QUrl url; ///< Where to connect; what is asked there is `target`.
    UpstreamAddress address;
    QByteArray verb;
    QByteArray target; ///< Byte for byte.
    HeaderList headers;
    QPointer<BodyReader> upload;  ///< Null: there is no body.
    bool http2 = false;           ///< HTTP/2 may be spoken where it can be.
    bool freshConnection = false; ///< Never one that has rested: a new connection, or one over HTTP/2 that was heard of just now.
    bool webSocket = false;       ///< It asks for one: a 101 is an answer, behind which bytes go both ways. HTTP/1.1 whatever else may be spoken.
    Deadlines deadlines;

    qint64 uploadSize = 0; ///< Filled in by the pool. -1: not known yet.
};

/// The body of a request on its way out, as a stream takes it.
class RequestUpload
{
public:
    explicit RequestUpload(const UpstreamRequest &request);

    /// Whether the request says how long its body is.
    bool statesLength() const { return m_statesLength; }
    /// As UpstreamStream::Owner::readUpload() and takeUpload().
    qint64 read(char *to, qint64 most, bool &atEnd);
    std::optional<QByteArray> take(qint64 most, bool &atEnd);
    /// Whether the next bytes are the client's to send.
    bool waits() const { return m_waits; }
    void grew() { m_waits = false; }

private:
    bool passed(qint64 bytes, bool &atEnd);

    const QPointer<BodyReader> m_body;
    const bool m_statesLength;
    qint64 m_left; ///< Where its size is known.
    bool m_waits = false;
};

/// One request and its answer on a connection, whatever version of HTTP that speaks.
/// Thread: that of its connection. Lifetime: its owner's; one that has ended still has the head and what was not taken of the body.
class UpstreamStream
{
public:
    /// Whose request it is. The owner may close() the stream from within what it is told, and destroys it later.
    class Owner
    {
    public:
        /// Puts the next bytes of the request's body to `to`, `most` at most. Returns how many; 0 where the next ones are still to come,
        /// -1 where they never will. Sets `atEnd` with the last ones.
        virtual qint64 readUpload(char *to, qint64 most, bool &atEnd) = 0;
        /// The same as an array of their own, as BodyReader::take(); nothing where readUpload() gives -1.
        virtual std::optional<QByteArray> takeUpload(qint64 most, bool &atEnd) = 0;
        /// A sign of life.
        virtual void progressed() = 0;
        virtual void interimCame(const AnswerHead &head) = 0;
        virtual void headCame() = 0;
        /// Not told of bytes that came together with the end.
        virtual void bodyCame() = 0;
        /// All of it came, or all that is waited for. `reusable`: its connection can carry another request.
        virtual void answerEnded(bool reusable) = 0;
        /// `unread`: nobody can have read the request.
        virtual void streamFailed(UpstreamFault fault, const QString &text, bool unread) = 0;
        /// Some of what sendBehind() was given has gone.
        virtual void roomCame() = 0;

    protected:
        ~Owner() = default;
    };

    /// What a stream is made for.
    struct Asked {
        QByteArray verb;
        QByteArray target;
        HeaderList headers; ///< But for those of the version of HTTP and of the body's length.
        qint64 uploadSize = 0;     ///< -1: not known.
        bool statesLength = false; ///< Of the body, be it 0.
        bool webSocket = false;    ///< See UpstreamRequest.
    };

    virtual ~UpstreamStream() = default;

    virtual const AnswerGate &answer() const = 0;
    /// No byte of an answer arrived.
    virtual bool isUntouched() const = 0;
    virtual QByteArray takeBody() = 0;
    virtual qsizetype bodyWaiting() const = 0;

    /// Sends the request.
    virtual void start() = 0;
    /// More of the request's body can be read.
    virtual void uploadGrew() = 0;
    /// The upstream is held back, because the reader is behind.
    virtual bool isStalled() const = 0;
    /// Nobody wants the rest: what arrives is dropped. False: nor is it worth reading, to keep the connection. `over`: as
    /// UpstreamReply::answerIsOver().
    virtual bool discard(bool over) = 0;
    /// Behind a 101, which takes HTTP/1.1: sends `bytes` as they are.
    virtual void sendBehind(const QByteArray &) { }
    /// Of them, those that wait here.
    virtual qint64 unsentBehind() const { return 0; }
    /// Lets the connection go; what is under way on the stream is stopped.
    virtual void close() = 0;
};

/// What an attempt is told whose connection has ended so.
UpstreamFault faultOf(UpstreamConnection::End how);
/// The same for QNetworkReply, as well as Qt's words can say it.
QNetworkReply::NetworkError errorOf(UpstreamFault fault);

} // namespace qcc
