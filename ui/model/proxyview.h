#pragma once

#include "core/facts/exchangerecord.h"
#include "core/facts/livefigures.h"

#include <QDateTime>
#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <algorithm>
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

/// A rest that was shorter than this when it began is no failure: requests wait for it, or go elsewhere meanwhile, and before anybody could act on it, it is over. What limits
/// rates asks for some seconds, at most for the rest of a minute; who has to be noticed asks for minutes and hours.
inline constexpr std::chrono::seconds shortRest{30};

/// One endpoint of the cluster in use, as the screens show it.
struct EndpointView {
    using Time = std::chrono::steady_clock::time_point;

    QString id;
    QString name;
    QString baseUrl;
    int priority = 1;
    int weight = 100;
    EndpointHealth health = EndpointHealth::Unknown;
    bool restsShortly = false;          ///< Its rate is limited for less than shortRest.
    std::optional<Time> returnsAt;      ///< When breaker or rest end; absent: not known, or usable.
    qint64 requests = 0;                ///< Since the start, as all below.
    std::optional<double> successRate;  ///< Percent; absent before anything was counted.
    std::optional<double> firstByteP50; ///< Milliseconds.
    int inFlight = 0;
    int poolOpen = 0;
    int poolHttp2 = 0;                  ///< Of the open ones.
    int poolIdle = 0;
    QString lastError;                  ///< Empty while it is well.
    int failuresInRow = 0;
    bool preferred = false;             ///< Picked by hand.
    bool full = false;                  ///< It has as many requests as its limits allow; further ones go elsewhere, or wait.

    /// Seconds until breaker or rest end; 0: not known, usable, or due.
    double returnsInS(Time now) const { return returnsAt ? std::max(0.0, std::chrono::duration<double>(*returnsAt - now).count()) : 0; }
    bool operator==(const EndpointView &) const = default;
};

/// From one object of "endpoints" in `GET /__qcc__/stats`, which tells how things stand at `now`. `before`: how the same one stood last, if it is known.
EndpointView endpointView(const QJsonObject &endpoint, EndpointView::Time now, const EndpointView *before = nullptr);

/// An exchange that has not finished, as the screens show it: a RunningExchange as the control socket tells it.
struct RunningView {
    quint64 number = 0;
    QDateTime startedAt;               ///< UTC.
    QString method;
    QString path;                      ///< Without the query.
    QString client;
    QString model;
    QString cluster;
    RunningState state = RunningState::Waiting;
    int attempts = 0;                  ///< Begun so far.
    double ageMs = 0;                  ///< When this was asked for.
    std::optional<double> firstByteMs;
    qint64 answerBytes = 0;

    QList<AttemptRecord> tried;        ///< Those that ended.
    std::optional<AttemptRecord> current; ///< The one that runs, when this was asked for.

    /// Its attempts so far as those of one that has finished; the last one runs where `current` is there. `nowMs`: its age.
    ExchangeRecord soFar(double nowMs) const;
    QString id() const { return QStringLiteral("req-%1").arg(number); }
};

/// What tells an exchange from all others, whichever run of the proxy it belongs to: when it began, and its number. Ascends with time.
quint64 exchangeKey(const QDateTime &startedAt, quint64 number);
quint64 numberOf(quint64 exchangeKey);
inline quint64 exchangeKey(const ExchangeRecord &exchange) { return exchangeKey(exchange.startedAt, exchange.number); }

/// How far back the timeline of requests goes.
enum class TimelineRange { Hour, Day, Week };

/// Units: seconds.
int secondsOf(TimelineRange range);

/// How many attempts at one endpoint succeeded and failed, minute by minute, the oldest first; and how it did in the whole range.
struct EndpointTimeline {
    QList<int> ok;
    QList<int> failed;
    qint64 succeededInRange = 0;
    qint64 failedInRange = 0;
    std::optional<double> firstByteP50; ///< Milliseconds, in the range; absent before the first.

    /// Percent in the range; absent before anything was counted in it.
    std::optional<double> successRate() const;
    bool operator==(const EndpointTimeline &) const = default;
};

/// Units: milliseconds; 0 before anything was counted.
struct Quantiles {
    double p50 = 0;
    double p95 = 0;
    double p99 = 0;
    bool operator==(const Quantiles &) const = default;
};

