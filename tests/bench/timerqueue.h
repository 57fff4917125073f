#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include <time.h>

namespace qcc::bench {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kNsPerS = 1'000'000'000;

/// CLOCK_MONOTONIC, the same for every process of this machine, so that a send stamp and a receive time may be
/// subtracted.
inline std::int64_t nowNs()
{
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return std::int64_t{t.tv_sec} * kNsPerS + t.tv_nsec;
}

/// A timer of descriptor or lane `owner`; it is void once the owner's generation has moved on.
struct Timer
{
    std::int64_t dueNs = 0;
    std::uint32_t owner = 0;
    std::uint32_t generation = 0;

    bool operator>(const Timer &other) const { return dueNs > other.dueNs; }
};

/// Timers in the order in which they fall due; cancelling is the owner's generation moving on.
class TimerQueue
{
public:
    void add(const Timer &timer) { m_heap.push(timer); }

    std::optional<Timer> takeDue(std::int64_t now)
    {
        if (m_heap.empty() || m_heap.top().dueNs > now)
            return std::nullopt;
        const Timer timer = m_heap.top();
        m_heap.pop();
        return timer;
    }

    /// How long a poll may wait, rounded up so that the timer is due when it returns; at most `capMs`.
    int waitMs(std::int64_t now, int capMs) const
    {
        if (m_heap.empty())
            return capMs;
        const std::int64_t left = std::max<std::int64_t>(0, m_heap.top().dueNs - now);
        return static_cast<int>(std::min<std::int64_t>(capMs, (left + kNsPerMs - 1) / kNsPerMs));
    }

private:
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> m_heap;
};

} // namespace qcc::bench
