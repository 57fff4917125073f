#include "core/health/endpointprobe.h"

#include "core/config/addresses.h"
#include "core/config/vendors.h"
#include "core/forward/forwarding.h"
#include "core/routing/failure.h"
#include "core/routing/retryafter.h"
#include "core/upstream/upstreampool.h"
#include "core/upstream/upstreamreply.h"

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

bool isHostOf(const QString &host, QLatin1String domain)
{
    return host == domain || (host.endsWith(domain) && host.at(host.size() - domain.size() - 1) == QLatin1Char('.'));
}

} // namespace

RequestHead headFor(const Endpoint &endpoint, Dialect dialect, const QByteArray &method, const QByteArray &target)
{
    // Spoken as a client would, so that path and key of the endpoint go by the same rules as in every other request. The
    // values are replaced there.
    const QString host = endpointUrl(endpoint.baseUrl).host;
    const bool gemini = dialect == Dialect::Gemini;
    const bool openAi = dialect == Dialect::OpenAiChat || dialect == Dialect::OpenAiResponses || isHostOf(host, QLatin1String("openai.com"));
    RequestHead head;
    head.method = method;
    head.target = target;
    head.headers = {{"Accept", "application/json"}, {"User-Agent", "qcc/" QCC_VERSION}};
    const bool anyStyle = endpoint.auth == AuthStyle::Auto && !gemini;
    if (endpoint.auth == AuthStyle::Auto && gemini)
        head.headers.append(HeaderField{"x-goog-api-key", "key"});
    if (anyStyle && !openAi)
        head.headers.append(HeaderField{"x-api-key", "key"});
    if (anyStyle && !isHostOf(host, QLatin1String("anthropic.com")))
        head.headers.append(HeaderField{"Authorization", "Bearer key"});
    const bool mayBeAnthropic = contains(head.headers, "x-api-key") || endpoint.auth == AuthStyle::XApiKey || endpoint.auth == AuthStyle::Both;
    if (dialect == Dialect::Anthropic || (dialect == Dialect::Unknown && mayBeAnthropic))
        head.headers.append(HeaderField{"anthropic-version", "2023-06-01"});
    return head;
}

namespace {

/// What an endpoint's URL says of the API that it speaks; nothing of most.
std::optional<Dialect> spokenAt(const EndpointUrl &url)
{
    const QByteArray lastSegment = url.basePath.mid(url.basePath.lastIndexOf('/') + 1);
    // Google has OpenAI's API, too.
    if (isHostOf(url.host, QLatin1String("generativelanguage.googleapis.com")))
        return lastSegment == "openai" ? Dialect::OpenAiChat : Dialect::Gemini;
    if (lastSegment == "v1beta")
        return Dialect::Gemini;
    if (isHostOf(url.host, QLatin1String("anthropic.com")))
        return Dialect::Anthropic;
    if (isHostOf(url.host, QLatin1String("openai.com")))
        return Dialect::OpenAiChat;
    return std::nullopt;
}

/// What a vendor's own address speaks; nothing where that is both that a test can speak.
std::optional<Dialect> spokenByVendorAt(const QByteArray &baseUrl)
{
    const auto vendor = std::ranges::find_if(vendors(), [&baseUrl](const VendorPreset &each) { return isVendorsBaseUrl(each, QString::fromUtf8(baseUrl)); });
    if (vendor == vendors().end() || vendor->messages.isEmpty() == vendor->chat.isEmpty())
        return std::nullopt;
    return vendor->chat.isEmpty() ? Dialect::Anthropic : Dialect::OpenAiChat;
}

/// A whole path that somebody copied into the base URL.
std::optional<Dialect> copiedInto(const EndpointUrl &url)
{
    const ApiCall call = apiCallOf("POST", url.basePath);
    return call.generates() ? std::optional(call.dialect) : std::nullopt;
}

std::optional<Dialect> meantBy(AuthStyle auth)
{
    if (auth == AuthStyle::XGoogApiKey)
        return Dialect::Gemini;
    return auth == AuthStyle::XApiKey ? std::optional(Dialect::Anthropic) : std::nullopt;
}

} // namespace

ProbeRequest probeRequest(const Endpoint &endpoint)
{
    const bool gemini = spokenAt(endpointUrl(endpoint.baseUrl)) == Dialect::Gemini || endpoint.auth == AuthStyle::XGoogApiKey;
    const RequestHead head = headFor(endpoint, gemini ? Dialect::Gemini : Dialect::Unknown, "GET",
                                     gemini ? "/v1beta/models?pageSize=1" : "/v1/models?limit=1");
    ProbeRequest request{upstreamTarget(head, endpoint), upstreamHeaders(head, endpoint)};
    request.headers.append(HeaderField{"Connection", "close"});
    return request;
}