/// Finished exchanges by outcome over time.
struct TimelineView {
    TimelineRange range = TimelineRange::Hour;
    QDateTime from;    ///< UTC; the beginning of the first bucket.
    int bucketS = 60;
    QList<PerEnum<Outcome, int>> buckets; ///< The oldest first.
    Quantiles firstByte; ///< Of the range, like the next two; of this run of the proxy alone.
    Quantiles total;
    QHash<QString, EndpointTimeline> endpoints; ///< By endpoint id.
    QList<double> firstByteSeries; ///< Medians over the range, the oldest first. Units: milliseconds; 0 where nothing succeeded.
    QList<int> inFlightSeries;     ///< The most that ran at once in each bucket.
    std::optional<PerEnum<Outcome, int>> before; ///< What ended in the same range before; absent where that is not known.

    /// Nothing was counted in its whole range.
    bool isBlank() const;
    int count(qsizetype bucket, Outcome outcome) const { return buckets.at(bucket)[outcome]; }
    bool operator==(const TimelineView &) const = default;
};

/// From the answer to the control command "timeline".
TimelineView timelineView(const QJsonObject &answer);

/// What the user is told about the proxy as a whole. Degraded: some endpoint fails. Down: none is left. Unconfigured: it runs, but
/// there is no enabled endpoint yet, which must not alarm a new user. NoNetwork: nothing leads out of this computer, which is no endpoint's fault.
/// Finishing: it was stopped, and only the requests that run go on.
enum class ProxyState { Stopped, Starting, Running, Degraded, Down, Unconfigured, NoNetwork, Finishing };
inline constexpr ProxyState lastProxyState = ProxyState::Finishing;

/// The figures of a running proxy. Since its start, unless the name says otherwise.
struct ProxyFigures {
    qint64 liveCounted = 0;     ///< Successes and failures of the last five minutes in the cluster in use: what its success rate is about.
    qint64 lastHourCounted = 0; ///< The same of the last hour, in all clusters.
    qint64 requests = 0;
    qint64 recovered = 0;
    qint64 failed = 0;          ///< Truncated ones included.
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
    QHash<QString, int> enabledIn;     ///< How many endpoints of each are switched on.
    QStringList inOrder;               ///< The clusters that ask their endpoints one after the other, by priority.
    std::optional<double> liveRate;    ///< Percent of the last five minutes, in the cluster in use; absent before anything was counted in them.
    std::optional<double> hourRate;    ///< Percent of the last hour, in all clusters; absent likewise.
    int inFlight = 0;
    QString lastError;                 ///< Empty when there is nothing to say.
    QString configFault;               ///< Why config.json cannot be read, with its line; empty while it is good.
    QList<EndpointView> endpoints;     ///< Of the cluster in use, in the order of config.json; empty while stopped.
    ProxyFigures figures;

    bool serves() const
    {
        return state != ProxyState::Stopped && !isChanging();
    }
    /// How many requests of the cluster in use end in a minute, from the last five or since the start.
    int perMinute(const QDateTime &now) const;
    /// What requests wait for: the medians of the endpoints in use, each counted as often as it was asked. Units: milliseconds.
    std::optional<double> firstByte() const;
    /// No start can be made: nobody knows with what.
    bool lacksConfig() const { return !configFault.isEmpty() && !serves(); }
    /// On its way up or down: neither can be asked for now.
    bool isChanging() const { return state == ProxyState::Starting || state == ProxyState::Finishing; }
    bool operator==(const ProxyView &) const = default;
};

/// `view` of a proxy that runs at `address`, with what its stats say (the object of `GET /__qcc__/stats`).
ProxyView withStats(ProxyView view, const QString &address, const QJsonObject &stats, EndpointView::Time now);

/// The state of the product as screens show it: one that gets worse counts only once it has been so for `settleTime`, so that what mends itself in a moment troubles nobody. What gets
/// better, or follows from what the user did, counts at once.
class SettledState
{
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::seconds settleTime{2};

    /// `view`: how things stand now. Returns what to show.
    ProxyState take(const ProxyView &view, Time now);
    /// When take() is to be called again for what it was last given; nothing: what is shown is how things stand.
    std::optional<Time> due() const { return m_due; }

private:
    ProxyState m_shown = ProxyState::Stopped;
    QString m_cluster;
    std::optional<Time> m_degradedSince; ///< That or worse.
    std::optional<Time> m_downSince;
    std::optional<Time> m_due;
};

/// `view` after the proxy ended: its figures are gone, clusters and address stay.
ProxyView withoutProxy(ProxyView view);

/// `view` with what config.json says. While no proxy serves, with the cluster and the address of the next one, where `cluster` and `port` are what
/// it will be started with instead.
ProxyView withConfig(ProxyView view, const Config &config, const std::optional<QString> &cluster, std::optional<quint16> port);

} // namespace qcc
