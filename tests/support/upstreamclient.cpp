#include "tests/support/upstreamclient.h"

#include "tests/support/bodies.h"

namespace qcc::test {

UpstreamClient::UpstreamClient(Config::Pool limits, const Clock &clock)
    : m_budget(limits)
    , m_alarms(clock)
    , m_pool(std::make_unique<UpstreamPool>(m_budget, m_hosts, m_alarms))
{
}

Config::Pool UpstreamClient::fixedPool()
{
    Config::Pool limits;
    limits.strategy = PoolStrategy::Fixed;
    return limits;
}

UpstreamReply *UpstreamClient::send(const QByteArray &verb, const QByteArray &baseUrl, const QByteArray &target, const QByteArray &body,
                                    HeaderList headers)
{
    Endpoint endpoint;
    endpoint.baseUrl = baseUrl;
    endpoint.id = terms.endpoint;
    endpoint.proxy = terms.proxy;
    endpoint.caFile = terms.caFile;
    endpoint.clientCert = terms.clientCert;
    endpoint.clientKey = terms.clientKey;
    endpoint.http2 = terms.http2;
    UpstreamRequest request = UpstreamRequest::to(endpoint);
    headers.prepend({"Host", request.url.authority(QUrl::FullyEncoded).toLatin1()});
    request.verb = verb;
    request.target = target;
    request.headers = headers;
    request.deadlines = {terms.connect, terms.read};
    BodyReader *upload = body.isEmpty() ? nullptr : new BodyReader(bodyOf(body), {});
    request.upload = upload;
    UpstreamReply *reply = m_pool->send(std::move(request)).release();
    if (upload)
        upload->setParent(reply);
    return reply;
}

} // namespace qcc::test
