#include "ui/model/proxyview.h"

#include <QJsonArray>
#include <QJsonObject>

namespace qcc {

namespace {

/// Disabled endpoints serve nothing, so they neither carry the proxy nor spoil its state.
ProxyState stateOf(const QJsonArray &endpoints)
{
    int enabled = 0;
    int failing = 0;
    bool limping = false;
    for (const auto &value : endpoints) {
        const QJsonObject endpoint = value.toObject();
        if (!endpoint.value(QStringLiteral("enabled")).toBool(true))
            continue;
        ++enabled;
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

Quantiles quantiles(const QJsonObject &object)
{
    return {object.value(QStringLiteral("p50")).toDouble(), object.value(QStringLiteral("p95")).toDouble(),
            object.value(QStringLiteral("p99")).toDouble()};
}

ProxyFigures figuresOf(const QJsonObject &stats)
{
    const QJsonObject hour = stats.value(QStringLiteral("last_hour")).toObject();
    const QJsonObject pool = stats.value(QStringLiteral("pool")).toObject();
    ProxyFigures figures;
    figures.lastHourCounted = hour.value(QStringLiteral("successful_requests")).toInteger()
        + hour.value(QStringLiteral("failed_requests")).toInteger();
    figures.requests = stats.value(QStringLiteral("total_requests")).toInteger();
    figures.recovered = stats.value(QStringLiteral("recovered")).toInteger();
    figures.failed = stats.value(QStringLiteral("failed_requests")).toInteger();
    figures.firstByte = quantiles(stats.value(QStringLiteral("first_byte_ms")).toObject());
    figures.total = quantiles(stats.value(QStringLiteral("total_ms")).toObject());
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
    view.state = stateOf(endpoints);
    if (view.state != ProxyState::Unconfigured && stats.value(QStringLiteral("no_network")).toBool())
        view.state = ProxyState::NoNetwork;
    view.address = address;
    view.cluster = stats.value(QStringLiteral("cluster")).toString();
    view.inFlight = stats.value(QStringLiteral("in_flight")).toInt();
    view.lastError = view.state == ProxyState::Running || view.state == ProxyState::NoNetwork ? QString() : newestError(endpoints);
    view.endpoints.clear();
    for (const auto &value : endpoints) {
        EndpointView endpoint = endpointView(value.toObject(), now);
        endpoint.preferred = endpoint.id == preferred;
        view.endpoints.append(endpoint);
    }
    view.figures = figuresOf(stats);
    view.successRate.reset();
    if (view.figures.lastHourCounted > 0)
        view.successRate = stats.value(QStringLiteral("last_hour")).toObject().value(QStringLiteral("success_rate")).toDouble();
    return view;
}

ProxyView withoutProxy(ProxyView view)
{
    view.state = ProxyState::Stopped;
    view.successRate.reset();
    view.inFlight = 0;
    view.lastError.clear();
    view.endpoints.clear();
    view.figures = {};
    return view;
}

} // namespace qcc
