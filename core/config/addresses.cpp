#include "core/config/addresses.h"

#include <QHostAddress>
#include <QUrl>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

bool isHttp(const QUrl &url)
{
    return url.scheme() == "http"_L1 || url.scheme() == "https"_L1;
}

/// Names that are this computer's on every one. Source: RFC 6761 §6.3.
bool isLocalName(QString host)
{
    if (host.endsWith(u'.'))
        host.chop(1);
    return host.compare("localhost"_L1, Qt::CaseInsensitive) == 0 || host.endsWith(".localhost"_L1, Qt::CaseInsensitive);
}

bool isAnyAddress(const QHostAddress &address)
{
    return address == QHostAddress(QHostAddress::AnyIPv4) || address == QHostAddress(QHostAddress::AnyIPv6)
        || address == QHostAddress(QHostAddress::Any);
}

// QUrl drops or encodes these silently; a URL that holds one was mangled while it was copied.
bool holdsSpaceOrControl(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.isSpace() || c.category() == QChar::Other_Control; });
}

} // namespace

bool isLoopbackHost(const QString &host)
{
    if (host.compare("localhost"_L1, Qt::CaseInsensitive) == 0)
        return true;
    const QHostAddress address(host);
    return !address.isNull() && address.isLoopback();
}

QString httpAddress(const QString &host, quint16 port)
{
    const bool bare = host.contains(u':') && !host.startsWith(u'[');
    return QStringLiteral("http://%1:%2").arg(bare ? QStringLiteral("[%1]").arg(host) : host).arg(port);
}

QString listenHostFault(const QString &host)
{
    if (isLoopbackHost(host) || !QHostAddress(host).isNull())
        return {};
    return QStringLiteral("must be an IP address or localhost");
}

QString hostNameFault(const QString &name)
{
    const bool bare = !name.isEmpty()
        && std::ranges::all_of(name, [](QChar c) { return c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'-' || c == u'.' || c == u'_'); });
    return bare ? QString() : QStringLiteral("must be a host name without scheme and port");
}

QString originFault(const QString &origin)
{
    const QUrl url(origin, QUrl::StrictMode);
    const bool good = url.isValid() && !url.scheme().isEmpty() && !url.host().isEmpty() && url.path().isEmpty() && !url.hasQuery()
        && !url.hasFragment() && url.userInfo().isEmpty();
    return good ? QString() : QStringLiteral("must be an origin such as http://localhost:3000, without a path");
}

QString baseUrlFault(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || !isHttp(url) || holdsSpaceOrControl(text))
        return QStringLiteral("must be an http:// or https:// URL");
    if (url.host().isEmpty())
        return QStringLiteral("must name a host");
    // Port 0 passes QUrl and names nothing.
    if (url.port() == 0)
        return QStringLiteral("must have a port from 1 to 65535");
    if (!url.userInfo(QUrl::FullyEncoded).isEmpty() || url.authority().contains(u'@'))
        return QStringLiteral("must not hold a user name or password; use api_key");
    if (url.hasQuery())
        return QStringLiteral("must not have a query (\"?…\")");
    if (url.hasFragment())
        return QStringLiteral("must not have a fragment (\"#…\")");
    return {};
}

QByteArray trimmedBaseUrl(const QString &text)
{
    QByteArray bytes = text.toUtf8();
    while (bytes.endsWith('/'))
        bytes.chop(1);
    return bytes;
}

QString hostOf(const QByteArray &baseUrl)
{
    return QUrl(QString::fromUtf8(baseUrl)).host();
}

bool isOfThisComputer(const QByteArray &baseUrl)
{
    const QString host = QUrl(QString::fromUtf8(baseUrl)).host();
    return isLocalName(host) || isLoopbackHost(host) || isAnyAddress(QHostAddress(host));
}

bool pointsAt(const QByteArray &baseUrl, const QString &listenHost, quint16 listenPort)
{
    const QUrl url(QString::fromUtf8(baseUrl));
    if (url.port(url.scheme() == "https"_L1 ? 443 : 80) != listenPort)
        return false;
    const QHostAddress listening(listenHost);
    const QHostAddress named(url.host());
    if (isOfThisComputer(baseUrl))
        return isLoopbackHost(listenHost) || isAnyAddress(listening);
    return !named.isNull() && named.isEqual(listening, QHostAddress::ConvertV4MappedToIPv4 | QHostAddress::ConvertUnspecifiedAddress);
}

} // namespace qcc
