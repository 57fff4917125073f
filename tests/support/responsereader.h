#pragma once

#include "tests/support/lenientrequestreader.h"
#include "tests/support/sha256.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace qcc::test {

/// One answer as it came over the wire. Times are milliseconds since the client was made, -1 while not reached.
struct RawResponse {
    struct Interim {
        int status = 0;
        RawHeaders headers;
    };
    /// Bytes of the decoded body that came together.
    struct Piece {
        double atMs = 0;
        qint64 bytes = 0;
    };

    QByteArray version;
    int status = 0;
    QByteArray reason;
    RawHeaders headers; ///< Order, case and duplicates kept.
    RawHeaders trailers;
    QByteArray rawHead; ///< The final head with its blank line.
    QList<Interim> interim;
    QByteArray body;    ///< Decoded; the first 16 MiB.
    qint64 bodyBytes = 0;
    QByteArray bodySha256; ///< Hex; set when complete.
    QList<Piece> pieces;
    bool headComplete = false;
    bool complete = false; ///< The framing says that everything came.
    bool broken = false;   ///< The connection ended early or the bytes were no HTTP.
    QString problem;       ///< Why it is broken.
    double headAtMs = -1;
    double endedAtMs = -1;

    QByteArray header(QByteArrayView name) const { return firstHeader(headers, name); }
    QList<QByteArray> allHeaders(QByteArrayView name) const;
    /// When the body first held `bytes` bytes, or -1.
    double whenBodyHeld(qint64 bytes) const;
};

/// Reads one HTTP/1.x response after the other off a byte stream, strict about framing: what a proxy sends must be right.
class ResponseReader
{
public:
    /// The method of a request just sent: its answer's framing depends on it. Answers beyond these are taken as to GET.
    void expect(const QByteArray &method) { m_methods.append(method); }
    /// Takes bytes that came at `nowMs` and reads as far as they go.
    void feed(const QByteArray &bytes, double nowMs);
    /// The connection ended at `nowMs`. With `reset`, a body that ends with the connection did not end well either.
    void end(double nowMs, bool reset);

    /// Finished answers, and the one under way once its first byte came.
    const QList<RawResponse> &responses() const { return m_responses; }
    int finished() const { return m_finished; }

private:
    enum class State { Head, Length, ChunkSize, ChunkData, ChunkEnd, Trailers, UntilClose, Dead };

    bool step();
    bool readHead();
    bool parseHead(const QByteArray &block, RawResponse *response) const;
    void chooseFraming();
    bool takeBody();
    bool readChunkSize();
    bool readTrailer();
    bool takeLine(QByteArray *line);
    void complete();
    bool fail(const QString &problem);
    RawResponse &current() { return m_responses[m_finished]; }

    QList<QByteArray> m_methods;
    QList<RawResponse> m_responses;
    int m_finished = 0;
    QByteArray m_buffer;
    State m_state = State::Head;
    qint64 m_left = 0;
    double m_nowMs = 0;
    Sha256 m_hash;
};

} // namespace qcc::test
