#pragma once

#include <QtGlobal>

#include <array>
#include <chrono>

namespace qcc {

/// How many attempts there were of late, and how many of them failed.
/// Kept as counts in 64 slices of time, not as a list of attempts: a kilobyte and a half at any load, and exact counts over the
/// whole window, where a list of bounded length would forget the older half of a busy minute. The price is that an
/// attempt may leave up to one slice, 1/64 of the span, early; it never stays too long.
class AttemptWindow
{
public:
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;
    struct Counts {
        quint64 attempts = 0;
        quint64 failures = 0;
    };

    explicit AttemptWindow(std::chrono::seconds span);

    void add(bool failed, Time now);
    Counts counts(Time now) const;

private:
    struct Slice {
        qint64 number = 0; ///< Slices since the clock's epoch.
        Counts counts;
    };
    qint64 sliceNumber(Time now) const { return now.time_since_epoch() / m_width; }

    Clock::duration m_width;
    qint64 m_newest = 0;
    std::array<Slice, 64> m_slices{};
};

} // namespace qcc
