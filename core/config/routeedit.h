#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <QJsonObject>
#include <QString>

namespace qcc {

// Edits of the routes in the JSON of config.json, for editConfig(), as those of configedit.h are of its clusters. A route is named by its place, from 0.

/// Puts a route before that at `at`, or at the end where `at` is past it.
/// Errors: Usage (no condition), NotFound (its cluster).
Result<void> addRoute(QJsonObject &config, const RouteRule &rule, qsizetype at);
/// Sets what the route is; keys of it that qcc does not know stay.
/// Errors: Usage (no condition), NotFound (its cluster, or no such route).
Result<void> replaceRoute(QJsonObject &config, qsizetype at, const RouteRule &rule);
/// Moves the route to where it has the place `to`, or to the nearer end.
/// Errors: NotFound.
Result<void> moveRoute(QJsonObject &config, qsizetype at, qsizetype to);
/// Errors: NotFound.
Result<void> removeRoute(QJsonObject &config, qsizetype at);
/// Puts back what was removed from `before`, where it had the place `at`, with the keys that qcc does not know.
/// Errors: NotFound (no such route there; its cluster is gone).
Result<void> restoreRoute(QJsonObject &config, const QJsonObject &before, qsizetype at);
/// The place of the route that is `rule`, of several the one nearest to `near`; notThere.
qsizetype routeIndex(const QJsonObject &config, const RouteRule &rule, qsizetype near);

/// What becomes of routes when their cluster changes: they follow its new name; without it they go, for a route to nowhere would make the file a wrong
/// one; and they come back with it, each to its place.
void renameInRoutes(QJsonObject &config, const QString &from, const QString &to);
void removeRoutesTo(QJsonObject &config, const QString &cluster);
void restoreRoutesTo(QJsonObject &config, const QJsonObject &before, const QString &cluster);

} // namespace qcc
