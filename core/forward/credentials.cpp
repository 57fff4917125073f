#include "core/forward/credentials.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace qcc {

namespace {

// Lower case, letters and digits alone; sorted. SECURITY.md tells of each.
constexpr std::array<std::string_view, 97> names = {
    "accesskey",
    "accesstoken",
    "aigatewayapikey",
    "amzaccesstoken",
    "amzcredential",
    "amznoidcaccesstoken",
    "amznoidcdata",
    "amznoidcidentity",
    "amzsecuritytoken",
    "amzsignature",
    "anthropicapikey",
    "anthropicauthtoken",
    "apikey",
    "apisecret",
    "apitoken",
    "appkey",
    "appsecret",
    "apptoken",
    "auth",
    "authentication",
    "authkey",
    "authorization",
    "authrequestaccesstoken",
    "authtoken",
    "azureapikey",
    "bearer",
    "bearertoken",
    "cfaccessclientid",
    "cfaccessclientsecret",
    "cfaccessjwtassertion",
    "cfaccesstoken",
    "cfaigauthorization",
    "clientsecret",
    "cohereapikey",
    "cookie",
    "cookie2",
    "csrftoken",
    "dashscopeapikey",
    "ddapikey",
    "deepseekapikey",
    "deploytoken",
    "dpop",
    "forwardedaccesstoken",
    "forwardedauthorization",
    "functionskey",
    "geminiapikey",
    "githubtoken",
    "gitlabtoken",
    "googapikey",
    "googiamauthorizationtoken",
    "googiapjwtassertion",
    "googleapikey",
    "groqapikey",
    "heliconeauth",
    "heliconeopenaiapikey",
    "hftoken",
    "idtoken",
    "jobtoken",
    "jwt",
    "key",
    "litellmapikey",
    "litellmkey",
    "mistralapikey",
    "mjapisecret",
    "moonshotapikey",
    "mstokenaadaccesstoken",
    "mstokenaadidtoken",
    "oauthtoken",
    "ocpapimsubscriptionkey",
    "openaiapikey",
    "openrouterapikey",
    "originalauthorization",
    "password",
    "portkeyapikey",
    "portkeyvirtualkey",
    "privatetoken",
    "proxyauthorization",
    "qcctoken",
    "rapidapikey",
    "refreshtoken",
    "sastoken",
    "secret",
    "secretkey",
    "secwebsocketprotocol",
    "serverlessauthorization",
    "sessionkey",
    "sessiontoken",
    "sig",
    "subscriptionkey",
    "subscriptiontoken",
    "token",
    "userkey",
    "vaulttoken",
    "virtualkey",
    "xaiapikey",
    "xiapikey",
    "zhipuapikey",
};
static_assert(std::is_sorted(names.begin(), names.end()));

constexpr std::size_t longestName = 40;

/// By the first letter, the lengths of the names that begin so, as bits: nearly every field is told by that.
constexpr auto lengths = [] {
    std::array<std::uint64_t, 128> bits{};
    for (const std::string_view name : names)
        bits[static_cast<std::size_t>(name.front())] |= std::uint64_t(1) << name.size();
    return bits;
}();

bool isName(std::string_view text)
{
    return !text.empty() && ((lengths[static_cast<std::size_t>(text.front())] >> text.size()) & 1) != 0
        && std::binary_search(names.begin(), names.end(), text);
}

/// More layers of percent-encoding than any program takes off.
constexpr int deepestEncoding = 4;

/// Letters in lower case and digits; 0 for what does not count.
constexpr auto counted = [] {
    std::array<char, 256> as{};
    for (char c = '0'; c <= '9'; ++c)
        as[static_cast<std::size_t>(c)] = c;
    for (char c = 'a'; c <= 'z'; ++c)
        as[static_cast<std::size_t>(c)] = as[static_cast<std::size_t>(c - 'a' + 'A')] = c;
    return as;
}();

/// Only the letters and digits of `name` count, in lower case: servers differ in what else tells two names apart ("api_key", "API-Key", "api key",
/// "api_key[]"). Every field of every request comes by, so nothing is allocated.
bool isCredential(QByteArrayView name)
{
    std::array<char, longestName> space;
    std::size_t size = 0;
    for (const char c : name) {
        const char plain = counted[static_cast<unsigned char>(c)];
        if (!plain)
            continue;
        if (size == space.size())
            return false;
        space[size++] = plain;
    }
    const std::string_view whole(space.data(), size);
    return isName(whole) || (whole.starts_with('x') && isName(whole.substr(1)));
}

QByteArray decoded(QByteArrayView name)
{
    return QByteArray::fromPercentEncoding(name.toByteArray());
}

/// Where what stands at the "%" of `text` at `at` ends, if it is a character with one of these numbers, encoded once or more often.
std::optional<qsizetype> behindEncoded(QByteArrayView text, qsizetype at, std::initializer_list<QByteArrayView> numbers)
{
    qsizetype digits = at + 1;
    while (text.sliced(digits).startsWith("25"))
        digits += 2;
    const QByteArrayView number = text.sliced(digits, std::min(qsizetype(2), text.size() - digits));
    const bool isOne = std::any_of(numbers.begin(), numbers.end(), [number](QByteArrayView n) { return number.compare(n, Qt::CaseInsensitive) == 0; });
    return isOne ? std::optional(digits + 2) : std::nullopt;
}

/// Where the value of a parameter without a "=" begins: behind one that is encoded.
std::optional<qsizetype> behindEncodedEquals(QByteArrayView parameter)
{
    for (qsizetype at = parameter.indexOf('%'); at >= 0; at = parameter.indexOf('%', at + 1)) {
        if (const auto value = behindEncoded(parameter, at, {"3d"}))
            return value;
    }
    return std::nullopt;
}

/// `parameter` is at `at` of a target. Nothing where it has no value.
std::optional<QueryParameter> split(QByteArrayView parameter, qsizetype at)
{
    const qsizetype equals = parameter.indexOf('=');
    const std::optional<qsizetype> value = equals >= 0 ? equals + 1 : behindEncodedEquals(parameter);
    if (!value)
        return std::nullopt;
    const qsizetype nameLength = equals >= 0 ? equals : parameter.first(*value).lastIndexOf('%');
    return QueryParameter{at, nameLength, at + *value, parameter.size() - *value};
}

bool separates(char c)
{
    return c == '&' || c == ';' || c == '?' || c == '#';
}

} // namespace

