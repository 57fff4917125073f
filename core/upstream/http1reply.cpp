#include "core/upstream/http1reply.h"

#include "core/forward/hopmark.h"
#include "core/upstream/upstreampool.h"

#include <QIODevice>
#include <QScopedValueRollback>

namespace qcc {

namespace {

/// Body bytes that may wait here for the reader.
constexpr qsizetype readAhead = 256 * 1024;
/// Upload bytes handed to the connection ahead of the network.
constexpr qint64 writeAhead = 128 * 1024;
/// What reading the rest of an answer that nobody wants may cost, to keep its connection.
constexpr qint64 leftBytes = 64 * 1024;
constexpr std::chrono::milliseconds leftTime{1000};
/// The last wait for the peer to acknowledge or reset what it was sent after it had closed; all of them together are twice as long.
constexpr std::chrono::milliseconds longestLook{256};

UpstreamFault faultOf(UpstreamConnection::End how)
{
    using End = UpstreamConnection::End;
    switch (how) {
    case End::Refused:
        return UpstreamFault::Refused;
    case End::HostNotFound:
        return UpstreamFault::HostNotFound;
    case End::PeerClosed:
    case End::PeerReset:
        return UpstreamFault::Closed;
    case End::TlsFailed:
        return UpstreamFault::TlsFailed;
    case End::TimedOut:
        return UpstreamFault::TimedOut;
    case End::ProxyFailed:
        return UpstreamFault::ProxyFailed;
    case End::NetworkGone:
        return UpstreamFault::NetworkGone;
    case End::LeadsBack:
        return UpstreamFault::LeadsBack;
    case End::NoDescriptors:
        return UpstreamFault::Shortage;
    case End::Failed:
        return UpstreamFault::Failed;
    }
    Q_UNREACHABLE();
}

} // namespace

Http1Reply::Http1Reply(UpstreamPool *pool, UpstreamRequest asked)
    : UpstreamReply(pool)
    , m_pool(pool)
    , m_asked(std::move(asked))
    // Methods that expect a body state its absence too. Source: RFC 9110 §8.6.
    , m_statesLength(m_asked.uploadSize >= 0 && (m_asked.upload || m_asked.verb == "POST" || m_asked.verb == "PUT" || m_asked.verb == "PATCH"))
    , m_uploadLeft(m_asked.uploadSize)
    , m_uploadDone(m_asked.uploadSize == 0)
    , m_lookAgain(pool->alarms(), [this] { endAgain(); })
    , m_answer(m_asked.verb == "HEAD")
    , m_timer(pool->alarms(), [this] { timeUp(); })
    , m_progress(now())
{
}

Http1Reply::~Http1Reply()
{
    if (!m_ended) {
        m_ended = true;
        m_pool->replyEnded(this, m_connection, false);
    }
}

Phase Http1Reply::phase() const
{
    if (m_phase != Phase::Connect || !m_connection)
        return m_phase;
    switch (m_connection->stage()) {
    case UpstreamConnection::Stage::Dns:
        return Phase::Dns;
    case UpstreamConnection::Stage::Tls:
        return Phase::Tls;
    default:
        return Phase::Connect;
    }
}

void Http1Reply::attach(UpstreamConnection *connection)
{
    m_connection = connection;
    m_reused = connection->isOpen();
    m_phase = m_reused ? Phase::Headers : Phase::Connect;
    m_progress = now();
    connect(connection, &UpstreamConnection::ended, this, &Http1Reply::connectionEnded);
    // Nothing is signalled before the caller of the manager has the reply in hand.
    if (m_reused) {
        const QScopedValueRollback settingOut(m_settingOut, true);
        send();
    } else {
        armTimer();
        connect(connection, &UpstreamConnection::ready, this, &Http1Reply::send);
        QMetaObject::invokeMethod(connection, &UpstreamConnection::open, Qt::QueuedConnection);
        QMetaObject::invokeMethod(this, &QNetworkReply::socketStartedConnecting, Qt::QueuedConnection);
    }
}

void Http1Reply::send()
{
    if (m_ended || !m_connection)
        return;
    UpstreamConnection *connection = m_connection;
    connection->countCarried();
    if (!m_reused)
        m_times = connection->times();
    if (m_asked.offerHttp2) {
        const QPointer<Http1Reply> self(this);
        Q_EMIT protocolAgreed(connection->speaksHttp2(), connection->isNearby());
        if (!self || m_ended || connection->speaksHttp2())
            return;
    }
    connect(connection, &UpstreamConnection::readable, this, &Http1Reply::receive);
    m_phase = Phase::Headers;
    m_progress = now();
    armTimer();

    if (m_reused)
        connection->requestComes();
    QByteArray first = requestHead();
    // One segment for head and small body: half the packets, and no half request at the upstream.
    if (m_uploadLeft > 0 && m_uploadLeft <= writeAhead)
        first += nextOfUpload();
    if (m_ended)
        return;
    connection->write(first);
    if (!m_uploadDone) {
        connection->watchEnd();
        connect(connection, &UpstreamConnection::written, this, &Http1Reply::sendMore);
        connect(m_asked.upload, &QIODevice::readyRead, this, &Http1Reply::sendMore);
        sendMore();
    }
    if (m_connection)
        m_connection->flush();
}

QByteArray Http1Reply::requestHead() const
{
    QByteArray head;
    head.reserve(1024);
    head += m_asked.verb + ' ' + m_asked.target + " HTTP/1.1\r\n";
    const HeaderList headers = withHop(m_asked.headers, m_pool->ownAddress().mark, m_asked.address.endpoint, m_connection->isNearby());
    for (const HeaderField &field : headers)
        appendField(head, field.name, field.value);
    if (m_statesLength)
        appendField(head, "Content-Length", QByteArray::number(m_uploadLeft));
    else if (m_asked.upload)
        appendField(head, "Transfer-Encoding", "chunked");
    head += "\r\n";
    return head;
}

void Http1Reply::sendMore()
{
    m_progress = now();
    while (!m_uploadDone && !m_ended && m_connection && m_connection->bytesToWrite() < writeAhead) {
        const QByteArray slice = nextOfUpload();
        if (m_ended || (slice.isEmpty() && m_uploadWaits))
            return;
        m_connection->write(slice);
    }
}

/// What is there of the body to be sent, framed as it has to be.
QByteArray Http1Reply::nextOfUpload()
{
    const bool inChunks = !m_statesLength;
    QByteArray slice(static_cast<qsizetype>(inChunks ? writeAhead : qMin(m_uploadLeft, writeAhead)), Qt::Uninitialized);
    const qint64 got = m_asked.upload ? m_asked.upload->read(slice.data(), slice.size()) : -1;
    slice.truncate(static_cast<qsizetype>(qMax<qint64>(got, 0)));
    m_uploadLeft -= slice.size();
    m_uploadWaits = got == 0;
    const bool atEnd = inChunks ? m_asked.upload && m_asked.upload->atEnd() : m_uploadLeft == 0;
    if (got < 0 && !(inChunks && atEnd)) {
        fail(UpstreamFault::BodyEnded, QStringLiteral("the request body ended early"));
        return {};
    }
    if (inChunks && !slice.isEmpty())
        slice = QByteArray::number(slice.size(), 16) + "\r\n" + slice + "\r\n";
    if (atEnd) {
        if (inChunks)
            slice += "0\r\n\r\n";
        uploadEnded();
    }
    return slice;
}

void Http1Reply::uploadEnded()
{
    m_uploadDone = true;
    m_uploadWaits = false;
    if (m_asked.upload)
        m_asked.upload->disconnect(this);
}

void Http1Reply::receive()
{
    if (m_ended)
        return;
    // Pieces of a head are no progress: an upstream that sends one byte a minute has not answered.
    if (m_answer.headComplete())
        m_progress = now();
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
                m_progress = now();
                Q_EMIT interim(*early);
                if (m_ended)
                    return;
            } else if (used == 0) {
                break;
            }
        }
        m_bodyBytes += m_body.size() - bodyBefore;
        if (!hadHead && m_answer.headComplete() && !acceptHead())
            return;
        if (m_left)
            dropBody();
        // When the end came along, finished() hands both over at once.
        if (m_body.size() > bodyBefore && m_answer.state() != AnswerReader::State::Done) {
            Q_EMIT readyRead();
            if (m_ended)
                return;
        }
        if (m_answer.state() == AnswerReader::State::Bad)
            return fail(UpstreamFault::NoHttp, QString::fromLatin1(m_answer.error()));
        if (m_answer.state() == AnswerReader::State::Done) {
            // Bytes after the end, or an upload that never finished: nobody could tell what comes next on this connection.
            const bool clean = rest.isEmpty() && m_connection->bytesAvailable() == 0 && m_uploadDone;
            return end(clean && m_answer.keepsAlive());
        }
        if (m_left && m_dropped > leftBytes)
            return end(false);
    }
    if (m_left)
        leaveUnlessSmall();
}

