#include "core/exchange/attempt.h"

#include "core/base/maskkey.h"
#include "core/http/forwarding.h"
#include "core/http/hopmark.h"
#include "core/http/jsonscan.h"
#include "core/http/modelname.h"
#include "core/routing/retryafter.h"
#include "core/upstream/upstreampool.h"

namespace qcc {

namespace {

/// An event beyond this is handed on in parts.
constexpr qsizetype longestEvent = 64 * 1024;

/// What of the body is another model's name for this endpoint.
QList<BodyPatch> patchesFor(const Request &request, const Route &route)
{
    if (!request.body || !request.isComplete() || !mayRenameModel(route.config->model, route.endpoint.modelMap))
        return {};
    const QList<MemberScan::Found> models = request.body->models();
    const std::optional<QByteArray> asked = models.isEmpty() ? std::nullopt : stringOf(models.first().token);
    if (!asked)
        return {};
    const QString model = QString::fromUtf8(*asked);
    const QString wanted = modelFor(route.config->model, route.endpoint.modelMap, model);
    return wanted == model ? QList<BodyPatch>() : patchesForModel(models, wanted);
}

QByteArray targetFor(const Request &request, const Route &route)
{
    const QByteArray target = upstreamTarget(request.head, route.endpoint);
    const QString model = modelOfTarget(target);
    if (model.isEmpty())
        return target;
    const QString wanted = modelFor(route.config->model, route.endpoint.modelMap, model);
    return wanted == model ? target : targetWithModel(target, wanted);
}

} // namespace

Attempt::Attempt(const AttemptContext &context, Route route, bool fresh, Listener &listener)
    : m_context(context)
    , m_route(std::move(route))
    , m_listener(listener)
    , m_start(context.clock.now())
{
    UpstreamRequest request = upstreamRequest();
    request.freshConnection = fresh;
    if (context.request.body)
        m_upload = std::make_unique<BodyReader>(context.request.body, patchesFor(context.request, m_route));
    // The answer to HEAD has no body, and neither has its request, whatever a client may think.
    if (request.verb != "HEAD")
        request.upload = m_upload.get();
    m_reply = context.upstream.send(std::move(request));
    // With the reply as their context, these end when it is let go. What is told may destroy this attempt, and is the last thing done.
    UpstreamReply *const reply = m_reply.get();
    QObject::connect(reply, &UpstreamReply::interim, reply, [this](const AnswerHead &head) { m_listener.interim(head); });
    QObject::connect(reply, &UpstreamReply::metaDataChanged, reply, [this] { headArrived(); });
    QObject::connect(reply, &UpstreamReply::readyRead, reply, [this] { m_listener.arrived(); });
    QObject::connect(reply, &UpstreamReply::finished, reply, [this] { m_listener.finished(); });
}

UpstreamRequest Attempt::upstreamRequest() const
{
    const Config::Timeouts &timeouts = m_route.config->timeouts;
    UpstreamRequest request = UpstreamRequest::to(m_route.endpoint);
    request.verb = m_context.request.head.method;
    request.target = targetFor(m_context.request, m_route);
    request.headers = upstreamHeaders(m_context.request.head, m_route.endpoint);
    request.deadlines = {m_route.othersLeft ? timeouts.connectFailover : timeouts.connect, timeouts.read};
    return request;
}

void Attempt::headArrived()
{
    m_firstByteMs = sinceStart();
    // OPTIONS is no part of any API; an empty answer to it is as good as another.
    const bool ofApi = m_context.request.head.method != "OPTIONS";
    m_observer.emplace(ofApi ? m_context.dialect : Dialect::Unknown, m_reply->head());
    if (status() >= 400 && !m_observer->isCompressed())
        m_echo.emplace(m_route.endpoint.apiKey);
    m_listener.answered();
}

void Attempt::pull()
{
    QByteArray bytes = m_reply->takeBody();
    if (bytes.isEmpty())
        return;
    const qsizetype before = m_bytes.size();
    const qsizetype whole = m_observer->feed(bytes);
    if (m_echo)
        bytes = m_echo->pass(std::move(bytes));
    if (m_bytes.isEmpty())
        m_bytes = bytes;
    else
        m_bytes += bytes;
    // Where nothing can be added to the stream, there is no use in keeping its events whole.
    if (m_echo || !m_observer->takesEvents() || m_reply->contentLength())
        m_whole = m_bytes.size();
    else if (whole > 0)
        m_whole = before + whole;
    if (m_bytes.size() - m_whole > longestEvent)
        m_whole = m_bytes.size();
}

QByteArray Attempt::takeWhole()
{
    if (m_whole == 0)
        return {};
    m_torn = m_whole == m_bytes.size() && !m_observer->atEventBoundary();
    if (m_whole == m_bytes.size()) {
        m_whole = 0;
        return std::exchange(m_bytes, QByteArray());
    }
    const QByteArray whole = m_bytes.first(m_whole);
    m_bytes.remove(0, std::exchange(m_whole, 0));
    return whole;
}

QByteArray Attempt::takeRest()
{
    m_whole = 0;
    if (m_echo)
        m_bytes += m_echo->rest();
    return std::exchange(m_bytes, QByteArray());
}

AnswerHead Attempt::forClient(AnswerHead head) const
{
    const QByteArray &key = m_route.endpoint.apiKey;
    head.reason = KeyEcho::without(std::move(head.reason), key);
    head.headers = withoutKey(std::move(head.headers), key);
    return head;
}

FailureClass Attempt::classify(bool committed) const
{
    Evidence evidence;
    evidence.fault = m_reply->fault();
    evidence.phase = m_reply->phase();
    evidence.provenUnread = m_reply->provenUnread();
    evidence.status = status();
    evidence.committed = committed;
    if (m_observer) {
        evidence.badOpening = !committed && m_observer->opening() == Opening::Bad;
        // A refusal is one, though its body broke off.
        if (evidence.status >= 300) {
            evidence.fault = UpstreamFault::None;
            evidence.quotaSpent = upstreamError().quotaSpent;
            evidence.leadsBack = evidence.status == 508 && contains(m_reply->head().headers, loopField);
        }
    }
    return qcc::classify(evidence, m_route.config->retry);
}

const UpstreamError &Attempt::upstreamError() const
{
    if (m_error && !m_error->message.isEmpty())
        return *m_error;
    m_error.emplace();
    // Some upstreams quote the key that they refuse. It goes before the text is shortened, which might leave a part of it, and again
    // after JSON's escapes are read.
    const QByteArray &key = m_route.endpoint.apiKey;
    const auto read = [&](QByteArrayView body) {
        UpstreamError said = readUpstreamError(status(), withoutKey(QString::fromUtf8(body), key).toUtf8());
        said.type = withoutKey(said.type, key);
        said.message = withoutKey(said.message, key);
        return said;
    };
    if (m_observer && m_observer->sawError())
        m_error = read(m_observer->errorData());
    else if (m_observer && (status() >= 400 || m_observer->opening() == Opening::Bad))
        m_error = read(m_observer->beginning());
    return *m_error;
}

std::optional<std::chrono::milliseconds> Attempt::retryAfter() const
{
    if (status() < 400)
        return std::nullopt;
    const auto asked = qcc::retryAfter(m_reply->head().headers, QDateTime::currentDateTimeUtc());
    return asked ? asked : upstreamError().retryDelay;
}

AttemptResult Attempt::result(FailureClass failure) const
{
    return {failure, status(), m_firstByteMs, retryAfter()};
}

AttemptRecord Attempt::record(FailureClass failure, const QString &error) const
{
    AttemptRecord attempt;
    attempt.endpointId = m_route.endpoint.id;
    attempt.endpointName = m_route.endpoint.name;
    attempt.phase = m_reply->phase();
    attempt.failure = failure;
    attempt.status = status();
    attempt.reusedConnection = m_reply->reusedConnection();
    attempt.fromUpstream = error.isEmpty();
    attempt.error = error;
    if (failure != FailureClass::None) {
        const UpstreamError &said = upstreamError();
        attempt.upstreamError = said.type.isEmpty() || said.message.isEmpty() ? said.type + said.message
                                                                              : said.type + QStringLiteral(": ") + said.message;
    }
    attempt.offsetMs = msBetween(m_context.began, m_start);
    attempt.dnsMs = m_reply->connectTimes().dns;
    attempt.connectMs = m_reply->connectTimes().connect;
    attempt.tlsMs = m_reply->connectTimes().tls;
    attempt.firstByteMs = m_firstByteMs;
    attempt.totalMs = sinceStart();
    return attempt;
}

} // namespace qcc
