#pragma once

#include "core/http/answergate.h"
#include "core/http/chunkreader.h"

#include <QByteArray>

#include <optional>

namespace qcc {

/// Reads one answer from an upstream's bytes without touching a socket.
/// Lenient where history made servers sloppy (bare LF, blanks before a colon); a reason phrase with control characters is replaced by the
/// standard one. What the answer says must satisfy an AnswerGate. How the bytes were cut makes no difference.
/// Source: RFC 9112 §§4, 6, 7.
class AnswerReader
{
public:
    using State = AnswerGate::State;
    using Framing = AnswerGate::Framing;

    /// As AnswerGate's.
    explicit AnswerReader(bool headRequest, bool mayUpgrade = false) : m_gate(headRequest, mayUpgrade) { }

    /// Consumes bytes up to the end of the answer; decoded body bytes are appended to `body`.
    /// Returns how many were consumed. Stops after each interim head (takeInterim) so that the caller can pass it on.
    qsizetype feed(QByteArrayView bytes, QByteArray &body);
    /// The connection ended cleanly. Returns whether that completes the answer; else state() is Bad.
    bool finish();

    const AnswerGate &gate() const { return m_gate; }
    State state() const { return m_gate.state(); }
    bool headComplete() const { return m_gate.headComplete(); }
    /// No byte of an answer has arrived.
    bool untouched() const { return !m_touched; }
    const AnswerHead &head() const { return m_gate.head(); }
    std::optional<AnswerHead> takeInterim() { return m_gate.takeInterim(); }
    Framing framing() const { return m_gate.framing(); }
    std::optional<qint64> contentLength() const { return m_gate.contentLength(); }
    /// Whether the connection may carry another request after this answer.
    bool keepsAlive() const { return m_keepAlive && state() == State::Done && framing() != Framing::UntilClose; }
    /// Why Bad.
    const QByteArray &error() const { return m_gate.error(); }

private:
    qsizetype feedHead(QByteArrayView bytes);
    void parseHead(QByteArrayView text);
    bool parseStatusLine(QByteArrayView line);
    bool parseFields(QByteArrayView text);
    void endHead();
    bool parseTrailers(QByteArrayView text);

    AnswerGate m_gate;
    QByteArray m_buffer;
    qsizetype m_scanned = 0;
    bool m_touched = false;
    bool m_keepAlive = false;
    ChunkReader m_chunks;
};

} // namespace qcc
