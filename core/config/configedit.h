#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <QJsonObject>

#include <optional>

namespace qcc {

/// What to set on an endpoint; absent fields stay as they are. Values are checked when the result is validated.
struct EndpointFields {
    std::optional<QString> name;
    std::optional<QString> baseUrl;
    std::optional<QString> apiKey;
    std::optional<int> priority;
    std::optional<int> weight;
    std::optional<AuthStyle> auth;
    std::optional<QString> proxy;
    std::optional<bool> http2;
    std::optional<QMap<QString, QString>> modelMap;
    std::optional<bool> enabled;
};

// Edits of the JSON of config.json, for editConfig(). Keys they do not know stay; the JSON is unchanged on error.
// An endpoint is named by its name (its host, where it has none) or by its id.

/// Adds an empty cluster; the first one of all becomes the active one.
/// Errors: Usage (empty name), AlreadyExists.
Result<void> addCluster(QJsonObject &config, const QString &name, Strategy strategy = Strategy::PriorityFailover);
/// Removes a cluster and its endpoints; no cluster is active after the active one went.
/// Errors: NotFound.
Result<void> removeCluster(QJsonObject &config, const QString &name);
/// Makes `name` the active cluster.
/// Errors: NotFound.
Result<void> useCluster(QJsonObject &config, const QString &name);

/// Adds an endpoint at the end. Without a name it gets its host's, made unique by a number.
/// Errors: Usage (no base URL), NotFound (cluster), AlreadyExists (name).
Result<void> addEndpoint(QJsonObject &config, const QString &cluster, const EndpointFields &fields);
/// Errors: NotFound, AlreadyExists (new name), Usage (empty new name).
Result<void> editEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint,
                          const EndpointFields &fields);
/// Errors: NotFound.
Result<void> removeEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint);
/// Errors: NotFound.
Result<void> setEndpointEnabled(QJsonObject &config, const QString &cluster, const QString &endpoint, bool enabled);

} // namespace qcc
