#include "core/config/routeedit.h"

#include "core/config/configedit.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr auto key = "routes"_L1;

QJsonArray routesOf(const QJsonObject &config)
{
    return config.value(key).toArray();
}

/// A file that says nothing of routes goes on saying nothing.
void setRoutes(QJsonObject &config, const QJsonArray &routes)
{
    if (routes != routesOf(config))
        config.insert(key, routes);
}

bool leadsTo(const QJsonValue &route, const QString &cluster)
{
    return route["cluster"_L1].toString() == cluster;
}

Failure noRoute(qsizetype at, qsizetype count)
{
    return {ErrorCode::NotFound, count == 0 ? u"There are no routes."_s : u"There is no route %1; they are numbered from 1 to %2."_s.arg(at + 1).arg(count),
            u"`qcc route list` shows them."_s};
}

Result<void> check(const QJsonObject &config, const RouteRule &rule)
{
    if (rule.text().isEmpty())
        return Failure{ErrorCode::Usage, u"A route must have at least one of client, class, model and path."_s, u"Without any it would be the active cluster."_s};
    if (clusterIndex(config.value("clusters"_L1).toArray(), rule.cluster) == notThere)
        return noCluster(rule.cluster);
    return {};
}

/// Its keys, in the order of the documentation.
std::array<std::pair<QLatin1String, QString>, 6> fieldsOf(const RouteRule &rule)
{
    return {{{"client"_L1, rule.client}, {"class"_L1, rule.requestClass}, {"model"_L1, rule.model}, {"path"_L1, rule.path}, {"cluster"_L1, rule.cluster},
             {"set_model"_L1, rule.setModel}}};
}

void write(QJsonObject &route, const RouteRule &rule)
{
    for (const auto &[name, value] : fieldsOf(rule)) {
        if (value.isEmpty())
            route.remove(name);
        else
            route.insert(name, value);
    }
}

/// Hands the routes to `change`, which is told of the one at `at`.
template <typename Change>
Result<void> changeRoute(QJsonObject &config, qsizetype at, const Change &change)
{
    QJsonArray routes = routesOf(config);
    if (at < 0 || at >= routes.size())
        return noRoute(at, routes.size());
    change(routes);
    setRoutes(config, routes);
    return {};
}

} // namespace

Result<void> addRoute(QJsonObject &config, const RouteRule &rule, qsizetype at)
{
    const Result<void> good = check(config, rule);
    if (!good)
        return good;
    QJsonArray routes = routesOf(config);
    QJsonObject route;
    write(route, rule);
    routes.insert(std::clamp<qsizetype>(at, 0, routes.size()), route);
    setRoutes(config, routes);
    return {};
}

Result<void> replaceRoute(QJsonObject &config, qsizetype at, const RouteRule &rule)
{
    const Result<void> good = check(config, rule);
    if (!good)
        return good;
    return changeRoute(config, at, [&](QJsonArray &routes) {
        QJsonObject route = routes.at(at).toObject();
        write(route, rule);
        routes.replace(at, route);
    });
}

Result<void> moveRoute(QJsonObject &config, qsizetype at, qsizetype to)
{
    return changeRoute(config, at, [&](QJsonArray &routes) {
        const QJsonValue moved = routes.takeAt(at);
        routes.insert(std::clamp<qsizetype>(to, 0, routes.size()), moved);
    });
}

Result<void> removeRoute(QJsonObject &config, qsizetype at)
{
    return changeRoute(config, at, [&](QJsonArray &routes) { routes.removeAt(at); });
}

Result<void> restoreRoute(QJsonObject &config, const QJsonObject &before, qsizetype at)
{
    const QJsonArray old = routesOf(before);
    if (at < 0 || at >= old.size())
        return noRoute(at, old.size());
    const QString cluster = old.at(at)["cluster"_L1].toString();
    if (clusterIndex(config.value("clusters"_L1).toArray(), cluster) == notThere)
        return noCluster(cluster);
    QJsonArray routes = routesOf(config);
    routes.insert(std::min(at, routes.size()), old.at(at));
    setRoutes(config, routes);
    return {};
}

qsizetype routeIndex(const QJsonObject &config, const RouteRule &rule, qsizetype near)
{
    const QJsonArray routes = routesOf(config);
    const auto fields = fieldsOf(rule);
    qsizetype nearest = notThere;
    for (qsizetype i = 0; i < routes.size(); ++i) {
        const bool same = std::ranges::all_of(fields, [&](const auto &field) { return routes.at(i)[field.first].toString() == field.second; });
        if (same && (nearest == notThere || std::abs(i - near) < std::abs(nearest - near)))
            nearest = i;
    }
    return nearest;
}

void renameInRoutes(QJsonObject &config, const QString &from, const QString &to)
{
    QJsonArray routes = routesOf(config);
    for (qsizetype i = 0; i < routes.size(); ++i) {
        if (!leadsTo(routes.at(i), from))
            continue;
        QJsonObject route = routes.at(i).toObject();
        route.insert("cluster"_L1, to);
        routes.replace(i, route);
    }
    setRoutes(config, routes);
}

void removeRoutesTo(QJsonObject &config, const QString &cluster)
{
    QJsonArray routes = routesOf(config);
    for (qsizetype i = routes.size() - 1; i >= 0; --i) {
        if (leadsTo(routes.at(i), cluster))
            routes.removeAt(i);
    }
    setRoutes(config, routes);
}

void restoreRoutesTo(QJsonObject &config, const QJsonObject &before, const QString &cluster)
{
    QJsonArray routes = routesOf(config);
    const QJsonArray old = routesOf(before);
    for (qsizetype i = 0; i < old.size(); ++i) {
        if (leadsTo(old.at(i), cluster) && !routes.contains(old.at(i)))
            routes.insert(std::min(i, routes.size()), old.at(i));
    }
    setRoutes(config, routes);
}

} // namespace qcc
