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

} // namespace

ProxyView withStats(ProxyView view, const QString &address, const QJsonObject &stats)
{
    const QJsonArray endpoints = stats.value(QStringLiteral("endpoints")).toArray();
    view.state = stateOf(endpoints);
    view.address = address;
    view.cluster = stats.value(QStringLiteral("cluster")).toString();
    view.inFlight = stats.value(QStringLiteral("in_flight")).toInt();
    view.lastError = view.state == ProxyState::Running ? QString() : newestError(endpoints);

    const double counted = stats.value(QStringLiteral("successful_requests")).toDouble()
        + stats.value(QStringLiteral("failed_requests")).toDouble();
    view.successRate.reset();
    if (counted > 0)
        view.successRate = stats.value(QStringLiteral("success_rate")).toDouble();
    return view;
}

ProxyView withoutProxy(ProxyView view)
{
    view.state = ProxyState::Stopped;
    view.successRate.reset();
    view.inFlight = 0;
    view.lastError.clear();
    return view;
}

} // namespace qcc
