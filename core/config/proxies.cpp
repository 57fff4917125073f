#include "core/config/proxies.h"

#include <QHostAddress>
#include <QRegularExpression>
#include <QStringList>
#include <QUrl>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// The first of `names` that says something, in small letters or in capitals.
QString firstOf(const Variable &variable, std::initializer_list<const char *> names)
{
    for (const char *name : names) {
        for (const QByteArray &spelled : {QByteArray(name), QByteArray(name).toUpper()}) {
            const QString value = variable(spelled.constData()).trimmed();
            if (!value.isEmpty())
                return value;
        }
    }
    return {};
}

QString withoutBrackets(const QString &host)
{
    return host.startsWith(u'[') && host.endsWith(u']') ? host.sliced(1, host.size() - 2) : host;
}

/// Whether `entry` of a no_proxy names `host`: a network, an address, or a domain with all that is below it.
bool isFor(const QString &entry, const QString &host)
{
    const QHostAddress address(withoutBrackets(host));
    if (const auto network = QHostAddress::parseSubnet(entry); entry.contains(u'/') && network.second >= 0)
        return !address.isNull() && address.isInSubnet(network);
    const QHostAddress named(withoutBrackets(entry));
    if (!named.isNull() || !address.isNull())
        return named == address;
    QString domain = entry;
    while (domain.startsWith(u'*') || domain.startsWith(u'.'))
        domain.remove(0, 1);
    return !domain.isEmpty()
        && (host.compare(domain, Qt::CaseInsensitive) == 0 || host.endsWith(u'.' + domain, Qt::CaseInsensitive));
}

bool isExempt(const QString &list, const QUrl &url)
{
    static const QRegularExpression separator(u"[,;\\s]+"_s);
    QString host = url.host();
    if (host.endsWith(u'.'))
        host.chop(1);
    const QStringList entries = list.split(separator, Qt::SkipEmptyParts);
    return std::ranges::any_of(entries, [&](const QString &entry) {
        if (entry == "*"_L1)
            return true;
        static const QRegularExpression portAtEnd(u"^(\\[[^\\]]*\\]|[^:]*):([0-9]+)$"_s);
        const auto parts = portAtEnd.match(entry);
        if (!parts.hasMatch())
            return isFor(entry, host);
        return parts.captured(2).toInt() == url.port(url.scheme() == "https"_L1 ? 443 : 80) && isFor(parts.captured(1), host);
    });
}

} // namespace

QString readProxy(const QString &text)
{
    const QString proxy = text.trimmed();
    for (const QLatin1String word : {"system"_L1, "none"_L1}) {
        if (proxy.compare(word, Qt::CaseInsensitive) == 0)
            return word;
    }
    static const QRegularExpression bare(u"^(?:[^/@\\s]+@)?(?:\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+):[0-9]+/?$"_s);
    if (bare.match(proxy).hasMatch())
        return u"http://"_s + proxy;
    const qsizetype schemeEnd = proxy.indexOf("://"_L1);
    if (schemeEnd < 0)
        return proxy;
    const QString scheme = proxy.first(schemeEnd).toLower();
    return (scheme == "socks"_L1 ? u"socks5"_s : scheme) + proxy.sliced(schemeEnd);
}

QString proxyFault(const QString &text)
{
    const QString proxy = readProxy(text);
    if (proxy == "system"_L1 || proxy == "none"_L1)
        return {};
    const QUrl url(proxy, QUrl::StrictMode);
    const bool knownScheme = url.scheme() == "http"_L1 || url.scheme() == "socks5"_L1 || url.scheme() == "socks5h"_L1;
    const bool mangled = std::ranges::any_of(proxy, [](QChar c) { return c.isSpace() || c.category() == QChar::Other_Control; });
    if (!url.isValid() || !knownScheme || url.host().isEmpty() || url.port() == 0 || mangled)
        return u"must be system, none, or an http://, socks5:// or socks5h:// URL"_s;
    return {};
}

std::optional<QString> environmentProxy(const QUrl &url, const Variable &variable)
{
    const bool tls = url.scheme() == "https"_L1;
    // The last one for want of a better: who sets it alone means all.
    const QString proxy = tls ? firstOf(variable, {"https_proxy", "all_proxy", "http_proxy"}) : firstOf(variable, {"http_proxy", "all_proxy"});
    if (proxy.isEmpty() || !proxyFault(proxy).isEmpty())
        return std::nullopt;
    return isExempt(firstOf(variable, {"no_proxy"}), url) ? u"none"_s : readProxy(proxy);
}

} // namespace qcc
