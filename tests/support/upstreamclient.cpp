#include "tests/support/upstreamclient.h"

#include <QUrl>

namespace qcc::test {

UpstreamClient::UpstreamClient(Config::Pool limits)
    : m_budget(limits)
    , m_pool(std::make_unique<UpstreamPool>(m_budget))
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
    const QUrl url = QUrl::fromEncoded(baseUrl);
    headers.prepend({"Host", url.authority(QUrl::FullyEncoded).toLatin1()});
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, terms.http2);
    request.setAttribute(UpstreamPool::target, target);
    request.setAttribute(UpstreamPool::headers, QVariant::fromValue(headers));
    request.setAttribute(UpstreamPool::endpoint, terms.endpoint);
    request.setAttribute(UpstreamPool::proxyRule, terms.proxy);
    request.setAttribute(UpstreamPool::caFile, terms.caFile);
    request.setAttribute(UpstreamPool::connectDeadlineMs, qint64(terms.connect.count()));
    request.setAttribute(UpstreamPool::readDeadlineMs, qint64(terms.read.count()));
    if (verb == "HEAD")
        return static_cast<UpstreamReply *>(m_pool->head(request));
    QBuffer *upload = nullptr;
    if (!body.isEmpty()) {
        upload = new QBuffer;
        upload->setData(body);
        upload->open(QIODevice::ReadOnly);
    }
    auto *reply = static_cast<UpstreamReply *>(m_pool->sendCustomRequest(request, verb, upload));
    if (upload)
        upload->setParent(reply);
    return reply;
}

} // namespace qcc::test
