#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace qcc {

/// Decodes a chunked body as its bytes arrive. Source: RFC 9112 §7.1.
/// Strict where a lenient reader could be made to see another end of the body than its neighbour: sizes are plain
/// hexadecimal, lines end with CRLF. Extensions are read, bounded, and dropped; trailers are bounded.
class ChunkReader
{
public:
    enum class State { Size, SizeBlank, Extension, SizeEnd, Data, DataCr, DataEnd, Trailer, Done, Bad };

    /// Of an extension or of all trailers at most `mostOverhead` bytes are read.
    explicit ChunkReader(qsizetype mostOverhead = 16 * 1024) : m_mostOverhead(mostOverhead) { }

    /// Consumes bytes up to the end of the body and appends what they carry to `body`.
    /// Returns how many were consumed: all of them unless Done or Bad.
    qsizetype feed(QByteArrayView bytes, QByteArray &body);

    /// The lines behind the last chunk, each with its end, without the blank one.
    const QByteArray &trailers() const { return m_trailers; }
    bool isDone() const { return m_state == State::Done; }
    bool isBad() const { return m_state == State::Bad; }

private:
    void fail() { m_state = State::Bad; }

    qsizetype m_mostOverhead;
    State m_state = State::Size;
    quint64 m_left = 0;       ///< Of the current chunk.
    int m_digits = 0;
    qsizetype m_overhead = 0; ///< Bytes of the current extension, or of all trailers.
    bool m_lastChunk = false;
    bool m_sawCr = false;
    qsizetype m_line = 0;     ///< Length of the current trailer line.
    QByteArray m_trailers;
};

} // namespace qcc
