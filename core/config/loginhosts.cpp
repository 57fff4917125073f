#include "core/config/loginhosts.h"

#include "core/api/dialect.h"
#include "core/config/addresses.h"
#include "core/config/config.h"

#include <QUrl>

#include <algorithm>
#include <array>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

struct LoginHost {
    QLatin1StringView name;
    std::array<Dialect, 2> dialects; ///< In which its logins are used.
};

// A host has a place here where its vendor both issues what a client sends and takes it; no relay, and no cloud at which others' services live.
constexpr std::array hosts = {
    LoginHost{"api.anthropic.com"_L1, {Dialect::Anthropic, Dialect::Anthropic}},                // Claude Code: claude.ai logins, and API keys
    LoginHost{"api.openai.com"_L1, {Dialect::OpenAiResponses, Dialect::OpenAiChat}},            // API keys
    LoginHost{"chatgpt.com"_L1, {Dialect::OpenAiResponses, Dialect::OpenAiChat}},               // Codex: ChatGPT logins
    LoginHost{"generativelanguage.googleapis.com"_L1, {Dialect::Gemini, Dialect::Gemini}},      // API keys
    LoginHost{"cloudcode-pa.googleapis.com"_L1, {Dialect::Gemini, Dialect::Gemini}},            // Gemini CLI: Google logins
};

/// Null for every other place.
const LoginHost *hostAt(const QByteArray &baseUrl)
{
    constexpr int usualPort = 443;
    const QUrl url(QString::fromUtf8(baseUrl));
    if (url.scheme() != "https"_L1 || url.port(usualPort) != usualPort)
        return nullptr;
    const auto found = std::ranges::find(hosts, url.host(), &LoginHost::name);
    return found == hosts.end() ? nullptr : &*found;
}

bool isUsed(const Endpoint &endpoint)
{
    return endpoint.auth == AuthStyle::Passthrough;
}

} // namespace

bool takesItsOwnLogins(const QByteArray &baseUrl)
{
    return hostAt(baseUrl) != nullptr;
}

bool passesLoginsOn(const Config &config)
{
    return std::ranges::any_of(config.clusters, [](const Cluster &cluster) {
        return std::ranges::any_of(cluster.endpoints, [](const Endpoint &endpoint) { return endpoint.auth == AuthStyle::Passthrough; });
    });
}

bool mayTakeLoginOf(const Endpoint &endpoint, Dialect dialect)
{
    if (endpoint.passthroughAnywhere || dialect == Dialect::Unknown)
        return true;
    const LoginHost *host = hostAt(endpoint.baseUrl);
    return host && std::ranges::find(host->dialects, dialect) != host->dialects.end();
}

QString passthroughFault(const Endpoint &endpoint, bool hasKey)
{
    if (!isUsed(endpoint))
        return {};
    if (hasKey)
        return u"must not be passthrough beside a key of the endpoint's own: take api_key and api_key_command away, or choose another auth"_s;
    if (endpoint.passthroughAnywhere || takesItsOwnLogins(endpoint.baseUrl))
        return {};
    return u"must not be passthrough at %1, which is none of the vendors' own hosts, or not over https: whoever is there would get the login of the client. "
           "\"passthrough_anywhere\": true allows it"_s.arg(hostOf(endpoint.baseUrl));
}

QString passthroughNote(const Endpoint &endpoint)
{
    if (!isUsed(endpoint) || !endpoint.passthroughAnywhere || takesItsOwnLogins(endpoint.baseUrl))
        return {};
    return u"has passthrough_anywhere: the login of the client goes to %1, which has not issued it"_s.arg(hostOf(endpoint.baseUrl));
}

} // namespace qcc
