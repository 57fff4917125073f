#pragma once

#include "core/base/enumwords.h"

namespace qcc {

/// What can be read under /__qcc__/, by the name of each.
#define QCC_LOCAL_PAGES(X)   \
    X(Stats, "stats")        \
    X(Requests, "requests")  \
    X(Logs, "logs")          \
    X(Events, "events")      \
    X(Metrics, "metrics")    \
    X(Health, "health")
QCC_ENUM_WITH_WORDS(LocalPage, QCC_LOCAL_PAGES)

} // namespace qcc
