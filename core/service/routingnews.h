#pragma once

#include "core/config/config.h"
#include "core/routing/router.h"

#include <QString>

namespace qcc {

/// A line of the log.
struct NewsLine {
    LogLevel level = LogLevel::Info;
    QString text;
};

/// What happened to an endpoint, what it means and, where the user can do something, what.
NewsLine lineFor(const RoutingNews &news);

} // namespace qcc
