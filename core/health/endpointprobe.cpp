#include "core/health/endpointprobe.h"

#include "core/config/addresses.h"
#include "core/health/proberequest.h"
#include "core/health/probeverdict.h"
#include "core/upstream/upstreampool.h"
#include "core/upstream/upstreamreply.h"

namespace qcc {

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
    return verdictOn(head.status, head.status >= 400 ? readApiError(head.status, m_body) : ApiError(), contains(head.headers, "cf-mitigated"));
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
    result.totalMs = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
    if (m_reply) {
        result.times = m_reply->connectTimes();
        m_reply.reset();
    }
    Q_EMIT finished(result);
}

} // namespace qcc
