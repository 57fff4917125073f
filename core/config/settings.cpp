#include "core/config/settings.h"

#include "core/config/addresses.h"
#include "core/config/endpointtext.h"
#include "core/config/ownfields.h"

#include <QDir>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

bool holdsControl(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.category() == QChar::Other_Control; });
}

QString userFault(const QString &user)
{
    return user.isEmpty() || holdsControl(user) ? u"must be the name of a user"_s : QString();
}

/// It comes in a header line. The text itself never gets into the error.
QString tokenFault(const QString &token)
{
    return holdsControl(token) ? u"must not hold control characters (a line break copied along with it?)"_s : QString();
}

QString nameFault(const QString &name)
{
    if (holdsControl(name))
        return u"must not hold control characters"_s;
    return name == name.trimmed() ? QString() : u"must not begin or end with a space"_s;
}

QString clusterNameFault(const QString &name)
{
    return name.isEmpty() ? u"must not be empty"_s : nameFault(name);
}

/// Whether the file is there is asked when it is saved and when it is used: one that vanished must not cost the other endpoints.
QString absolutePathFault(const QString &path)
{
    return path.isEmpty() || QDir::isAbsolutePath(path) ? QString() : u"must be an absolute path"_s;
}

QString inLowerCase(const QString &text)
{
    return text.toLower();
}

QString withoutSlashes(const QString &baseUrl)
{
    return QString::fromUtf8(trimmedBaseUrl(baseUrl));
}

void insertAt(QJsonObject &object, const QString &localPath, const QJsonValue &value)
{
    const qsizetype dot = localPath.indexOf(u'.');
    if (dot < 0) {
        object.insert(localPath, value);
        return;
    }
    QJsonObject section = object.value(localPath.first(dot)).toObject();
    section.insert(localPath.sliced(dot + 1), value);
    object.insert(localPath.first(dot), section);
}

template <typename Owner>
QJsonObject jsonBy(const std::vector<SettingOf<Owner>> &settings, const Owner &owner)
{
    QJsonObject object;
    for (const SettingOf<Owner> &setting : settings)
        insertAt(object, setting.localPath(), setting.json(owner));
    return object;
}

/// A list of objects that `settings` are read from; the parser makes them.
template <typename Owner, typename Entry>
SettingOf<Owner> entries(const char *path, QList<Entry> Owner::*list, const std::vector<SettingOf<Entry>> &(*settings)(), const char *about)
{
    SettingOf<Owner> row;
    row.path = QLatin1String(path);
    row.kind = SettingKind::Entries;
    row.about = QString::fromUtf8(about);
    row.standard = QJsonArray();
    row.json = [list, settings](const Owner &owner) {
        QJsonArray array;
        for (const Entry &entry : owner.*list)
            array.append(jsonBy(settings(), entry));
        return array;
    };
    row.assign = [](Owner &, const QJsonValue &) { };
    return row;
}

/// Of the file, not of Config.
SettingOf<Config> version()
{
    SettingOf<Config> row;
    row.path = u"version"_s;
    row.kind = SettingKind::Whole;
    row.rule = {.low = 1, .high = 1, .error = "must be 1, the only version that this qcc reads", .onPage = false};
    row.about = u"The form of the file."_s;
    row.standard = 1;
    row.json = [](const Config &) { return 1; };
    row.assign = [](Config &, const QJsonValue &) { };
    return row;
}

using Listen = Config::Listen;
using Pool = Config::Pool;
using Timeouts = Config::Timeouts;
using Retry = Config::Retry;
using Breaker = Config::Breaker;
using Client = Config::Client;

} // namespace

