#include "core/report/stats.h"

#include "core/config/addresses.h"
#include "core/journal/journal.h"
#include "core/report/recordsjson.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QJsonObject quantiles(const Histogram &histogram)
{
    return {{"p50"_L1, histogram.quantile(0.5)},
            {"p90"_L1, histogram.quantile(0.9)},
            {"p95"_L1, histogram.quantile(0.95)},
            {"p99"_L1, histogram.quantile(0.99)}};
}

QJsonObject countsJson(const OutcomeCounts &counts)
{
    return {{"total_requests"_L1, number(counts.total())},
            {"successful_requests"_L1, number(counts.successful())},
            {"failed_requests"_L1, number(counts.failed())},
            {"success_rate"_L1, counts.successRate()}};
}

QJsonObject countsJson(const CountsByName &counts)
{
    QJsonObject json;
    for (auto it = counts.counts().cbegin(); it != counts.counts().cend(); ++it)
        json.insert(it.key(), countsJson(*it));
    return json;
}

/// By reason, and "total".
QJsonObject refusedJson(const RefusalCounts &refused)
{
    QJsonObject json{{"total"_L1, number(refused.total())}};
    for (const Denial denial : EnumTable<Denial>::values)
        json.insert(toWord(denial), number(refused[denial]));
    return json;
}

QJsonObject poolJson(const PoolFigures &pool)
{
    // A connection that was opened ahead of need counts for the request that finds it open.
    const double requests = static_cast<double>(pool.openedTotal - pool.warmedTotal + pool.reusedTotal);
    return {{"open"_L1, pool.open},
            {"http2"_L1, pool.http2},
            {"idle"_L1, pool.idle},
            {"busy"_L1, pool.busy},
            {"queued"_L1, pool.queued},
            {"opened_total"_L1, number(pool.openedTotal)},
            {"reused_total"_L1, number(pool.reusedTotal)},
            {"warmed_total"_L1, number(pool.warmedTotal)},
            {"reuse_ratio"_L1, requests > 0 ? static_cast<double>(pool.reusedTotal) / requests : 0},
            {"stale_recovered_total"_L1, number(pool.staleRecoveredTotal)},
            {"limit"_L1, pool.limit}};
}

QJsonObject healthJson(const Endpoint &endpoint, const EndpointState &state, const EndpointCounters &counters)
{
    const QString keyFault = endpoint.keyFault.isEmpty() ? state.keyFault : endpoint.keyFault;
    const bool closed = !keyFault.isEmpty();
    const QString lastError = closed ? keyFault : counters.lastError;
    return {{"status"_L1, toWord(closed ? HealthStatus::Unhealthy : state.health)},
            {"last_check"_L1, state.lastCheck ? QJsonValue(isoTime(*state.lastCheck)) : QJsonValue(QJsonValue::Null)},
            {"consecutive_failures"_L1, state.consecutiveFailures},
            {"total_requests"_L1, number(counters.total)},
            {"failed_requests"_L1, number(counters.failed)},
            {"success_rate"_L1, counters.successRate()},
            {"avg_response_time"_L1, counters.averageMs()},
            {"last_error"_L1, lastError.isEmpty() ? QJsonValue(QJsonValue::Null) : lastError}};
}

QJsonArray restingModels(const EndpointState &state)
{
    QJsonArray models;
    for (const RestingModel &resting : state.restingModels)
        models.append(QJsonObject{{"model"_L1, resting.model}, {"seconds"_L1, resting.seconds}});
    return models;
}

QJsonArray restingLogins(const EndpointState &state)
{
    QJsonArray logins;
    for (const double seconds : state.restingLogins)
        logins.append(QJsonObject{{"seconds"_L1, seconds}});
    return logins;
}

QJsonObject endpointJson(const Endpoint &endpoint, const EndpointState &state, const Journal &journal)
{
    const Histogram *firstByte = journal.firstByteOf(endpoint.id);
    QJsonObject pool = poolJson(state.pool);
    pool.insert("in_flight"_L1, state.inFlight);
    pool.insert("strategy"_L1, state.concurrencyLimit > 0 ? "adaptive"_L1 : "fixed"_L1);
    return {{"id"_L1, endpoint.id},
            {"name"_L1, endpoint.name},
            {"base_url"_L1, QString::fromUtf8(endpoint.baseUrl)},
            {"priority"_L1, endpoint.priority},
            {"weight"_L1, endpoint.weight},
            {"enabled"_L1, endpoint.enabled},
            {"is_healthy"_L1, endpoint.mayServe() && isUsable(state)},
            {"health_status"_L1, healthJson(endpoint, state, journal.endpoint(endpoint.id))},
            {"first_byte_ms"_L1, firstByte ? quantiles(*firstByte) : quantiles(Histogram())},
            {"breaker"_L1,
             QJsonObject{{"state"_L1, toWord(state.breaker)},
                         {"reason"_L1, state.breakerReason},
                         {"rest_reason"_L1, toWord(state.rest)},
                         {"reopens_in_s"_L1, state.reopensInS}}},
            {"resting_models"_L1, restingModels(state)},
            {"resting_logins"_L1, restingLogins(state)},
            {"limits"_L1,
             QJsonObject{{"max_concurrent"_L1, state.maxConcurrent},
                         {"requests_per_minute"_L1, state.requestsPerMinute},
                         {"began_within_minute"_L1, state.beganWithinMinute},
                         {"full"_L1, state.isFull}}},
            {"pool"_L1, pool}};
}

