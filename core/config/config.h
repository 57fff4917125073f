#pragma once

#include "core/base/enumwords.h"
#include "core/keys/sealing.h"

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>

namespace qcc {

/// How the next endpoint of a cluster is chosen.
#define QCC_STRATEGIES(X)                      \
    X(PriorityFailover, "priority_failover")   \
    X(Weighted, "weighted")                    \
    X(RoundRobin, "round_robin")               \
    X(Random, "random")                        \
    X(LeastConnections, "least_connections")   \
    X(Fastest, "fastest")
QCC_ENUM_WITH_WORDS(Strategy, QCC_STRATEGIES)

/// How an endpoint's key is presented to it. Auto: in the style that the client used. Passthrough: there is none, and the client's own login goes there as
/// it came (core/config/loginhosts.h).
#define QCC_AUTH_STYLES(X)           \
    X(Auto, "auto")                  \
    X(XApiKey, "x-api-key")          \
    X(Bearer, "bearer")              \
    X(Both, "both")                  \
    X(None, "none")                  \
    X(XGoogApiKey, "x-goog-api-key") \
    X(ApiKey, "api-key")         \
    X(Passthrough, "passthrough")
QCC_ENUM_WITH_WORDS(AuthStyle, QCC_AUTH_STYLES)

/// One upstream: a base URL and its key.
struct Endpoint {
    QString name;
    QByteArray baseUrl; ///< As written, without a trailing slash: scheme://host[:port][/path].
    QByteArray apiKey;
    AuthStyle auth = AuthStyle::Auto;
    int priority = 1; ///< Lower is preferred.
    int weight = 100;
    bool enabled = true;
    QString proxy = QStringLiteral("system"); ///< "system", "none", or an http://, socks5:// or socks5h:// URL.
    bool http2 = false;
    QString caFile; ///< PEM file with the authorities that are trusted for it in place of the system's; absolute, or empty.
    QMap<QString, QString> modelMap;
    QString keyFault; ///< Why its key cannot be opened or is none, as the rest of a sentence; empty: it is good, and the endpoint serves.
    /// First 8 hex digits of SHA-256 of "baseUrl|apiKey"; filled by the parser. With a key that is not good, or that a program says, of what stands in its place.
    QString id;

    // What some relays ask for.
    QMap<QString, QString> headers = {}; ///< Fields that every request gets in place of the client's own; may be secret (core/config/ownfields.h).
    QMap<QString, QString> query = {};   ///< Parameters that every request gets in place of the client's own; in plain text, may be secret.
    int maxConcurrent = 0;          ///< Requests at it at a time; 0: no limit.
    int requestsPerMinute = 0;      ///< Requests that begin within a minute; 0: no limit.
    QStringList apiKeyCommand = {};      ///< A program and its arguments that say the key; none: the key is apiKey.
    std::chrono::seconds apiKeyTtl{300}; ///< How long what the program said is good.
    QString clientCert = {};             ///< PEM file with the certificate that qcc shows it, and those that lead to its authority; absolute, or empty.
    QString clientKey = {};              ///< PEM file with the certificate's key; absolute, or empty.
    bool passthroughAnywhere = false;    ///< The client's own login may go there although no vendor's login belongs there.

    /// Whether requests may go there.
    bool mayServe() const { return enabled && keyFault.isEmpty(); }

    bool operator==(const Endpoint &) const = default;
};

/// The id of an endpoint: the first 8 hex digits of SHA-256 of `baseUrl|apiKey`.
QString endpointId(const QByteArray &baseUrl, const QByteArray &apiKey);

/// A named list of endpoints.
struct Cluster {
    QString name;
    Strategy strategy = Strategy::PriorityFailover;
    QList<Endpoint> endpoints;
    QMap<QString, QString> modelFallback = {}; ///< The model to ask for when all of them refuse the first one.

    bool operator==(const Cluster &) const = default;
};

/// Which requests go to another cluster than the active one: those that meet all of its conditions, of which at least one is there.
/// A "*" in a condition stands for anything, and nothing.
struct RouteRule {
    QString client = {};       ///< As `qcc client` calls it ("claude-code"), or as its User-Agent begins.
    QString requestClass = {}; ///< As the client calls it ("subagent").
    QString model = {};        ///< As the client asks for it.
    QString path = {};         ///< Without the query, and without the prefix that names a cluster.
    QString cluster = {};
    QString setModel = {};     ///< What is asked for in place of the client's model; empty: that.