bool Http1Reply::acceptHead()
{
    m_phase = Phase::Body;
    m_progress = now();
    setAttribute(QNetworkRequest::HttpStatusCodeAttribute, head().status);
    setAttribute(QNetworkRequest::HttpReasonPhraseAttribute, head().reason);
    if (framing() == AnswerReader::Framing::UntilClose)
        m_connection->watchEnd();
    Q_EMIT metaDataChanged();
    return !m_ended;
}

void Http1Reply::connectionEnded(UpstreamConnection::End how, const QString &text)
{
    // What was found on sending is told once whoever asked can hear it.
    if (m_settingOut) {
        QMetaObject::invokeMethod(this, [this, how, text] { connectionEnded(how, text); }, Qt::QueuedConnection);
        return;
    }
    receive();
    if (m_ended)
        return;
    // A reader that is behind gets what arrived first; takeBody() comes back here.
    if (m_stalled) {
        m_pendingEnd = {how, text};
        return;
    }
    if (m_reused && isUntouched()) {
        const CloseProbe::Taken taken = m_connection->requestTaken();
        if (taken == CloseProbe::Taken::NotKnownYet && m_lookAgainIn <= longestLook) {
            m_pendingEnd = {how, text};
            m_lookAgain.start(std::exchange(m_lookAgainIn, 2 * m_lookAgainIn));
            return;
        }
        m_unread = taken == CloseProbe::Taken::No;
    }
    if (how == UpstreamConnection::End::PeerClosed && m_phase >= Phase::Headers) {
        if (m_answer.finish())
            return end(false);
        return fail(UpstreamFault::Closed, QString::fromLatin1(m_answer.error()));
    }
    if (how == UpstreamConnection::End::PeerReset)
        return fail(UpstreamFault::Closed, QStringLiteral("the connection was reset before the end of the answer"));
    fail(faultOf(how), text);
}

