#include "core/exchange/exchange.h"

#include "core/http/dialect.h"
#include "core/http/forwarding.h"
#include "core/http/jsonscan.h"
#include "core/routing/failure.h"
#include "core/upstream/upstreampool.h"
#include "core/upstream/upstreamreply.h"

#include <QUrl>

namespace qcc {

namespace {

/// "claude-cli" of "claude-cli/2.1 (external)".
QString productOf(const QByteArray &userAgent)
{
    qsizetype end = 0;
    while (end < userAgent.size() && end < 40 && isTokenChar(userAgent[end]))
        ++end;
    return QString::fromLatin1(userAgent.first(end));
}

QString describe(const AttemptRecord &attempt)
{
    if (!attempt.error.isEmpty())
        return QStringLiteral("%1: %2").arg(attempt.endpointName, attempt.error);
    return QStringLiteral("%1: HTTP %2").arg(attempt.endpointName).arg(attempt.status);
}

} // namespace

Exchange::Exchange(ExchangeContext &context, Request request, ClientStream &client, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_request(std::move(request))
    , m_client(client)
    , m_dialect(dialectOf(m_request.head.method, m_request.head.path()))
{
    m_clock.start();
    m_record.number = ++context.numbers;
    m_record.startedAt = QDateTime::currentDateTimeUtc();
    m_record.method = m_request.head.method;
    m_record.path = m_request.head.path();
    m_record.client = productOf(firstValue(m_request.head.headers, "user-agent"));
    m_record.model = QString::fromUtf8(stringMember(m_request.body, "model").value_or(QByteArray()));
    m_record.requestBytes = m_request.body.size();
    m_total.setSingleShot(true);
    connect(&m_total, &QTimer::timeout, this, &Exchange::totalTimeUp);
    ++m_context.inFlight;
}

Exchange::~Exchange()
{
    releaseReply();
    --m_context.inFlight;
}

double Exchange::elapsedMs() const
{
    return static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
}

void Exchange::start()
{
    Q_ASSERT(m_state == State::Waiting);
    const std::optional<Route> route = m_context.router.choose({});
    if (!route) {
        const QString cluster = m_context.router.cluster();
        m_record.cluster = cluster;
        answerFailure(503,
                      cluster.isEmpty()
                          ? QStringLiteral("no cluster is configured yet. Add one with: qcc endpoint add NAME --base-url URL --api-key KEY")
                          : QStringLiteral("cluster \"%1\" has no enabled endpoint. See: qcc endpoint list %1").arg(cluster));
        return;
    }
    m_record.cluster = route->cluster;
    if (route->config->timeouts.total.count() > 0)
        m_total.start(route->config->timeouts.total);
    attempt(*route, false);
}

void Exchange::attempt(const Route &route, bool freshConnection)
{
    m_route = route;
    m_tried.insert(route.endpoint.id);
    m_state = State::Attempting;
    m_attemptStart = elapsedMs();
    m_attemptFirstByte.reset();
    m_upstreamDone = false;
    m_context.router.attemptStarted(route.endpoint.id);

    m_reply = static_cast<UpstreamReply *>(send(route, freshConnection));
    m_reply->setParent(this);
    connect(m_reply, &UpstreamReply::interim, this, [this](const AnswerHead &head) {
        // Leave to send the body has long been given.
        if (head.status != 100)
            m_client.sendInterim(head);
    });
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &Exchange::answerBegan);
    connect(m_reply, &QNetworkReply::readyRead, this, &Exchange::forward);
    connect(m_reply, &QNetworkReply::finished, this, &Exchange::attemptFinished);
}

QNetworkReply *Exchange::send(const Route &route, bool freshConnection)
{
    const Config &config = *route.config;
    const QByteArray target = upstreamTarget(m_request.head, route.endpoint);
    // The URL says where to connect; what is asked there is the target, byte for byte.
    QNetworkRequest request(QUrl::fromEncoded(route.endpoint.baseUrl));
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, route.endpoint.http2);
    request.setAttribute(UpstreamPool::target, target);
    request.setAttribute(UpstreamPool::headers, QVariant::fromValue(upstreamHeaders(m_request.head, route.endpoint)));
    request.setAttribute(UpstreamPool::endpoint, route.endpoint.id);
    request.setAttribute(UpstreamPool::proxyRule, route.endpoint.proxy);
    request.setAttribute(UpstreamPool::freshConnection, freshConnection);
    request.setAttribute(UpstreamPool::readDeadlineMs, qint64(config.timeouts.read.count()));
    request.setAttribute(UpstreamPool::connectDeadlineMs,
                         qint64((route.othersLeft ? config.timeouts.connectFailover : config.timeouts.connect).count()));
    delete m_upload;
    m_upload = nullptr;
    const QByteArray &method = m_request.head.method;
    if (!m_request.body.isEmpty()) {
        m_upload = new QBuffer(this);
        m_upload->setData(m_request.body);
        m_upload->open(QIODevice::ReadOnly);
    }
    if (method == "HEAD")
        return m_context.upstream.head(request);
    return m_context.upstream.sendCustomRequest(request, method, m_upload);
}

