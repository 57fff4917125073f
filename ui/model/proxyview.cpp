#include "ui/model/proxyview.h"

#include "core/config/addresses.h"
#include "core/facts/endpointstate.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

EndpointHealth healthOf(const QJsonObject &endpoint)
{
    if (!endpoint.value("enabled"_L1).toBool(true))
        return EndpointHealth::Disabled;
    const QJsonObject breaker = endpoint.value("breaker"_L1).toObject();
    const QString rest = breaker.value("rest_reason"_L1).toString();
    if (rest == "auth"_L1)
        return EndpointHealth::KeyRefused;
    if (!rest.isEmpty())
        return EndpointHealth::Resting;
    if (const QString state = breaker.value("state"_L1).toString(); state == "open"_L1 || state == "half_open"_L1)
        return EndpointHealth::Open;
    const QString status = endpoint.value("health_status"_L1).toObject().value("status"_L1).toString();
    if (status == "degraded"_L1)
        return EndpointHealth::Degraded;
    if (status == "unhealthy"_L1 || !endpoint.value("is_healthy"_L1).toBool(true))
        return EndpointHealth::Unhealthy;
    return status == "healthy"_L1 ? EndpointHealth::Healthy : EndpointHealth::Unknown;
}

} // namespace

bool isInUse(EndpointHealth health)
{
    return health == EndpointHealth::Unknown || health == EndpointHealth::Healthy || health == EndpointHealth::Degraded;
}

int ProxyView::perMinute(const QDateTime &now) const
{
    constexpr double window = 5;
    const double minutes = figures.startTime.isValid() ? std::clamp(static_cast<double>(figures.startTime.secsTo(now)) / 60, 1.0, window) : window;
    return qRound(static_cast<double>(figures.liveCounted) / minutes);
}

std::optional<double> ProxyView::firstByte() const
{
    double sum = 0, requests = 0;
    for (const EndpointView &each : endpoints) {
        if (!each.firstByteP50 || !isInUse(each.health))
            continue;
        const auto weight = static_cast<double>(std::max<qint64>(1, each.requests));
        sum += *each.firstByteP50 * weight;
        requests += weight;
    }
    return requests > 0 ? std::optional(sum / requests) : std::nullopt;
}

EndpointView endpointView(const QJsonObject &endpoint, EndpointView::Time now, const EndpointView *before)
{
    const QJsonObject health = endpoint.value("health_status"_L1).toObject();
    const QJsonObject pool = endpoint.value("pool"_L1).toObject();
    EndpointView view;
    view.id = endpoint.value("id"_L1).toString();
    view.name = endpoint.value("name"_L1).toString();
    view.baseUrl = endpoint.value("base_url"_L1).toString();
    view.priority = endpoint.value("priority"_L1).toInt(1);
    view.weight = endpoint.value("weight"_L1).toInt(100);
    view.health = healthOf(endpoint);
    const std::chrono::duration<double> wait(endpoint.value("breaker"_L1).toObject().value("reopens_in_s"_L1).toDouble());
    if (wait.count() > 0)
        view.returnsAt = now + std::chrono::duration_cast<EndpointView::Time::duration>(wait);
    const bool isLimited = endpoint.value("breaker"_L1).toObject().value("rest_reason"_L1).toString() == toWord(RestReason::RateLimit);
    // The last seconds of a long rest are none of a short one.
    if (view.health == EndpointHealth::Resting && isLimited && wait < shortRest)
        view.restsShortly = !before || before->health != EndpointHealth::Resting || before->restsShortly;
    view.requests = health.value("total_requests"_L1).toInteger();
    if (view.requests > 0)
        view.successRate = health.value("success_rate"_L1).toDouble();
    if (const double p50 = endpoint.value("first_byte_ms"_L1).toObject().value("p50"_L1).toDouble(); p50 > 0)
        view.firstByteP50 = p50;
    view.failuresInRow = health.value("consecutive_failures"_L1).toInt();
    view.inFlight = pool.value("in_flight"_L1).toInt();
    view.full = endpoint.value("limits"_L1).toObject().value("full"_L1).toBool();
    view.poolOpen = pool.value("open"_L1).toInt();
    view.poolHttp2 = pool.value("http2"_L1).toInt();
    view.poolIdle = pool.value("idle"_L1).toInt();
    // What an endpoint that is well once said is history.
    if (view.health != EndpointHealth::Healthy)
        view.lastError = health.value("last_error"_L1).toString();
    return view;
}