QByteArray Http1Reply::takeBody()
{
    if (m_stalled)
        QMetaObject::invokeMethod(this, &Http1Reply::resume, Qt::QueuedConnection);
    return std::exchange(m_body, QByteArray());
}

void Http1Reply::endAgain()
{
    if (m_ended || !m_pendingEnd)
        return;
    const auto [how, text] = *std::exchange(m_pendingEnd, std::nullopt);
    connectionEnded(how, text);
}

void Http1Reply::resume()
{
    if (m_ended || !m_stalled || m_body.size() >= readAhead)
        return;
    m_stalled = false;
    receive();
    if (!m_stalled)
        endAgain();
}

void Http1Reply::leave()
{
    disconnect();
    setParent(m_pool);
    m_left = true;
    dropBody();
    if (m_ended)
        return dispose();
    m_timer.start(leftTime);
    // What stalls for room has it now; else the rest is on its way, or among the bytes that are being received.
    if (m_stalled)
        QMetaObject::invokeMethod(this, &Http1Reply::resume, Qt::QueuedConnection);
    if (!m_receiving)
        leaveUnlessSmall();
}

void Http1Reply::leaveUnlessSmall()
{
    if (!restIsSmall())
        end(false);
}

void Http1Reply::dropBody()
{
    m_dropped += m_body.size();
    m_body.clear();
}

