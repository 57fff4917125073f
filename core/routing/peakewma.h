#pragma once

#include <chrono>

namespace qcc {

/// An average of durations that believes a bad one at once and good ones only with time.
///
/// A sample above the average replaces it; one below pulls it down, the more the longer ago the last one was (time constant
/// `settling`). Without samples it sinks slowly (time constant `forgetting`), because an endpoint that nobody chooses would
/// else never get the chance to show that it recovered. Source: Finagle's PeakEwma, which uses 10 s for both; there every
/// endpoint has samples all the time, here a minute without any is common, and a memory of 10 s would make of the fastest
/// endpoint the one that was asked longest ago.
class PeakEwma
{
public:
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;
    static constexpr std::chrono::seconds settling{10};
    static constexpr std::chrono::seconds forgetting{300};

    /// Samples that are no positive number are left out.
    void add(std::chrono::duration<double, std::milli> sample, Time now);
    /// Units: milliseconds; 0 before the first sample.
    double value(Time now) const;

private:
    double m_value = 0; ///< As of m_updated.
    Time m_updated{};
};

} // namespace qcc