ExchangeRecord RunningView::soFar(double nowMs) const
{
    ExchangeRecord record;
    record.number = number;
    record.startedAt = startedAt;
    record.totalMs = nowMs;
    record.attempts = tried;
    if (current) {
        record.attempts.append(*current);
        record.attempts.last().totalMs = std::max(current->totalMs, nowMs - current->offsetMs);
    }
    return record;
}

namespace {

constexpr quint64 numbersPerMs = 1'000'000;

} // namespace

quint64 exchangeKey(const QDateTime &startedAt, quint64 number)
{
    return static_cast<quint64>(std::max<qint64>(0, startedAt.toMSecsSinceEpoch())) * numbersPerMs + number % numbersPerMs;
}

quint64 numberOf(quint64 exchangeKey)
{
    return exchangeKey % numbersPerMs;
}

namespace {

Quantiles quantiles(const QJsonObject &object)
{
    return {object.value(QStringLiteral("p50")).toDouble(), object.value(QStringLiteral("p95")).toDouble(),
            object.value(QStringLiteral("p99")).toDouble()};
}

QList<int> numbers(const QJsonArray &array)
{
    QList<int> list;
    for (const auto &value : array)
        list.append(value.toInt());
    return list;
}

PerEnum<Outcome, int> outcomesOf(const QJsonArray &array)
{
    const QList<int> counts = numbers(array);
    PerEnum<Outcome, int> outcomes;
    std::copy_n(counts.begin(), std::min<qsizetype>(counts.size(), std::ssize(outcomes.all)), outcomes.begin());
    return outcomes;
}

} // namespace

int secondsOf(TimelineRange range)
{
    switch (range) {
    case TimelineRange::Hour: return 3'600;
    case TimelineRange::Day: return 86'400;
    case TimelineRange::Week: return 604'800;
    }
    Q_UNREACHABLE();
}

bool TimelineView::isBlank() const
{
    return std::ranges::all_of(buckets, [](const auto &bucket) {
        return std::ranges::all_of(bucket, [](int count) { return count == 0; });
    });
}

TimelineView timelineView(const QJsonObject &answer)
{
    TimelineView view;
    view.from = QDateTime::fromString(answer.value(QStringLiteral("from")).toString(), Qt::ISODateWithMs);
    view.bucketS = std::max(1, answer.value(QStringLiteral("bucket_s")).toInt(60));
    view.firstByte = quantiles(answer.value(QStringLiteral("first_byte_ms")).toObject());
    view.total = quantiles(answer.value(QStringLiteral("total_ms")).toObject());
    const QJsonArray buckets = answer.value(QStringLiteral("buckets")).toArray();
    for (const auto &value : buckets)
        view.buckets.append(outcomesOf(value.toArray()));
    const QJsonObject endpoints = answer.value(QStringLiteral("endpoints")).toObject();
    for (auto it = endpoints.begin(); it != endpoints.end(); ++it) {
        const QJsonObject endpoint = it->toObject();
        EndpointTimeline &timeline = view.endpoints[it.key()];
        timeline.ok = numbers(endpoint.value(QStringLiteral("ok")).toArray());
        timeline.failed = numbers(endpoint.value(QStringLiteral("failed")).toArray());
        timeline.succeededInRange = endpoint.value(QStringLiteral("succeeded_in_range")).toInteger();
        timeline.failedInRange = endpoint.value(QStringLiteral("failed_in_range")).toInteger();
        if (const double p50 = quantiles(endpoint.value(QStringLiteral("first_byte_ms")).toObject()).p50; p50 > 0)
            timeline.firstByteP50 = p50;
    }
    view.inFlightSeries = numbers(answer.value(QStringLiteral("in_flight_series")).toArray());
    const QJsonArray medians = answer.value(QStringLiteral("first_byte_series_ms")).toArray();
    for (const auto &value : medians)
        view.firstByteSeries.append(value.toDouble());
    if (const QJsonObject before = answer.value(QStringLiteral("before")).toObject(); !before.isEmpty())
        view.before = outcomesOf(before.value(QStringLiteral("counts")).toArray());
    const qint64 seconds = qint64(view.bucketS) * view.buckets.size();
    for (const TimelineRange range : {TimelineRange::Hour, TimelineRange::Day, TimelineRange::Week}) {
        if (secondsOf(range) == seconds)
            view.range = range;
    }
    return view;
}