bool isCredentialField(QByteArrayView name)
{
    return isCredential(name);
}

QByteArrayList subprotocols(const HeaderList &headers)
{
    QByteArrayList members;
    for (const HeaderField &field : headers) {
        if (!isNamed(field, "sec-websocket-protocol"))
            continue;
        for (const QByteArray &member : field.value.split(',')) {
            if (const QByteArray name = member.trimmed(); !name.isEmpty())
                members.append(name);
        }
    }
    return members;
}

QByteArray knownSubprotocols(const HeaderList &headers)
{
    QByteArrayList known = subprotocols(headers);
    known.removeIf([](const QByteArray &name) {
        return name != "realtime" && name != "mcp" && name != "graphql-transport-ws" && !name.startsWith("openai-beta.");
    });
    return known.join(", ");
}

QByteArrayView keyOfSubprotocol(QByteArrayView member)
{
    static constexpr QByteArrayView mark = "openai-insecure-api-key.";
    return member.startsWith(mark) ? member.sliced(mark.size()) : member;
}

bool isCredentialParameter(QByteArrayView name)
{
    if (!name.contains('%'))
        return isCredential(name);
    QByteArray plain = decoded(name);
    for (int layer = 1; layer < deepestEncoding && plain.contains('%'); ++layer)
        plain = decoded(plain);
    return isCredential(plain);
}

bool isKeyParameter(QByteArrayView name)
{
    return name == "key" || (name.contains('%') && decoded(name) == "key");
}

QList<QueryParameter> credentialParameters(QByteArrayView target)
{
    QList<QueryParameter> found;
    const auto next = [&target](qsizetype from, bool (*ends)(char)) {
        return static_cast<qsizetype>(std::find_if(target.begin() + from, target.end(), ends) - target.begin());
    };
    qsizetype at = next(0, [](char c) { return c == '?' || c == '#' || c == ';'; });
    while (at < target.size()) {
        ++at;
        const qsizetype end = next(at, separates);
        const std::optional<QueryParameter> parameter = split(target.sliced(at, end - at), at);
        if (parameter && isCredentialParameter(parameter->name(target)))
            found.append(*parameter);
        at = end;
    }
    return found;
}

QByteArrayView beforeParameters(QByteArrayView target)
{
    for (qsizetype at = 0; at < target.size(); ++at) {
        const char c = target[at];
        if (separates(c) || (c == '%' && behindEncoded(target, at, {"23", "26", "3b", "3f"})))
            return target.first(at);
    }
    return target;
}

