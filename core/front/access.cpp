#include "core/front/access.h"

#include "core/base/plainaddress.h"
#include "core/front/localsurface.h"

#include <openssl/crypto.h>

namespace qcc {

namespace {

bool equal(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), static_cast<size_t>(a.size())) == 0;
}

/// The host of "host", "host:port" or "[v6]:port", lower-cased and without a dot at its end.
QByteArray hostName(const QByteArray &authority)
{
    QByteArray name = authority.toLower();
    if (name.startsWith('[')) {
        const qsizetype end = name.indexOf(']');
        return end < 0 ? name : name.sliced(1, end - 1);
    }
    if (const qsizetype colon = name.indexOf(':'); colon >= 0)
        name.truncate(colon);
    if (name.endsWith('.'))
        name.chop(1);
    return name;
}

bool namesThisMachine(const QByteArray &authority, const Config::Listen &listen, const QHostAddress &local)
{
    const QByteArray name = hostName(authority);
    const QString text = QString::fromLatin1(name);
    if (name == "localhost" || listen.allowedHosts.contains(text))
        return true;
    const QHostAddress address(text);
    // Not any address of this machine: browsers take 0.0.0.0 for it, and do not mark what pages send there.
    return !address.isNull() && (plainAddress(address).isLoopback() || plainAddress(address) == plainAddress(local));
}

/// Whether the type is one of those that a page may post anywhere without asking. Source: Fetch Standard, CORS-safelisted request-header.
bool isFormType(const QByteArray &contentType)
{
    const qsizetype end = contentType.indexOf(';');
    const QByteArray type = (end < 0 ? contentType : contentType.first(end)).trimmed().toLower();
    return type == "text/plain" || type == "application/x-www-form-urlencoded" || type == "multipart/form-data";
}

/// A form that an old browser posts without saying whose it is.
bool isBrowsersForm(const RequestHead &head)
{
    const QByteArray type = firstValue(head.headers, "content-type");
    if (!isFormType(type))
        return false;
    // No API takes plain text, but forms of the other two types come from honest clients too.
    return type.toLower().startsWith("text/plain") || firstValue(head.headers, "user-agent").startsWith("Mozilla/");
}

std::optional<Denied> crossSite(const RequestHead &head, const Config::Listen &listen)
{
    const bool isOurPage = head.path().startsWith(LocalSurface::prefix);
    if (!listedOrigin(head, listen).isEmpty())
        return std::nullopt;
    const QByteArray site = firstValue(head.headers, "sec-fetch-site").toLower();
    // "none": somebody typed the address. A page from this very address may be an endpoint's, so it may look at qcc's own pages alone.
    if (site == "same-origin" && isOurPage)
        return std::nullopt;
    const QByteArray origin = firstValue(head.headers, "origin");
    if (!origin.isEmpty())
        return Denied{Denial::CrossSite, 403,
                      "requests from web pages are refused; if \"" + origin.left(200) + "\" is a program of yours, add it to listen.allowed_origins"};
    if (!site.isEmpty() && site != "none")
        return Denied{Denial::CrossSite, 403, "requests that a web page makes a browser send are refused"};
    if (isBrowsersForm(head))
        return Denied{Denial::CrossSite, 403, "a form of a web page is refused; send the request as application/json"};
    return std::nullopt;
}

/// The value of `key` in the query, still encoded.
QByteArray queryKey(const QByteArray &target)
{
    const qsizetype at = target.indexOf('?');
    if (at < 0)
        return {};
    for (const QByteArray &part : target.sliced(at + 1).split('&')) {
        if (part.startsWith("key="))
            return part.sliced(4);
    }
    return {};
}

} // namespace

std::optional<Denied> denialOf(const RequestHead &head, const Config::Listen &listen, const QHostAddress &local)
{
    // HTTP/1.0 may come without; browsers never do.
    if (contains(head.headers, "host")) {
        const QByteArray host = firstValue(head.headers, "host");
        if (!namesThisMachine(host, listen, local))
            return Denied{Denial::Host, 403,
                          "the request is addressed to \"" + host.left(200) + "\"; if that is this computer, add the name to listen.allowed_hosts"};
    }
    if (!head.authority.isEmpty() && !namesThisMachine(head.authority, listen, local))
        return Denied{Denial::Host, 403, "this is not a forward proxy: \"" + head.authority.left(200) + "\" is not this computer"};
    if (const std::optional<Denied> denied = crossSite(head, listen))
        return denied;
    // A preflight cannot carry a token, and is answered here.
    if (!showsToken(head, listen.accessToken) && !isPreflight(head))
        return Denied{Denial::Token, 401, "this proxy asks for its access token (listen.access_token) as the client's API key"};
    return std::nullopt;
}

bool showsToken(const RequestHead &head, const QByteArray &token)
{
    if (token.isEmpty())
        return true;
    for (const HeaderField &field : head.headers) {
        if ((isNamed(field, "x-qcc-token") || isNamed(field, "x-api-key") || isNamed(field, "x-goog-api-key")) && equal(field.value, token))
            return true;
        if (isNamed(field, "authorization") && field.value.first(qMin<qsizetype>(7, field.value.size())).toLower() == "bearer "
            && equal(QByteArrayView(field.value).sliced(7).trimmed(), token))
            return true;
    }
    return equal(QByteArray::fromPercentEncoding(queryKey(head.target)), token);
}

QByteArray listedOrigin(const RequestHead &head, const Config::Listen &listen)
{
    const QByteArray origin = firstValue(head.headers, "origin");
    return !origin.isEmpty() && listen.allowedOrigins.contains(QString::fromLatin1(origin).toLower()) ? origin : QByteArray();
}

bool isPreflight(const RequestHead &head)
{
    return head.method == "OPTIONS" && contains(head.headers, "origin") && contains(head.headers, "access-control-request-method");
}

HeaderList crossOriginHeaders(const RequestHead &head, const QByteArray &origin)
{
    HeaderList headers{{"Access-Control-Allow-Origin", origin}, {"Vary", "Origin"}};
    if (!isPreflight(head)) {
        headers.append(HeaderField{"Access-Control-Expose-Headers", "*"});
        return headers;
    }
    headers.append(HeaderField{"Access-Control-Allow-Methods", firstValue(head.headers, "access-control-request-method")});
    if (const QByteArray asked = firstValue(head.headers, "access-control-request-headers"); !asked.isEmpty())
        headers.append(HeaderField{"Access-Control-Allow-Headers", asked});
    // Source: Private Network Access, an addition of Chromium's to the preflight.
    if (contains(head.headers, "access-control-request-private-network"))
        headers.append(HeaderField{"Access-Control-Allow-Private-Network", "true"});
    headers.append(HeaderField{"Access-Control-Max-Age", "600"});
    return headers;
}

} // namespace qcc
