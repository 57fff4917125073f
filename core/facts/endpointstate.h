#pragma once

#include "core/base/enumwords.h"

#include <QDateTime>
#include <QList>
#include <QString>

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
    quint64 verifyCount = 0;            ///< Background verifications so far.
    int inFlight = 0;
    int concurrencyLimit = 0;           ///< What the adaptive pool lets it carry; 0: no limit of its own.
    double firstByteMs = 0;             ///< Peak-sensitive average of late; 0 before the first answer.
    PoolFigures pool;
};

} // namespace qcc
