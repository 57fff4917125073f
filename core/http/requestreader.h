#pragma once

#include "core/http/bodydecoder.h"
#include "core/http/chunkreader.h"
#include "core/http/headers.h"
#include "core/http/requestbody.h"

#include <QByteArray>

#include <functional>
#include <memory>
#include <optional>

namespace qcc {

/// The head of a client's request, validated.
struct RequestHead {
    QByteArray method;
    QByteArray target;      ///< Origin form (path and query), byte for byte; "*" for OPTIONS.
    int minorVersion = 1;   ///< HTTP/1.0 or 1.1.
    HeaderList headers;
    QByteArray authority{}; ///< Of a target in absolute form, else empty.

    /// The target up to the '?'.
    QByteArray path() const;
    /// Without its "?"; empty where there is none.
    QByteArray query() const;
    /// The client asked for the connection to end after the answer, or its version means so.
    bool wantsClose() const;
};

struct Request {
    RequestHead head;
    std::shared_ptr<RequestBody> body = {}; ///< Null where there is none. Shared with the reader while it arrives.
    /// Beside the body, which goes on byte for byte: to be read (model, conversation, tokens), and sent only where a model gets another name.
    std::shared_ptr<RequestBody> plain = {}; ///< The same without its content coding; null where it has none, or none that can be undone.

    qint64 bodySize() const { return body ? body->size() : 0; }
    bool isComplete() const { return !body || body->isComplete(); }
    /// Of one that is there: what can be read of it.
    const RequestBody &readable() const { return plain ? *plain : *body; }
    /// What is at hand of that: all of a small one.
    QByteArrayView bodyBeginning() const { return body ? readable().beginning() : QByteArrayView(); }
    qint64 heldInMemory() const { return (body ? body->heldInMemory() : 0) + (plain ? plain->heldInMemory() : 0); }
};

/// Why a request is not served: the status to answer, and one sentence.
struct Refusal {
    int status = 400;
    QByteArray message;
};

/// Reads requests from a client's bytes, one after the other, without touching a socket.
/// It is the only parser that decides where a request ends: forms on which two readers could disagree are refused. What it decides does not depend
/// on how the bytes were cut.
/// Source: RFC 9112 §§2-7, RFC 9110 §§5-8.
class RequestReader
{
public:
    struct Limits {
        qsizetype headBytes = 64 * 1024;
        int fields = 200;
        qint64 bodyBytes = qint64(256) * 1024 * 1024;
    };
    enum class State { Head, Body, Complete, Refused };
    /// Judges a good head before any byte of the body is taken.
    using Admission = std::function<std::optional<Refusal>(const RequestHead &)>;

    /// `bodies` outlives the requests.
    RequestReader(Limits limits, BodyStore &bodies, Admission admission = {})
        : m_limits(limits), m_bodies(bodies), m_admission(std::move(admission))
    {
    }

    /// Consumes bytes up to the end of the current request; returns how many. Call take() when Complete.
    qsizetype feed(QByteArrayView bytes);
    /// The same with the bytes themselves, of which a body is kept without copying them; returns those that are left.
    QByteArray adopt(QByteArray bytes);

    State state() const { return m_state; }
    /// Nothing of a request has arrived yet.
    bool isIdle() const { return m_state == State::Head && m_head.isEmpty(); }
    /// The head is complete, a body is still to come, and the client waits for leave to send it; true once per request.
    bool takeExpectContinue();
    const Refusal &refusal() const { return m_refusal; }
    /// The refusal is for want of memory or disk.
    bool lacksRoom() const { return m_state == State::Refused && m_lacksRoom; }
    /// Of the current or the refused request, as far as it was read.
    const RequestHead &head() const { return m_request.head; }
    /// The complete request; the reader is ready for the next one.
    Request take();
    /// A large body arrives, and the request can be served meanwhile: takeBegun(), once.
    bool mayBegin() const { return m_state == State::Body && !m_begun && m_request.body->mayBegin(); }
    /// The request whose body is filled further by what is fed. At its end the reader is ready for the next one; a refusal until then is of
    /// that request.
    Request takeBegun();
    /// The rest of a request that was taken arrives.
    bool isInBegun() const { return m_state == State::Body && m_begun; }
    /// Bytes of the current request held in memory so far.
    qsizetype buffered() const { return m_head.size() + static_cast<qsizetype>(m_request.heldInMemory()); }

private:
    qsizetype feedHead(QByteArrayView bytes);
    qsizetype feedBody(QByteArrayView bytes);
    Request reset();
    void refuse(int status, QByteArray message);
    void parseHead(QByteArrayView head);
    bool parseRequestLine(QByteArrayView line);
    bool parseTarget(QByteArrayView target);
    bool parseField(QByteArrayView line);
    void parseFraming();
    void bodyCame(QByteArrayView bytes, bool kept, bool isAll);
    void undoCoding(QByteArrayView bytes);
    void refuseForWantOfRoom();
    void bodyEnded();

    Limits m_limits;
    BodyStore &m_bodies;
    Admission m_admission;
    State m_state = State::Head;
    QByteArray m_head; ///< As much of it as came without its end.
    qsizetype m_scanned = 0;
    Request m_request;
    Refusal m_refusal;
    std::optional<ChunkReader> m_chunks;
    std::unique_ptr<BodyDecoder> m_decoder; ///< Null where the body has no coding that can be undone.
    qint64 m_bodyLeft = 0;
    bool m_expectContinue = false;
    bool m_begun = false; ///< By takeBegun().
    bool m_lacksRoom = false;
};

} // namespace qcc
