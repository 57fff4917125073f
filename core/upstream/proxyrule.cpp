#include "core/upstream/proxyrule.h"

#include <QHostAddress>
#include <QNetworkProxyFactory>
#include <QNetworkProxyQuery>
#include <QUrl>

namespace qcc {

namespace {

bool isLoopback(const QString &host)
{
    return host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

QNetworkProxy systemProxy(const QUrl &url)
{
    if (isLoopback(url.host()))
        return QNetworkProxy::NoProxy;
    QNetworkProxyQuery query(url.host(), url.port(url.scheme() == QLatin1String("https") ? 443 : 80), url.scheme(),
                             QNetworkProxyQuery::TcpSocket);
    const QList<QNetworkProxy> found = QNetworkProxyFactory::systemProxyForQuery(query);
    return found.isEmpty() ? QNetworkProxy(QNetworkProxy::NoProxy) : found.first();
}

} // namespace

QNetworkProxy proxyFor(const QString &rule, const QUrl &url)
{
    if (rule == QLatin1String("system"))
        return systemProxy(url);
    const QUrl proxy(rule);
    if (!proxy.isValid() || proxy.host().isEmpty())
        return QNetworkProxy::NoProxy;
    const bool socks = proxy.scheme().startsWith(QLatin1String("socks5"));
    return QNetworkProxy(socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, proxy.host(),
                         static_cast<quint16>(proxy.port(socks ? 1080 : 8080)), proxy.userName(QUrl::FullyDecoded),
                         proxy.password(QUrl::FullyDecoded));
}

QString nameOf(const QNetworkProxy &proxy)
{
    if (proxy.type() == QNetworkProxy::NoProxy || proxy.hostName().isEmpty())
        return {};
    const QString host = proxy.hostName();
    return (host.contains(QLatin1Char(':')) ? QLatin1Char('[') + host + QLatin1Char(']') : host) + QLatin1Char(':')
        + QString::number(proxy.port());
}

} // namespace qcc
