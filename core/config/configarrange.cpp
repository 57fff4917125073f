#include "core/config/configedit.h"

#include "core/config/routeedit.h"

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

void move(QJsonArray &list, qsizetype from, qsizetype to)
{
    const QJsonValue moved = list.takeAt(from);
    list.insert(std::clamp<qsizetype>(to, 0, list.size()), moved);
}

/// Puts `value` back where it was, or at the end of a list that has become too short for that.
void putBack(QJsonArray &list, qsizetype at, const QJsonValue &value)
{
    list.insert(std::min(at, list.size()), value);
}

} // namespace

Result<void> cloneCluster(QJsonObject &config, const QString &name, const QString &newName)
{
    const QString cloneName = newName.trimmed();
    if (cloneName.isEmpty())
        return clusterNeedsName();
    return changeCluster(config, name, [&](QJsonArray &clusters, qsizetype at) -> Result<void> {
        if (clusterIndex(clusters, cloneName) != notThere)
            return clusterNameTaken(cloneName);
        QJsonObject clone = clusters.at(at).toObject();
        clone.insert("name"_L1, cloneName);
        clusters.insert(at + 1, clone);
        return {};
    });
}

Result<void> moveCluster(QJsonObject &config, const QString &name, qsizetype toIndex)
{
    return changeCluster(config, name, [&](QJsonArray &clusters, qsizetype at) -> Result<void> {
        move(clusters, at, toIndex);
        return {};
    });
}

Result<void> restoreCluster(QJsonObject &config, const QJsonObject &before, const QString &name)
{
    const QJsonArray old = before.value("clusters"_L1).toArray();
    const qsizetype at = clusterIndex(old, name);
    if (at == notThere)
        return noCluster(name);
    const Result<void> restored = changeClusters(config, [&](QJsonArray &clusters) -> Result<void> {
        if (clusterIndex(clusters, name) != notThere)
            return clusterNameTaken(name);
        putBack(clusters, at, old.at(at));
        return {};
    });
    const bool wasActive = before.value("active_cluster"_L1).toString() == name;
    if (restored && wasActive && config.value("active_cluster"_L1).toString().isEmpty())
        config.insert("active_cluster"_L1, name);
    if (restored)
        restoreRoutesTo(config, before, name);
    return restored;
}

Result<void> cloneEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint)
{
    return changeEndpoint(config, cluster, endpoint, [](QJsonArray &endpoints, qsizetype at) -> Result<void> {
        QJsonObject clone = endpoints.at(at).toObject();
        clone.insert("name"_L1, freeEndpointName(endpoints, endpointName(clone)));
        // With the same URL and key it has the same id: health, limits and retries would take the two for one.
        clone.insert("enabled"_L1, false);
        endpoints.insert(at + 1, clone);
        return {};
    });
}

Result<void> moveEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint, qsizetype toIndex)
{
    return changeEndpoint(config, cluster, endpoint, [&](QJsonArray &endpoints, qsizetype at) -> Result<void> {
        move(endpoints, at, toIndex);
        for (qsizetype i = 0; i < endpoints.size(); ++i) {
            QJsonObject object = endpoints.at(i).toObject();
            object.insert("priority"_L1, i + 1);
            endpoints.replace(i, object);
        }
        return {};
    });
}

Result<void> restoreEndpoint(QJsonObject &config, const QJsonObject &before, const QString &cluster,
                             const QString &endpoint)
{
    const QJsonArray oldClusters = before.value("clusters"_L1).toArray();
    const qsizetype clusterAt = clusterIndex(oldClusters, cluster);
    if (clusterAt == notThere)
        return noCluster(cluster);
    const QJsonArray old = oldClusters.at(clusterAt).toObject().value("endpoints"_L1).toArray();
    const qsizetype at = endpointIndex(old, endpoint);
    if (at == notThere)
        return noEndpoint(cluster, endpoint);
    return changeEndpoints(config, cluster, [&](QJsonArray &endpoints) -> Result<void> {
        const QString name = endpointName(old.at(at).toObject());
        if (hasEndpoint(endpoints, name))
            return endpointNameTaken(cluster, name);
        putBack(endpoints, at, old.at(at));
        return {};
    });
}

} // namespace qcc
