#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <optional>

namespace qcc {

/// One look at both clocks of a computer.
struct ClockReading {
    std::chrono::system_clock::time_point wall;
    std::chrono::steady_clock::time_point steady;
};

/// How long the computer slept between two looks that were meant to be `pace` apart, if it did. While it sleeps the wall clock goes
/// on and the steady one stands still (Linux), or both go on and nobody looks (Windows, macOS). A clock that was set forward by
/// hand looks the same; one that was set back does not count.
std::optional<std::chrono::seconds> sleptBetween(const ClockReading &before, const ClockReading &now, std::chrono::seconds pace);

/// Notices that the computer was asleep. Thread: the one that made it.
class SleepWatch : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds pace{10};

    /// `read` looks at the clocks; the system's without it.
    explicit SleepWatch(std::function<ClockReading()> read = {}, QObject *parent = nullptr);

    /// Looks now instead of at the next beat.
    void look();

Q_SIGNALS:
    void woke(std::chrono::seconds slept);

private:
    std::function<ClockReading()> m_read;
    ClockReading m_last;
    QTimer m_beat;
};

} // namespace qcc
