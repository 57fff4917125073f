#pragma once

#include "core/http/answerreader.h"

#include <QByteArray>

#include <optional>

namespace qcc {

/// The client's side of one exchange. The exchange writes one head, any number of body pieces, and exactly one of finish() and cut().
class ClientStream
{
public:
    /// An answer's head as the client shall see it, without framing.
    struct Head {
        int status = 200;
        QByteArray reason;
        HeaderList headers;
        std::optional<qint64> length; ///< Announced body size; absent: framed as it comes.
        bool hasBody = true;          ///< false: HEAD, 204, 304.
    };

    virtual ~ClientStream() = default;

    /// Passes a 1xx answer on, where the client's HTTP version knows them.
    virtual void sendInterim(const AnswerHead &head) = 0;
    virtual void sendHead(const Head &head) = 0;
    virtual void sendBody(const QByteArray &bytes) = 0;
    /// Sends what was written in this turn of the event loop now, in one segment where it fits. The client may be found gone by it.
    virtual void flush() = 0;
    /// Ends the answer as complete, and flushes.
    virtual void finish() = 0;
    /// When the connection of an answer that is cut ends: once what was sent is on its way, or a little later, for the client to read it first.
    enum class Parting { AtOnce, AfterReading };
    /// Ends the answer so that the client sees that it is broken, after what was sent so far.
    virtual void cut(Parting parting) = 0;
    /// The client keeps up; false: stop sending until Exchange::clientHasRoom().
    virtual bool hasRoom() const = 0;
    /// Nothing of what was sent waits here any more.
    virtual bool hasTakenAll() const = 0;
};

} // namespace qcc