    /// "class=subagent model=claude-haiku-*": its conditions, and so what it is called.
    QString text() const;
    bool operator==(const RouteRule &) const = default;
};

#define QCC_POOL_STRATEGIES(X) X(Fixed, "fixed") X(Adaptive, "adaptive")
QCC_ENUM_WITH_WORDS(PoolStrategy, QCC_POOL_STRATEGIES)

#define QCC_MODEL_MODES(X) X(Passthrough, "passthrough") X(Override, "override")
QCC_ENUM_WITH_WORDS(ModelMode, QCC_MODEL_MODES)

#define QCC_LOG_LEVELS(X) X(Debug, "debug") X(Info, "info") X(Warning, "warning") X(Error, "error")
QCC_ENUM_WITH_WORDS(LogLevel, QCC_LOG_LEVELS)

/// What connections get whose user the system does not tell.
#define QCC_UNKNOWN_PEERS(X) X(Allow, "allow") X(Refuse, "refuse")
QCC_ENUM_WITH_WORDS(UnknownPeers, QCC_UNKNOWN_PEERS)

/// config.json as a value. Defaults are those of the documentation; unknown keys are not kept here, ConfigFile keeps them.
struct Config {
    struct Listen {
        QString host = QStringLiteral("127.0.0.1");
        quint16 port = 7860;
        QByteArray accessToken; ///< Empty: none asked for.
        QStringList allowedHosts;   ///< Names of this computer besides localhost and its addresses; lower case.
        QStringList allowedOrigins; ///< Web pages and browser-based programs that may send requests ("app://obsidian.md"); lower case.
        QStringList allowedUsers;   ///< Other users of this computer who may.
        UnknownPeers unknownPeers = UnknownPeers::Allow;
        bool operator==(const Listen &) const = default;
    } listen;

    AtRest keysAtRest = AtRest::Auto;

    QString activeCluster;
    QList<Cluster> clusters;
    QList<RouteRule> routes; ///< The first that is met counts.

    struct Pool {
        int maxConnections = 100;
        int maxKeepaliveConnections = 20;
        std::chrono::seconds keepaliveExpiry{30};
        PoolStrategy strategy = PoolStrategy::Adaptive;
        bool operator==(const Pool &) const = default;
    } pool;

    struct Timeouts {
        std::chrono::milliseconds connect{60'000};
        std::chrono::milliseconds connectFailover{10'000};
        std::chrono::milliseconds read{300'000};
        std::chrono::milliseconds total{0}; ///< 0: no limit.
        bool operator==(const Timeouts &) const = default;
    } timeouts;

    struct Retry {
        int maxAttempts = 5;
        int maxAttemptsPerEndpoint = 2;
        QList<int> retryStatuses;
        QList<int> passStatuses;
        bool operator==(const Retry &) const = default;
    } retry;

    struct Breaker {
        int failures = 3;
        std::chrono::seconds window{60};
        std::chrono::seconds open{60};
        std::chrono::seconds maxOpen{300};
        bool operator==(const Breaker &) const = default;
    } breaker;

    struct Affinity {
        std::chrono::seconds ttl{18'000};
        bool operator==(const Affinity &) const = default;
    } affinity;

    struct Model {
        ModelMode mode = ModelMode::Passthrough;
        QString override;
        bool operator==(const Model &) const = default;
    } model;

    struct Client {
        std::chrono::seconds sseKeepalive{0};            ///< 0: off.
        qint64 maxBodyBytes = qint64(256) * 1024 * 1024; ///< Larger requests get 413.
        bool operator==(const Client &) const = default;
    } client;

    struct Log {
        LogLevel level = LogLevel::Info;
        int maxMb = 10;
        int files = 5;
        bool operator==(const Log &) const = default;
    } log;

    struct History {
        bool enabled = true;
        int days = 30;
        bool words = true;
        bool operator==(const History &) const = default;
    } history;

    /// The cluster named `name`, or null.
    const Cluster *cluster(const QString &name) const;

    bool operator==(const Config &) const = default;
};

/// Shared because every running exchange keeps the configuration it started with, on its own thread, until it ends.
using ConfigSnapshot = std::shared_ptr<const Config>;

} // namespace qcc