/// The keys that tell of the cluster's endpoints.
void insertEndpoints(QJsonObject &stats, const Journal &journal, const LiveFigures &live)
{
    const Cluster *cluster = live.config ? live.config->cluster(live.cluster) : nullptr;
    const QList<Endpoint> endpoints = cluster ? cluster->endpoints : QList<Endpoint>();
    QJsonArray list;
    QJsonArray failedIds;
    QJsonObject verifyCounts;
    int healthy = 0;
    int waitingForVerification = 0;
    for (const Endpoint &endpoint : endpoints) {
        const EndpointState state = live.endpoints.value(endpoint.id);
        list.append(endpointJson(endpoint, state, journal));
        verifyCounts.insert(endpoint.id, number(state.verifyCount));
        if (!endpoint.enabled)
            continue;
        if (endpoint.mayServe() && isUsable(state))
            ++healthy;
        else
            failedIds.append(endpoint.id);
        if (state.breaker != BreakerState::Closed)
            ++waitingForVerification;
    }
    stats.insert("total_endpoints"_L1, endpoints.size());
    stats.insert("healthy_endpoints"_L1, healthy);
    stats.insert("failed_endpoints"_L1, failedIds);
    stats.insert("failure_queue_size"_L1, waitingForVerification);
    stats.insert("endpoint_verify_counts"_L1, verifyCounts);
    stats.insert("endpoints"_L1, list);
}

} // namespace

bool isUsable(const EndpointState &state)
{
    return state.health != HealthStatus::Unhealthy && state.breaker == BreakerState::Closed
        && state.rest == RestReason::None;
}

QJsonObject statsJson(const Journal &journal, const LiveFigures &live)
{
    const Counters &counters = journal.counters();
    QJsonObject stats{
        {"running"_L1, live.running},
        {"cluster"_L1, live.cluster},
        {"total_requests"_L1, number(counters.total())},
        {"successful_requests"_L1, number(counters.successful())},
        {"failed_requests"_L1, number(counters.failed())},
        {"success_rate"_L1, counters.successRate()},
        {"last_hour"_L1, countsJson(journal.timeline().lastHour(live.now))},
        {"last_5_minutes"_L1, countsJson(journal.timeline().live(live.cluster, live.now))},
        {"by_cluster"_L1, countsJson(journal.byKind().clusters)},
        {"by_client"_L1, countsJson(journal.byKind().clients)},
        {"by_class"_L1, countsJson(journal.byKind().classes)},
        {"by_route"_L1, countsJson(journal.byKind().routes)},
        {"client_cancelled"_L1, number(counters.of(Outcome::ClientCancelled))},
        {"caller_errors"_L1, number(counters.of(Outcome::CallerError))},
        {"truncated"_L1, number(counters.of(Outcome::Truncated))},
        {"recovered"_L1, number(counters.of(Outcome::Recovered))},
        {"refused"_L1, refusedJson(live.refused)},
        {"peers_unknown"_L1, live.peersUnknown},
        {"needs_token"_L1, live.config && !live.config->listen.accessToken.isEmpty()},
        {"stuck_workers"_L1, live.stuckWorkers},
        {"no_network"_L1, live.noNetwork},
        {"in_flight"_L1, live.inFlight},
        {"avg_response_time"_L1, journal.total().mean()},
        {"first_byte_ms"_L1, quantiles(journal.firstByte())},
        {"total_ms"_L1, quantiles(journal.total())},
        {"start_time"_L1,
         live.startTime.isValid() ? QJsonValue(isoTime(live.startTime)) : QJsonValue(QJsonValue::Null)},
        {"uptime"_L1, live.uptimeS},
        {"last_used_endpoint_id"_L1,
         journal.lastUsedEndpointId().isEmpty() ? QJsonValue(QJsonValue::Null) : journal.lastUsedEndpointId()},
        {"preferred_endpoint_id"_L1,
         live.preferredEndpointId.isEmpty() ? QJsonValue(QJsonValue::Null) : live.preferredEndpointId},
        {"pool"_L1, poolJson(live.pool)},
    };
    insertEndpoints(stats, journal, live);
    return stats;
}