MessageTest messageTest(const Endpoint &endpoint, const ConfigSnapshot &config, const QString &model, const std::optional<LatelyAsked> &ofEndpoint,
                        const std::optional<LatelyAsked> &ofCluster)
{
    const EndpointUrl url = endpointUrl(endpoint.baseUrl);
    std::optional<Dialect> spoken = spokenAt(url);
    if (!spoken)
        spoken = spokenByVendorAt(endpoint.baseUrl);
    if (!spoken)
        spoken = copiedInto(url);
    // Neighbours stand in for each other, and so they speak alike, where nothing says otherwise.
    const bool likeNeighbours = ofCluster && (!spoken || *spoken == ofCluster->dialect);
    const std::optional<LatelyAsked> lately = ofEndpoint ? ofEndpoint : likeNeighbours ? ofCluster : std::nullopt;
    if (lately)
        spoken = lately->dialect;
    else if (!spoken)
        spoken = meantBy(endpoint.auth);
    MessageTest test{config, {}, model};
    test.dialects = spoken ? QList{*spoken} : QList{Dialect::Anthropic, Dialect::OpenAiChat};
    if (test.model.isEmpty() && lately)
        test.model = lately->model;
    const auto target = std::ranges::find_if(endpoint.modelMap, [](const QString &each) { return !each.isEmpty(); });
    if (test.model.isEmpty() && target != endpoint.modelMap.end())
        test.model = *target;
    if (test.model.isEmpty())
        test.model = config->model.override;
    return test;
}

namespace {

QString answerText(int status)
{
    switch (status) {
    case 401:
        return u"the key was refused (HTTP 401)"_s;
    case 403:
        return u"access was refused (HTTP 403)"_s;
    default:
        return u"the endpoint answered HTTP %1"_s.arg(status);
    }
}

QString withDetail(const QString &text, const QString &detail)
{
    return detail.isEmpty() ? text : text + u": "_s + detail;
}

QString faultText(UpstreamFault fault, Phase phase, const QString &detail)
{
    switch (fault) {
    case UpstreamFault::Cancelled:
        return u"the test was cancelled"_s;
    case UpstreamFault::Refused:
        return u"the connection was refused"_s;
    case UpstreamFault::HostNotFound:
        return u"the host was not found"_s;
    case UpstreamFault::TlsFailed:
        return withDetail(u"no TLS connection"_s, detail);
    case UpstreamFault::ProxyFailed:
        return withDetail(u"no way through the proxy"_s, detail);
    case UpstreamFault::Closed:
        return phase < Phase::Headers ? u"the connection was closed before the request"_s
                                      : u"the connection was closed before an answer"_s;
    case UpstreamFault::NoNetwork:
        return u"this computer has no network"_s;
    case UpstreamFault::LeadsBack:
        return detail;
    case UpstreamFault::NoHttp:
        return withDetail(u"the answer is not HTTP"_s, detail);
    default:
        return withDetail(u"the connection failed"_s, detail);
    }
}

QString silenceText(Phase phase)
{
    switch (phase) {
    case Phase::Queue:
        return u"no connection was free within %1 s"_s;
    case Phase::Dns:
        return u"the host was not found within %1 s"_s;
    case Phase::Connect:
        return u"no connection within %1 s"_s;
    case Phase::Tls:
        return u"no TLS connection within %1 s"_s;
    case Phase::Headers:
    case Phase::Body:
        return u"no answer within %1 s"_s;
    }
    Q_UNREACHABLE();
}

} // namespace

ProbeResult verdictOn(int status, const ApiError &said, bool blockedBefore, bool bringsKey)
{
    ProbeResult result;
    result.phase = Phase::Body;
    result.status = status;
    const FailureClass failure = classify({.phase = Phase::Body, .status = status, .blockedBefore = blockedBefore, .error = said});
    result.reachable = status < 500 && (failure != FailureClass::Auth || !bringsKey);
    if (!result.reachable) {
        result.failure = failure;
        result.error = answerText(status);
    }
    return result;
}

ProbeResult verdictOn(UpstreamFault fault, Phase phase, const QString &detail)
{
    ProbeResult result;
    result.fault = fault;
    result.phase = phase;
    result.failure = classify({.fault = fault, .phase = phase});
    result.error = faultText(fault, phase, detail);
    return result;
}