void Exchange::answerBegan()
{
    Q_ASSERT(m_state == State::Attempting);
    const AnswerHead &head = m_reply->head();
    m_attemptFirstByte = elapsedMs() - m_attemptStart;
    if (const FailureClass failure = classOf(head.status); movesOn(failure) && nextRoute()) {
        m_record.attempts.append(closeAttempt(failure, QString()));
        releaseReply();
        tryAgain(failure);
        return;
    }
    m_state = State::Committed;
    m_record.status = head.status;
    m_record.firstByteMs = elapsedMs();
    m_observer.emplace(m_dialect, head);
    m_record.streamed = m_observer->isEventStream();

    ClientStream::Head out;
    out.status = head.status;
    out.reason = head.reason;
    out.headers = clientHeaders(head);
    out.length = m_reply->contentLength();
    out.hasBody = m_reply->framing() != AnswerReader::Framing::None;
    m_client.sendHead(out);
}

void Exchange::forward()
{
    do {
        while (m_state == State::Committed && m_client.hasRoom()) {
            const QByteArray bytes = m_reply->takeBody();
            if (bytes.isEmpty())
                break;
            m_observer->feed(bytes);
            m_record.answerBytes += bytes.size();
            m_client.sendBody(bytes);
        }
        if (m_state == State::Committed && m_upstreamDone && m_client.hasRoom())
            return conclude();
        m_client.flush();
        // Flushing may make room without a word about it, when it is itself called because there was room.
    } while (m_state == State::Committed && m_client.hasRoom() && (m_reply->bodyWaits() || m_upstreamDone));
}

void Exchange::clientHasRoom()
{
    if (m_state == State::Committed)
        forward();
}

void Exchange::attemptFinished()
{
    m_upstreamDone = true;
    if (m_state == State::Committed) {
        forward();
        return;
    }
    if (m_state != State::Attempting)
        return;
    Evidence evidence;
    evidence.transport = m_reply->error();
    evidence.phase = m_reply->phase();
    evidence.reusedConnection = m_reply->reusedConnection();
    evidence.answerUntouched = m_reply->isUntouched();
    const FailureClass failure = classify(evidence);
    m_record.attempts.append(closeAttempt(failure, m_reply->errorString()));
    releaseReply();
    if (tryAgain(failure))
        return;
    answerFailure(failure == FailureClass::Timeout ? 504 : 502, QString());
}

bool Exchange::tryAgain(FailureClass failure)
{
    if (failure == FailureClass::Stale) {
        // The upstream closed an idle connection just as the request went out. Once more, on a connection that cannot be stale.
        m_recoveringStale = true;
        attempt(m_route, true);
        return true;
    }
    if (!movesOn(failure))
        return false;
    const std::optional<Route> route = nextRoute();
    if (route)
        attempt(*route, false);
    return route.has_value();
}

std::optional<Route> Exchange::nextRoute() const
{
    if (m_record.attempts.size() + (m_reply ? 1 : 0) >= m_route.config->retry.maxAttempts)
        return std::nullopt;
    return m_context.router.choose(m_tried);
}

FailureClass Exchange::classOf(int status) const
{
    const Config::Retry &retry = m_route.config->retry;
    if (status >= 300 && retry.passStatuses.contains(status))
        return FailureClass::Caller;
    if (retry.retryStatuses.contains(status))
        return FailureClass::Transient;
    return classify({.phase = Phase::Body, .answerUntouched = false, .status = status});
}

void Exchange::conclude()
{
    Q_ASSERT(m_state == State::Committed && m_upstreamDone);
    const bool transportOk = m_reply->error() == QNetworkReply::NoError;
    const int status = m_record.status;
    // A stream that said its last word is complete, however its connection went down.
    const bool saidAll = m_observer->isEventStream() && m_observer->sawEnd() && m_observer->atEventBoundary();
    if (!transportOk && !saidAll)
        return breakOff(FailureClass::BrokenStream, m_reply->errorString());
    const bool untilClose = m_reply->framing() == AnswerReader::Framing::UntilClose;
    if (status < 300 && m_reply->framing() != AnswerReader::Framing::None
        && m_observer->verdict(untilClose) == AnswerObserver::Verdict::Incomplete)
        return breakOff(FailureClass::BrokenStream, QStringLiteral("the answer ended before its protocol's end"));

    const FailureClass failure = classOf(status);
    const AttemptRecord closed = closeAttempt(failure, QString());
    m_record.attempts.append(closed);
    if (m_recoveringStale)
        m_context.staleRecovered(closed.endpointId);
    if (failure == FailureClass::None)
        end(m_record.attempts.size() > 1 ? Outcome::Recovered : Outcome::Complete, status, QString());
    else if (failure == FailureClass::Caller)
        end(Outcome::CallerError, status, QString());
    else
        end(Outcome::Error, status, describe(closed));
    m_client.finish();
    Q_EMIT ended();
}

