#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <QJsonObject>

#include <functional>

namespace qcc::cli {

class Run;

/// config.json of this run. Errors: those of loadConfig().
Result<Config> readConfig(Run &run);

/// As readConfig(), but with the keys left closed: of use for names, and never waits for a keychain.
Result<Config> readConfigWithoutKeys(const Run &run);

/// Changes config.json of this run, and makes its folder first if need be. Errors: WriteFailed, those of editConfig().
Result<Config> changeConfig(Run &run, const std::function<Result<void>(QJsonObject &)> &change);

/// Calls `then` once, unless `change` adds an endpoint that leads back to qcc itself: then the run fails. Where it leads is looked up.
void unlessItLeadsBack(Run &run, const std::function<Result<void>(QJsonObject &)> &change, std::function<void()> then);

/// Errors: NotFound; the hint is the nearest name, else all names.
Result<Cluster> findCluster(const Config &config, const QString &name);

/// The endpoint of `cluster` whose name, or else whose id, is `nameOrId`.
/// Errors: NotFound; the hint is the nearest name, else all names.
Result<Endpoint> findEndpoint(const Cluster &cluster, const QString &nameOrId);

/// An endpoint as a member of a cluster.
struct EndpointPlace {
    QString cluster;
    Endpoint endpoint;
};

/// The endpoints of all clusters whose name, or else whose id, is `nameOrId`; at most one of each cluster.
/// Errors: NotFound; the hint is the nearest name, else all names.
Result<QList<EndpointPlace>> findEndpoints(const Config &config, const QString &nameOrId);

} // namespace qcc::cli
