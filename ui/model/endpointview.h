#pragma once

#include <QString>

#include <chrono>
#include <optional>

class QJsonObject;

namespace qcc {

/// How an endpoint stands, in the one word that matters most to its owner.
enum class EndpointHealth {
    Unknown,    ///< Not tried yet.
    Healthy,
    Degraded,   ///< Used, but not first.
    Unhealthy,
    Open,       ///< Its breaker is open: left alone for a while.
    Resting,    ///< It asked for rest: rate limit or spent quota.
    KeyRefused, ///< Out until its key is edited or tested.
    Disabled,
};

/// Whether requests go there as long as others do not fail.
bool isInUse(EndpointHealth health);

/// One endpoint of the cluster in use, as the screens show it.
struct EndpointView {
    using Time = std::chrono::steady_clock::time_point;

    QString id;
    QString name;
    QString baseUrl;
    int priority = 1;
    int weight = 100;
    EndpointHealth health = EndpointHealth::Unknown;
    std::optional<Time> returnsAt;      ///< When breaker or rest end; absent: not known, or usable.
    qint64 requests = 0;                ///< Since the start, as all below.
    std::optional<double> successRate;  ///< Percent; absent before anything was counted.
    std::optional<double> firstByteP50; ///< Milliseconds.
    int inFlight = 0;
    int poolOpen = 0;
    int poolHttp2 = 0;                  ///< Of the open ones.
    int poolIdle = 0;
    QString lastError;                  ///< Empty while it is well.
    bool preferred = false;             ///< Picked by hand.

    /// Seconds until breaker or rest end; 0: not known, usable, or due.
    double returnsInS(Time now) const;
    bool operator==(const EndpointView &) const = default;
};

/// From one object of "endpoints" in `GET /__qcc__/stats`, which tells how things stand at `now`.
EndpointView endpointView(const QJsonObject &endpoint, EndpointView::Time now);

} // namespace qcc
