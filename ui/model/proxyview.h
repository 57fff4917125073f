#pragma once

#include "core/facts/refusalcounts.h"
#include "ui/model/endpointview.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

class QJsonObject;

namespace qcc {

/// What the user is told about the proxy as a whole. Degraded: some endpoint fails. Down: none is left. Unconfigured: it runs, but
/// there is no enabled endpoint yet. NoNetwork: nothing leads out of this computer, which is no endpoint's fault.
enum class ProxyState { Stopped, Starting, Running, Degraded, Down, Unconfigured, NoNetwork };

/// Units: milliseconds; 0 before anything was counted.
struct Quantiles {
    double p50 = 0;
    double p95 = 0;
    double p99 = 0;
    bool operator==(const Quantiles &) const = default;
};

/// The figures of a running proxy. Since its start, unless the name says otherwise.
struct ProxyFigures {
    qint64 lastHourCounted = 0; ///< Successes and failures of the last hour: what its success rate is about.
    qint64 requests = 0;
    qint64 recovered = 0;
    qint64 failed = 0;          ///< Truncated ones included.
    Quantiles firstByte;
    Quantiles total;
    int poolOpen = 0;
    int poolHttp2 = 0;          ///< Of the open ones.
    int poolIdle = 0;
    int poolQueued = 0;
    std::optional<double> reusedPercent; ///< Absent before the first connection.
    qint64 staleRecovered = 0;
    RefusalCounts refused;
    bool peersUnknown = false;  ///< Nothing tells whose the clients' connections are, and no access token keeps other users out.
    int stuckWorkers = 0;       ///< Threads that hang.
    QDateTime startTime;        ///< UTC.
    bool operator==(const ProxyFigures &) const = default;
};

/// All that is shown of the proxy, as a value.
struct ProxyView {
    ProxyState state = ProxyState::Stopped;
    QString address;                   ///< "http://127.0.0.1:7860"; the configured one while stopped.
    QString cluster;                   ///< The one in use.
    QStringList clusters;              ///< All, in the order of config.json.
    std::optional<double> successRate; ///< Percent of the last hour; absent before anything was counted in it.
    int inFlight = 0;
    QString lastError;                 ///< Empty when there is nothing to say.
    QList<EndpointView> endpoints;     ///< Of the cluster in use, in the order of config.json; empty while stopped.
    ProxyFigures figures;

    bool serves() const
    {
        return state != ProxyState::Stopped && state != ProxyState::Starting;
    }
    bool operator==(const ProxyView &) const = default;
};

/// `view` of a proxy that runs at `address`, with what its stats say (the object of `GET /__qcc__/stats`).
ProxyView withStats(ProxyView view, const QString &address, const QJsonObject &stats, EndpointView::Time now);

/// `view` after the proxy ended: its figures are gone, clusters and address stay.
ProxyView withoutProxy(ProxyView view);

} // namespace qcc
