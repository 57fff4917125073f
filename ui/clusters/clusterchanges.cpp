#include "ui/clusters/clusterchanges.h"

#include "ui/model/words.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>
#include <limits>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

class ChangeText
{
    Q_DECLARE_TR_FUNCTIONS(ChangeText)
};

ConfigChange silent(std::function<Result<void>(QJsonObject &)> apply)
{
    return {std::move(apply)};
}

} // namespace

ConfigChange addingEndpoint(const QString &cluster, const EndpointFields &fields)
{
    return silent([cluster, fields](QJsonObject &config) -> Result<void> {
        if (config.value("clusters"_L1).toArray().isEmpty()) {
            const Result<void> added = addCluster(config, cluster);
            if (!added)
                return added;
        }
        return addEndpoint(config, cluster, fields);
    });
}

ConfigChange editingEndpoint(const QString &cluster, const QString &endpoint, const EndpointFields &fields)
{
    return silent([cluster, endpoint, fields](QJsonObject &config) { return editEndpoint(config, cluster, endpoint, fields); });
}

ConfigChange enablingEndpoint(const QString &cluster, const QString &endpoint, bool enabled)
{
    return silent([cluster, endpoint, enabled](QJsonObject &config) {
        return setEndpointEnabled(config, cluster, endpoint, enabled);
    });
}

ConfigChange cloningEndpoint(const QString &cluster, const QString &endpoint)
{
    return silent([cluster, endpoint](QJsonObject &config) { return cloneEndpoint(config, cluster, endpoint); });
}

ConfigChange removingEndpoint(const QString &cluster, const QString &endpoint)
{
    return {[cluster, endpoint](QJsonObject &config) { return removeEndpoint(config, cluster, endpoint); },
            ChangeText::tr("Deleted endpoint %1").arg(Words::shortName(endpoint)),
            [cluster, endpoint](QJsonObject &config, const QJsonObject &before) {
                return restoreEndpoint(config, before, cluster, endpoint);
            },
            ChangeText::tr("Endpoint %1 is back").arg(Words::shortName(endpoint))};
}

namespace {

/// Edits of a copy: the JSON is unchanged where one of them is refused.
Result<void> inOneGo(QJsonObject &config, const std::function<Result<void>(QJsonObject &)> &edits)
{
    QJsonObject edited = config;
    const Result<void> done = edits(edited);
    if (done)
        config = edited;
    return done;
}

Result<void> moveOver(QJsonObject &config, const EndpointPlace &from, const EndpointPlace &to)
{
    QJsonObject moved;
    const Result<void> taken = changeEndpoints(config, from.cluster, [&](QJsonArray &endpoints) -> Result<void> {
        const qsizetype at = endpointIndex(endpoints, from.endpoint);
        if (at == notThere)
            return noEndpoint(from.cluster, from.endpoint);
        moved = endpoints.takeAt(at).toObject();
        return {};
    });
    if (!taken)
        return taken;
    return changeEndpoints(config, to.cluster, [&](QJsonArray &endpoints) -> Result<void> {
        if (hasEndpoint(endpoints, to.endpoint))
            return endpointNameTaken(to.cluster, to.endpoint);
        int last = 0;
        for (const QJsonValue &each : std::as_const(endpoints))
            last = std::max(last, each.toObject().value("priority"_L1).toInt(1));
        moved.insert("name"_L1, to.endpoint);
        moved.insert("priority"_L1, last + 1);
        endpoints.append(moved);
        return {};
    });
}

} // namespace

