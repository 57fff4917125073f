#pragma once

#include "core/http/chunkreader.h"
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

/// Reads one answer from an upstream's bytes without touching a socket.
/// Lenient where history made servers sloppy (bare LF, blanks before a colon), strict about where the body ends; a reason phrase with
/// control characters is replaced by the standard one.
/// Source: RFC 9112 §§4, 6, 7.
class AnswerReader
{
public:
    enum class State { Head, Body, Done, Bad };
    enum class Framing { None, Length, Chunked, UntilClose };

    /// `headRequest`: the request was HEAD, so that no body follows whatever the header says.
    explicit AnswerReader(bool headRequest) : m_headRequest(headRequest) { }

    /// Consumes bytes up to the end of the answer; decoded body bytes are appended to `body`.
    /// Returns how many were consumed. Stops after each interim head (takeInterim) so that the caller can pass it on.
    qsizetype feed(QByteArrayView bytes, QByteArray &body);
    /// The connection ended cleanly. Returns whether that completes the answer; else state() is Bad.
    bool finish();

    State state() const { return m_state; }
    bool headComplete() const { return m_headDone; }
    /// No byte of an answer has arrived.
    bool untouched() const { return !m_touched; }
    const AnswerHead &head() const { return m_head; }
    /// A 1xx answer that stands before the real one.
    std::optional<AnswerHead> takeInterim() { return std::exchange(m_interim, std::nullopt); }
    Framing framing() const { return m_framing; }
    /// Announced body size, where the header tells one (also for HEAD and 304, which have none).
    std::optional<qint64> contentLength() const { return m_contentLength; }
    /// Whether the connection may carry another request after this answer.
    bool keepsAlive() const { return m_keepAlive && m_state == State::Done && m_framing != Framing::UntilClose; }
    /// Why Bad.
    const QByteArray &error() const { return m_error; }

private:
    qsizetype feedHead(QByteArrayView bytes);
    void parseHead(QByteArrayView text);
    bool parseStatusLine(QByteArrayView line);
    bool parseFields(QByteArrayView text);
    void decideFraming();
    void fail(QByteArray why);

    bool m_headRequest;
    State m_state = State::Head;
    Framing m_framing = Framing::None;
    QByteArray m_buffer;
    qsizetype m_scanned = 0;
    AnswerHead m_head;
    std::optional<AnswerHead> m_interim;
    int m_interims = 0; ///< So far.
    bool m_touched = false;
    bool m_headDone = false;
    bool m_keepAlive = false;
    std::optional<qint64> m_contentLength;
    qint64 m_left = 0;
    ChunkReader m_chunks;
    QByteArray m_error;
};

} // namespace qcc
