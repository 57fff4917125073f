#pragma once

#include "core/base/clock.h"

#include <atomic>

namespace qcc::test {

/// A clock that stands still until it is moved.
/// Thread: now() may be called on any; advance() belongs to the one that made it.
class TestClock : public Clock
{
public:
    using Clock::Clock;
    Time now() const override { return m_start + std::chrono::milliseconds(m_passed); }
    /// Alarms of other threads ring when those come round to it.
    void advance(std::chrono::milliseconds time)
    {
        m_passed += time.count();
        Q_EMIT moved();
    }

private:
    const Time m_start = std::chrono::steady_clock::now();
    std::atomic<qint64> m_passed{0};
};

} // namespace qcc::test
