#pragma once

#include "core/base/placedheap.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <limits>
#include <optional>

namespace qcc {

class Alarm;

/// The time that waiting goes by. Tests have one that stands still until they move it.
/// Thread: now() may be called on any.
class Clock : public QObject
{
    Q_OBJECT

public:
    using Time = std::chrono::steady_clock::time_point;

    using QObject::QObject;
    virtual Time now() const { return std::chrono::steady_clock::now(); }
    /// The system's.
    static const Clock &system();

Q_SIGNALS:
    /// The time has changed otherwise than by passing.
    void moved();
};

inline double msBetween(Clock::Time from, Clock::Time to)
{
    return std::chrono::duration<double, std::milli>(to - from).count();
}

/// All that waits for its time on one thread, by one clock and one timer of the system, so that nothing in the data plane blocks its thread or polls
/// (ARCH-9).
/// Thread: the one that made it, also for its alarms. Lifetime: it and the clock outlive the alarms.
class Alarms : public QObject
{
    Q_OBJECT

public:
    explicit Alarms(const Clock &clock, QObject *parent = nullptr);
    ~Alarms() override;

    Clock::Time now() const { return m_clock.now(); }

private:
    friend class Alarm;
    struct Due {
        Clock::Time at;
        quint64 number; ///< Which was started first rings first.
        Alarm *alarm;

        bool operator<(const Due &other) const { return at != other.at ? at < other.at : number < other.number; }
    };

    void add(Clock::Time at, Alarm *alarm);
    void remove(Alarm *alarm);
    static void setPlace(const Due &due, std::size_t place);
    void ringDue();
    void expectNext();

    const Clock &m_clock;
    PlacedHeap<Due> m_due;
    quint64 m_started = 0; ///< Alarms so far.
    QTimer m_timer;
    std::optional<Clock::Time> m_expected; ///< What the timer runs for; what was first then may have been stopped since.
};

/// One thing to be done at a time, once each time it is started.
/// Thread: that of its Alarms. Lifetime: it outlives what it calls.
class Alarm
{
public:
    Alarm(Alarms &alarms, std::function<void()> ring);
    ~Alarm() { stop(); }
    Q_DISABLE_COPY_MOVE(Alarm)

    /// In `wait` from now, whatever was set before.
    void start(std::chrono::milliseconds wait);
    void stop();
    bool isRunning() const { return m_place != notRunning; }

private:
    friend class Alarms;
    static constexpr std::size_t notRunning = std::numeric_limits<std::size_t>::max();

    Alarms &m_alarms;
    const std::function<void()> m_ring;
    std::size_t m_place = notRunning; ///< Among those that are due.
};

} // namespace qcc
