#pragma once

#include "core/config/config.h"
#include "core/routing/router.h"

#include <QJsonObject>
#include <QString>

namespace qcc {

/// A line of the log.
struct NewsLine {
    LogLevel level = LogLevel::Info;
    QString text;
};

/// What happened to an endpoint, what it means and, where the user can do something, what.
NewsLine lineFor(const RoutingNews &news);

/// The event "news" of the control socket: "kind" ("opened", "returned", "key_refused", "quota_spent", "rate_limited"),
/// "endpoint_id", "endpoint_name", "reason", "seconds", and "cluster": `inUse` where the endpoint belongs to it, else another one
/// that has it.
QJsonObject newsEvent(const RoutingNews &news, const Config &config, const QString &inUse);

} // namespace qcc
