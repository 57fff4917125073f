#pragma once

#include "core/base/enumwords.h"

#include <QString>

namespace qcc {

#define QCC_NEWS_KINDS(X)             \
    X(Opened, "opened")               \
    X(Returned, "returned")           \
    X(KeyRefused, "key_refused")      \
    X(QuotaSpent, "quota_spent")      \
    X(RateLimited, "rate_limited")    \
    X(Preferred, "preferred")         \
    X(NotPreferred, "not_preferred")
QCC_ENUM_WITH_WORDS(NewsKind, QCC_NEWS_KINDS)

/// Something about an endpoint that its owner wants to know.
struct RoutingNews {
    NewsKind kind = NewsKind::Opened;
    QString endpointId;
    QString endpointName;
    QString reason;
    double seconds = 0; ///< How long it will be left alone; 0: until it is edited or tested.
};

} // namespace qcc
