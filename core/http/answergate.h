#pragma once

#include "core/http/headers.h"

#include <QByteArray>

#include <optional>

namespace qcc {

/// The head of an upstream's answer.
struct AnswerHead {
    int status = 0;
    QByteArray reason;
    int minorVersion = 1;
    HeaderList headers;
};

/// What every answer must satisfy, whatever version of HTTP it came over: fields, statuses, interim answers, whether there is a body, and
/// where that ends: one judge for both versions (ARCH-3). What two readers could read differently is broken, as it is in a request.
/// A transport gives it the head field by field, then what it takes for body, then the end that it saw.
/// Source: RFC 9110 §§5, 6, 8.6, 15; RFC 9112 §6.3; RFC 9113 §8.1.
class AnswerGate
{
public:
    enum class State { Head, Body, Done, Bad };
    /// Of a body. Delimited: its transport marks the end, with a last chunk or the stream's end. UntilClose: that of the connection is its.
    enum class Framing { None, Length, Delimited, UntilClose };
    /// How a transport ends a body. Chunks: with the last one, whatever length is stated. Stream: with its own, where no length is stated.
    enum class Ending { Chunks, Stream, Close };

    /// Of one head, and of all interim ones together: names, values, and 32 for each field. Source of the sum: RFC 9113 §6.5.2.
    static constexpr qsizetype maxHeadBytes = 512 * 1024;
    static constexpr int maxFields = 2000;
    /// The same of all that follows a body, which nobody is given.
    static constexpr qsizetype maxTrailerBytes = 16 * 1024;

    /// `headRequest`: the request was HEAD, so that no body follows whatever the header says. `mayUpgrade`: it asked for a WebSocket; a 101 is an
    /// answer then, and what follows it a body that only the connection ends.
    explicit AnswerGate(bool headRequest, bool mayUpgrade = false) : m_headRequest(headRequest), m_mayUpgrade(mayUpgrade) { }

    void beginHead(int status, QByteArray reason, int minorVersion);
    /// `value` without surrounding blanks. False: state() is Bad.
    bool addField(QByteArrayView name, QByteArrayView value);
    /// `value` goes on with that of the last field. Source: RFC 9112 §5.2.
    bool continueField(QByteArrayView value);
    /// The fields so far.
    const HeaderList &fields() const { return m_coming.headers; }
    void endHead(Ending ending);
    /// A field behind the body; nobody is given it. False: state() is Bad.
    bool addTrailer(QByteArrayView name, QByteArrayView value);

    /// Appends to `body` what of `bytes` is within the answer's length. Returns how many these are.
    qsizetype addBody(QByteArrayView bytes, QByteArray &body);
    /// The transport has marked the end of the body. Returns whether that completes the answer; else state() is Bad.
    bool end();
    void fail(QByteArray why);

    State state() const { return m_state; }
    bool headComplete() const { return m_headDone; }
    /// It was a 101: no HTTP follows.
    bool hasSwitched() const { return m_headDone && m_head.status == 101; }
    const AnswerHead &head() const { return m_head; }
    /// A 1xx answer that stands before the real one.
    bool hasInterim() const { return m_interim.has_value(); }
    std::optional<AnswerHead> takeInterim() { return std::exchange(m_interim, std::nullopt); }
    Framing framing() const { return m_framing; }
    /// Announced body size, where the header tells one (also for HEAD and 304, which have none).
    std::optional<qint64> contentLength() const { return m_contentLength; }
    /// Why Bad.
    const QByteArray &error() const { return m_error; }

private:
    bool m_headRequest;
    bool m_mayUpgrade;
    State m_state = State::Head;
    Framing m_framing = Framing::None;
    AnswerHead m_coming;
    qsizetype m_headBytes = 0;
    int m_fields = 0;
    qsizetype m_trailerBytes = 0;
    AnswerHead m_head;
    std::optional<AnswerHead> m_interim;
    int m_interims = 0; ///< So far.
    qsizetype m_interimBytes = 0;
    bool m_headDone = false;
    std::optional<qint64> m_contentLength;
    qint64 m_left = 0;
    QByteArray m_error;
};

} // namespace qcc