std::optional<double> EndpointTimeline::successRate() const
{
    if (succeededInRange + failedInRange == 0)
        return std::nullopt;
    return percent(static_cast<quint64>(succeededInRange), static_cast<quint64>(failedInRange));
}

namespace {

/// Disabled endpoints serve nothing, so they neither carry the proxy nor spoil its state. `views`: the same ones.
ProxyState stateOf(const QJsonArray &endpoints, const QList<EndpointView> &views)
{
    int enabled = 0;
    int failing = 0;
    bool limping = false;
    for (qsizetype i = 0; i < endpoints.size(); ++i) {
        const QJsonObject endpoint = endpoints.at(i).toObject();
        if (!endpoint.value(QStringLiteral("enabled")).toBool(true))
            continue;
        ++enabled;
        if (views.at(i).restsShortly)
            continue;
        if (!endpoint.value(QStringLiteral("is_healthy")).toBool(true))
            ++failing;
        const QJsonObject health = endpoint.value(QStringLiteral("health_status")).toObject();
        if (health.value(QStringLiteral("status")).toString() == QStringLiteral("degraded"))
            limping = true;
    }
    if (enabled == 0)
        return ProxyState::Unconfigured;
    if (failing == enabled)
        return ProxyState::Down;
    return failing > 0 || limping ? ProxyState::Degraded : ProxyState::Running;
}

/// The newest error among the endpoints that are not well; ISO 8601 times sort as texts.
QString newestError(const QJsonArray &endpoints)
{
    QString error;
    QString newest;
    for (const auto &value : endpoints) {
        const QJsonObject endpoint = value.toObject();
        const QJsonObject health = endpoint.value(QStringLiteral("health_status")).toObject();
        const QString text = health.value(QStringLiteral("last_error")).toString();
        const QString when = health.value(QStringLiteral("last_check")).toString();
        if (text.isEmpty() || health.value(QStringLiteral("status")).toString() == QStringLiteral("healthy"))
            continue;
        if (error.isEmpty() || when > newest) {
            newest = when;
            error = QStringLiteral("%1: %2").arg(endpoint.value(QStringLiteral("name")).toString(), text);
        }
    }
    return error;
}

ProxyFigures figuresOf(const QJsonObject &stats)
{
    const QJsonObject live = stats.value(QStringLiteral("last_5_minutes")).toObject();
    const QJsonObject hour = stats.value(QStringLiteral("last_hour")).toObject();
    const QJsonObject pool = stats.value(QStringLiteral("pool")).toObject();
    ProxyFigures figures;
    figures.liveCounted = live.value(QStringLiteral("successful_requests")).toInteger()
        + live.value(QStringLiteral("failed_requests")).toInteger();
    figures.lastHourCounted = hour.value(QStringLiteral("successful_requests")).toInteger()
        + hour.value(QStringLiteral("failed_requests")).toInteger();
    figures.requests = stats.value(QStringLiteral("total_requests")).toInteger();
    figures.recovered = stats.value(QStringLiteral("recovered")).toInteger();
    figures.failed = stats.value(QStringLiteral("failed_requests")).toInteger();
    figures.poolOpen = pool.value(QStringLiteral("open")).toInt();
    figures.poolHttp2 = pool.value(QStringLiteral("http2")).toInt();
    figures.poolIdle = pool.value(QStringLiteral("idle")).toInt();
    figures.poolQueued = pool.value(QStringLiteral("queued")).toInt();
    if (pool.value(QStringLiteral("opened_total")).toInteger() > 0)
        figures.reusedPercent = 100 * pool.value(QStringLiteral("reuse_ratio")).toDouble();
    figures.staleRecovered = pool.value(QStringLiteral("stale_recovered_total")).toInteger();
    const QJsonObject refused = stats.value(QStringLiteral("refused")).toObject();
    for (const Denial denial : EnumTable<Denial>::values)
        figures.refused[denial] = static_cast<quint64>(refused.value(toWord(denial)).toInteger());
    figures.peersUnknown = stats.value(QStringLiteral("peers_unknown")).toBool() && !stats.value(QStringLiteral("needs_token")).toBool();
    figures.stuckWorkers = stats.value(QStringLiteral("stuck_workers")).toInt();
    figures.startTime = QDateTime::fromString(stats.value(QStringLiteral("start_time")).toString(), Qt::ISODateWithMs);
    return figures;
}

} // namespace

