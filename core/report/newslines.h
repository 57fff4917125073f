#pragma once

#include "core/config/config.h"
#include "core/facts/routingnews.h"
#include "core/report/loglines.h"

#include <QJsonObject>
#include <QString>

namespace qcc {

/// What happened to an endpoint, what it means and, where the user can do something, what.
LogLine logLineFor(const RoutingNews &news);

/// The event "news" of the control socket: "kind" ("opened", "returned", "key_refused", "quota_spent", "rate_limited"),
/// "endpoint_id", "endpoint_name", "reason", "seconds", and "cluster": `inUse` where the endpoint belongs to it, else another one
/// that has it.
QJsonObject newsEvent(const RoutingNews &news, const Config &config, const QString &inUse);

} // namespace qcc
