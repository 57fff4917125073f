#include "core/upstream/upstreamreply.h"

#include "core/config/addresses.h"
#include "core/forward/forwarding.h"
#include "core/upstream/http1stream.h"
#include "core/upstream/http2connection.h"
#include "core/upstream/http2stream.h"
#include "core/upstream/networkwatch.h"
#include "core/upstream/upstreampool.h"

#include <QIODevice>
#include <QScopedValueRollback>

namespace qcc {

namespace {

/// What the rest of an answer that nobody wants is waited for, to keep its connection.
constexpr std::chrono::milliseconds leftTime{1000};

bool mayWantNetwork(UpstreamFault fault)
{
    return fault == UpstreamFault::NetworkGone || fault == UpstreamFault::HostNotFound || fault == UpstreamFault::TimedOut
        || fault == UpstreamFault::Failed;
}

} // namespace

UpstreamReply::UpstreamReply(UpstreamPool *pool, UpstreamRequest asked)
    : QNetworkReply(pool)
    , m_pool(pool)
    , m_asked(std::move(asked))
    , m_upload(m_asked)
    , m_timer(pool->alarms(), [this] { timeUp(); })
    , m_progress(now())
{
    open(ReadOnly | Unbuffered);
}

UpstreamReply::~UpstreamReply()
{
    if (!m_ended)
        end(false);
}

void UpstreamReply::introduce(QNetworkAccessManager::Operation operation, const QNetworkRequest &request)
{
    setOperation(operation);
    // Not the request itself, which would be kept, in two kilobytes, for as long as a stream runs.
    setUrl(request.url());
}

const AnswerHead &UpstreamReply::head() const
{
    static const AnswerHead none;
    return m_stream ? m_stream->answer().head() : none;
}

Phase UpstreamReply::phase() const
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

const ConnectTimes &UpstreamReply::connectTimes() const
{
    return m_connection && phase() <= Phase::Tls ? m_connection->times() : m_times;
}

QString UpstreamReply::addressText() const
{
    return m_connection && m_address.isEmpty() ? m_connection->addressText() : m_address;
}

// --- The request -------------------------------------------------------------------------------------------------------------

void UpstreamReply::useIdle(UpstreamConnection *connection)
{
    m_connection = connection;
    m_reused = true;
    // Nothing is signalled before the caller of the manager has the reply in hand.
    const QScopedValueRollback settingOut(m_settingOut, true);
    sendHttp1(connection);
}

void UpstreamReply::waitInLine()
{
    m_phase = Phase::Queue;
    m_timer.stop();
}

void UpstreamReply::waitForAnothers()
{
    m_phase = Phase::Connect;
    m_progress = now();
    armTimer();
}

void UpstreamReply::openOn(UpstreamConnection *connection)
{
    m_connection = connection;
    // Who has waited for another's connection has waited for one.
    if (m_phase != Phase::Connect)
        waitForAnothers();
    connection->setUser(this);
    QMetaObject::invokeMethod(connection, &UpstreamConnection::open, Qt::QueuedConnection);
    QMetaObject::invokeMethod(this, &QNetworkReply::socketStartedConnecting, Qt::QueuedConnection);
}

void UpstreamReply::sendHttp1(UpstreamConnection *connection)
{
    if (!m_reused)
        m_times = connection->times();
    m_address = connection->addressText();
    connection->countCarried();
    Owner &self = *this;
    begin(std::make_unique<Http1Stream>(self, connection, m_reused, askedOfStream(connection->isNearby()), m_pool->alarms()), HttpVersion::Http1);
}

void UpstreamReply::sendHttp2(Http2Connection *connection, bool opened)
{
    if (opened)
        m_times = connection->times();
    m_reused = !opened;
    m_address = connection->addressText();
    m_connection = nullptr;
    m_shared = connection;
    const QScopedValueRollback settingOut(m_settingOut, m_settingOut || !opened);
    Owner &self = *this;
    begin(std::make_unique<Http2Stream>(self, *connection, askedOfStream(connection->isNearby())), HttpVersion::Http2);
}

void UpstreamReply::begin(std::unique_ptr<UpstreamStream> stream, HttpVersion version)
{
    m_stream = std::move(stream);
    m_version = version;
    m_phase = Phase::Headers;
    m_progress = now();
    armTimer();
    if (m_asked.upload && m_asked.upload->mayGrow())
        connect(m_asked.upload, &QIODevice::readyRead, this, [this] {
            // From here on it is the upstream that may be silent, until it was found to have read all that is there.
            m_upload.grew();
            m_stream->uploadGrew();
        });
    m_stream->start();
}

/// Once: an answer may take its time, and has no use for the header of its request.
UpstreamStream::Asked UpstreamReply::askedOfStream(bool nearby)
{
    const qint64 uploadSize = m_upload.statesLength() ? m_asked.uploadSize : m_asked.upload ? -1 : 0;
    return {m_asked.verb, m_asked.target, withHop(std::exchange(m_asked.headers, {}), m_pool->ownAddress().mark, m_asked.address.endpoint, nearby), uploadSize,
            m_upload.statesLength(), m_asked.webSocket};
}

qint64 UpstreamReply::readUpload(char *to, qint64 most, bool &atEnd)
{
    const qint64 got = m_upload.read(to, most, atEnd);
    if (got >= 0 && atEnd && m_asked.upload)
        m_asked.upload->disconnect(this);
    return got;
}

std::optional<QByteArray> UpstreamReply::takeUpload(qint64 most, bool &atEnd)
{
    std::optional<QByteArray> bytes = m_upload.take(most, atEnd);
    if (bytes && atEnd && m_asked.upload)
        m_asked.upload->disconnect(this);
    return bytes;
}

// --- The answer --------------------------------------------------------------------------------------------------------------

void UpstreamReply::headCame()
{
    m_phase = Phase::Body;
    m_progress = now();
    if (hasSwitched()) {
        m_asked.deadlines.read = {};
        m_timer.stop();
    }
    if (m_listener)
        m_listener->headCame();
    Q_EMIT metaDataChanged();
}

void UpstreamReply::interimCame(const AnswerHead &head)
{
    if (m_listener)
        m_listener->interimCame(head);
    Q_EMIT interim(head);
}

void UpstreamReply::bodyCame()
{
    if (m_listener)
        m_listener->bodyCame();
    Q_EMIT readyRead();
}

void UpstreamReply::roomCame()
{
    if (m_listener)
        m_listener->roomCame();
}

void UpstreamReply::connectionReady(UpstreamConnection *connection)
{
    m_pool->opened(this, connection);
}

void UpstreamReply::answerEnded(bool reusable)
{
    if (m_ended)
        return;
    end(reusable);
    if (m_settingOut)
        QMetaObject::invokeMethod(this, [this] { emitEnd(); }, Qt::QueuedConnection);
    else
        emitEnd();
}

void UpstreamReply::streamFailed(UpstreamFault fault, const QString &text, bool unread)
{
    m_unread = unread;
    fail(fault, text);
}

void UpstreamReply::connectionEnded(UpstreamConnection *, UpstreamConnection::End how, const QString &text)
{
    if (how == UpstreamConnection::End::PeerReset)
        return fail(UpstreamFault::Closed, QStringLiteral("the connection was reset before the end of the answer"));
    fail(faultOf(how), text);
}

void UpstreamReply::leave()
{
    blockSignals(true);
    m_listener = nullptr;
    setParent(m_pool);
    m_left = true;
    if (m_ended)
        return dispose();
    m_timer.start(leftTime);
    if (!m_stream || !m_stream->discard(m_over))
        answerEnded(false);
}

void UpstreamReply::abort()
{
    fail(UpstreamFault::Cancelled, QStringLiteral("cancelled"));
}

void UpstreamReply::fail(UpstreamFault fault, const QString &text)
{
    if (m_ended)
        return;
    setFault(fault, text);
    answerEnded(false);
}

void UpstreamReply::setFault(UpstreamFault fault, const QString &text)
{
    // What may be for want of a network is, where there is none.
    if (mayWantNetwork(fault) && !isLoopbackHost(m_asked.address.host) && !NetworkWatch::hasWayOut()) {
        m_fault = UpstreamFault::NoNetwork;
        setError(errorOf(m_fault), QStringLiteral("this computer has no network"));
        return;
    }
    m_fault = fault;
    setError(errorOf(fault), text);
}

void UpstreamReply::end(bool reusable)
{
    m_ended = true;
    m_phase = phase();
    m_address = addressText();
    m_timer.stop();
    if (m_asked.upload)
        m_asked.upload->disconnect(this);
    if (m_connection) {
        if (m_phase <= Phase::Tls)
            m_times = m_connection->times();
        m_connection->leftBy(this);
    }
    if (m_stream)
        m_stream->close();
    m_pool->replyEnded(this, std::exchange(m_connection, nullptr), std::exchange(m_shared, nullptr), reusable);
    setFinished(true);
}

/// The end, for QNetworkReply's signals.
void UpstreamReply::emitEnd()
{
    if (m_left) {
        deleteLater();
        return;
    }
    m_telling = true;
    if (m_listener)
        m_listener->replyEnded();
    if (error() != NoError)
        Q_EMIT errorOccurred(error());
    Q_EMIT finished();
    m_telling = false;
}

/// Deletes it, where nobody is being told of the end right now.
void UpstreamReply::dispose()
{
    if (m_telling)
        deleteLater();
    else
        delete this;
}

void UpstreamReply::armTimer()
{
    const std::chrono::milliseconds limit = m_phase >= Phase::Headers ? m_asked.deadlines.read : m_asked.deadlines.connect;
    if (limit.count() > 0)
        m_timer.start(limit);
    else
        m_timer.stop();
}

Clock::Time UpstreamReply::now() const
{
    return m_pool->alarms().now();
}

void UpstreamReply::timeUp()
{
    if (m_left) {
        // What a client said last goes on as long as it is taken.
        const bool goes = hasSwitched() && m_stream->unsentBehind() > 0 && now() - m_progress < leftTime;
        return goes ? m_timer.start(leftTime) : answerEnded(false);
    }
    const bool connecting = m_phase < Phase::Headers;
    const std::chrono::milliseconds limit = connecting ? m_asked.deadlines.connect : m_asked.deadlines.read;
    // The timer is not restarted for every byte that arrives; it looks back when it fires.
    // Where the client is behind, it is not the upstream that is silent.
    const bool clientIsBehind = m_upload.waits() || (m_stream && m_stream->isStalled());
    const auto silent = clientIsBehind ? std::chrono::milliseconds(0) : std::chrono::duration_cast<std::chrono::milliseconds>(now() - m_progress);
    if (silent < limit) {
        m_timer.start(limit - silent);
        return;
    }
    const QString tried = connecting ? addressText() : QString();
    const QString where = tried.isEmpty() || tried == m_asked.address.host ? QString() : QStringLiteral(" (tried %1)").arg(tried);
    fail(UpstreamFault::TimedOut,
         connecting             ? QStringLiteral("no connection within %1 s%2").arg(QString::number(static_cast<double>(limit.count()) / 1000), where)
             : hasHead() ? QStringLiteral("the answer went silent for %1 s").arg(static_cast<double>(limit.count()) / 1000)
                         : QStringLiteral("no answer within %1 s").arg(static_cast<double>(limit.count()) / 1000));
}

qint64 UpstreamReply::bytesAvailable() const
{
    return m_read.size() + (m_stream ? m_stream->bodyWaiting() : 0) + QNetworkReply::bytesAvailable();
}

qint64 UpstreamReply::readData(char *data, qint64 max)
{
    if (m_read.isEmpty())
        m_read = takeBody();
    if (m_read.isEmpty())
        return m_ended ? -1 : 0;
    const auto take = static_cast<qsizetype>(qMin<qint64>(max, m_read.size()));
    memcpy(data, m_read.constData(), static_cast<size_t>(take));
    m_read.remove(0, take);
    return take;
}

} // namespace qcc
