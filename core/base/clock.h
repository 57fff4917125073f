#pragma once

#include <QObject>

#include <chrono>

namespace qcc {

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

} // namespace qcc
