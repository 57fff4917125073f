#pragma once

#include "core/facts/upstreamfault.h"
#include "core/http/answergate.h"

#include <QByteArray>
#include <QString>

namespace qcc {

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

    protected:
        ~Owner() = default;
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
    /// Lets the connection go; what is under way on the stream is stopped.
    virtual void close() = 0;
};

} // namespace qcc
