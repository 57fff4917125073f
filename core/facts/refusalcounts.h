#pragma once

#include "core/base/enumwords.h"

#include <numeric>

namespace qcc {

/// Why a request is not let in.
/// Host: it names another machine, as a web page does that has its own name resolved to this one (DNS rebinding).
/// CrossSite: a web page made the browser send it. Token: it does not show the access token.
/// User: it comes from another user of this computer. NoRoom: there is no memory, or no disk, for its body.
#define QCC_DENIALS(X)         \
    X(Host, "host")            \
    X(CrossSite, "cross_site") \
    X(Token, "token")          \
    X(User, "user")            \
    X(NoRoom, "no_room")
QCC_ENUM_WITH_WORDS(Denial, QCC_DENIALS)

/// What was not let in since the proxy started, by reason.
struct RefusalCounts : PerEnum<Denial, quint64> {
    quint64 total() const { return std::accumulate(begin(), end(), quint64(0)); }
};

} // namespace qcc
