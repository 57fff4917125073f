#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QPair>

namespace qcc {

using RawHeaders = QList<QPair<QByteArray, QByteArray>>;

/// The value of the first header named `name`, case-insensitively; empty when there is none.
QByteArray firstHeader(const RawHeaders &headers, QByteArrayView name);
/// What comes before the first `end`, or everything.
QByteArray upTo(const QByteArray &bytes, char end);

/// A request's first line and headers as they came: order, case and duplicates kept.
struct RawRequestHead {
    QByteArray method;
    QByteArray target; ///< With the query.
    QByteArray version; ///< "HTTP/1.1".
    RawHeaders headers;

    QByteArray header(QByteArrayView name) const { return firstHeader(headers, name); }
    QByteArray path() const { return upTo(target, '?'); }
    /// Whether the client wants the connection closed after the answer.
    bool wantsClose() const;
};

/// Reads HTTP/1.x requests off a byte stream for servers that are no product servers: the framing must be right, else little is
/// checked. Not for the proxy's own front end.
class LenientRequestReader
{
public:
    enum class State { Head, Body, Complete, Broken };

    /// Takes bytes that arrived; `advance` looks at them.
    void feed(const QByteArray &bytes) { m_buffer += bytes; }
    /// Reads as far as the bytes go and stops at each change of state, so that the caller sees every one of them.
    State advance();
    State state() const { return m_state; }

    /// Valid from Body on.
    const RawRequestHead &head() const { return m_head; }
    /// The body's decoded bytes since the last call.
    QByteArray takeBody();
    /// Bytes that arrived and were not read yet.
    qsizetype pendingBytes() const { return m_buffer.size(); }
    /// Leaves a complete request behind; the next one may have begun already.
    void next();

private:
    enum class Chunk { Size, Data, DataEnd, Trailers };

    void readHead();
    void readPlainBody();
    void readChunkedBody();
    bool takeLine(QByteArray *line);
    bool parseHead(const QByteArray &block);
    bool parseFraming();

    QByteArray m_buffer;
    State m_state = State::Head;
    RawRequestHead m_head;
    QByteArray m_body;
    bool m_chunked = false;
    Chunk m_chunk = Chunk::Size;
    qint64 m_left = 0; ///< Of the body, or of the chunk.
};

} // namespace qcc
