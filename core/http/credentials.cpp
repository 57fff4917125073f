#include "core/http/credentials.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace qcc {

namespace {

// Lower case, without '-' and '_'; sorted.
constexpr std::array<std::string_view, 40> fields = {
    "accesstoken",
    "anthropicapikey",
    "apikey",
    "apitoken",
    "authorization",
    "authtoken",
    "cfaccessclientid",
    "cfaccessclientsecret",
    "cfaccesstoken",
    "cfaigauthorization",
    "cookie",
    "cookie2",
    "heliconeauth",
    "ocpapimsubscriptionkey",
    "openaiapikey",
    "privatetoken",
    "proxyauthorization",
    "subscriptionkey",
    "xaccesstoken",
    "xamzsecuritytoken",
    "xanthropicapikey",
    "xapikey",
    "xapitoken",
    "xauth",
    "xauthkey",
    "xauthorization",
    "xauthtoken",
    "xforwardedaccesstoken",
    "xforwardedauthorization",
    "xgoogapikey",
    "xgoogiamauthorizationtoken",
    "xheliconeauth",
    "xlitellmapikey",
    "xopenaiapikey",
    "xportkeyapikey",
    "xqcctoken",
    "xserverlessauthorization",
    "xsubscriptiontoken",
    "xtoken",
    "xvaulttoken",
};
static_assert(std::is_sorted(fields.begin(), fields.end()));

constexpr std::array<std::string_view, 17> parameters = {
    "accesstoken",
    "apikey",
    "apitoken",
    "auth",
    "authorization",
    "authtoken",
    "bearertoken",
    "clientsecret",
    "key",
    "oauthtoken",
    "ocpapimsubscriptionkey",
    "subscriptionkey",
    "token",
    "xamzsecuritytoken",
    "xapikey",
    "xgoogapikey",
    "xqcctoken",
};
static_assert(std::is_sorted(parameters.begin(), parameters.end()));

constexpr qsizetype longestName = 32;

/// Whether `name`, without what does not tell two of them apart, is among the names.
template <std::size_t N>
bool isAmong(const std::array<std::string_view, N> &names, QByteArrayView name)
{
    std::array<char, longestName> space;
    std::size_t size = 0;
    for (const char c : name) {
        if (c == '-' || c == '_')
            continue;
        if (size == space.size())
            return false;
        space[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return std::binary_search(names.begin(), names.end(), std::string_view(space.data(), size));
}

QByteArray decoded(QByteArrayView name)
{
    return QByteArray::fromPercentEncoding(name.toByteArray());
}

} // namespace

bool isCredentialField(QByteArrayView name)
{
    return isAmong(fields, name);
}

bool isCredentialParameter(QByteArrayView name)
{
    return isAmong(parameters, name.contains('%') ? decoded(name) : name);
}

bool isKeyParameter(QByteArrayView name)
{
    return name == "key" || (name.contains('%') && decoded(name) == "key");
}

QList<QueryParameter> credentialParameters(QByteArrayView target)
{
    QList<QueryParameter> found;
    qsizetype at = target.indexOf('?');
    while (at >= 0) {
        ++at;
        qsizetype end = target.indexOf('&', at);
        if (end < 0)
            end = target.size();
        const qsizetype equals = target.sliced(at, end - at).indexOf('=');
        if (equals >= 0) {
            const QueryParameter parameter{at, equals, at + equals + 1, end - at - equals - 1};
            if (isCredentialParameter(parameter.name(target)))
                found.append(parameter);
        }
        at = end < target.size() ? end : -1;
    }
    return found;
}

} // namespace qcc
