#include "core/routing/ownlimits.h"

#include <algorithm>

namespace qcc {

void OwnLimits::set(int maxConcurrent, int requestsPerMinute)
{
    m_maxConcurrent = std::max(0, maxConcurrent);
    m_requestsPerMinute = std::max(0, requestsPerMinute);
    while (std::ssize(m_begun) > m_requestsPerMinute)
        m_begun.pop_front();
}

void OwnLimits::began(Time now)
{
    if (m_requestsPerMinute == 0)
        return;
    // Threads may read the clock in another order than they arrive here.
    m_begun.push_back(m_begun.empty() ? now : std::max(now, m_begun.back()));
    if (std::ssize(m_begun) > m_requestsPerMinute)
        m_begun.pop_front();
}

int OwnLimits::concurrentRoom(int inFlight) const
{
    return m_maxConcurrent == 0 ? noLimit : std::max(0, m_maxConcurrent - inFlight);
}

int OwnLimits::room(int inFlight, Time now) const
{
    const int concurrent = concurrentRoom(inFlight);
    return m_requestsPerMinute == 0 ? concurrent : std::min(concurrent, m_requestsPerMinute - beganWithinMinute(now));
}

std::optional<OwnLimits::Time> OwnLimits::minuteHasRoomAt(int ahead, Time now) const
{
    if (m_requestsPerMinute == 0)
        return std::nullopt;
    const int within = beganWithinMinute(now);
    const int mustGo = ahead + 1 - (m_requestsPerMinute - within);
    if (mustGo <= 0 || within == 0)
        return std::nullopt;
    // Who stands behind more than a minute has room for asks again when it has some.
    const auto first = m_begun.end() - within;
    return *(first + std::min(mustGo, within) - 1) + minute;
}

int OwnLimits::beganWithinMinute(Time now) const
{
    const auto first = std::upper_bound(m_begun.begin(), m_begun.end(), now - minute);
    return static_cast<int>(m_begun.end() - first);
}

} // namespace qcc
