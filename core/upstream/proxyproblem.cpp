#include "core/upstream/proxyproblem.h"

#include "core/upstream/proxyrule.h"
#include "core/upstream/upstreamconnection.h"

namespace qcc {

QString proxyProblem(QAbstractSocket::SocketError error, const UpstreamAddress &address, const QString &qtText)
{
    const QString proxy = QStringLiteral("the proxy ") + nameOf(address.proxy);
    const QString host = address.host.contains(QLatin1Char(':')) ? QLatin1Char('[') + address.host + QLatin1Char(']') : address.host;
    const QString behind = host + QLatin1Char(':') + QString::number(address.port);
    switch (error) {
    case QAbstractSocket::ProxyAuthenticationRequiredError:
        return proxy
            + (address.proxy.user().isEmpty() ? QStringLiteral(" asks for a user name and a password")
                                              : QStringLiteral(" refused the user name or the password"));
    case QAbstractSocket::ProxyConnectionRefusedError:
        return proxy + QStringLiteral(" refused the connection: nothing listens there");
    case QAbstractSocket::ProxyNotFoundError:
        return proxy + QStringLiteral(" was not found: no such host");
    case QAbstractSocket::ProxyConnectionTimeoutError:
    case QAbstractSocket::SocketTimeoutError:
        return proxy + QStringLiteral(" did not answer in time");
    case QAbstractSocket::ProxyConnectionClosedError:
    case QAbstractSocket::RemoteHostClosedError:
        return proxy + QStringLiteral(" closed the connection before it led to ") + behind;
    case QAbstractSocket::SocketAccessError:
        return proxy + QStringLiteral(" does not allow connections to ") + behind;
    case QAbstractSocket::HostNotFoundError:
        return proxy + QStringLiteral(" did not find ") + address.host;
    case QAbstractSocket::ConnectionRefusedError:
        return proxy + QStringLiteral(" was refused by ") + behind;
    case QAbstractSocket::ProxyProtocolError:
        // Some proxies answer a wrong password with another status than 407, and Qt tells no status.
        if (address.proxy.type() == QNetworkProxy::HttpProxy && !address.proxy.user().isEmpty())
            return proxy + QStringLiteral(" refused to connect to %1: it cannot reach it, or the user name or the password is wrong").arg(behind);
        return proxy + QStringLiteral(" could not connect to ") + behind;
    default:
        return proxy + QStringLiteral(" could not reach %1 (%2)").arg(behind, qtText);
    }
}

} // namespace qcc
