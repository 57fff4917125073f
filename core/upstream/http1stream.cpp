#include "core/upstream/http1stream.h"

#include <QScopedValueRollback>

namespace qcc {

namespace {

/// Body bytes that may wait here for the reader.
constexpr qsizetype readAhead = 256 * 1024;
/// Upload bytes handed to the connection ahead of the network.
constexpr qint64 writeAhead = 128 * 1024;
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
    head.reserve(1024);
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
    , m_head(http1Head(asked))
    , m_uploadLeft(asked.uploadSize)
    , m_uploadDone(asked.uploadSize == 0)
    , m_later(alarms, [this] { goOn(); })
    , m_answer(asked.verb == "HEAD")
{
    connection->setUser(this);
}

void Http1Stream::start()
{
    const QScopedValueRollback starting(m_starting, true);
    if (m_reused)
        m_connection->requestComes();
    QByteArray first = std::exchange(m_head, {});
    // One segment for head and small body: half the packets, and no half request at the upstream.
    if (m_uploadLeft > 0 && m_uploadLeft <= writeAhead)
        first += nextOfUpload();
    if (m_closed)
        return;
    m_connection->write(first);
    if (!m_uploadDone) {
        m_connection->watchEnd();
        sendMore();
    }
    if (m_connection)
        m_connection->flush();
}

void Http1Stream::sendMore()
{
    m_owner.progressed();
    while (!m_uploadDone && !m_closed && m_connection && m_connection->bytesToWrite() < writeAhead) {
        const QByteArray slice = nextOfUpload();
        if (slice.isEmpty())
            return;
        m_connection->write(slice);
    }
}

/// What is there of the body to be sent, framed as it has to be.
QByteArray Http1Stream::nextOfUpload()
{
    const bool inChunks = m_uploadLeft < 0;
    QByteArray slice(static_cast<qsizetype>(inChunks ? writeAhead : qMin(m_uploadLeft, writeAhead)), Qt::Uninitialized);
    bool atEnd = false;
    const qint64 got = m_owner.readUpload(slice.data(), slice.size(), atEnd);
    if (got < 0) {
        m_owner.streamFailed(UpstreamFault::BodyEnded, QStringLiteral("the request body ended early"), false);
        return {};
    }
    slice.truncate(static_cast<qsizetype>(got));
    if (!inChunks)
        m_uploadLeft -= got;
    else if (!slice.isEmpty())
        slice = QByteArray::number(slice.size(), 16) + "\r\n" + slice + "\r\n";
    if (atEnd) {
        if (inChunks)
            slice += "0\r\n\r\n";
        m_uploadDone = true;
    }
    return slice;
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
            const bool clean = rest.isEmpty() && m_connection->bytesAvailable() == 0 && m_uploadDone;
            return m_owner.answerEnded(clean && m_answer.keepsAlive());
        }
        if (m_dropped > leftBytes)
            return m_owner.answerEnded(false);
    }
    if (m_discarding && !restIsSmall())
        m_owner.answerEnded(false);
}

void Http1Stream::connectionIsOver(UpstreamConnection::End how, const QString &text)
{
    // What was found on sending is told once whoever asked can hear it.
    if (m_starting) {
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
    if (m_closed || m_stalled || !m_pendingEnd)
        return;
    const auto [how, text] = *std::exchange(m_pendingEnd, std::nullopt);
    connectionIsOver(how, text);
}

bool Http1Stream::discard(bool over)
{
    m_discarding = true;
    m_over = over;
    dropBody();
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
    if (!m_answer.headComplete() || !m_uploadDone || !m_connection || m_answer.framing() == AnswerReader::Framing::UntilClose)
        return false;
    if (const std::optional<qint64> length = m_answer.contentLength())
        return *length - m_bodyBytes <= leftBytes;
    // Of chunks a refusal is small, and what comes behind an end; all else may be in the making.
    return m_answer.head().status >= 300 || m_over;
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
