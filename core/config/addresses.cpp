#include "core/config/addresses.h"

#include "core/api/protocol.h"

#include <QHostAddress>
#include <QUrl>

#include <algorithm>
#include <array>
#include <optional>

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

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Takes digits from the beginning of `text`; whether there were any.
bool takeNumber(QByteArrayView &text)
{
    const auto end = std::ranges::find_if_not(text, isDigit);
    const bool any = end != text.begin();
    text = text.sliced(end - text.begin());
    return any;
}

/// "v1", "v4", "v1beta", "v1alpha2", "v1.1".
bool isVersion(QByteArrayView segment)
{
    if (segment.isEmpty() || (segment.front() != 'v' && segment.front() != 'V'))
        return false;
    QByteArrayView rest = segment.sliced(1);
    if (!takeNumber(rest))
        return false;
    if (rest.startsWith('.')) {
        rest = rest.sliced(1);
        if (!takeNumber(rest))
            return false;
    }
    for (const QByteArrayView stage : {QByteArrayView("alpha"), QByteArrayView("beta")}) {
        if (rest.startsWith(stage)) {
            rest = rest.sliced(stage.size());
            takeNumber(rest);
            break;
        }
    }
    return rest.isEmpty();
}

/// The last segment of a path, and the path before it.
struct Split {
    QByteArrayView before;
    QByteArrayView last;
};

Split split(QByteArrayView path)
{
    const qsizetype slash = path.lastIndexOf('/');
    return slash < 0 ? Split{{}, path} : Split{path.first(slash), path.sliced(slash + 1)};
}

bool endsInVersion(QByteArrayView path)
{
    return isVersion(split(path).last);
}

/// Where the last version among the segments of `path` begins; -1 for none.
qsizetype versionAt(QByteArrayView path)
{
    while (!path.isEmpty()) {
        const Split here = split(path);
        if (isVersion(here.last))
            return path.size() - here.last.size();
        path = here.before;
    }
    return -1;
}

/// The path of an API that `path` ends in, as its protocol names it.
const ApiPath *callIn(QByteArrayView path)
{
#define QCC_PATHS(dialect, name)                                                                                                \
    for (const ApiPath &call : name##Protocol.paths) {                                                                          \
        if (path.endsWith(call.path))                                                                                           \
            return &call;                                                                                                       \
    }
    QCC_PROTOCOLS(QCC_PATHS)
#undef QCC_PATHS
    return nullptr;
}

/// `path` without the call of an API that it ends in.
std::optional<QByteArrayView> beforeCall(QByteArrayView path)
{
    if (const ApiPath *call = callIn(path)) {
        const QByteArrayView before = path.chopped(call->path.size());
        return call->isPlain || endsInVersion(before) ? std::optional(before) : std::nullopt;
    }
    // Gemini's: "/v1beta/models/gemini-pro:generateContent".
    const Split model = split(path);
    const Split models = split(model.before);
    if (model.last.contains(':') && models.last == "models" && endsInVersion(models.before))
        return models.before;
    return std::nullopt;
}

struct BasePath {
    QByteArrayView path;
    bool isWhole = false; ///< With the version, if the API has any: a request's is not said again.
};

BasePath readBasePath(QByteArrayView path)
{
    if (const auto before = beforeCall(path))
        return {*before, true};
    // Google and others have OpenAI's API below a version of their own.
    const Split end = split(path);
    return {path, isVersion(end.last) || (end.last == "openai" && versionAt(end.before) >= 0)};
}

/// `target` without the version that it begins with.
QByteArrayView withoutVersion(QByteArrayView target)
{
    if (!target.startsWith('/'))
        return target;
    const auto end = std::find_if(target.begin() + 1, target.end(), [](char c) { return c == '/' || c == '?' || c == '#' || c == ';'; });
    const QByteArrayView first = target.sliced(1, end - target.begin() - 1);
    return isVersion(first) ? target.sliced(1 + first.size()) : target;
}

/// The path of a good base URL, without a slash at its end.
QByteArray pathOf(const QByteArray &baseUrl)
{
    const qsizetype slash = baseUrl.indexOf('/', baseUrl.indexOf("://") + 3);
    QByteArray path = slash < 0 ? QByteArray() : baseUrl.sliced(slash);
    while (path.endsWith('/'))
        path.chop(1);
    return path;
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

QString clientAddress(const QString &host, quint16 port)
{
    const QHostAddress address(host);
    const bool isAny = address == QHostAddress(QHostAddress::Any) || address == QHostAddress(QHostAddress::AnyIPv4) || address == QHostAddress(QHostAddress::AnyIPv6);
    return httpAddress(isAny ? QStringLiteral("127.0.0.1") : host, port);
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

QByteArray joinedTarget(const QByteArray &basePath, const QByteArray &target)
{
    if (basePath.isEmpty())
        return target;
    const BasePath base = readBasePath(basePath);
    QByteArray joined = base.path.toByteArray();
    joined += base.isWhole ? withoutVersion(target) : QByteArrayView(target);
    return joined.startsWith('/') ? joined : '/' + joined;
}

QByteArray pathBehindVersion(const QByteArray &baseUrl)
{
    const QByteArray path = pathOf(baseUrl);
    const BasePath base = readBasePath(path);
    const qsizetype at = base.isWhole ? -1 : versionAt(base.path);
    const qsizetype end = at < 0 ? -1 : path.indexOf('/', at);
    return end < 0 ? QByteArray() : path.sliced(end);
}

QByteArray withoutUnseen(const QByteArray &baseUrl)
{
    QString text = QString::fromUtf8(baseUrl);
    text.removeIf([](QChar c) { return c.category() == QChar::Other_Format; });
    return text.toUtf8();
}

QByteArray needlessEnd(const QByteArray &baseUrl)
{
    constexpr QByteArrayView usual("/v1");
    const QByteArray path = pathOf(baseUrl);
    const BasePath base = readBasePath(path);
    return base.isWhole && base.path.endsWith(usual) ? path.sliced(base.path.size() - usual.size()) : QByteArray();
}

QString baseUrlDoubt(const QByteArray &baseUrl)
{
    if (withoutUnseen(baseUrl) != baseUrl)
        return u"holds characters that cannot be seen (copied along with it?)"_s;
    const QByteArray behind = pathBehindVersion(baseUrl);
    if (behind.isEmpty())
        return {};
    const QByteArray path = pathOf(baseUrl);
    const QByteArray version = split(QByteArrayView(path).chopped(behind.size())).last.toByteArray();
    return u"names %1 in its midst, and requests name a version behind it: they go to %2"_s.arg(
        QString::fromUtf8(version), QString::fromUtf8(joinedTarget(path, "/v1/messages")));
}

QString baseUrlAdvice(const QByteArray &baseUrl)
{
    const QString doubt = baseUrlDoubt(baseUrl);
    const QByteArray end = needlessEnd(baseUrl);
    if (!doubt.isEmpty() || end.isEmpty())
        return doubt;
    return u"ends in %1, which requests name themselves; it is said once, and without it clients that ask for another version work, too"_s.arg(
        QString::fromUtf8(end));
}

} // namespace qcc
