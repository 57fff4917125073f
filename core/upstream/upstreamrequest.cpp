#include "core/upstream/upstreamrequest.h"

#include "core/upstream/proxyrule.h"

#include <QIODevice>

namespace qcc {

UpstreamRequest UpstreamRequest::to(const Endpoint &endpoint)
{
    UpstreamRequest request;
    request.url = QUrl::fromEncoded(endpoint.baseUrl);
    request.http2 = endpoint.http2;
    UpstreamAddress &address = request.address;
    address.endpoint = endpoint.id;
    address.tls = request.url.scheme() == QLatin1String("https");
    address.host = request.url.host();
    address.port = static_cast<quint16>(request.url.port(address.tls ? 443 : 80));
    address.proxy = proxyFor(endpoint.proxy, request.url);
    address.caFile = endpoint.caFile;
    return request;
}

} // namespace qcc
