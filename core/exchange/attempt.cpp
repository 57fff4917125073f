#include "core/exchange/attempt.h"

#include "core/base/visibletext.h"
#include "core/config/ownfields.h"
#include "core/forward/credentials.h"
#include "core/forward/forwarding.h"
#include "core/http/jsonreader.h"
#include "core/http/websocket.h"
#include "core/routing/retryafter.h"
#include "core/upstream/upstreampool.h"

namespace qcc {

namespace {

/// An event beyond this is handed on in parts.
constexpr qsizetype longestEvent = 64 * 1024;
const QByteArray noText;

/// The name of a model at this endpoint, for the one that the client asks for.
QString modelAt(const Route &route, const QString &setModel, const QString &asked)
{
    return setModel.isEmpty() ? modelFor(route.config->model, route.endpoint.modelMap, asked) : modelFor(Config::Model(), route.endpoint.modelMap, setModel);
}

/// What of the body is another model's name for this endpoint; `wanted` becomes that name.
QList<BodyPatch> patchesFor(const AttemptContext &context, const Route &route, QString &wanted)
{
    const Request &request = context.request;
    if (!request.body || !request.isComplete() || !request.readable().isComplete()
        || (context.setModel.isEmpty() && !mayRenameModel(route.config->model, route.endpoint.modelMap)))
        return {};
    const QList<MemberScan::Found> models = request.readable().models();
    const std::optional<QByteArray> asked = models.isEmpty() ? std::nullopt : stringOf(models.first().token);
    if (!asked)
        return {};
    const QString model = QString::fromUtf8(*asked);
    const QString sent = modelAt(route, context.setModel, model);
    if (sent == model)
        return {};
    wanted = sent;
    return patchesForModel(models, sent);
}

QByteArray targetFor(const AttemptContext &context, const Route &route, QString &wanted)
{
    const QByteArray target = upstreamTarget(context.request.head, route.endpoint, context.login);
    const QString model = modelOfTarget(target);
    const QString sent = model.isEmpty() ? model : modelAt(route, context.setModel, model);
    if (sent == model)
        return target;
    wanted = sent;
    return targetWithModel(target, sent);
}

} // namespace

Attempt::Attempt(const AttemptContext &context, Route route, bool fresh, Listener &listener)
    : m_context(context)
    , m_route(std::move(route))
    , m_listener(listener)
    , m_start(context.clock.now())
    , m_webSocket(qcc::asksForWebSocket(context.request.head))
{
    UpstreamRequest request = upstreamRequest();
    // A WebSocket takes its connection along: none is worth more than a new one, and a new one cannot be stale.
    request.freshConnection = fresh || m_webSocket;
    request.webSocket = m_webSocket;
    if (context.request.body) {
        const QList<BodyPatch> patches = patchesFor(context, m_route, m_sentModel);
        const bool rewritesPlain = context.request.plain && !patches.isEmpty();
        m_upload = std::make_unique<BodyReader>(rewritesPlain ? context.request.plain : context.request.body, patches);
        // What is rewritten goes out uncompressed.
        if (rewritesPlain)
            request.headers.removeIf([](const HeaderField &field) { return isNamed(field, "content-encoding"); });
    }
    // The answer to HEAD has no body, and neither has its request, whatever a client may think.
    if (request.verb != "HEAD")
        request.upload = m_upload.get();
    m_reply = context.upstream.send(std::move(request));
    m_reply->setListener(this);
}

UpstreamRequest Attempt::upstreamRequest()
{
    const Config::Timeouts &timeouts = m_route.config->timeouts;
    UpstreamRequest request = UpstreamRequest::to(m_route.endpoint);
    request.verb = m_context.request.head.method;
    request.target = targetFor(m_context, m_route, m_sentModel);
    request.headers = upstreamHeaders(m_context.request.head, m_route.endpoint, m_context.login);
    request.deadlines = {m_route.othersLeft ? timeouts.connectFailover : timeouts.connect, timeouts.read};
    return request;
}

void Attempt::headCame()
{
    m_firstByteMs = sinceStart();
    m_observer.emplace(m_context.call, m_reply->head());
    if (status() >= 400 && !m_observer->isCompressed())
        m_echo.emplace(secretsOf(m_route.endpoint));
    m_listener.answered();
}

void Attempt::pull()
{
    QByteArray bytes = m_reply->takeBody();
    if (bytes.isEmpty())
        return;
    const qsizetype before = m_bytes.size();
    const bool read = !m_passOn && !m_observer->sawError();
    const qsizetype whole = read ? m_observer->feed(bytes) : 0;
    if (m_echo)
        bytes = m_echo->pass(std::move(bytes));
    if (m_bytes.isEmpty())
        m_bytes = bytes;
    else
        m_bytes += bytes;
    // Where nothing can be added to the stream, there is no use in keeping its events whole.
    if (m_passOn || m_echo || !m_observer->takesEvents())
        m_whole = m_bytes.size();
    else if (whole > 0)
        m_whole = before + whole;
    // Nothing follows an error: what came behind it stays here.
    if (m_bytes.size() - m_whole > longestEvent && !m_observer->sawError())
        m_whole = m_bytes.size();
}

void Attempt::passOn()
{
    m_passOn = true;
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
    const QList<QByteArray> secrets = secretsOf(m_route.endpoint);
    head.reason = KeyEcho::without(std::move(head.reason), secrets);
    head.headers = withoutSecrets(std::move(head.headers), secrets);
    return head;
}

Evidence Attempt::evidenceOfAnswer() const
{
    Evidence evidence;
    evidence.status = status();
    evidence.webSocket = m_webSocket;
    evidence.ofApi = m_context.call.generates() || m_context.call.purpose == Purpose::CountTokens;
    evidence.toClientsLogin = m_route.bringsLogin();
    if (!m_observer)
        return evidence;
    const QByteArray &method = m_context.request.head.method;
    evidence.saysError = m_observer->sawError();
    evidence.badOpening = m_observer->opening() == Opening::Bad;
    if (evidence.status >= 300 && evidence.status < 400)
        evidence.redirects = ((method != "GET" && method != "HEAD") || m_context.call.purpose == Purpose::ListModels) && contains(m_reply->head().headers, "location");
    if (evidence.status >= 300) {
        evidence.leadsBack = evidence.status == 508 && contains(m_reply->head().headers, loopField);
        evidence.blockedBefore = contains(m_reply->head().headers, "cf-mitigated");
    }
    if (evidence.status >= 400 || evidence.saysError)
        evidence.error = apiError();
    return evidence;
}

FailureClass Attempt::classifyAnswer() const
{
    return qcc::classify(evidenceOfAnswer(), m_route.config->retry);
}

FailureClass Attempt::classify(bool committed) const
{
    Evidence evidence = evidenceOfAnswer();
    // A refusal is one, though its body broke off, and so is an error that was told.
    if (evidence.status < 300 && !evidence.saysError) {
        evidence.fault = m_reply->fault();
        evidence.badOpening = evidence.badOpening && !committed;
    }
    evidence.phase = m_reply->phase();
    evidence.provenUnread = m_reply->provenUnread();
    evidence.committed = committed;
    return qcc::classify(evidence, m_route.config->retry);
}

QString Attempt::ownReason(FailureClass failure) const
{
    if (failure == FailureClass::Misplaced && status() < 400)
        return QStringLiteral("the base URL redirects to %1").arg(redirectTarget());
    if (failure == FailureClass::Misplaced)
        return QStringLiteral("no API answers at the base URL (HTTP %1)").arg(status());
    if (failure == FailureClass::Blocked)
        return QStringLiteral("something before the API blocks the request (HTTP %1)").arg(status());
    return m_observer && status() < 300 ? m_observer->badReason() : QString();
}

/// Scheme, host and path: a query may hold anything.
QString Attempt::redirectTarget() const
{
    const QByteArray location = firstValue(m_reply->head().headers, "location");
    const QByteArrayView place = beforeParameters(location);
    return masked(visibleLine(QString::fromUtf8(place.first(std::min<qsizetype>(place.size(), 200)))));
}

QString Attempt::masked(const QString &text) const
{
    return m_context.login.removedFrom(withoutSecretsOf(m_route.endpoint, text));
}

const ApiError &Attempt::apiError() const
{
    const QByteArray &text = m_observer && m_observer->sawError() ? m_observer->errorData()
        : m_observer                                              ? m_observer->beginning()
                                                                  : noText;
    // It is asked for again and again while its body arrives.
    if (m_error && m_errorRead == text.size())
        return *m_error;
    m_error.emplace();
    m_error->status = status();
    m_errorRead = text.size();
    if (!m_observer || !(status() >= 400 || m_observer->sawError() || m_observer->opening() == Opening::Bad))
        return *m_error;
    // Some upstreams quote the key that they refuse. It goes before the text is shortened, which might leave a part of it, and again
    // after JSON's escapes are read.
    const auto read = [this](QByteArrayView body) {
        ApiError said = readApiError(status() < 400 ? 0 : status(), masked(QString::fromUtf8(body)).toUtf8());
        said.type = masked(said.type);
        said.code = masked(said.code);
        said.message = masked(said.message);
        return said;
    };
    m_error = read(text);
    return *m_error;
}

std::optional<std::chrono::milliseconds> Attempt::retryAfter() const
{
    if (status() < 400 && !(m_observer && m_observer->sawError()))
        return std::nullopt;
    const auto asked = status() < 400 ? std::nullopt : qcc::retryAfter(m_reply->head().headers, QDateTime::currentDateTimeUtc());
    return asked ? asked : apiError().wait;
}

AttemptResult Attempt::result(FailureClass failure) const
{
    return {.failure = failure, .status = status(), .firstByteMs = m_firstByteMs, .retryAfter = retryAfter(),
            .model = m_context.model, .login = m_route.login, .auxiliary = m_context.call.isAuxiliary() || m_webSocket, .began = m_start};
}

AttemptRecord Attempt::record(FailureClass failure, const QString &error) const
{
    AttemptRecord attempt;
    attempt.endpointId = m_route.endpoint.id;
    attempt.endpointName = m_route.endpoint.name;
    attempt.model = m_sentModel;
    attempt.phase = m_reply->phase();
    attempt.failure = failure;
    attempt.status = status();
    attempt.reusedConnection = m_reply->reusedConnection();
    attempt.address = m_reply->addressText();
    attempt.version = m_reply->version();
    attempt.fromUpstream = error.isEmpty();
    attempt.error = error;
    if (failure != FailureClass::None) {
        const ApiError &said = apiError();
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
