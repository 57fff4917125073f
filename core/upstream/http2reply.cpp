#include "core/upstream/http2reply.h"

#include "core/upstream/http2lane.h"
#include "core/upstream/oneshotbody.h"
#include "core/upstream/tlsproblem.h"
#include "core/upstream/upstreampool.h"

#include <QSslError>

#include <algorithm>

namespace qcc {

namespace {

/// Qt reports a status as an error too. Source: QNetworkReply::NetworkError, and how Qt maps statuses.
bool isOnlyAStatus(QNetworkReply::NetworkError error, int status)
{
    if (status < 400)
        return false;
    if (status == 407 && error == QNetworkReply::ProxyAuthenticationRequiredError)
        return true;
    return error >= QNetworkReply::ContentAccessDenied && error != QNetworkReply::ContentReSendError
        && error != QNetworkReply::ProtocolUnknownError && error != QNetworkReply::ProtocolFailure;
}

/// What says more about the connection than that it was lost: it never came about.
bool isConnectProblem(QNetworkReply::NetworkError error)
{
    return error == QNetworkReply::ConnectionRefusedError || error == QNetworkReply::HostNotFoundError
        || error == QNetworkReply::SslHandshakeFailedError || error == QNetworkReply::TimeoutError
        || (error >= QNetworkReply::ProxyConnectionRefusedError && error <= QNetworkReply::UnknownProxyError);
}

UpstreamFault faultOf(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::ConnectionRefusedError:
        return UpstreamFault::Refused;
    case QNetworkReply::HostNotFoundError:
        return UpstreamFault::HostNotFound;
    case QNetworkReply::SslHandshakeFailedError:
        return UpstreamFault::TlsFailed;
    case QNetworkReply::TimeoutError:
        return UpstreamFault::TimedOut;
    case QNetworkReply::RemoteHostClosedError:
        return UpstreamFault::Closed;
    case QNetworkReply::TemporaryNetworkFailureError:
        return UpstreamFault::NetworkGone;
    default:
        return error >= QNetworkReply::ProxyConnectionRefusedError && error <= QNetworkReply::UnknownProxyError ? UpstreamFault::ProxyFailed
                                                                                                               : UpstreamFault::Failed;
    }
}

HeaderList fieldsOf(const QNetworkReply &reply)
{
    HeaderList fields;
    for (const QNetworkReply::RawHeaderPair &pair : reply.rawHeaderPairs()) {
        const QByteArray name = pair.first.toLower();
        if (name.startsWith(':'))
            continue;
        if (name == "set-cookie") { // Qt joins these with line feeds, because commas would be ambiguous
            for (const QByteArray &cookie : pair.second.split('\n'))
                fields.append({name, cookie});
        } else {
            fields.append({name, pair.second});
        }
    }
    return fields;
}

/// Whether the field stays one field in a header of HTTP/1.1. Source: RFC 9113 §8.2.1.
bool isField(const HeaderField &field)
{
    return isToken(field.name) && std::none_of(field.value.begin(), field.value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

/// A connection that is there takes a request in the next turns of the event loop.
constexpr std::chrono::milliseconds queueTime{2000};

QString inSeconds(std::chrono::milliseconds limit)
{
    return QString::number(static_cast<double>(limit.count()) / 1000) + QStringLiteral(" s");
}

} // namespace

Http2Reply::Http2Reply(UpstreamPool *pool, std::shared_ptr<Http2Lane> lane, UpstreamRequest asked, const QUrl &url)
    : UpstreamReply(pool)
    , m_pool(pool)
    , m_lane(std::move(lane))
    , m_asked(std::move(asked))
    , m_timer(pool->alarms(), [this] { timeUp(); })
    , m_progress(now())
{
    const Http2Lane::Stream stream = m_lane->send(m_asked, url);
    m_inner = stream.reply;
    m_body = stream.body;
    connect(m_inner, &QNetworkReply::socketStartedConnecting, this, &Http2Reply::connecting);
    connect(m_inner, &QNetworkReply::encrypted, this, &Http2Reply::connected);
    connect(m_inner, &QNetworkReply::uploadProgress, this, [this] { m_progress = now(); });
    connect(m_inner, &QNetworkReply::metaDataChanged, this, &Http2Reply::answerBegan);
    connect(m_inner, &QNetworkReply::readyRead, this, [this] {
        m_progress = now();
        if (m_hasHead)
            Q_EMIT readyRead();
    });
    connect(m_inner, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
        m_certificateProblem = certificateProblem(errors, m_asked.address.host);
    });
    connect(m_inner, &QNetworkReply::finished, this, &Http2Reply::innerFinished);
    enter(Phase::Headers);
}

Http2Reply::~Http2Reply()
{
    if (!m_ended)
        end();
    if (m_inner)
        m_inner->deleteLater();
}

void Http2Reply::connecting()
{
    m_reused = false;
    m_lane->setConnected(false);
    enter(Phase::Connect);
    Q_EMIT socketStartedConnecting();
}

void Http2Reply::connected()
{
    m_lane->setConnected(true);
    enter(Phase::Headers);
}

void Http2Reply::answerBegan()
{
    if (m_ended || m_hasHead)
        return;
    const int status = m_inner->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0)
        return;
    if (!m_inner->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool()) {
        m_pool->http2Failed(m_asked.address);
        return fail(UpstreamFault::NoHttp, QStringLiteral("the upstream no longer speaks HTTP/2"));
    }
    HeaderList fields = fieldsOf(*m_inner);
    if (!std::all_of(fields.begin(), fields.end(), isField))
        return fail(UpstreamFault::NoHttp, QStringLiteral("a header field of the answer is malformed"));
    m_hasHead = true;
    m_head.status = status;
    m_head.headers = std::move(fields);
    bool isNumber = false;
    const qint64 length = firstValue(m_head.headers, "content-length").toLongLong(&isNumber);
    if (isNumber && length >= 0)
        m_contentLength = length;
    if (m_asked.verb != "HEAD" && status != 204 && status != 304)
        m_framing = m_contentLength ? AnswerReader::Framing::Length : AnswerReader::Framing::Chunked;
    enter(Phase::Body);
    setAttribute(QNetworkRequest::HttpStatusCodeAttribute, status);
    setAttribute(QNetworkRequest::Http2WasUsedAttribute, true);
    Q_EMIT metaDataChanged();
}

