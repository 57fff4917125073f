#pragma once

#include "tests/support/lenientrequestreader.h"

#include <QByteArray>
#include <QList>

#include <chrono>
#include <variant>

namespace qcc::test {

using std::chrono::milliseconds;

/// The steps a script is made of. Each begins when the one before has handed its bytes to the system.
namespace step {
struct Send { QByteArray bytes; };
struct Delay { milliseconds least; milliseconds most; };
/// `unit` over and over, at the client's pace: `bytes` in all (the last one is cut), or without end when negative.
struct Repeat { QByteArray unit; qint64 bytes; bool chunked; };
/// Goes on once the whole request is there.
struct AwaitRequest { };
/// Goes on with the script that is chosen for the whole request, once that is there.
struct DecideAgain { };
/// Nothing more until the client leaves.
struct Stall { };
/// Closes; what the client sent and nobody read turns it into a reset, as everywhere.
struct Close { };
struct Reset { };
/// Ends our side only; reads and drops what comes until the client closes or the time is over.
struct Linger { milliseconds most; };
/// Leaves the connection open, and closes it when it stayed idle for a random time of that range.
struct CloseWhenIdle { milliseconds least; milliseconds most; };
/// Leaves the connection open, and ends it as soon as its next request is there.
struct EndOnNextRequest { bool reset; };
} // namespace step

using Step = std::variant<step::Send, step::Delay, step::Repeat, step::AwaitRequest, step::DecideAgain, step::Stall, step::Close,
                          step::Reset, step::Linger, step::CloseWhenIdle, step::EndOnNextRequest>;

/// What the upstream does with one request. Calls append steps; after the last step the connection waits for its next request,
/// unless a step ended it.
class Script
{
public:
    /// When the script begins: once the request is there, or as soon as its head is.
    enum class Start { Request, Head };

    Script &startAtHead() { m_start = Start::Head; return *this; }
    /// Reads the request's body at this pace, or not at all with 0, instead of as fast as it comes.
    Script &readAt(qint64 bytesPerSecond) { m_readBytesPerSecond = bytesPerSecond; return *this; }

    Script &send(const QByteArray &bytes);
    /// A status line with the usual reason, the headers as given, and the blank line.
    Script &head(int status, const RawHeaders &headers = {});
    /// A complete answer with its Content-Length.
    Script &answer(int status, const QByteArray &contentType, const QByteArray &body, RawHeaders headers = {});
    Script &chunk(const QByteArray &bytes);
    Script &lastChunk() { return send("0\r\n\r\n"); }
    /// The head of a chunked event stream.
    Script &streamHead(const RawHeaders &headers = {});
    /// Each event as a chunk of its own, with `gap` before all but the first.
    Script &events(const QList<QByteArray> &events, milliseconds gap);
    Script &bytewise(const QByteArray &bytes, milliseconds gap);
    Script &repeat(const QByteArray &unit, qint64 bytes) { return add(step::Repeat{unit, bytes, false}); }
    Script &repeatChunked(const QByteArray &unit, qint64 bytes) { return add(step::Repeat{unit, bytes, true}); }
    Script &delay(milliseconds time) { return add(step::Delay{time, time}); }
    Script &delay(milliseconds least, milliseconds most) { return add(step::Delay{least, most}); }
    Script &awaitRequest() { return add(step::AwaitRequest{}); }
    Script &decideAgain() { return add(step::DecideAgain{}); }
    Script &stall() { return add(step::Stall{}); }
    Script &close() { return add(step::Close{}); }
    Script &reset() { return add(step::Reset{}); }
    Script &linger(milliseconds most) { return add(step::Linger{most}); }
    Script &closeWhenIdle(milliseconds least, milliseconds most) { return add(step::CloseWhenIdle{least, most}); }
    Script &closeOnNextRequest() { return add(step::EndOnNextRequest{false}); }
    Script &resetOnNextRequest() { return add(step::EndOnNextRequest{true}); }
    /// The steps of `other` after ours; its start and reading pace win where they differ from the usual.
    Script &then(const Script &other);

    bool isEmpty() const { return m_steps.isEmpty(); }
    const QList<Step> &steps() const { return m_steps; }
    Start start() const { return m_start; }
    /// Negative: as fast as it comes.
    qint64 readBytesPerSecond() const { return m_readBytesPerSecond; }

private:
    Script &add(Step step) { m_steps.append(std::move(step)); return *this; }

    QList<Step> m_steps;
    Start m_start = Start::Request;
    qint64 m_readBytesPerSecond = -1;
};

/// The bytes of a response's head, blank line included.
QByteArray headBytes(int status, const RawHeaders &headers);
/// `bytes` as one chunk of a chunked body; not for none.
QByteArray chunkBytes(const QByteArray &bytes);
/// 64 KiB that `huge-body` repeats: position n of the body holds the letter 'a' + n % 26 within each block.
QByteArray patternBlock();

} // namespace qcc::test
