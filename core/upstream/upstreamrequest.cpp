#include "core/upstream/upstreamrequest.h"

#include "core/upstream/proxyrule.h"
#include "core/upstream/upstreampool.h"

#include <QIODevice>

namespace qcc {

UpstreamRequest UpstreamRequest::from(QNetworkAccessManager::Operation operation, const QNetworkRequest &request, QIODevice *upload)
{
    UpstreamRequest asked;
    const QUrl url = request.url();
    asked.address.endpoint = request.attribute(UpstreamPool::endpoint).toString();
    asked.address.tls = url.scheme() == QLatin1String("https");
    asked.address.host = url.host();
    asked.address.port = static_cast<quint16>(url.port(asked.address.tls ? 443 : 80));
    asked.address.proxy = proxyFor(request.attribute(UpstreamPool::proxyRule).toString(), url);
    asked.address.caFile = request.attribute(UpstreamPool::caFile).toString();

    asked.verb = operation == QNetworkAccessManager::HeadOperation ? QByteArray("HEAD")
        : operation == QNetworkAccessManager::GetOperation
        ? QByteArray("GET")
        : request.attribute(QNetworkRequest::CustomVerbAttribute).toByteArray();
    asked.target = request.attribute(UpstreamPool::target).toByteArray();
    asked.headers = request.attribute(UpstreamPool::headers).value<HeaderList>();
    asked.upload = upload;
    asked.uploadSize = upload ? upload->size() : 0;
    asked.freshConnection = request.attribute(UpstreamPool::freshConnection).toBool();
    asked.deadlines.connect = std::chrono::milliseconds(request.attribute(UpstreamPool::connectDeadlineMs).toLongLong());
    asked.deadlines.read = std::chrono::milliseconds(request.attribute(UpstreamPool::readDeadlineMs).toLongLong());
    return asked;
}

} // namespace qcc
