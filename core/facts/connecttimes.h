#pragma once

#include <optional>

namespace qcc {

/// How long the stages of opening a connection took, in milliseconds; absent is what was not reached.
struct ConnectTimes {
    std::optional<double> dns, connect, tls;
};

} // namespace qcc
