#include "core/upstream/proxyrules.h"

#include "core/config/endpointtext.h"

#include <QHostAddress>
#include <QNetworkProxyFactory>
#include <QNetworkProxyQuery>
#include <QUrl>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

bool isLoopback(const QString &host)
{
    return host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

QNetworkProxy systemProxy(const QUrl &url)
{
    if (isLoopback(url.host()))
        return QNetworkProxy::NoProxy;
    // Before the system, which knows few of the forms in which people write it.
    if (const auto named = environmentProxy(url, [](const char *name) { return qEnvironmentVariable(name); }))
        return proxyFor(*named, url);
    // Scheme, host and port: a proxy script of the network need not see paths. A query without a URL would get the system's
    // setting for plain HTTP also where it has another one for HTTPS.
    QUrl asked;
    asked.setScheme(url.scheme());
    asked.setHost(url.host());
    asked.setPort(url.port());
    asked.setPath(QStringLiteral("/"));
    for (QNetworkProxy proxy : QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(asked))) {
        // Only Qt's own transport speaks to a caching proxy; the same proxy tunnels with CONNECT.
        if (proxy.type() == QNetworkProxy::HttpCachingProxy)
            proxy.setType(QNetworkProxy::HttpProxy);
        if (proxy.type() == QNetworkProxy::HttpProxy || proxy.type() == QNetworkProxy::Socks5Proxy)
            return proxy;
        if (proxy.type() == QNetworkProxy::NoProxy)
            break;
    }
    return QNetworkProxy::NoProxy;
}

} // namespace

QNetworkProxy proxyFor(const QString &rule, const QUrl &url)
{
    static const QNetworkProxy none(QNetworkProxy::NoProxy);
    if (rule.isEmpty() || rule == QLatin1String("none"))
        return none;
    if (rule == QLatin1String("system"))
        return systemProxy(url);
    const QUrl proxy(readProxy(rule));
    if (!proxy.isValid() || proxy.host().isEmpty())
        return none;
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
