#pragma once

#include "core/config/config.h"
#include "core/facts/endpointstate.h"

#include <array>
#include <chrono>
#include <optional>
#include <QtGlobal>

namespace qcc {

/// How long to wait before an endpoint is tried again after `failures` failures in one exchange; 0 when there were none.
/// Doubles from 250 ms to 8 s; half of that is certain, the other half drawn from `random`, so that clients which failed
/// together do not come back together, and none comes back at once.
/// Source: "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), equal jitter.
std::chrono::milliseconds backoff(int failures, quint64 random);

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

/// Keeps requests away from an endpoint that fails, and decides when it may have them back.
///
/// Closed: requests go. Open: only as a last resort; a background check is due after the open time, and one that reaches the
/// endpoint makes it HalfOpen: a single live request, under a lease, decides. But for that last resort, no client's request is spent on finding
/// out that an endpoint is still away (ARCH-7). Every setback on the way doubles the open time.
/// Time is an argument; nothing here waits. Thread: none of its own, the owner locks.
class Breaker
{
public:
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;

    explicit Breaker(const Config::Breaker &rules);

    /// The state stays. A current open time follows the new rules at once; a changed window starts empty.
    void setRules(const Config::Breaker &rules);

    /// A live attempt did well: closes from any state, and forgets the back-off and the failures in a row; the window too
    /// unless it was Closed, so that one more failure does not open it again for old sins.
    void succeeded(Time now);
    /// A live attempt failed. Closed: opens after `failures` in a row, or when more than half of at least ten attempts in the
    /// window failed. HalfOpen: opens again for twice as long, up to `maxOpen`. Open, an attempt of last resort: only the
    /// failures in a row are counted, so that a client that keeps trying does not put off the next check.
    void failed(Time now);

    BreakerState state() const { return m_state; }
    /// When the background check may run; nothing unless Open.
    std::optional<Time> verifyDue() const;
    /// The result of a background check. Open: HalfOpen when the endpoint was reached, else the next check is due after twice
    /// the open time from `now`, up to `maxOpen`. Ignored in the other states: a live request has decided in the meantime.
    void verified(bool reachable, Time now);

    /// HalfOpen: true for one caller, whose attempt then decides; false for the others until it has, and in the other states.
    bool takeLease();
    /// The leased attempt ended without telling anything (its client left): another caller may have the lease.
    void releaseLease() { m_leased = false; }
    bool leaseTaken() const { return m_leased; }

    /// Closed, and everything is forgotten.
    void reset();

    int consecutiveFailures() const { return m_consecutiveFailures; }
    /// Until the background check is due, rounded up; 0 when it is, and unless Open.
    std::chrono::milliseconds reopensIn(Time now) const;

private:
    std::chrono::seconds openTime() const;
    void open(Time now);
    void lengthen();

    Config::Breaker m_rules;
    AttemptWindow m_window;
    BreakerState m_state = BreakerState::Closed;
    Time m_openSince{};
    int m_doublings = 0; ///< Of the open time, since the last success.
    int m_consecutiveFailures = 0;
    bool m_leased = false;
};

} // namespace qcc
