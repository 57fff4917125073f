#pragma once

#include "core/config/config.h"
#include "core/facts/endpointstate.h"
#include "core/facts/refusalcounts.h"

#include <QDateTime>
#include <QHash>
#include <QString>

#include <chrono>

namespace qcc {

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

} // namespace qcc
