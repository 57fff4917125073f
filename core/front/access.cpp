#include "core/front/access.h"

#include "core/base/sockets.h"
#include "core/config/addresses.h"
#include "core/forward/credentials.h"
#include "core/front/localpages.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace qcc {

namespace {

constexpr std::chrono::milliseconds quiet{10'000};

} // namespace

void Refusals::count(Denial why, const QString &what, std::chrono::steady_clock::time_point now)
{
    ++m_counts[why];
    const qint64 time = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    qint64 until = m_quietUntil[why];
    // Of several threads that count at once one tells.
    if ((until == 0 || time >= until) && m_quietUntil[why].compare_exchange_strong(until, time + quiet.count()) && noticed)
        noticed(why, what);
}

void Refusals::peersAreUnknown()
{
    if (!m_peersUnknown.exchange(true) && peersUnknown)
        peersUnknown();
}

RefusalCounts Refusals::counts() const
{
    RefusalCounts counts;
    for (const Denial denial : EnumTable<Denial>::values)
        counts[denial] = m_counts[denial];
    return counts;
}

namespace {

bool equal(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), static_cast<size_t>(a.size())) == 0;
}

/// ":port", or nothing. Source: RFC 3986 §3.2.3.
bool isPort(QByteArrayView text)
{
    return text.isEmpty() || (text.front() == ':' && std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

/// What may stand in a name; an '@' or a second colon would let one reader see another host than the next.
bool isNameChar(char c)
{
    return isTokenChar(c) && !QByteArrayView("!#$%&'*+^`|").contains(c);
}

/// The host of "host", "host:port" or "[v6]:port", lower-cased and without a dot at its end; empty for anything else.
/// Source: RFC 9110 §7.2, RFC 3986 §3.2.
QByteArray hostName(const QByteArray &authority)
{
    const QByteArray text = authority.toLower();
    if (text.startsWith('[')) {
        const qsizetype end = text.indexOf(']');
        const QByteArray address = end > 0 ? text.sliced(1, end - 1) : QByteArray();
        // Nothing but an address, and none with a zone: behind its "%" could stand another name.
        const bool isAddress = !address.contains('%') && QHostAddress(QString::fromLatin1(address)).protocol() == QAbstractSocket::IPv6Protocol;
        return isAddress && isPort(QByteArrayView(text).sliced(end + 1)) ? address : QByteArray();
    }
    const auto end = std::find_if_not(text.begin(), text.end(), isNameChar);
    QByteArray name = text.first(end - text.begin());
    if (!isPort(QByteArrayView(text).sliced(name.size())))
        return {};
    if (name.endsWith('.'))
        name.chop(1);
    return name;
}

bool namesThisMachine(const QByteArray &authority, const Config::Listen &listen, const QHostAddress &local)
{
    const QByteArray name = hostName(authority);
    if (name.isEmpty())
        return false;
    // What nearly everybody says, before an address is taken apart for it.
    if (name == "127.0.0.1" || name == "localhost")
        return true;
    const QString text = QString::fromLatin1(name);
    if (listen.allowedHosts.contains(text))
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

/// In lower case, and without the port that its scheme has anyway. Source: RFC 6454 §6.2.
QString plainOrigin(const QString &origin)
{
    const QString text = origin.toLower();
    const qsizetype port = text.startsWith(QLatin1String("https://")) && text.endsWith(QLatin1String(":443")) ? 4
        : text.startsWith(QLatin1String("http://")) && text.endsWith(QLatin1String(":80"))                    ? 3
                                                                                                               : 0;
    return text.chopped(port);
}

bool isListed(const QByteArray &origin, const Config::Listen &listen)
{
    return std::any_of(listen.allowedOrigins.begin(), listen.allowedOrigins.end(),
                       [asked = plainOrigin(QString::fromLatin1(origin))](const QString &listed) { return plainOrigin(listed) == asked; });
}

/// The values of all fields of that name that say something.
QByteArrayList valuesOf(const RequestHead &head, QByteArrayView name)
{
    QByteArrayList values;
    for (const HeaderField &field : head.headers) {
        if (isNamed(field, name) && !field.value.isEmpty())
            values.append(field.value);
    }
    return values;
}

/// The origin of the page that a Referer names; empty where it names none, or a page of the host that the request is addressed to.
/// Source: RFC 9110 §10.1.3, RFC 6454 §4.
QByteArray foreignOrigin(const QByteArray &referer, const QByteArray &host)
{
    const qsizetype scheme = referer.indexOf("://");
    if (scheme <= 0)
        return {};
    const auto end = std::find_if(referer.begin() + scheme + 3, referer.end(), [](char c) { return c == '/' || c == '?' || c == '#'; });
    const QByteArray origin = referer.first(end - referer.begin());
    return origin.compare("http://" + host, Qt::CaseInsensitive) == 0 ? QByteArray() : origin;
}

Denied ofAPage(const QByteArray &origin)
{
    if (!originFault(QString::fromLatin1(origin)).isEmpty()) {
        return {Denial::CrossSite, 403,
                "requests from web pages are refused, and the origin \"" + origin.left(200)
                    + "\" names none that could be let in; have the page come from an address, and add that to listen.allowed_origins"};
    }
    return {Denial::CrossSite, 403,
            "requests from web pages are refused; if \"" + origin.left(200) + "\" is a program of yours, add it to listen.allowed_origins"};
}

std::optional<Denied> crossSite(const RequestHead &head, const Config::Listen &listen)
{
    if (!listedOrigin(head, listen).isEmpty())
        return std::nullopt;
    // Of several fields each counts: whoever adds one must not take another's place.
    const QByteArrayList origins = valuesOf(head, "origin");
    const QByteArrayList sites = valuesOf(head, "sec-fetch-site");
    const auto allAre = [&sites](QByteArrayView word) {
        return std::all_of(sites.begin(), sites.end(), [word](const QByteArray &site) { return site.compare(word, Qt::CaseInsensitive) == 0; });
    };
    // A page from this very address may be an endpoint's, so it may look at qcc's own pages alone.
    if (!sites.isEmpty() && allAre("same-origin") && head.path().startsWith(LocalPages::prefix))
        return std::nullopt;
    const auto unlisted = std::find_if(origins.begin(), origins.end(), [&listen](const QByteArray &origin) { return !isListed(origin, listen); });
    if (!origins.isEmpty())
        return unlisted != origins.end() ? ofAPage(*unlisted)
                                         : Denied{Denial::CrossSite, 403, "a request that names several origins is refused"};
    // "none": somebody typed the address.
    if (!allAre("none"))
        return Denied{Denial::CrossSite, 403, "requests that a web page makes a browser send are refused"};
    // Old browsers tell by this alone where a request comes from.
    if (sites.isEmpty()) {
        for (const QByteArray &referer : valuesOf(head, "referer")) {
            const QByteArray origin = foreignOrigin(referer, firstValue(head.headers, "host"));
            if (!origin.isEmpty() && !isListed(origin, listen))
                return ofAPage(origin);
        }
    }
    if (isBrowsersForm(head))
        return Denied{Denial::CrossSite, 403, "a form of a web page is refused; send the request as application/json"};
    return std::nullopt;
}

/// The secret in the value of a credential's field: what stands behind the scheme, where there is one.
QByteArrayView secretOf(QByteArrayView value)
{
    return value.size() >= 7 && value.first(7).compare("bearer ", Qt::CaseInsensitive) == 0 ? value.sliced(7).trimmed() : value;
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
    const auto shownIn = [&token](QByteArrayView value) { return equal(secretOf(value), token) || equal(value, token); };
    for (const HeaderField &field : head.headers) {
        if (isCredentialField(field.name) && shownIn(field.value))
            return true;
    }
    for (const QByteArray &member : subprotocols(head.headers)) {
        if (shownIn(keyOfSubprotocol(member)))
            return true;
    }
    const QList<QueryParameter> parameters = credentialParameters(head.target);
    return std::any_of(parameters.begin(), parameters.end(), [&](const QueryParameter &parameter) {
        return shownIn(QByteArray::fromPercentEncoding(parameter.value(head.target).toByteArray()));
    });
}

QByteArray listedOrigin(const RequestHead &head, const Config::Listen &listen)
{
    const QByteArrayList origins = valuesOf(head, "origin");
    const bool allTheSame = std::all_of(origins.begin(), origins.end(), [&origins](const QByteArray &origin) { return origin == origins.first(); });
    return !origins.isEmpty() && allTheSame && isListed(origins.first(), listen) ? origins.first() : QByteArray();
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