void Exchange::breakOff(FailureClass failure, const QString &why)
{
    const bool errorTold = m_observer->sawError();
    m_record.attempts.append(closeAttempt(failure, why));
    const QString message = describe(m_record.attempts.last());
    // An event stream can say what happened; everything else can only break visibly.
    const bool speaks = m_observer->takesEvents() && !m_reply->contentLength()
        && (m_observer->atEventBoundary() || m_dialect == Dialect::Anthropic);
    end(Outcome::Truncated, m_record.status, message);
    if (errorTold && m_reply->error() == QNetworkReply::NoError) {
        m_client.finish();
    } else if (speaks) {
        // Inside an event, the line break ends the torn line, and the new name makes the event an error for Anthropic's readers.
        const QByteArray lineBreak = m_observer->atEventBoundary() ? QByteArray() : QByteArray("\n");
        m_client.sendBody(lineBreak + errorEvent(m_dialect, 502, QStringLiteral("qcc: the answer broke off: ") + message));
        m_client.finish();
    } else {
        m_client.cut();
    }
    Q_EMIT ended();
}

void Exchange::answerFailure(int status, const QString &message)
{
    QString text = message;
    if (text.isEmpty()) {
        QStringList reasons;
        for (const AttemptRecord &attempt : std::as_const(m_record.attempts))
            reasons.append(describe(attempt));
        reasons.removeDuplicates();
        text = QStringLiteral("every endpoint of cluster \"%1\" failed: %2").arg(m_record.cluster, reasons.join(QStringLiteral("; ")));
    }
    const QByteArray body = errorBody(m_dialect, status, QStringLiteral("qcc: ") + text);
    ClientStream::Head head;
    head.status = status;
    head.reason = status == 503 ? "Service Unavailable" : status == 504 ? "Gateway Timeout" : "Bad Gateway";
    head.headers = {{"Content-Type", "application/json"}, {"x-qcc-request-id", m_record.id().toLatin1()},
                    {"x-qcc-attempts", QByteArray::number(m_record.attempts.size())}};
    if (!m_record.attempts.isEmpty())
        head.headers.append(HeaderField{"x-qcc-endpoint", m_record.attempts.last().endpointId.toLatin1()});
    if (status == 503)
        head.headers.append(HeaderField{"Retry-After", "5"});
    head.length = body.size();
    head.hasBody = !headRequest();
    m_record.firstByteMs = elapsedMs();
    m_record.answerBytes = head.hasBody ? body.size() : 0;
    end(Outcome::Error, status, text);
    m_client.sendHead(head);
    if (head.hasBody)
        m_client.sendBody(body);
    m_client.finish();
    Q_EMIT ended();
}

void Exchange::clientGone()
{
    if (m_state == State::Ended)
        return;
    if (m_reply)
        m_record.attempts.append(closeAttempt(FailureClass::Cancelled, QStringLiteral("the client left")));
    end(Outcome::ClientCancelled, 499, QString());
    releaseReply();
    Q_EMIT ended();
}

void Exchange::totalTimeUp()
{
    const QString why = QStringLiteral("the whole request took longer than total_s");
    if (m_state == State::Committed) {
        breakOff(FailureClass::Timeout, why);
    } else if (m_state == State::Attempting) {
        m_record.attempts.append(closeAttempt(FailureClass::Timeout, why));
        releaseReply();
        answerFailure(504, QString());
    }
}

AttemptRecord Exchange::closeAttempt(FailureClass failure, const QString &error)
{
    AttemptRecord attempt;
    attempt.endpointId = m_route.endpoint.id;
    attempt.endpointName = m_route.endpoint.name;
    attempt.phase = m_reply->phase();
    attempt.failure = failure;
    attempt.status = m_reply->hasHead() ? m_reply->head().status : 0;
    attempt.reusedConnection = m_reply->reusedConnection();
    attempt.fromUpstream = error.isEmpty();
    attempt.error = error;
    attempt.offsetMs = m_attemptStart;
    attempt.dnsMs = m_reply->connectTimes().dns;
    attempt.connectMs = m_reply->connectTimes().connect;
    attempt.tlsMs = m_reply->connectTimes().tls;
    attempt.firstByteMs = m_attemptFirstByte;
    attempt.totalMs = elapsedMs() - m_attemptStart;
    m_context.router.attemptEnded(attempt.endpointId, failure, QDateTime::currentDateTimeUtc());
    return attempt;
}

void Exchange::releaseReply()
{
    if (!m_reply)
        return;
    m_reply->disconnect(this);
    m_reply->abort();
    m_reply->deleteLater();
    m_reply = nullptr;
}

void Exchange::end(Outcome outcome, int status, const QString &error)
{
    m_state = State::Ended;
    m_total.stop();
    m_record.outcome = outcome;
    m_record.status = status;
    m_record.error = error;
    m_record.totalMs = elapsedMs();
    m_context.record(std::move(m_record));
}

} // namespace qcc
