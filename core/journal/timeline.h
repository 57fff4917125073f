#pragma once

#include "core/facts/livefigures.h"

#include <QHash>
#include <QList>
#include <QString>

#include <chrono>
#include <map>

namespace qcc {

/// A minute of the calendar, in UTC.
using Minute = std::chrono::sys_time<std::chrono::minutes>;

/// What ended in each minute; minutes without traffic are not in it.
using MinuteCounts = std::map<Minute, OutcomeCounts>;

/// How many exchanges ended when, and how the attempts at each endpoint went of late. Costs memory only for minutes with traffic.
/// Time is an argument: that of the wall clock, which may be set back.
class Timeline
{
public:
    using Time = std::chrono::system_clock::time_point;

    static constexpr std::chrono::minutes kept = std::chrono::days(7);
    static constexpr std::chrono::minutes attemptsKept{60};
    static constexpr std::chrono::minutes sparklineRange{30};

    void count(Outcome outcome, Time end);
    void countAttempt(const QString &endpointId, bool good, Time end);
    /// Adds what was counted elsewhere: by earlier runs.
    void add(const MinuteCounts &minutes);

    struct Series {
        Minute from; ///< The beginning of the first bucket.
        QList<OutcomeCounts> buckets;
    };
    /// `range` in buckets of `bucket`, the oldest first; the last one is that of `now`. They begin at multiples of `bucket` since
    /// 1970, so that what a bucket counts does not change while time goes on.
    Series series(std::chrono::minutes range, std::chrono::minutes bucket, Time now) const;
    /// The minute of `now` and the 59 before it: what a success rate is about, since all since the start says less every day.
    OutcomeCounts lastHour(Time now) const;

    /// Attempts by the minute, the oldest first; the last one is that of `now`.
    struct Sparkline {
        QList<quint64> ok;
        QList<quint64> failed;
    };
    Sparkline sparkline(const QString &endpointId, Time now) const;

private:
    struct Attempts {
        quint64 ok = 0;
        quint64 failed = 0;
    };

    MinuteCounts m_minutes;
    std::map<Minute, QHash<QString, Attempts>> m_attempts;
};

} // namespace qcc
