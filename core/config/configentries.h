#pragma once

#include "core/base/result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

namespace qcc {

// Clusters and endpoints as entries of the JSON of config.json: what the edits of it share.

/// The index of what is not in a list.
inline constexpr qsizetype notThere = -1;

/// The name of an endpoint: its own, else its host.
QString endpointName(const QJsonObject &endpoint);
QString endpointIdOf(const QJsonObject &endpoint);

qsizetype clusterIndex(const QJsonArray &clusters, const QString &name);
/// A name wins over an id, whatever their order.
qsizetype endpointIndex(const QJsonArray &endpoints, const QString &nameOrId);

/// Whether one but that at `except` has the name.
bool hasEndpoint(const QJsonArray &endpoints, const QString &name, qsizetype except = notThere);
/// `wanted`, or where that is taken, `wanted` with the first number from 2 that is free.
QString freeEndpointName(const QJsonArray &endpoints, const QString &wanted);

Failure noCluster(const QString &name);
Failure noEndpoint(const QString &cluster, const QString &endpoint);
Failure clusterNeedsName();
Failure clusterNameTaken(const QString &name);
Failure endpointNameTaken(const QString &cluster, const QString &endpoint);

/// Hands the clusters to `change` and stores what it made of them.
template <typename Change>
Result<void> changeClusters(QJsonObject &config, const Change &change)
{
    QJsonArray clusters = config.value(QLatin1String("clusters")).toArray();
    const Result<void> changed = change(clusters);
    if (changed)
        config.insert(QLatin1String("clusters"), clusters);
    return changed;
}

/// As changeClusters(), for the one cluster at an index.
template <typename Change>
Result<void> changeCluster(QJsonObject &config, const QString &name, const Change &change)
{
    return changeClusters(config, [&](QJsonArray &clusters) -> Result<void> {
        const qsizetype at = clusterIndex(clusters, name);
        if (at == notThere)
            return noCluster(name);
        return change(clusters, at);
    });
}

/// Hands the endpoints of `cluster` to `change` and stores what it made of them.
template <typename Change>
Result<void> changeEndpoints(QJsonObject &config, const QString &cluster, const Change &change)
{
    return changeCluster(config, cluster, [&](QJsonArray &clusters, qsizetype at) -> Result<void> {
        QJsonObject object = clusters.at(at).toObject();
        QJsonArray endpoints = object.value(QLatin1String("endpoints")).toArray();
        const Result<void> changed = change(endpoints);
        if (!changed)
            return changed;
        object.insert(QLatin1String("endpoints"), endpoints);
        clusters.replace(at, object);
        return {};
    });
}

/// As changeEndpoints(), for the one endpoint at an index.
template <typename Change>
Result<void> changeEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint, const Change &change)
{
    return changeEndpoints(config, cluster, [&](QJsonArray &endpoints) -> Result<void> {
        const qsizetype at = endpointIndex(endpoints, endpoint);
        if (at == notThere)
            return noEndpoint(cluster, endpoint);
        return change(endpoints, at);
    });
}

} // namespace qcc