void Http2Reply::innerFinished()
{
    if (m_ended)
        return;
    answerBegan(); // an answer without a body may come with its end
    if (m_ended)
        return;
    const NetworkError error = m_inner->error();
    const QString text = m_inner->errorString();
    if (error != NoError && !isOnlyAStatus(error, m_head.status)) {
        if (m_phase < Phase::Headers || (!m_hasHead && isConnectProblem(error))) {
            m_phase = qMin(m_phase, Phase::Connect);
            if (error != SslHandshakeFailedError)
                return fail(faultOf(error), text);
            return fail(UpstreamFault::TlsFailed, m_certificateProblem.isEmpty() ? handshakeProblem(text, m_asked.address.host, m_asked.address.port)
                                                              : m_certificateProblem);
        }
        if (!m_hasHead)
            m_pool->http2Failed(m_asked.address);
        return fail(UpstreamFault::Closed, QStringLiteral("the HTTP/2 connection failed: ") + text);
    }
    if (!m_hasHead) {
        m_pool->http2Failed(m_asked.address);
        return fail(UpstreamFault::Closed, QStringLiteral("the HTTP/2 stream ended without an answer"));
    }
    const qint64 came = m_taken + m_inner->bytesAvailable();
    if (m_framing == AnswerReader::Framing::Length && came < *m_contentLength)
        return fail(UpstreamFault::Closed, QStringLiteral("the answer ended after %1 of %2 bytes").arg(came).arg(*m_contentLength));
    end();
    setFinished(true);
    emitEnd();
}

QByteArray Http2Reply::takeBody()
{
    if (!m_inner || !m_hasHead)
        return {};
    const QByteArray bytes = m_inner->readAll();
    m_taken += bytes.size();
    m_progress = now();
    return bytes;
}

void Http2Reply::leave()
{
    // The end of a stream costs the connection nothing.
    disconnect();
    if (!m_ended)
        end();
    setParent(m_pool);
    deleteLater();
}

void Http2Reply::abort()
{
    fail(UpstreamFault::Cancelled, QStringLiteral("cancelled"));
}

void Http2Reply::fail(UpstreamFault fault, const QString &text)
{
    if (m_ended)
        return;
    setFault(fault, text, m_asked.address.host);
    end();
    setFinished(true);
    emitEnd();
}

void Http2Reply::end()
{
    m_ended = true;
    m_timer.stop();
    if (m_inner) {
        m_inner->disconnect(this);
        if (!m_inner->isFinished())
            m_inner->abort();
    }
    m_pool->streamEnded(m_lane.get());
}

void Http2Reply::enter(Phase phase)
{
    m_phase = phase;
    m_progress = now();
    const std::chrono::milliseconds limit = phase >= Phase::Headers ? m_asked.deadlines.read : m_asked.deadlines.connect;
    if (isQueued())
        m_timer.start(limit.count() > 0 ? qMin(limit, queueTime) : queueTime);
    else if (limit.count() > 0)
        m_timer.start(limit);
    else
        m_timer.stop();
}

bool Http2Reply::isQueued() const
{
    return m_phase == Phase::Headers && m_body && m_body->size() > 0 && m_body->pos() == 0;
}

Clock::Time Http2Reply::now() const
{
    return m_pool->alarms().now();
}

void Http2Reply::timeUp()
{
    const bool isConnecting = m_phase < Phase::Headers;
    const std::chrono::milliseconds limit = isConnecting ? m_asked.deadlines.connect : m_asked.deadlines.read;
    // While the reader is behind, the silence is its own.
    const auto silent = bodyWaits() ? std::chrono::milliseconds(0) : std::chrono::duration_cast<std::chrono::milliseconds>(now() - m_progress);
    if (isQueued() && silent >= queueTime) {
        m_pool->http2Failed(m_asked.address);
        m_unread = true;
        return fail(UpstreamFault::Closed, QStringLiteral("the HTTP/2 connection takes no more requests"));
    }
    if (limit.count() == 0)
        return;
    if (silent < limit) {
        m_timer.start(limit - silent);
        return;
    }
    fail(UpstreamFault::TimedOut,
         isConnecting  ? QStringLiteral("no connection within ") + inSeconds(limit)
             : m_hasHead ? QStringLiteral("the answer went silent for ") + inSeconds(limit)
                         : QStringLiteral("no answer within ") + inSeconds(limit));
}

qint64 Http2Reply::bytesAvailable() const
{
    return (m_inner ? m_inner->bytesAvailable() : 0) + QNetworkReply::bytesAvailable();
}

qint64 Http2Reply::readData(char *data, qint64 max)
{
    if (!bodyWaits())
        return m_ended ? -1 : 0;
    const qint64 got = m_inner->read(data, max);
    m_taken += qMax<qint64>(got, 0);
    return got;
}

} // namespace qcc