QJsonObject statusJson(const Journal &journal, const LiveFigures &live, const QString &host, quint16 port)
{
    const QJsonObject all = statsJson(journal, live);
    return {{"running"_L1, live.running},
            {"pid"_L1, QCoreApplication::applicationPid()},
            {"host"_L1, host},
            {"port"_L1, port},
            {"address"_L1, httpAddress(host, port)},
            {"cluster"_L1, live.cluster},
            {"start_time"_L1, live.startTime.toString(Qt::ISODate)},
            {"uptime"_L1, live.uptimeS},
            {"in_flight"_L1, live.inFlight},
            {"refused"_L1, all.value("refused"_L1)},
            {"peers_unknown"_L1, live.peersUnknown},
            {"needs_token"_L1, all.value("needs_token"_L1)},
            {"unknown_peers"_L1, toWord(live.config->listen.unknownPeers)},
            {"stuck_workers"_L1, live.stuckWorkers},
            {"no_network"_L1, live.noNetwork},
            {"total_requests"_L1, all.value("total_requests"_L1)},
            {"success_rate"_L1, all.value("success_rate"_L1)},
            {"last_5_minutes"_L1, all.value("last_5_minutes"_L1)},
            {"endpoints"_L1, all.value("total_endpoints"_L1)},
            {"healthy_endpoints"_L1, all.value("healthy_endpoints"_L1)}};
}

QJsonObject withoutTime(QJsonObject stats)
{
    stats.remove("uptime"_L1);
    QJsonArray endpoints;
    const QJsonArray all = stats.value("endpoints"_L1).toArray();
    for (const QJsonValue &value : all) {
        QJsonObject endpoint = value.toObject();
        QJsonObject breaker = endpoint.value("breaker"_L1).toObject();
        breaker.insert("reopens_in_s"_L1, breaker.value("reopens_in_s"_L1).toDouble() > 0);
        endpoint.insert("breaker"_L1, breaker);
        endpoints.append(endpoint);
    }
    stats.insert("endpoints"_L1, endpoints);
    return stats;
}

QJsonObject requestsJson(const Journal &journal, qsizetype limit, quint64 after)
{
    QJsonArray requests;
    const quint64 total = journal.counters().total();
    const auto later = static_cast<qsizetype>(total - std::min(after, total));
    const QList<ExchangeRecord> recent = journal.recent(std::min(limit, later));
    for (const ExchangeRecord &exchange : recent)
        requests.append(exchangeJson(exchange));
    return {{"requests"_L1, requests}, {"total"_L1, number(total)}};
}

namespace {

constexpr qint64 usualLimit = 50;

Result<QJsonObject> requests(const Journal &journal, const QJsonObject &request)
{
    // -1: something else than a whole number.
    const qint64 limit = request.contains("limit"_L1) ? request.value("limit"_L1).toInteger(-1) : usualLimit;
    const qint64 after = request.contains("after"_L1) ? request.value("after"_L1).toInteger(-1) : 0;
    if (limit < 0 || after < 0)
        return Failure{ErrorCode::Usage, u"limit and after must be whole numbers from 0"_s, {}};
    return requestsJson(journal, limit, static_cast<quint64>(after));
}

Result<QJsonObject> timeline(const Journal &journal, const LiveFigures &live, const QJsonObject &request)
{
    const std::chrono::seconds range(request.value("range_s"_L1).toInteger());
    if (!bucketFor(range))
        return Failure{ErrorCode::Usage, u"range_s must be 3600, 86400 or 604800"_s, {}};
    QStringList endpoints;
    if (const Cluster *cluster = live.config->cluster(live.cluster)) {
        for (const Endpoint &endpoint : cluster->endpoints)
            endpoints.append(endpoint.id);
    }
    return timelineJson(journal.timeline(), std::chrono::duration_cast<std::chrono::minutes>(range), endpoints, live.now);
}

} // namespace

void addJournalCommands(CommandTable &table, const Journal &journal, std::function<LiveFigures()> figures)
{
    table.answerAtOnce(ControlCommand::Stats, [&journal, figures](const QJsonObject &) -> Result<QJsonObject> { return statsJson(journal, figures()); });
    table.answerAtOnce(ControlCommand::Requests, [&journal](const QJsonObject &request) { return requests(journal, request); });
    table.answerAtOnce(ControlCommand::Timeline,
                       [&journal, figures](const QJsonObject &request) { return timeline(journal, figures(), request); });
}

} // namespace qcc