const std::vector<SettingOf<Config>> &configSettings()
{
    static const std::vector<SettingOf<Config>> settings{
        version(),
        // Before all secrets: what is sealed is opened by this rule.
        setting("keys.at_rest", &Config::keysAtRest, {.onPage = false},
                "Where the master key lies: `keychain`, `file`, or with `auto` the better of the two; `plain` encrypts nothing. "
                "`QCC_KEYCHAIN=off` in the environment leaves the keychain alone."),
        setting("listen.host", &Config::listen, &Listen::host, {.fault = listenHostFault},
                "The address that qcc listens on: an IP address, or `localhost`. Any but this computer's own needs `listen.access_token`."),
        setting("listen.port", &Config::listen, &Listen::port, {.low = 1, .high = 65'535}, "The port that qcc listens on."),
        setting("listen.access_token", &Config::listen, &Listen::accessToken, {.fault = tokenFault, .orNull = true, .secret = true},
                "What clients have to send as their API key."),
        setting("listen.allowed_hosts", &Config::listen, &Listen::allowedHosts,
                {.fault = hostNameFault, .meant = inLowerCase, .onPage = false},
                "Names of this computer besides `localhost` and its addresses."),
        setting("listen.allowed_origins", &Config::listen, &Listen::allowedOrigins,
                {.fault = originFault, .meant = inLowerCase, .onPage = false},
                "Pages and browser-based programs that may send requests, such as `\"app://obsidian.md\"`."),
        setting("listen.allowed_users", &Config::listen, &Listen::allowedUsers, {.fault = userFault, .onPage = false},
                "Other users of this computer who may send requests."),
        setting("listen.unknown_peers", &Config::listen, &Listen::unknownPeers, {.onPage = false},
                "Who connects from this computer where the system does not tell whose a connection is (some containers); `refuse` lets "
                "nobody in unknown. An access token is the better answer."),
        entries("clusters", &Config::clusters, clusterSettings, "Named lists of endpoints."),
        entries("routes", &Config::routes, routeSettings,
                "Which requests go to another cluster than the active one: the first route that is met counts, and one whose cluster has no usable "
                "endpoint is passed over."),
        setting("active_cluster", &Config::activeCluster, {.orNull = true, .onPage = false}, "The cluster that requests go to, by its name."),
        setting("pool.max_connections", &Config::pool, &Pool::maxConnections, {.low = 1, .high = 10'000},
                "Connections to endpoints at a time, or requests on shared ones; further requests wait in line. An endpoint with fewer than a "
                "quarter of them (at least four) gets more beyond the limit rather than wait for others that hang."),
        setting("pool.max_keepalive_connections", &Config::pool, &Pool::maxKeepaliveConnections, {.low = 0, .high = 10'000},
                "Connections that are kept while they are idle."),
        setting("pool.keepalive_expiry_s", &Config::pool, &Pool::keepaliveExpiry, {.low = 0, .high = 86'400},
                "How long a connection is kept while it is idle."),
        setting("pool.strategy", &Config::pool, &Pool::strategy, {},
                "`adaptive` learns how many requests an endpoint bears at a time and keeps a connection ready, `fixed` does neither."),
        setting("timeouts.connect_s", &Config::timeouts, &Timeouts::connect, {.low = 0.1, .high = 600},
                "How long a connection may take to come about."),
        setting("timeouts.connect_failover_s", &Config::timeouts, &Timeouts::connectFailover, {.low = 0.1, .high = 600},
                "How long a connection may take to come about while another endpoint could serve the request instead."),
        setting("timeouts.read_s", &Config::timeouts, &Timeouts::read, {.low = 0.1, .high = 86'400},
                "How long an endpoint may stay silent before and during its answer."),
        setting("timeouts.total_s", &Config::timeouts, &Timeouts::total, {.low = 0, .high = 86'400},
                "How long a request may take with all its attempts; 0 means no limit."),
        setting("retry.max_attempts", &Config::retry, &Retry::maxAttempts, {.low = 1, .high = 20},
                "Attempts per request at all endpoints together; with 1 nothing is tried again."),
        setting("retry.max_attempts_per_endpoint", &Config::retry, &Retry::maxAttemptsPerEndpoint, {.low = 1, .high = 20},
                "Attempts per request at one endpoint."),
        setting("retry.retry_statuses", &Config::retry, &Retry::retryStatuses, {.onPage = false},
                "Statuses to repeat against qcc's own rules."),
        setting("retry.pass_statuses", &Config::retry, &Retry::passStatuses, {.onPage = false},
                "Statuses to pass on against qcc's own rules; none that `retry.retry_statuses` holds."),
        setting("breaker.failures", &Config::breaker, &Breaker::failures, {.low = 1, .high = 1'000},
                "After so many failures in a row an endpoint is left alone."),
        setting("breaker.window_s", &Config::breaker, &Breaker::window, {.low = 1, .high = 86'400},
                "An endpoint is also left alone when more than half of at least ten attempts fail within this time."),
        setting("breaker.open_s", &Config::breaker, &Breaker::open, {.low = 1, .high = 86'400}, "How long such an endpoint is left alone."),
        setting("breaker.max_open_s", &Config::breaker, &Breaker::maxOpen, {.low = 1, .high = 86'400},
                "How long an endpoint is left alone at most while it goes on failing; not less than `breaker.open_s`."),
        setting("affinity.ttl_s", &Config::affinity, &Config::Affinity::ttl, {.low = 0, .high = 31'536'000, .onPage = false},
                "How long a conversation keeps its endpoint; 0 switches it off."),
        setting("model.mode", &Config::model, &Config::Model::mode, {},
                "With `override` every request asks for `model.override`, with `passthrough` for what the client wants."),
        setting("model.override", &Config::model, &Config::Model::override, {},
                "The model that every request asks for while `model.mode` is `override`."),
        setting("client.sse_keepalive_s", &Config::client, &Client::sseKeepalive, {.low = 0, .high = 3'600},
                "After so much silence a comment goes into a stream; 0 switches it off."),
        setting("client.max_body_mb", &Config::client, &Client::maxBodyBytes, {.low = 1, .high = 2'047},
                "The largest request. Beyond 8 MiB one lies in a nameless file in `~/.fastcc` while it is on its way, not in memory."),
        setting("log.level", &Config::log, &Config::Log::level, {}, "What `proxy.log` holds: this and what is graver."),
        setting("log.max_mb", &Config::log, &Config::Log::maxMb, {.low = 1, .high = 1'024, .unit = SettingUnit::Megabytes},
                "The size at which `proxy.log` is begun anew."),
        setting("log.files", &Config::log, &Config::Log::files, {.low = 1, .high = 100}, "Files of the log that are kept."),
        setting("history.enabled", &Config::history, &Config::History::enabled, {},
                "Keeps in `history.db` which requests there were and how they ended, without what was in them."),
        setting("history.days", &Config::history, &Config::History::days, {.low = 1, .high = 3'650, .unit = SettingUnit::Days},
                "How long `history.db` keeps it."),
        setting("history.words", &Config::history, &Config::History::words, {},
                "Keeps with it what went wrong in words, the endpoints' own included: up to 300 characters, without keys."),
    };
    return settings;
}

const std::vector<SettingOf<Cluster>> &clusterSettings()
{
    static const std::vector<SettingOf<Cluster>> settings{
        setting("clusters[].name", &Cluster::name, {.fault = clusterNameFault, .required = true}, "The cluster's name, which no other has."),
        setting("clusters[].strategy", &Cluster::strategy, {},
                "How the endpoints share the work: with `priority_failover` one is asked when those before it fail, with all others they are "
                "asked side by side."),
        setting("clusters[].model_fallback", &Cluster::modelFallback, {},
                "`{\"claude-opus-*\": \"claude-sonnet-4-5\"}`: the model to ask for when every endpoint of the cluster refuses the first one; each is "
                "asked once more then."),
        entries("clusters[].endpoints", &Cluster::endpoints, endpointSettings, "The cluster's upstreams: a base URL and its key each."),
    };
    return settings;
}

const std::vector<SettingOf<Endpoint>> &endpointSettings()
{
    static const std::vector<SettingOf<Endpoint>> settings{
        setting("clusters[].endpoints[].base_url", &Endpoint::baseUrl, {.fault = baseUrlFault, .meant = withoutSlashes, .required = true},
                "Where requests go: an `http://` or `https://` URL, to which their paths are appended."),
        setting("clusters[].endpoints[].name", &Endpoint::name, {.fault = nameFault},
                "The endpoint's name, which no other one of the cluster has; without one it is called by its host."),
        setting("clusters[].endpoints[].api_key", &Endpoint::apiKey, {.orNull = true, .secret = true},
                "The endpoint's key; qcc encrypts it when it next changes the file."),
        setting("clusters[].endpoints[].api_key_command", &Endpoint::apiKeyCommand, {.command = true},
                "In place of `api_key`, a program that says the key in its first line of output, with its arguments: `[\"pass\", \"show\", "
                "\"relay\"]`, or `\"pass show relay\"`. No shell reads it. It is asked when a request first needs the key, again when the "
                "endpoint answers 401 (once a minute at most), and after `api_key_ttl_s`; it has ten seconds."),
        setting("clusters[].endpoints[].api_key_ttl_s", &Endpoint::apiKeyTtl, {.low = 1, .high = 86'400},
                "How long a key that `api_key_command` said is good."),
        setting("clusters[].endpoints[].auth", &Endpoint::auth, {},
                "How the key is sent; `auto`: the way the client sent its own. `passthrough`: the endpoint has no key, and gets the client's own login as it "
                "came, which no other endpoint ever gets; for the vendors' own hosts. A request without a login skips it."),
        setting("clusters[].endpoints[].passthrough_anywhere", &Endpoint::passthroughAnywhere, {},
                "Lets `\"auth\": \"passthrough\"` send the client's own login to a host that is none of its vendor's. Whoever is there can use it."),
        setting("clusters[].endpoints[].priority", &Endpoint::priority, {.low = -1'000'000, .high = 1'000'000},
                "The lower, the sooner the endpoint is asked."),
        setting("clusters[].endpoints[].weight", &Endpoint::weight, {.low = 0, .high = 1'000'000},
                "The endpoint's share with the strategy `weighted`."),
        setting("clusters[].endpoints[].enabled", &Endpoint::enabled, {}, "Whether the endpoint gets requests at all."),
        setting("clusters[].endpoints[].proxy", &Endpoint::proxy, {.fault = proxyFault, .meant = readProxy},
                "The way to the endpoint: `system` (what the environment says, else the system), `none`, or an `http://`, `socks5://` or "
                "`socks5h://` URL."),
        setting("clusters[].endpoints[].http2", &Endpoint::http2, {},
                "HTTP/2 over TLS where the endpoint speaks it, else HTTP/1.1. Requests then share a connection, as many as the endpoint allows; "
                "each counts towards `pool.max_connections`."),
        setting("clusters[].endpoints[].ca_file", &Endpoint::caFile, {.fault = absolutePathFault, .orNull = true},
                "The absolute path of a PEM file with the certificate authorities to trust for this endpoint, in place of the system's (a "
                "company's proxy, a private relay); certificates are always verified. Without it `SSL_CERT_FILE` and `SSL_CERT_DIR` count as "
                "for curl."),
        setting("clusters[].endpoints[].client_cert", &Endpoint::clientCert, {.fault = absolutePathFault, .orNull = true},
                "The absolute path of a PEM file with the certificate that qcc shows this endpoint in the TLS handshake, and those behind it that "
                "lead to its authority."),
        setting("clusters[].endpoints[].client_key", &Endpoint::clientKey, {.fault = absolutePathFault, .orNull = true},
                "The absolute path of a PEM file with the key of `client_cert`, without a passphrase; without it the key stands in the file of the "
                "certificate."),
        setting("clusters[].endpoints[].model_map", &Endpoint::modelMap, {},
                "`{\"claude-sonnet-*\": \"my-model\"}` changes the model's name for this endpoint, and nothing else of the request."),
        setting("clusters[].endpoints[].headers", &Endpoint::headers, {.pairFault = ownHeaderFault},
                "`{\"Cf-Access-Client-Id\": \"…\"}` adds headers to every request for this endpoint, each in place of the client's own of that "
                "name. They lie in the file as they are and are masked wherever qcc shows them. Not the host, not what frames a request, and "
                "not the key, which stands in `api_key`."),
        setting("clusters[].endpoints[].query", &Endpoint::query, {.pairFault = ownParameterFault},
                "`{\"api-version\": \"2024-10-21\"}` adds parameters to the query of every request for this endpoint, each in place of the "
                "client's own of that name; written plainly, encoded by qcc."),
        setting("clusters[].endpoints[].max_concurrent", &Endpoint::maxConcurrent, {.low = 0, .high = 10'000},
                "Requests that the endpoint gets at a time; 0 means no limit. Further ones go to the next endpoint, or wait in line where there is "
                "none; nothing of it is held against the endpoint."),
        setting("clusters[].endpoints[].requests_per_minute", &Endpoint::requestsPerMinute, {.low = 0, .high = 10'000},
                "Requests that the endpoint gets within any minute; 0 means no limit. Further ones as with `max_concurrent`."),
    };
    return settings;
}

const std::vector<SettingOf<RouteRule>> &routeSettings()
{
    static const std::vector<SettingOf<RouteRule>> settings{
        setting("routes[].client", &RouteRule::client, {.fault = nameFault},
                "Only requests of this client: `claude-code`, `codex`, `gemini-cli`, `opencode`, `qwen-code`, or what its User-Agent begins with. In this and "
                "the next three `*` stands for anything; what is left out, every request meets, and one at least is there."),
        setting("routes[].class", &RouteRule::requestClass, {.fault = nameFault},
                "Only requests that are this to their client: `subagent`, `main`, `compaction`, `auxiliary` and others of Claude Code (with its hint headers "
                "on), Codex's `request_kind` and sub-agents."),
        setting("routes[].model", &RouteRule::model, {.fault = nameFault}, "Only requests for this model."),
        setting("routes[].path", &RouteRule::path, {.fault = nameFault}, "Only requests for this path, such as `/v1/responses`."),
        setting("routes[].cluster", &RouteRule::cluster, {.fault = clusterNameFault, .required = true}, "The cluster that they go to."),
        setting("routes[].set_model", &RouteRule::setModel, {.fault = nameFault},
                "The model that is asked for in place of the client's, before `model_map` and in place of `model.override`."),
    };
    return settings;
}

std::vector<const Setting *> allSettings()
{
    std::vector<const Setting *> all;
    for (const Setting &ofConfig : configSettings()) {
        all.push_back(&ofConfig);
        if (ofConfig.path == "routes"_L1) {
            for (const Setting &ofRoute : routeSettings())
                all.push_back(&ofRoute);
        }
        if (ofConfig.path != "clusters"_L1)
            continue;
        for (const Setting &ofCluster : clusterSettings())
            all.push_back(&ofCluster);
        for (const Setting &ofEndpoint : endpointSettings())
            all.push_back(&ofEndpoint);
    }
    return all;
}

const Setting &settingAt(const QString &path)
{
    static const std::vector<const Setting *> all = allSettings();
    const auto found = std::ranges::find(all, path, &Setting::path);
    Q_ASSERT(found != all.end());
    return **found;
}

QJsonValue configValue(const Config &config, const QString &path)
{
    QJsonObject section;
    for (const SettingOf<Config> &setting : configSettings()) {
        if (setting.path == path)
            return setting.json(config);
        if (setting.path.startsWith(path + u'.'))
            section.insert(setting.path.sliced(path.size() + 1), setting.json(config));
    }
    Q_ASSERT(!section.isEmpty());
    return section;
}

QJsonObject configJson(const Config &config)
{
    return jsonBy(configSettings(), config);
}

QJsonObject defaultConfigJson()
{
    return configJson(Config());
}

} // namespace qcc
