#include "core/upstream/http1stream.h"

#include <QScopedValueRollback>

namespace qcc {

namespace {

/// Body bytes that may wait here for the reader.
constexpr qsizetype readAhead = 256 * 1024;
/// Upload bytes handed to the connection ahead of the network, and what is handed on at a time.
constexpr qint64 writeAhead = 128 * 1024;
constexpr qint64 uploadPiece = 256 * 1024;
/// So many pieces at a time; then others have their turn.
constexpr int piecesPerTurn = 4;
/// A piece of this size is copied to make one segment with what goes before it: half the packets, and no half request at the upstream.
constexpr qint64 joinedPiece = 64 * 1024;
/// What reading the rest of an answer that nobody wants may cost, to keep its connection.
constexpr qint64 leftBytes = 64 * 1024;
/// The last wait for the peer to acknowledge or reset what it was sent after it had closed; all of them together are twice as long.
constexpr std::chrono::milliseconds longestLook{256};
/// In the next turn of the event loop.
constexpr std::chrono::milliseconds atOnce{0};

/// Up to the blank line, which it includes.
QByteArray http1Head(const UpstreamStream::Asked &asked)
{
    QByteArray head;
    head.reserve(1024 + (asked.uploadSize <= joinedPiece ? asked.uploadSize : 0));
    appendParts(head, {asked.verb, " ", asked.target, " HTTP/1.1\r\n"});
    for (const HeaderField &field : asked.headers)
        appendField(head, field.name, field.value);
    if (asked.statesLength)
        appendField(head, "Content-Length", QByteArray::number(asked.uploadSize));
    else if (asked.uploadSize < 0)
        appendField(head, "Transfer-Encoding", "chunked");
    head += "\r\n";
    return head;
}

} // namespace

Http1Stream::Http1Stream(Owner &owner, UpstreamConnection *connection, bool reused, const Asked &asked, Alarms &alarms)
    : m_owner(owner)
    , m_connection(connection)
    , m_reused(reused)
    , m_before(http1Head(asked))
    , m_inChunks(asked.uploadSize < 0)
    , m_uploadDone(asked.uploadSize == 0)
    , m_later(alarms, [this] { goOn(); })
    , m_answer(asked.verb == "HEAD", asked.webSocket)
{
    connection->setUser(this);
}

void Http1Stream::start()
{
    const QScopedValueRollback sending(m_sending, true);
    if (m_reused)
        m_connection->requestComes();
    const bool withBody = writeMore();
    if (m_closed)
        return;
    if (!withBody)
        writeBefore();
    // What takes its time may be answered meanwhile, and each part of it that goes is a sign of life.
    if (!m_uploadDone || m_connection->bytesToWrite() > writeAhead)
        m_connection->watchEnd();
    handOver();
}

void Http1Stream::sendMore()
{
    m_owner.progressed();
    if (m_sending || m_uploadDone)
        return;
    const QScopedValueRollback sending(m_sending, true);
    if (writeMore())
        handOver();
}

/// Hands what was written to the system, and what is there after it.
void Http1Stream::handOver()
{
    for (int i = 0; i < piecesPerTurn && m_connection; ++i) {
        m_connection->flush();
        if (!writeMore())
            return;
    }
    // Where the system takes it as fast as it comes, nothing else tells of the room.
    if (m_connection && !m_uploadDone)
        m_later.start(atOnce);
}

/// Writes what is there of the body and has room, a few pieces of it. Returns false if that is nothing.
bool Http1Stream::writeMore()
{
    bool wrote = false;
    for (int i = 0; i < piecesPerTurn && !m_uploadDone && m_connection && m_connection->isOpen() && m_connection->bytesToWrite() < writeAhead; ++i) {
        const std::optional<QByteArray> piece = m_owner.takeUpload(uploadPiece, m_uploadDone);
        if (!piece) {
            m_owner.streamFailed(UpstreamFault::BodyEnded, QStringLiteral("the request body ended early"), false);
            break;
        }
        if (piece->isEmpty() && !m_uploadDone)
            break;
        wrote = true;
        writePiece(*piece);
    }
    return wrote;
}

/// Framed as it has to be. A large piece is not copied for that: the end of one chunk goes with the beginning of the next.
void Http1Stream::writePiece(const QByteArray &piece)
{
    if (m_inChunks && !piece.isEmpty())
        m_before += QByteArray::number(piece.size(), 16) + "\r\n";
    const bool isJoined = piece.size() <= joinedPiece;
    if (isJoined) {
        m_before += piece;
    } else {
        writeBefore();
        m_connection->write(piece);
    }
    if (m_inChunks && !piece.isEmpty())
        m_before += "\r\n";
    if (m_inChunks && m_uploadDone)
        m_before += "0\r\n\r\n";
    if (isJoined || m_uploadDone)
        writeBefore();
}

void Http1Stream::writeBefore()
{
    if (!m_before.isEmpty())
        m_connection->write(std::exchange(m_before, {}));
}

void Http1Stream::receive()
{
    if (m_closed)
        return;
    // Pieces of a head are no progress: an upstream that sends one byte a minute has not answered.
    if (m_answer.headComplete())
        m_owner.progressed();
    const QScopedValueRollback receiving(m_receiving, true);
    while (m_connection && m_connection->bytesAvailable() > 0) {
        if (m_body.size() >= readAhead) {
            m_stalled = true;
            return;
        }
        const QByteArray bytes = m_connection->read(readAhead);
        if (bytes.isEmpty())
            break;
        QByteArrayView rest(bytes);
        const bool hadHead = m_answer.headComplete();
        const qsizetype bodyBefore = m_body.size();
        while (!rest.isEmpty()) {
            const qsizetype used = m_answer.feed(rest, m_body);
            rest = rest.sliced(used);
            if (const std::optional<AnswerHead> early = m_answer.takeInterim()) {
                m_owner.progressed();
                m_owner.interimCame(*early);
                if (m_closed)
                    return;
            } else if (used == 0) {
                break;
            }
        }
        m_bodyBytes += m_body.size() - bodyBefore;
        if (!hadHead && m_answer.headComplete()) {
            if (m_answer.framing() == AnswerReader::Framing::UntilClose)
                m_connection->watchEnd();
            m_owner.headCame();
            if (m_closed)
                return;
        }
        if (m_discarding)
            dropBody();
        // When the end came along, finished() hands both over at once.
        if (m_body.size() > bodyBefore && m_answer.state() != AnswerReader::State::Done) {
            m_owner.bodyCame();
            if (m_closed)
                return;
        }
        if (m_answer.state() == AnswerReader::State::Bad)
            return m_owner.streamFailed(UpstreamFault::NoHttp, QString::fromLatin1(m_answer.error()), false);
        if (m_answer.state() == AnswerReader::State::Done) {
            // Bytes after the end, or an upload that never finished: nobody could tell what comes next on this connection.
            const bool clean = rest.isEmpty() && m_connection->bytesAvailable() == 0 && m_uploadDone && m_connection->bytesToWrite() == 0;
            return m_owner.answerEnded(clean && m_answer.keepsAlive());
        }
        if (m_dropped > leftBytes && !m_answer.gate().hasSwitched())
            return m_owner.answerEnded(false);
    }
    if (m_discarding && !restIsSmall())
        m_owner.answerEnded(false);
}

void Http1Stream::connectionIsOver(UpstreamConnection::End how, const QString &text)
{
    // What was found on sending is told once whoever asked can hear it.
    if (m_sending) {
        m_pendingEnd = {how, text};
        return m_later.start(atOnce);
    }
    receive();
    if (m_closed)
        return;
    // A reader that is behind gets what arrived first; takeBody() comes back here.
    if (m_stalled) {
        m_pendingEnd = {how, text};
        return;
    }
    bool unread = false;
    if (m_reused && isUntouched()) {
        const CloseProbe::Taken taken = m_connection->requestTaken();
        if (taken == CloseProbe::Taken::NotKnownYet && m_lookAgainIn <= longestLook) {
            m_pendingEnd = {how, text};
            m_later.start(std::exchange(m_lookAgainIn, 2 * m_lookAgainIn));
            return;
        }
        unread = taken == CloseProbe::Taken::No;
    }
    if (how == UpstreamConnection::End::PeerClosed) {
        if (m_answer.finish())
            return m_owner.answerEnded(false);
        return m_owner.streamFailed(UpstreamFault::Closed, QString::fromLatin1(m_answer.error()), unread);
    }
    if (how == UpstreamConnection::End::PeerReset)
        return m_owner.streamFailed(UpstreamFault::Closed, QStringLiteral("the connection was reset before the end of the answer"), unread);
    m_owner.streamFailed(faultOf(how), text, unread);
}

QByteArray Http1Stream::takeBody()
{
    if (m_stalled)
        m_later.start(atOnce);
    return std::exchange(m_body, QByteArray());
}

void Http1Stream::goOn()
{
    if (m_stalled) {
        if (m_body.size() >= readAhead)
            return;
        m_stalled = false;
        receive();
    }
    if (m_closed || m_stalled)
        return;
    if (!m_pendingEnd) {
        if (!m_uploadDone)
            sendMore();
        return;
    }
    const auto [how, text] = *std::exchange(m_pendingEnd, std::nullopt);
    connectionIsOver(how, text);
}

bool Http1Stream::discard(bool over)
{
    m_discarding = true;
    m_over = over;
    dropBody();
    if (m_answer.gate().hasSwitched())
        endSending();
    // What stalls for room has it now; else the rest is on its way, or among the bytes that are being received.
    if (m_stalled)
        m_later.start(atOnce);
    return m_receiving || restIsSmall();
}

void Http1Stream::dropBody()
{
    m_dropped += m_body.size();
    m_body.clear();
}

/// Whether the upstream has made the answer, so that to read its rest costs less than another connection.
bool Http1Stream::restIsSmall() const
{
    // Not to keep the connection: what goes there may still be on its way.
    if (m_answer.gate().hasSwitched())
        return m_connection && m_connection->isOpen();
    if (!m_answer.headComplete() || !m_uploadDone || !m_connection || m_answer.framing() == AnswerReader::Framing::UntilClose)
        return false;
    if (const std::optional<qint64> length = m_answer.contentLength())
        return *length - m_bodyBytes <= leftBytes;
    // Of chunks a refusal is small, and what comes behind an end; all else may be in the making.
    return m_answer.head().status >= 300 || m_over;
}

void Http1Stream::connectionWritten(UpstreamConnection *)
{
    if (!m_answer.gate().hasSwitched())
        return sendMore();
    m_owner.progressed();
    if (m_discarding)
        endSending();
    else if (!m_sending)
        m_owner.roomCame();
}

void Http1Stream::sendBehind(const QByteArray &bytes)
{
    if (m_closed || !m_connection || !m_connection->isOpen())
        return;
    // The end may be found by it, and is told later.
    const QScopedValueRollback sending(m_sending, true);
    m_connection->write(bytes);
    m_connection->flush();
}

/// Once all has gone: a close with unread bytes is a reset, and a reset takes what was sent last.
void Http1Stream::endSending()
{
    if (m_connection && m_connection->isOpen() && m_connection->bytesToWrite() == 0)
        m_connection->endSending();
}

void Http1Stream::close()
{
    m_closed = true;
    m_later.stop();
    if (m_connection)
        m_connection->leftBy(this);
    m_connection = nullptr;
}

} // namespace qcc