namespace {

/// How many of the last bytes are the beginning of `key`.
qsizetype beginsAtTheEnd(QByteArrayView bytes, QByteArrayView key)
{
    for (qsizetype length = qMin(bytes.size(), key.size() - 1); length > 0; --length) {
        if (bytes.last(length) == key.first(length))
            return length;
    }
    return 0;
}

} // namespace

KeyEcho::KeyEcho(QList<QByteArray> secrets) : m_secrets(std::move(secrets))
{
    m_secrets.removeAll(QByteArray());
    std::ranges::sort(m_secrets, std::greater(), &QByteArray::size);
}

QByteArray KeyEcho::pass(QByteArray bytes)
{
    if (!m_kept.isEmpty())
        bytes.prepend(rest());
    if (m_secrets.isEmpty() || m_passed >= reach)
        return bytes;
    // A secret that begins within reach goes whole; what is beyond passes, however the body was cut.
    const qsizetype within = qMin(bytes.size(), reach - m_passed + m_secrets.first().size() - 1);
    const QByteArray beyond = bytes.sliced(within);
    bytes.truncate(within);
    bytes = without(std::move(bytes), m_secrets);
    qsizetype kept = 0;
    for (const QByteArray &secret : std::as_const(m_secrets))
        kept = beyond.isEmpty() ? qMax(kept, beginsAtTheEnd(bytes, secret)) : 0;
    m_kept = bytes.last(kept);
    bytes.chop(kept);
    m_passed += bytes.size() + beyond.size();
    return bytes + beyond;
}

QByteArray KeyEcho::without(QByteArray value, const QList<QByteArray> &secrets)
{
    for (const QByteArray &secret : secrets) {
        if (!secret.isEmpty() && value.contains(secret))
            value.replace(secret, QByteArray(secret.size(), '*'));
    }
    return value;
}

HeaderList withoutSecrets(HeaderList headers, const QList<QByteArray> &secrets)
{
    const auto holdsOne = [&secrets](const HeaderField &field) {
        return std::ranges::any_of(secrets, [&field](const QByteArray &secret) { return !secret.isEmpty() && (field.name.contains(secret) || field.value.contains(secret)); });
    };
    if (std::none_of(headers.cbegin(), headers.cend(), holdsOne))
        return headers;
    for (HeaderField &field : headers) {
        field.name = KeyEcho::without(field.name, secrets);
        field.value = KeyEcho::without(field.value, secrets);
    }
    return headers;
}

namespace {

/// Of less nobody can tell whether it is one.
constexpr qsizetype shortestSecret = 8;
constexpr qsizetype shortestBySight = 16;

/// Long, in one word, with digits, and no name with a version.
bool looksSecret(const QByteArray &value)
{
    const auto isPart = [](char c) { return counted[static_cast<unsigned char>(c)] || c == '-' || c == '_' || c == '.' || c == '+' || c == '/' || c == '=' || c == '~'; };
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (value.size() < shortestBySight || !std::ranges::all_of(value, isPart) || std::ranges::none_of(value, isDigit))
        return false;
    const auto isOfName = [](char c) { return c == '-' || (counted[static_cast<unsigned char>(c)] && (c < '0' || c > '9')); };
    const qsizetype slash = value.indexOf('/');
    return slash < 0 || !std::all_of(value.begin(), value.begin() + slash, isOfName) || value.indexOf('/', slash + 1) >= 0;
}

} // namespace

QList<QByteArray> secretsOf(const Endpoint &endpoint)
{
    QList<QByteArray> secrets;
    const auto add = [&secrets](const QByteArray &value, bool byName) {
        if (byName ? value.size() >= shortestSecret : looksSecret(value))
            secrets.append(value);
    };
    if (!endpoint.apiKey.isEmpty())
        secrets.append(endpoint.apiKey);
    for (auto it = endpoint.headers.begin(); it != endpoint.headers.end(); ++it)
        add(it->trimmed().toUtf8(), isCredentialField(it.key().toUtf8()));
    for (auto it = endpoint.query.begin(); it != endpoint.query.end(); ++it) {
        const QByteArray value = it->toUtf8();
        const QByteArray encoded = value.toPercentEncoding();
        const bool byName = isCredentialParameter(it.key().toUtf8());
        add(value, byName);
        if (encoded != value && secrets.contains(value))
            secrets.append(encoded);
    }
    // One may hold another.
    std::ranges::sort(secrets, std::greater(), &QByteArray::size);
    return secrets;
}

} // namespace qcc
