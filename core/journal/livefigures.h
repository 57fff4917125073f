#pragma once

#include "core/base/enumwords.h"
#include "core/config/config.h"
#include "core/journal/refusalcounts.h"

#include <QDateTime>
#include <QHash>
#include <QString>

#include <chrono>
#include <optional>

namespace qcc {

/// Connections to upstreams, counted over all workers.
struct PoolFigures {
    int open = 0;
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

/// What routing knows about one endpoint right now.
struct EndpointState {
    HealthStatus health = HealthStatus::Unknown;
    std::optional<QDateTime> lastCheck; ///< UTC; the last attempt or probe that said something about it.
    int consecutiveFailures = 0;
    BreakerState breaker = BreakerState::Closed;
    QString breakerReason;              ///< Empty while closed.
    double reopensInS = 0;              ///< Time until the breaker or the rest ends; 0 when usable.
    QString restReason;                 ///< "rate_limit", "quota", "auth"; empty when not resting.
    quint64 verifyCount = 0;            ///< Background verifications so far.
    int inFlight = 0;
    int concurrencyLimit = 0;           ///< What the adaptive pool lets it carry; 0: no limit of its own.
    double firstByteMs = 0;             ///< Peak-sensitive average of late; 0 before the first answer.
    PoolFigures pool;
};

/// Everything in the stats that is not a counter of the journal: gathered by the service when somebody asks.
struct LiveFigures {
    std::chrono::system_clock::time_point now; ///< When they were gathered.
    bool running = false;
    QDateTime startTime;                ///< UTC.
    double uptimeS = 0;
    int inFlight = 0;
    RefusalCounts refused;
    bool peersUnknown = false;          ///< The system does not tell whose the clients' connections are.
    int stuckWorkers = 0;               ///< Hang.
    ConfigSnapshot config;
    QString cluster;                    ///< The one in use; may differ from config's after `proxy start --cluster`.
    QString preferredEndpointId;        ///< Picked by hand; empty when none is.
    PoolFigures pool;
    QHash<QString, EndpointState> endpoints; ///< By endpoint id.
};

} // namespace qcc
