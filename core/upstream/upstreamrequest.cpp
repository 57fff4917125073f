#include "core/upstream/upstreamrequest.h"

#include "core/forward/forwarding.h"
#include "core/upstream/proxyrules.h"

namespace qcc {

UpstreamRequest UpstreamRequest::to(const Endpoint &endpoint)
{
    UpstreamRequest request;
    const EndpointUrl url = endpointUrl(endpoint.baseUrl);
    request.url = url.url;
    request.http2 = endpoint.http2;
    UpstreamAddress &address = request.address;
    address.endpoint = endpoint.id;
    address.tls = url.tls;
    address.host = url.host;
    address.port = url.port;
    address.proxy = proxyFor(endpoint.proxy, request.url);
    address.caFile = endpoint.caFile;
    address.clientCert = endpoint.clientCert;
    address.clientKey = endpoint.clientKey;
    return request;
}

RequestUpload::RequestUpload(const UpstreamRequest &request)
    : m_body(request.upload)
    // Methods that expect a body state its absence too. Source: RFC 9110 §8.6.
    , m_statesLength(request.uploadSize >= 0
                     && (request.upload || request.verb == "POST" || request.verb == "PUT" || request.verb == "PATCH"))
    , m_left(request.uploadSize)
{
}

qint64 RequestUpload::read(char *to, qint64 most, bool &atEnd)
{
    const qint64 got = m_body ? m_body->read(to, m_statesLength ? qMin(m_left, most) : most) : -1;
    return passed(got, atEnd) ? qMax<qint64>(got, 0) : -1;
}

std::optional<QByteArray> RequestUpload::take(qint64 most, bool &atEnd)
{
    std::optional<QByteArray> bytes = m_body ? m_body->take(m_statesLength ? qMin(m_left, most) : most) : std::nullopt;
    if (!passed(bytes ? bytes->size() : -1, atEnd))
        return std::nullopt;
    return bytes ? std::move(bytes) : QByteArray();
}

/// `bytes`: that were got, -1 for none ever. False: they should have been there.
bool RequestUpload::passed(qint64 bytes, bool &atEnd)
{
    m_left -= qMax<qint64>(bytes, 0);
    atEnd = m_statesLength ? m_left == 0 : m_body && m_body->atEnd();
    m_waits = bytes == 0 && !atEnd;
    return bytes >= 0 || (atEnd && !m_statesLength);
}

UpstreamFault faultOf(UpstreamConnection::End how)
{
    using End = UpstreamConnection::End;
    switch (how) {
    case End::Refused:
        return UpstreamFault::Refused;
    case End::HostNotFound:
        return UpstreamFault::HostNotFound;
    case End::PeerClosed:
    case End::PeerReset:
        return UpstreamFault::Closed;
    case End::TlsFailed:
        return UpstreamFault::TlsFailed;
    case End::TimedOut:
        return UpstreamFault::TimedOut;
    case End::ProxyFailed:
        return UpstreamFault::ProxyFailed;
    case End::NetworkGone:
        return UpstreamFault::NetworkGone;
    case End::LeadsBack:
        return UpstreamFault::LeadsBack;
    case End::NoDescriptors:
        return UpstreamFault::Shortage;
    case End::NoProtocol:
        return UpstreamFault::NoHttp;
    case End::Failed:
        return UpstreamFault::Failed;
    }
    Q_UNREACHABLE();
}

QNetworkReply::NetworkError errorOf(UpstreamFault fault)
{
    switch (fault) {
    case UpstreamFault::None:
        return QNetworkReply::NoError;
    case UpstreamFault::Cancelled:
        return QNetworkReply::OperationCanceledError;
    case UpstreamFault::HostNotFound:
        return QNetworkReply::HostNotFoundError;
    case UpstreamFault::Refused:
        return QNetworkReply::ConnectionRefusedError;
    case UpstreamFault::TlsFailed:
        return QNetworkReply::SslHandshakeFailedError;
    case UpstreamFault::ProxyFailed:
        return QNetworkReply::UnknownProxyError;
    case UpstreamFault::TimedOut:
        return QNetworkReply::TimeoutError;
    case UpstreamFault::Closed:
        return QNetworkReply::RemoteHostClosedError;
    case UpstreamFault::NetworkGone:
    case UpstreamFault::NoNetwork:
        return QNetworkReply::TemporaryNetworkFailureError;
    case UpstreamFault::LeadsBack:
        return QNetworkReply::TooManyRedirectsError;
    case UpstreamFault::Shortage:
        return QNetworkReply::ServiceUnavailableError;
    case UpstreamFault::NoHttp:
        return QNetworkReply::ProtocolFailure;
    case UpstreamFault::BodyEnded:
        return QNetworkReply::ProtocolInvalidOperationError;
    case UpstreamFault::Failed:
        return QNetworkReply::UnknownNetworkError;
    }
    Q_UNREACHABLE();
}

} // namespace qcc
