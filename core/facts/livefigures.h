#pragma once

#include "core/base/enumwords.h"
#include "core/config/config.h"
#include "core/facts/endpointstate.h"
#include "core/facts/exchangerecord.h"

#include <QDateTime>
#include <QHash>
#include <QString>

#include <algorithm>
#include <chrono>
#include <functional>
#include <numeric>

namespace qcc {

/// Why a request is not let in.
/// Host: it names another machine, as a web page does that has its own name resolved to this one (DNS rebinding).
/// CrossSite: a web page made the browser send it. Token: it does not show the access token.
/// User: it comes from another user of this computer. NoRoom: there is no memory, or no disk, for its body.
#define QCC_DENIALS(X)         \
    X(Host, "host")            \
    X(CrossSite, "cross_site") \
    X(Token, "token")          \
    X(User, "user")            \
    X(NoRoom, "no_room")
QCC_ENUM_WITH_WORDS(Denial, QCC_DENIALS)

/// What was not let in since the proxy started, by reason.
struct RefusalCounts : PerEnum<Denial, quint64> {
    quint64 total() const { return std::accumulate(begin(), end(), quint64(0)); }
};

/// Percent of `good` and `bad` together that are good; 100 where there are none.
inline double percent(quint64 good, quint64 bad)
{
    const quint64 all = good + bad;
    return all == 0 ? 100 : 100 * static_cast<double>(good) / static_cast<double>(all);
}

/// Finished exchanges, counted.
struct OutcomeCounts {
    PerEnum<Outcome, quint64> byOutcome;

    quint64 of(Outcome outcome) const { return byOutcome[outcome]; }
    void count(Outcome outcome) { ++byOutcome[outcome]; }
    quint64 total() const { return std::accumulate(byOutcome.begin(), byOutcome.end(), quint64(0)); }
    quint64 successful() const { return of(Outcome::Complete) + of(Outcome::Recovered); }
    quint64 failed() const { return of(Outcome::Error) + of(Outcome::Truncated); }
    /// Percent of successful() and failed() that are successful; 100 before either was counted.
    double successRate() const { return percent(successful(), failed()); }

    OutcomeCounts &operator+=(const OutcomeCounts &other)
    {
        std::transform(byOutcome.begin(), byOutcome.end(), other.byOutcome.begin(), byOutcome.begin(), std::plus());
        return *this;
    }
    bool operator==(const OutcomeCounts &) const = default;
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
    bool noNetwork = false;             ///< Nothing leads out of this computer, and the endpoints are elsewhere.
    ConfigSnapshot config;
    QString cluster;                    ///< The one in use; may differ from config's after `proxy start --cluster`.
    QString preferredEndpointId;        ///< Picked by hand; empty when none is.
    PoolFigures pool;
    QHash<QString, EndpointState> endpoints; ///< By endpoint id.
};

/// What can be read under /__qcc__/, by the name of each.
#define QCC_LOCAL_PAGES(X)   \
    X(Stats, "stats")        \
    X(Requests, "requests")  \
    X(Logs, "logs")          \
    X(Events, "events")      \
    X(Metrics, "metrics")    \
    X(Health, "health")
QCC_ENUM_WITH_WORDS(LocalPage, QCC_LOCAL_PAGES)

} // namespace qcc
