#pragma once

#include "core/base/enumwords.h"
#include "core/facts/exchangerecord.h"

#include <QDateTime>
#include <QList>
#include <QMetaType>
#include <QString>

#include <chrono>
#include <optional>

namespace qcc {

/// Connections to upstreams, counted over all workers.
struct PoolFigures {
    int open = 0;
    int http2 = 0; ///< Of the open ones: over HTTP/2, shared by requests.
    int idle = 0;
    int busy = 0;
    int queued = 0;
    int limit = 0;
    quint64 openedTotal = 0;
    quint64 reusedTotal = 0;
    quint64 staleRecoveredTotal = 0;
    quint64 warmedTotal = 0; ///< Opened ahead of need; also in openedTotal.
};

#define QCC_HEALTH_STATUSES(X) \
    X(Unknown, "unknown")      \
    X(Healthy, "healthy")      \
    X(Degraded, "degraded")    \
    X(Unhealthy, "unhealthy")
QCC_ENUM_WITH_WORDS(HealthStatus, QCC_HEALTH_STATUSES)

#define QCC_BREAKER_STATES(X) \
    X(Closed, "closed")       \
    X(Open, "open")           \
    X(HalfOpen, "half_open")
QCC_ENUM_WITH_WORDS(BreakerState, QCC_BREAKER_STATES)

/// Why an endpoint is left alone that has answered, the milder first. Auth: its key was refused. One that never worked is out until it is edited or
/// works after all; one that has worked rests for a while.
#define QCC_REST_REASONS(X)      \
    X(None, "")                  \
    X(RateLimit, "rate_limit")   \
    X(Quota, "quota")            \
    X(Auth, "auth")
QCC_ENUM_WITH_WORDS(RestReason, QCC_REST_REASONS)

/// A model that an endpoint does not serve.
struct RestingModel {
    QString model;
    double seconds = 0; ///< Until it is asked for there again.
};

/// What routing knows about one endpoint right now.
struct EndpointState {
    HealthStatus health = HealthStatus::Unknown;
    std::optional<QDateTime> lastCheck; ///< UTC; the last attempt or probe that said something about it.
    int consecutiveFailures = 0;
    BreakerState breaker = BreakerState::Closed;
    QString breakerReason;              ///< Empty while closed.
    double reopensInS = 0;              ///< Time until the breaker or the rest ends; 0 when usable.
    RestReason rest = RestReason::None;
    QList<RestingModel> restingModels;  ///< In no order.
    QList<double> restingLogins;        ///< Seconds until each of the clients' own that has used up its limit is taken again; in no order.
    quint64 verifyCount = 0;            ///< Background verifications so far.
    int inFlight = 0;
    int concurrencyLimit = 0;           ///< What the adaptive pool lets it carry; 0: no limit of its own.
    int maxConcurrent = 0;              ///< As its owner limits it; 0: no limit.
    int requestsPerMinute = 0;          ///< As its owner limits it; 0: no limit.
    int beganWithinMinute = 0;          ///< Requests, where they are limited.
    QString keyFault;                   ///< Why its program says no key, as the rest of a sentence, while it is left alone for that; else empty.
    bool isFull = false;                ///< It has as many as its owner lets it have: further ones go elsewhere, or wait.
    double firstByteMs = 0;             ///< Peak-sensitive average of late; 0 before the first answer.
    PoolFigures pool;
};

/// What one test of an endpoint with a message asked, and what came of it.
struct MessageFound {
    QString path;          ///< Of the API's request; empty where none was sent.
    QString model;         ///< As the endpoint was asked for it.
    QString answeredModel; ///< As the endpoint calls it; empty where it does not.
    QString words;         ///< The beginning of the answer, as one visible line. Never holds a key.
    std::optional<qint64> inputTokens, outputTokens; ///< As the endpoint told them.
};

/// What one test of an endpoint found.
struct ProbeResult {
    bool reachable = false; ///< Of a test with a message: its answer was good.
    /// None when reachable; Cancelled when the test says nothing about the endpoint.
    FailureClass failure = FailureClass::None;
    UpstreamFault fault = UpstreamFault::None; ///< What the transport told.
    Phase phase = Phase::Queue; ///< How far it came.
    int status = 0; ///< 0 when no head arrived.
    bool noKey = false; ///< Nothing was asked of the endpoint, since there was no key: `error` says why.
    QString error; ///< Empty when reachable, else part of a sentence. Never holds a key.
    QString warning; ///< What is probably wrong although it is reachable: the rest of a sentence about its base URL.
    QString address; ///< That the connection led to, or its proxy's; where none came about those that were tried, with commas.
    ConnectTimes times; ///< How long each stage took.
    std::optional<std::chrono::seconds> clockAhead; ///< How far this computer's clock is ahead of the endpoint's; absent where that told no time.
    std::optional<double> firstByteMs; ///< Milliseconds from the start to the answer's head.
    double totalMs = 0; ///< Milliseconds from the start to the end.
    std::optional<MessageFound> message; ///< Of a test with a message.
};

#define QCC_NEWS_KINDS(X)             \
    X(Opened, "opened")               \
    X(Returned, "returned")           \
    X(KeyRefused, "key_refused")      \
    X(NoKey, "no_key")                \
    X(QuotaSpent, "quota_spent")      \
    X(RateLimited, "rate_limited")    \
    X(Preferred, "preferred")         \
    X(NotPreferred, "not_preferred")
QCC_ENUM_WITH_WORDS(NewsKind, QCC_NEWS_KINDS)

/// Something about an endpoint that its owner wants to know.
struct RoutingNews {
    NewsKind kind = NewsKind::Opened;
    QString endpointId;
    QString endpointName;
    QString reason;
    double seconds = 0; ///< How long it will be left alone; 0: until it is edited or tested.
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::ProbeResult)
