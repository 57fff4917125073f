#pragma once

#include "core/config/configedit.h"
#include "core/config/routeedit.h"
#include "ui/clusters/endpointdrafts.h"
#include "ui/model/configchange.h"

#include <QStringList>

namespace qcc {

// What the clusters page asks for, as values. What can be regretted says so and can be taken back.

/// Adds an endpoint, and the cluster where there is none at all; that one becomes the one in use.
ConfigChange addingEndpoint(const QString &cluster, const EndpointFields &fields);
ConfigChange editingEndpoint(const QString &cluster, const QString &endpoint, const EndpointFields &fields);
ConfigChange enablingEndpoint(const QString &cluster, const QString &endpoint, bool enabled);
ConfigChange cloningEndpoint(const QString &cluster, const QString &endpoint);
ConfigChange removingEndpoint(const QString &cluster, const QString &endpoint);
/// Takes an endpoint out of its cluster and puts it at the end of another, where it may have another name.
ConfigChange movingEndpoint(const EndpointPlace &from, const EndpointPlace &to);
/// Lists the endpoints as in `order` and numbers their priorities so; those it does not name come after them.
ConfigChange orderingEndpoints(const QString &cluster, const QStringList &order);

ConfigChange addingCluster(const QString &name);
ConfigChange renamingCluster(const QString &from, const QString &to);
ConfigChange cloningCluster(const QString &name, const QString &newName);
ConfigChange removingCluster(const QString &name);
ConfigChange movingCluster(const QString &name, qsizetype toIndex);
ConfigChange settingStrategy(const QString &cluster, Strategy strategy);

/// A route as it was seen. The file may have changed since: it is looked for there, near its place.
struct PlacedRoute {
    RouteRule rule;
    qsizetype at = 0; ///< From 0.
};

/// Adds it behind all others.
ConfigChange addingRoute(const RouteRule &rule);
ConfigChange editingRoute(const PlacedRoute &was, const RouteRule &rule);
ConfigChange movingRoute(const PlacedRoute &was, qsizetype to);
ConfigChange removingRoute(const PlacedRoute &was);

} // namespace qcc
