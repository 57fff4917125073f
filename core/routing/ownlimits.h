#pragma once

#include <chrono>
#include <deque>
#include <limits>
#include <optional>

namespace qcc {

/// How many requests the owner of an endpoint lets it have: at a time, and within any minute. Beyond them requests go elsewhere or wait in line;
/// nothing of it is the endpoint's failure. Without limits nothing is remembered.
/// A plain value; time is an argument, the steady clock's.
class OwnLimits
{
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::minutes minute{1};
    static constexpr int noLimit = std::numeric_limits<int>::max();

    /// 0: no limit. What has begun within the last minute counts on.
    void set(int maxConcurrent, int requestsPerMinute);
    int maxConcurrent() const { return m_maxConcurrent; }
    int requestsPerMinute() const { return m_requestsPerMinute; }

    /// A request begins. It may, whatever room() says: an endpoint that became busy by a new limit is over it for a while.
    void began(Time now);

    /// How many more may run beside `inFlight`, whenever they begin.
    int concurrentRoom(int inFlight) const;
    /// How many more may begin now.
    int room(int inFlight, Time now) const;
    /// When the minute has room for one more than `ahead`; nothing where it has now, however many run.
    std::optional<Time> minuteHasRoomAt(int ahead, Time now) const;
    /// How many have begun within the last minute; 0 where they are not counted.
    int beganWithinMinute(Time now) const;

private:
    int m_maxConcurrent = 0;
    int m_requestsPerMinute = 0;
    std::deque<Time> m_begun; ///< The last ones, in order: no more than a minute may have.
};

} // namespace qcc
