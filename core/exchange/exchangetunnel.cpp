#include "core/exchange/exchange.h"

#include "core/exchange/ownanswer.h"
#include "core/forward/forwarding.h"

#include <QRandomGenerator>

// An exchange behind a 101: bytes both ways until either side closes. It is committed from the first of them on, its attempt has succeeded with
// the 101, and its place at the endpoint and its permit are kept to the end. What is a message, and what it means, is for the two ends to know;
// qcc counts, and reads where frames end, to tell a WebSocket that was closed from one that broke, and to put a close frame of its own where it
// can stand.

namespace qcc {

namespace {

/// Bytes that may wait here for the upstream before its client is slowed; as many as ClientConnection lets wait for the client.
constexpr qint64 mostUnsent = 256 * 1024;

/// For the log and the close frame, which says it to a person.
QByteArray reasonFor(quint16 code)
{
    return code == serviceRestart ? QByteArray("qcc stops") : QByteArray("nothing was said for long");
}

} // namespace

void Exchange::openTunnel()
{
    enter(State::Committed);
    m_total.stop();
    m_tunnel.emplace().lastByte = now();
    m_context.router.tunnelBegan(m_attempt->route());
    settle(FailureClass::None);
    m_record.status = m_attempt->status();
    m_record.firstByteMs = elapsedMs();
    m_record.streamed = true;
    const AnswerHead head = m_attempt->forClient(m_attempt->reply().head());
    ClientStream::Head out;
    out.status = head.status;
    out.reason = head.reason;
    out.headers = clientHeaders(head);
    out.hasBody = false;
    out.webSocket = true;
    m_client.sendHead(out);
    m_request.head.headers.clear();
    m_silence.start(m_stopping ? m_context.fixedTimeouts.tunnelQuiet : m_context.fixedTimeouts.tunnelIdle);
    passBytes();
}

void Exchange::clientSent()
{
    roomCame();
}

void Exchange::roomCame()
{
    if (m_tunnel && m_state == State::Committed)
        passBytes();
}

void Exchange::passBytes()
{
    if (!m_upstreamDone)
        passUp();
    passDown();
    if (m_state != State::Committed)
        return;
    // Both have said goodbye: neither waits for the other to hang up.
    const bool closed = m_tunnel->up.sawClose() && m_tunnel->down.sawClose();
    const bool ended = m_upstreamDone && !m_attempt->bodyWaits();
    if (!closed && !ended)
        return;
    const UpstreamReply &reply = m_attempt->reply();
    if (closesWell() || (reply.fault() == UpstreamFault::None && m_tunnel->down.isBetweenFrames()))
        tunnelEnded(Outcome::Complete);
    else
        tunnelEnded(Outcome::Truncated, FailureClass::BrokenStream,
                    reply.fault() != UpstreamFault::None ? reply.errorString() : QStringLiteral("the connection was closed in the middle of a message"));
}

/// One side has said goodbye, so that nothing is lost with the connection.
bool Exchange::closesWell() const
{
    return m_tunnel->up.sawClose() || m_tunnel->down.sawClose();
}

void Exchange::passUp()
{
    for (qint64 room = mostUnsent - m_attempt->reply().unsentBehind(); room > 0; room = mostUnsent - m_attempt->reply().unsentBehind()) {
        const QByteArray bytes = m_client.takeSent(room);
        if (bytes.isEmpty())
            return;
        m_tunnel->up.feed(bytes);
        m_tunnel->lastByte = now();
        m_tunnel->awaitsAnswer = true;
        m_record.requestBytes += bytes.size();
        m_attempt->sendBehind(bytes);
    }
}

void Exchange::passDown()
{
    bool hadRoom = true;
    do {
        while (m_client.hasRoom()) {
            const QByteArray bytes = m_attempt->takeBehind();
            if (bytes.isEmpty())
                break;
            m_tunnel->down.feed(bytes);
            m_tunnel->lastByte = now();
            m_tunnel->awaitsAnswer = false;
            m_record.answerBytes += bytes.size();
            m_client.sendBody(bytes);
        }
        hadRoom = m_client.hasRoom();
        m_client.flush();
        // As in forward(): flushing may make room, or find the client gone.
    } while (m_state == State::Committed && m_client.hasRoom() && (!hadRoom || m_attempt->bodyWaits()));
}

void Exchange::drain()
{
    if (!std::exchange(m_stopping, true) && m_tunnel && m_state == State::Committed)
        tunnelSilent();
}

void Exchange::tunnelSilent()
{
    // It is not started anew for every byte; it looks back when it rings.
    const std::chrono::milliseconds most = m_stopping ? m_context.fixedTimeouts.tunnelQuiet : m_context.fixedTimeouts.tunnelIdle;
    const auto silent = std::chrono::duration_cast<std::chrono::milliseconds>(now() - m_tunnel->lastByte);
    // What a client waits for may be thought about for long, and gets the time that every answer gets.
    const bool busy = m_stopping && (m_tunnel->awaitsAnswer || !m_tunnel->down.isBetweenFrames());
    if (silent < most || busy)
        return m_silence.start(silent < most ? most - silent : most);
    if (m_stopping)
        return closeTunnel(serviceRestart, QString(), FailureClass::None);
    const bool isWhole = m_tunnel->up.isBetweenFrames() && m_tunnel->down.isBetweenFrames();
    closeTunnel(goingAway, isWhole ? QString() : QStringLiteral("nothing came either way for %1 s, in the middle of a message").arg(most.count() / 1000),
                isWhole ? FailureClass::None : FailureClass::BrokenStream);
}

/// By qcc itself. Both sides hear why, where a frame of ours can stand. `why`: empty where nothing was lost.
void Exchange::closeTunnel(quint16 code, const QString &why, FailureClass failure)
{
    const bool well = why.isEmpty() || closesWell();
    if (m_tunnel->down.mayTakeOurs())
        m_client.sendBody(closeFrame(code, reasonFor(code)));
    // A restart is told by servers alone. Source: IANA, WebSocket Close Code Number Registry.
    if (!m_upstreamDone && m_tunnel->up.mayTakeOurs())
        m_attempt->sendBehind(closeFrame(goingAway, reasonFor(code), QRandomGenerator::system()->generate()));
    if (well)
        tunnelEnded(Outcome::Complete);
    else
        tunnelEnded(Outcome::Truncated, failure, why);
}

/// The upstream is let go of, which hears the end behind what it was sent; and so does the client, unless it has gone.
void Exchange::tunnelEnded(Outcome outcome, FailureClass failure, const QString &why)
{
    m_record.attempts.append(closeAttempt(failure, why));
    if (outcome == Outcome::Complete && m_record.attempts.size() > 1)
        outcome = Outcome::Recovered;
    end(outcome, outcome == Outcome::ClientCancelled ? 499 : m_record.status, outcome == Outcome::Truncated ? inWords(m_record.attempts.last()) : QString());
    m_attempt.reset();
    m_client.finish();
    Q_EMIT ended();
}

void Exchange::clientLeftTunnel(const QString &how)
{
    // What it said last is the upstream's still.
    for (QByteArray bytes = m_client.takeSent(mostUnsent); !m_upstreamDone && !bytes.isEmpty(); bytes = m_client.takeSent(mostUnsent)) {
        m_tunnel->up.feed(bytes);
        m_record.requestBytes += bytes.size();
        m_attempt->sendBehind(bytes);
    }
    if (closesWell() || (!m_client.wasReset() && m_tunnel->up.isBetweenFrames()))
        return tunnelEnded(Outcome::Complete);
    tunnelEnded(Outcome::ClientCancelled, FailureClass::Cancelled, how);
}

/// Its endpoint has room for another one. Before the attempt goes.
void Exchange::leaveTunnel()
{
    if (m_tunnel && m_attempt && std::exchange(m_tunnel->counts, false))
        m_context.router.tunnelEnded(m_attempt->route());
}

} // namespace qcc