ConfigChange movingEndpoint(const EndpointPlace &from, const EndpointPlace &to)
{
    const QString name = Words::shortName(to.endpoint);
    return {[from, to](QJsonObject &config) { return inOneGo(config, [&](QJsonObject &edited) { return moveOver(edited, from, to); }); },
            ChangeText::tr("Moved endpoint %1 to %2").arg(name, Words::shortName(to.cluster)),
            [from, to](QJsonObject &config, const QJsonObject &before) {
                return inOneGo(config, [&](QJsonObject &edited) -> Result<void> {
                    const Result<void> back = restoreEndpoint(edited, before, from.cluster, from.endpoint);
                    // Who deleted it there meanwhile has nothing against its coming back here.
                    if (back)
                        (void)removeEndpoint(edited, to.cluster, to.endpoint);
                    return back;
                });
            },
            ChangeText::tr("Endpoint %1 is back in %2").arg(Words::shortName(from.endpoint), Words::shortName(from.cluster))};
}

ConfigChange orderingEndpoints(const QString &cluster, const QStringList &order)
{
    return silent([cluster, order](QJsonObject &config) -> Result<void> {
        QJsonObject ordered = config;
        for (qsizetype i = 0; i < order.size(); ++i) {
            const Result<void> moved = moveEndpoint(ordered, cluster, order.at(i), i);
            if (!moved)
                return moved;
        }
        config = ordered;
        return {};
    });
}

ConfigChange addingCluster(const QString &name)
{
    return silent([name](QJsonObject &config) { return addCluster(config, name); });
}

ConfigChange renamingCluster(const QString &from, const QString &to)
{
    return silent([from, to](QJsonObject &config) { return renameCluster(config, from, to); });
}

ConfigChange cloningCluster(const QString &name, const QString &newName)
{
    return silent([name, newName](QJsonObject &config) { return cloneCluster(config, name, newName); });
}

ConfigChange removingCluster(const QString &name)
{
    return {[name](QJsonObject &config) { return removeCluster(config, name); }, ChangeText::tr("Deleted cluster %1").arg(Words::shortName(name)),
            [name](QJsonObject &config, const QJsonObject &before) { return restoreCluster(config, before, name); },
            ChangeText::tr("Cluster %1 is back").arg(Words::shortName(name))};
}

ConfigChange movingCluster(const QString &name, qsizetype toIndex)
{
    return silent([name, toIndex](QJsonObject &config) { return moveCluster(config, name, toIndex); });
}

ConfigChange settingStrategy(const QString &cluster, Strategy strategy)
{
    return silent([cluster, strategy](QJsonObject &config) { return setStrategy(config, cluster, strategy); });
}

namespace {

/// Hands the place that the route has now to `edit`.
Result<void> onRoute(QJsonObject &config, const PlacedRoute &was, const std::function<Result<void>(qsizetype)> &edit)
{
    const qsizetype at = routeIndex(config, was.rule, was.at);
    if (at == notThere)
        return Failure{ErrorCode::NotFound, ChangeText::tr("The route %1 was changed or removed meanwhile.").arg(Words::shortName(was.rule.text())),
                       ChangeText::tr("Look at the list again.")};
    return edit(at);
}

} // namespace

ConfigChange addingRoute(const RouteRule &rule)
{
    return silent([rule](QJsonObject &config) { return addRoute(config, rule, std::numeric_limits<qsizetype>::max()); });
}

ConfigChange editingRoute(const PlacedRoute &was, const RouteRule &rule)
{
    return silent([was, rule](QJsonObject &config) { return onRoute(config, was, [&](qsizetype at) { return replaceRoute(config, at, rule); }); });
}

ConfigChange movingRoute(const PlacedRoute &was, qsizetype to)
{
    return silent([was, to](QJsonObject &config) { return onRoute(config, was, [&](qsizetype at) { return moveRoute(config, at, to); }); });
}

ConfigChange removingRoute(const PlacedRoute &was)
{
    const QString name = Words::shortName(was.rule.text());
    return {[was](QJsonObject &config) { return onRoute(config, was, [&](qsizetype at) { return removeRoute(config, at); }); },
            ChangeText::tr("Deleted route %1").arg(name),
            [was](QJsonObject &config, const QJsonObject &before) { return restoreRoute(config, before, routeIndex(before, was.rule, was.at)); },
            ChangeText::tr("Route %1 is back").arg(name)};
}

} // namespace qcc