/// Whether the upstream has made the answer, so that to read its rest costs less than another connection.
bool Http1Reply::restIsSmall() const
{
    if (!hasHead() || !m_uploadDone || !m_connection || framing() == AnswerReader::Framing::UntilClose)
        return false;
    if (const std::optional<qint64> length = contentLength())
        return *length - m_bodyBytes <= leftBytes;
    // Of chunks a refusal is small, and what comes behind an end; all else may be in the making.
    return head().status >= 300 || m_over;
}

void Http1Reply::abort()
{
    fail(UpstreamFault::Cancelled, QStringLiteral("cancelled"));
}

void Http1Reply::fail(UpstreamFault fault, const QString &text)
{
    if (m_ended)
        return;
    setFault(fault, text, m_asked.address.host);
    end(false);
}

void Http1Reply::end(bool reusable)
{
    m_ended = true;
    m_phase = phase();
    m_timer.stop();
    m_lookAgain.stop();
    if (m_connection) {
        if (m_phase <= Phase::Tls)
            m_times = m_connection->times();
        m_connection->disconnect(this);
    }
    m_pool->replyEnded(this, std::exchange(m_connection, nullptr), reusable);
    setFinished(true);
    if (m_left) {
        deleteLater();
        return;
    }
    if (m_settingOut)
        QMetaObject::invokeMethod(this, [this] { emitEnd(); }, Qt::QueuedConnection);
    else
        emitEnd();
}

void Http1Reply::armTimer()
{
    const std::chrono::milliseconds limit = m_phase >= Phase::Headers ? m_asked.deadlines.read : m_asked.deadlines.connect;
    if (limit.count() > 0)
        m_timer.start(limit);
    else
        m_timer.stop();
}

Clock::Time Http1Reply::now() const
{
    return m_pool->alarms().now();
}

void Http1Reply::timeUp()
{
    if (m_left)
        return end(false);
    const bool connecting = m_phase < Phase::Headers;
    const std::chrono::milliseconds limit = connecting ? m_asked.deadlines.connect : m_asked.deadlines.read;
    // The timer is not restarted for every byte that arrives; it looks back when it fires.
    // Where the client is behind, it is not the upstream that is silent.
    const auto silent = m_stalled || m_uploadWaits ? std::chrono::milliseconds(0) : std::chrono::duration_cast<std::chrono::milliseconds>(now() - m_progress);
    if (silent < limit) {
        m_timer.start(limit - silent);
        return;
    }
    fail(UpstreamFault::TimedOut,
         connecting             ? QStringLiteral("no connection within %1 s").arg(static_cast<double>(limit.count()) / 1000)
             : hasHead() ? QStringLiteral("the answer went silent for %1 s").arg(static_cast<double>(limit.count()) / 1000)
                         : QStringLiteral("no answer within %1 s").arg(static_cast<double>(limit.count()) / 1000));
}

qint64 Http1Reply::bytesAvailable() const
{
    return m_body.size() + QNetworkReply::bytesAvailable();
}

qint64 Http1Reply::readData(char *data, qint64 max)
{
    if (m_body.isEmpty())
        return m_ended ? -1 : 0;
    const auto take = static_cast<qsizetype>(qMin<qint64>(max, m_body.size()));
    memcpy(data, m_body.constData(), static_cast<size_t>(take));
    m_body.remove(0, take);
    if (m_stalled)
        QMetaObject::invokeMethod(this, &Http1Reply::resume, Qt::QueuedConnection);
    return take;
}

} // namespace qcc