ProbeResult verdictOnSilence(Phase phase, std::chrono::milliseconds timeout)
{
    ProbeResult result;
    result.fault = UpstreamFault::TimedOut;
    result.phase = phase;
    // Who only waited for a connection of ours has not heard from the endpoint.
    result.failure = phase == Phase::Queue ? FailureClass::Cancelled
                                           : classify({.fault = UpstreamFault::TimedOut, .phase = phase});
    result.error = silenceText(phase).arg(static_cast<double>(timeout.count()) / 1000);
    return result;
}

ProbeResult verdictWithoutLogin()
{
    ProbeResult result;
    result.failure = FailureClass::Cancelled;
    result.phase = Phase::Queue;
    result.error = u"a message takes the client's own login, which a test has not; send one with the client itself"_s;
    return result;
}

ProbeResult verdictOnKeyFault(const QString &fault)
{
    ProbeResult result;
    result.failure = FailureClass::Auth;
    result.phase = Phase::Queue;
    result.noKey = true;
    result.error = fault;
    return result;
}

namespace {

/// A list of models is no larger; more is somebody else's page, and its head said enough.
constexpr qsizetype bodyLimit = 64 * 1024;

} // namespace

EndpointProbe::EndpointProbe(UpstreamPool &upstream, const Endpoint &endpoint,
                             std::chrono::milliseconds timeout, QObject *parent)
    : QObject(parent)
    , m_upstream(upstream)
    , m_endpoint(endpoint)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(timeout);
    connect(&m_timer, &QTimer::timeout, this, &EndpointProbe::timeUp);
}

void EndpointProbe::start()
{
    Q_ASSERT(m_state == State::Idle);
    m_state = State::Asking;
    m_clock.start();
    if (!m_endpoint.keyFault.isEmpty()) {
        QMetaObject::invokeMethod(this, [this] { finish(verdictOnKeyFault(m_endpoint.keyFault)); }, Qt::QueuedConnection);
        return;
    }
    m_timer.start();

    const ProbeRequest asked = probeRequest(m_endpoint);
    UpstreamRequest request = UpstreamRequest::to(m_endpoint);
    request.verb = "GET";
    request.target = asked.target;
    request.headers = asked.headers;
    request.freshConnection = true;
    m_reply = m_upstream.send(std::move(request));
    connect(m_reply.get(), &UpstreamReply::metaDataChanged, this, &EndpointProbe::headArrived);
    connect(m_reply.get(), &UpstreamReply::readyRead, this, &EndpointProbe::bodyArrived);
    connect(m_reply.get(), &UpstreamReply::finished, this, &EndpointProbe::replyEnded);
}

void EndpointProbe::headArrived()
{
    m_firstByteMs = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
    m_clockAhead = clockAhead(m_reply->head().headers, QDateTime::currentDateTimeUtc());
}

void EndpointProbe::bodyArrived()
{
    m_body += m_reply->takeBody();
    if (m_body.size() > bodyLimit)
        finish(verdict());
}

/// Whatever became of the body: the endpoint has answered.
ProbeResult EndpointProbe::verdict() const
{
    const AnswerHead &head = m_reply->head();
    return verdictOn(head.status, head.status >= 400 ? readApiError(head.status, m_body) : ApiError(), contains(head.headers, "cf-mitigated"),
                     m_endpoint.auth != AuthStyle::Passthrough);
}

void EndpointProbe::replyEnded()
{
    if (m_reply->hasHead())
        m_body += m_reply->takeBody();
    finish(m_reply->hasHead() ? verdict() : verdictOn(m_reply->fault(), m_reply->phase(), m_reply->errorString()));
}

void EndpointProbe::timeUp()
{
    finish(m_reply->hasHead() ? verdict() : verdictOnSilence(m_reply->phase(), m_timer.intervalAsDuration()));
}

void EndpointProbe::finish(ProbeResult result)
{
    Q_ASSERT(m_state == State::Asking);
    m_state = State::Ended;
    m_timer.stop();
    // A relay that is not there, and one that lacks the list of models, answer alike.
    if (result.status == 404 || result.status == 405)
        result.warning = baseUrlDoubt(m_endpoint.baseUrl);
    result.firstByteMs = m_firstByteMs;
    result.clockAhead = m_clockAhead;
    result.totalMs = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
    if (m_reply) {
        result.times = m_reply->connectTimes();
        result.address = m_reply->addressText();
        m_reply.reset();
    }
    Q_EMIT finished(result);
}

} // namespace qcc
