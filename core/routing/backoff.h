#pragma once

#include <QtGlobal>

#include <chrono>

namespace qcc {

/// How long to wait before an endpoint is tried again after `failures` failures in one exchange; 0 when there were none.
/// Doubles from 250 ms to 8 s; half of that is certain, the other half drawn from `random`, so that clients which failed
/// together do not come back together, and none comes back at once.
/// Source: "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), equal jitter.
std::chrono::milliseconds backoff(int failures, quint64 random);

} // namespace qcc
