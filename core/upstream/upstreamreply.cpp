#include "core/upstream/upstreamreply.h"

#include "core/config/addresses.h"
#include "core/upstream/networkwatch.h"

namespace qcc {

namespace {

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

bool mayWantNetwork(UpstreamFault fault)
{
    return fault == UpstreamFault::NetworkGone || fault == UpstreamFault::HostNotFound || fault == UpstreamFault::TimedOut
        || fault == UpstreamFault::Failed;
}

} // namespace

UpstreamReply::UpstreamReply(QObject *parent) : QNetworkReply(parent)
{
    open(ReadOnly | Unbuffered);
}

UpstreamReply::~UpstreamReply() = default;

void UpstreamReply::introduce(QNetworkAccessManager::Operation operation, const QNetworkRequest &request)
{
    setOperation(operation);
    setRequest(request);
    setUrl(request.url());
}

void UpstreamReply::setFault(UpstreamFault fault, const QString &text, const QString &host)
{
    if (mayWantNetwork(fault) && !isLoopbackHost(host) && !NetworkWatch::hasWayOut()) {
        m_fault = UpstreamFault::NoNetwork;
        setError(errorOf(m_fault), QStringLiteral("this computer has no network"));
        return;
    }
    m_fault = fault;
    setError(errorOf(fault), text);
}

void UpstreamReply::emitEnd()
{
    m_telling = true;
    if (error() != NoError)
        Q_EMIT errorOccurred(error());
    Q_EMIT finished();
    m_telling = false;
}

void UpstreamReply::dispose()
{
    if (m_telling)
        deleteLater();
    else
        delete this;
}

} // namespace qcc
