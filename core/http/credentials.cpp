#include "core/http/credentials.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace qcc {

namespace {

// Lower case, without '-' and '_'; sorted.
constexpr std::array<std::string_view, 62> fields = {
    "accesstoken",
    "anthropicapikey",
    "apikey",
    "apisecret",
    "apitoken",
    "auth",
    "authentication",
    "authorization",
    "authtoken",
    "azureapikey",
    "bearertoken",
    "cfaccessclientid",
    "cfaccessclientsecret",
    "cfaccesstoken",
    "cfaigauthorization",
    "clientsecret",
    "cookie",
    "cookie2",
    "geminiapikey",
    "heliconeauth",
    "idtoken",
    "ocpapimsubscriptionkey",
    "openaiapikey",
    "privatetoken",
    "proxyauthorization",
    "refreshtoken",
    "secretkey",
    "sessiontoken",
    "subscriptionkey",
    "token",
    "xaccesstoken",
    "xamzsecuritytoken",
    "xanthropicapikey",
    "xapikey",
    "xapisecret",
    "xapitoken",
    "xauth",
    "xauthentication",
    "xauthkey",
    "xauthorization",
    "xauthtoken",
    "xazureapikey",
    "xbearertoken",
    "xclientsecret",
    "xforwardedaccesstoken",
    "xforwardedauthorization",
    "xgeminiapikey",
    "xgoogapikey",
    "xgoogiamauthorizationtoken",
    "xheliconeauth",
    "xidtoken",
    "xlitellmapikey",
    "xopenaiapikey",
    "xopenrouterapikey",
    "xportkeyapikey",
    "xqcctoken",
    "xsecretkey",
    "xserverlessauthorization",
    "xsessiontoken",
    "xsubscriptiontoken",
    "xtoken",
    "xvaulttoken",
};
static_assert(std::is_sorted(fields.begin(), fields.end()));

constexpr std::array<std::string_view, 25> parameters = {
    "accesstoken",
    "apikey",
    "apisecret",
    "apitoken",
    "auth",
    "authorization",
    "authtoken",
    "bearertoken",
    "clientsecret",
    "idtoken",
    "key",
    "oauthtoken",
    "ocpapimsubscriptionkey",
    "password",
    "refreshtoken",
    "secretkey",
    "sessiontoken",
    "subscriptionkey",
    "token",
    "xaccesstoken",
    "xamzsecuritytoken",
    "xapikey",
    "xauthtoken",
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
