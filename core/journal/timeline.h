#pragma once

#include "core/facts/livefigures.h"

#include <QHash>
#include <QList>
#include <QString>

#include <chrono>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace qcc {

/// Durations counted in buckets that take memory only where something is in them: for many short times that are told together. Quantiles within 3 % of
/// the true value. Units: milliseconds.
class Durations
{
public:
    void add(double ms);
    Durations &operator+=(const Durations &other);
    /// The value that `fraction` (0–1) of the durations do not exceed; 0 before anything was added.
    double quantile(double fraction) const;
    quint64 count() const;

private:
    void add(quint16 bucket, quint32 count);

    std::vector<std::pair<quint16, quint32>> m_buckets; ///< Index and count, by index.
};

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
    static constexpr std::chrono::minutes liveRange{5};

    void count(Outcome outcome, Time end);
    /// The same exchange, for what its cluster does right now.
    void countLive(const QString &cluster, Outcome outcome, Time end);
    /// Of an exchange that succeeded.
    void countTimes(std::optional<double> firstByteMs, double totalMs, Time end);
    void countAttempt(const QString &endpointId, bool good, Time end, std::optional<double> firstByteMs = {});
    /// So many exchanges were seen to run at once.
    void countInFlight(int exchanges, Time when);
    /// Adds what was counted elsewhere: by earlier runs.
    void add(const MinuteCounts &minutes);

    struct Series {
        Minute from; ///< The beginning of the first bucket.
        QList<OutcomeCounts> buckets;
    };
    /// `range` in buckets of `bucket`, the oldest first; the last one is that of `now`. They begin at multiples of `bucket` since
    /// 1970, so that what a bucket counts does not change while time goes on.
    Series series(std::chrono::minutes range, std::chrono::minutes bucket, Time now) const;
    /// The most exchanges that were seen to run at once, in buckets as series() has them; 0 where none were seen. Of this run alone.
    QList<int> inFlight(std::chrono::minutes range, std::chrono::minutes bucket, Time now) const;
    /// What ended in the `range` before the last one; nothing where not all of that is kept, or nothing was counted in it.
    std::optional<OutcomeCounts> before(std::chrono::minutes range, Time now) const;
    /// The minute of `now` and the 59 before it: what a success rate is about, since all since the start says less every day.
    OutcomeCounts lastHour(Time now) const;
    /// What ended in `cluster` within liveRange, to ten seconds.
    OutcomeCounts live(const QString &cluster, Time now) const;

    /// How attempts at an endpoint went.
    struct Attempts {
        quint64 ok = 0;
        quint64 failed = 0;
        Durations firstByte; ///< Of the good ones.
    };
    /// How long exchanges that succeeded took, and how attempts went.
    struct Figures {
        Durations firstByte;
        Durations total;
        QHash<QString, Attempts> endpoints; ///< By endpoint id.
    };
    /// Of the last `range`, to the minute up to an hour, else to the hour; of this run alone.
    Figures figures(std::chrono::minutes range, Time now) const;
    /// The median until the first byte by the minute up to an hour, else by the hour, the oldest first; 0 where nothing succeeded. Units: milliseconds.
    QList<double> firstBytes(std::chrono::minutes range, Time now) const;

    /// Attempts by the minute, the oldest first; the last one is that of `now`.
    struct Sparkline {
        QList<quint64> ok;
        QList<quint64> failed;
    };
    Sparkline sparkline(const QString &endpointId, Time now) const;

private:
    using Step = std::chrono::sys_time<std::chrono::duration<qint64, std::ratio<10>>>;

    MinuteCounts m_minutes;
    std::map<Minute, int> m_inFlight;   ///< Of minutes in which any were seen.
    std::map<Minute, Figures> m_lately; ///< Of attemptsKept, by the minute.
    std::map<Minute, Figures> m_hours;  ///< Of all that is kept, by the hour.
    std::map<Step, QHash<QString, OutcomeCounts>> m_live; ///< By cluster.
};

} // namespace qcc
