#include "ui/model/endpointview.h"

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

double EndpointView::returnsInS(Time now) const
{
    return returnsAt ? std::max(0.0, std::chrono::duration<double>(*returnsAt - now).count()) : 0;
}

EndpointView endpointView(const QJsonObject &endpoint, EndpointView::Time now)
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
    view.requests = health.value("total_requests"_L1).toInteger();
    if (view.requests > 0)
        view.successRate = health.value("success_rate"_L1).toDouble();
    if (const double p50 = endpoint.value("first_byte_ms"_L1).toObject().value("p50"_L1).toDouble(); p50 > 0)
        view.firstByteP50 = p50;
    view.inFlight = pool.value("in_flight"_L1).toInt();
    view.poolOpen = pool.value("open"_L1).toInt();
    view.poolHttp2 = pool.value("http2"_L1).toInt();
    view.poolIdle = pool.value("idle"_L1).toInt();
    // What an endpoint that is well once said is history.
    if (view.health != EndpointHealth::Healthy)
        view.lastError = health.value("last_error"_L1).toString();
    return view;
}

} // namespace qcc