ProxyView withStats(ProxyView view, const QString &address, const QJsonObject &stats, EndpointView::Time now)
{
    const QJsonArray endpoints = stats.value(QStringLiteral("endpoints")).toArray();
    const QString preferred = stats.value(QStringLiteral("preferred_endpoint_id")).toString();
    QList<EndpointView> endpointViews;
    for (const auto &value : endpoints) {
        const QJsonObject object = value.toObject();
        const QString id = object.value(QStringLiteral("id")).toString();
        const auto before = std::ranges::find(std::as_const(view.endpoints), id, &EndpointView::id);
        endpointViews.append(endpointView(object, now, before == view.endpoints.cend() ? nullptr : &*before));
        endpointViews.last().preferred = id == preferred;
    }
    view.endpoints = endpointViews;
    view.state = stateOf(endpoints, view.endpoints);
    if (view.state != ProxyState::Unconfigured && stats.value(QStringLiteral("no_network")).toBool())
        view.state = ProxyState::NoNetwork;
    if (!stats.value(QStringLiteral("running")).toBool(true))
        view.state = ProxyState::Finishing;
    view.address = address;
    view.cluster = stats.value(QStringLiteral("cluster")).toString();
    view.inFlight = stats.value(QStringLiteral("in_flight")).toInt();
    view.lastError = view.state == ProxyState::Running || view.state == ProxyState::NoNetwork ? QString() : newestError(endpoints);
    view.figures = figuresOf(stats);
    view.liveRate.reset();
    if (view.figures.liveCounted > 0)
        view.liveRate = stats.value(QStringLiteral("last_5_minutes")).toObject().value(QStringLiteral("success_rate")).toDouble();
    view.hourRate.reset();
    if (view.figures.lastHourCounted > 0)
        view.hourRate = stats.value(QStringLiteral("last_hour")).toObject().value(QStringLiteral("success_rate")).toDouble();
    return view;
}

namespace {

/// How bad it is, among the states of a proxy that serves.
int badness(ProxyState state)
{
    return state == ProxyState::Down || state == ProxyState::NoNetwork ? 2 : state == ProxyState::Degraded ? 1 : 0;
}

bool servesIn(ProxyState state)
{
    ProxyView view;
    view.state = state;
    return view.serves();
}

} // namespace

ProxyState SettledState::take(const ProxyView &view, Time now)
{
    const int bad = badness(view.state);
    const auto follow = [now](std::optional<Time> &since, bool holds) {
        if (!holds)
            since.reset();
        else if (!since)
            since = now;
    };
    follow(m_degradedSince, bad >= 1);
    follow(m_downSince, bad >= 2);
    m_due.reset();
    const bool byUser = !servesIn(m_shown) || !view.serves() || std::exchange(m_cluster, view.cluster) != view.cluster;
    m_cluster = view.cluster;
    if (byUser || bad <= badness(m_shown) || (bad == 2 && now - *m_downSince >= settleTime)
        || (bad == 1 && now - *m_degradedSince >= settleTime))
        return m_shown = view.state;
    // It is down, but not for long enough; some endpoint fails since longer, perhaps.
    if (bad == 2 && now - *m_degradedSince >= settleTime)
        m_shown = ProxyState::Degraded;
    m_due = (bad == 2 && badness(m_shown) == 1 ? *m_downSince : *m_degradedSince) + settleTime;
    return m_shown;
}

ProxyView withoutProxy(ProxyView view)
{
    view.state = ProxyState::Stopped;
    view.liveRate.reset();
    view.hourRate.reset();
    view.inFlight = 0;
    view.lastError.clear();
    view.endpoints.clear();
    view.figures = {};
    return view;
}

ProxyView withConfig(ProxyView view, const Config &config, const std::optional<QString> &cluster, std::optional<quint16> port)
{
    view.clusters.clear();
    view.enabledIn.clear();
    view.inOrder.clear();
    for (const Cluster &each : config.clusters) {
        view.clusters << each.name;
        if (each.strategy == Strategy::PriorityFailover)
            view.inOrder << each.name;
        view.enabledIn.insert(each.name, static_cast<int>(std::ranges::count_if(each.endpoints, &Endpoint::enabled)));
    }
    if (!view.serves()) {
        view.cluster = cluster.value_or(config.activeCluster);
        view.address = httpAddress(config.listen.host, port.value_or(config.listen.port));
    }
    return view;
}

} // namespace qcc
