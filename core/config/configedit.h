#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

#include <optional>

namespace qcc {

/// What to set on an endpoint; absent fields stay as they are. Values are checked when the result is validated; only the file that
/// `caFile` names, and those of `clientCert` and `clientKey`, are read and checked by the edit itself, once: one that vanishes later must not cost the
/// other endpoints.
struct EndpointFields {
    std::optional<QString> name;
    std::optional<QString> baseUrl;
    std::optional<QString> apiKey;
    std::optional<int> priority;
    std::optional<int> weight;
    std::optional<AuthStyle> auth;
    std::optional<QString> proxy;
    std::optional<bool> http2;
    std::optional<QString> caFile; ///< Empty: none.
    std::optional<QMap<QString, QString>> modelMap;
    std::optional<bool> enabled;
    std::optional<QMap<QString, QString>> headers = {}; ///< All there shall be.
    std::optional<QMap<QString, QString>> query = {};   ///< All there shall be.
    std::optional<int> maxConcurrent = {};
    std::optional<int> requestsPerMinute = {};
    std::optional<QStringList> apiKeyCommand = {}; ///< Empty: none. Takes the place of a key.
    std::optional<int> apiKeyTtlS = {};
    std::optional<QString> clientCert = {}; ///< Empty: none.
    std::optional<QString> clientKey = {};  ///< Empty: none.
    std::optional<bool> passthroughAnywhere = {};
};

// Edits of the JSON of config.json, for editConfig(). Keys they do not know stay; the JSON is unchanged on error.
// An endpoint is named by its name (its host, where it has none) or by its id.

/// Adds an empty cluster; the first one of all becomes the active one.
/// Errors: Usage (empty name), AlreadyExists.
Result<void> addCluster(QJsonObject &config, const QString &name, Strategy strategy = Strategy::PriorityFailover);
/// Renames a cluster; it stays the active one if it was, and routes that lead to it follow.
/// Errors: Usage (empty name), NotFound, AlreadyExists.
Result<void> renameCluster(QJsonObject &config, const QString &from, const QString &to);
/// Errors: NotFound.
Result<void> setStrategy(QJsonObject &config, const QString &cluster, Strategy strategy);
/// Adds a copy of a cluster right after it, with every key it has.
/// Errors: Usage (empty name), NotFound, AlreadyExists.
Result<void> cloneCluster(QJsonObject &config, const QString &name, const QString &newName);
/// Moves a cluster to where it has the index `toIndex`, or to the nearer end.
/// Errors: NotFound.
Result<void> moveCluster(QJsonObject &config, const QString &name, qsizetype toIndex);
/// Removes a cluster, its endpoints and the routes that lead to it; no cluster is active after the active one went.
/// Errors: NotFound.
Result<void> removeCluster(QJsonObject &config, const QString &name);
/// Puts a removed cluster back from `before`, config.json as it was: at its old place, with every key and route it had, and active
/// again if it was and none is now.
/// Errors: NotFound (in `before`), AlreadyExists.
Result<void> restoreCluster(QJsonObject &config, const QJsonObject &before, const QString &name);
/// Makes `name` the active cluster.
/// Errors: NotFound.
Result<void> useCluster(QJsonObject &config, const QString &name);

/// The id that an endpoint of these fields has once it is added.
QString endpointIdOf(const EndpointFields &fields);

/// Adds an endpoint at the end. Without a name it gets `unnamed`, or where that is empty its host's, made unique by a number.
/// Errors: Usage (no base URL, an unusable CA file), NotFound (cluster), AlreadyExists (name).
Result<void> addEndpoint(QJsonObject &config, const QString &cluster, const EndpointFields &fields, const QString &unnamed = {});
/// Errors: NotFound, AlreadyExists (new name), Usage (empty new name, an unusable CA file).
Result<void> editEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint,
                          const EndpointFields &fields);
/// Adds a copy of an endpoint right after it, named by the first free number ("relay-a-2"). It is disabled: as long as URL and key
/// are the same, so is the id, and everything that goes by ids takes the two for one.
/// Errors: NotFound.
Result<void> cloneEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint);
/// Moves an endpoint to where it has the index `toIndex`, or to the nearer end, and numbers the priorities of its cluster
/// from 1 in the new order.
/// Errors: NotFound.
Result<void> moveEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint, qsizetype toIndex);
/// Errors: NotFound.
Result<void> removeEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint);
/// Puts a removed endpoint back from `before`, config.json as it was: at its old place, with every key it had.
/// Errors: NotFound (the cluster, or the endpoint in `before`), AlreadyExists.
Result<void> restoreEndpoint(QJsonObject &config, const QJsonObject &before, const QString &cluster,
                             const QString &endpoint);
/// Errors: NotFound.
Result<void> setEndpointEnabled(QJsonObject &config, const QString &cluster, const QString &endpoint, bool enabled);

/// Sets the key at `path` ("timeouts.read_s") and makes the sections that are missing; an undefined value takes the key away, so
/// that its default holds.
/// Errors: Usage (no path, or something in between is no section).
Result<void> setValue(QJsonObject &config, const QString &path, const QJsonValue &value);

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
