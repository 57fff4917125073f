#include "core/journal/timeline.h"

namespace qcc {

namespace {

Minute minuteOf(Timeline::Time time)
{
    return std::chrono::floor<std::chrono::minutes>(time);
}

std::size_t most(std::chrono::minutes range)
{
    return static_cast<std::size_t>(range.count());
}

/// Drops what is too much, and nothing else: the clock may be wrong. First what is older than `range` before `now`, then what lies ahead, then the oldest.
template <typename T>
void prune(std::map<Minute, T> &minutes, Minute now, std::chrono::minutes range)
{
    if (minutes.size() > most(range))
        minutes.erase(minutes.begin(), minutes.upper_bound(now - range));
    if (minutes.size() > most(range))
        minutes.erase(minutes.upper_bound(now), minutes.end());
    while (minutes.size() > most(range))
        minutes.erase(minutes.begin());
}

} // namespace

void Timeline::count(Outcome outcome, Time end)
{
    const Minute minute = minuteOf(end);
    const auto [at, isNew] = m_minutes.try_emplace(minute);
    at->second.count(outcome);
    if (isNew)
        prune(m_minutes, minute, kept);
}

void Timeline::countAttempt(const QString &endpointId, bool good, Time end)
{
    const Minute minute = minuteOf(end);
    const auto [at, isNew] = m_attempts.try_emplace(minute);
    Attempts &attempts = at->second[endpointId];
    ++(good ? attempts.ok : attempts.failed);
    if (isNew)
        prune(m_attempts, minute, attemptsKept);
}

void Timeline::add(const MinuteCounts &minutes)
{
    for (const auto &[minute, counts] : minutes)
        m_minutes[minute] += counts;
    while (m_minutes.size() > most(kept))
        m_minutes.erase(m_minutes.begin());
}

Timeline::Series Timeline::series(std::chrono::minutes range, std::chrono::minutes bucket, Time now) const
{
    Q_ASSERT(bucket.count() > 0 && range >= bucket);
    const auto count = range / bucket;
    const auto current = minuteOf(now).time_since_epoch() / bucket;
    Series series{Minute((current - (count - 1)) * bucket), QList<OutcomeCounts>(count)};
    const auto end = m_minutes.lower_bound(series.from + count * bucket);
    for (auto it = m_minutes.lower_bound(series.from); it != end; ++it)
        series.buckets[(it->first - series.from) / bucket] += it->second;
    return series;
}

OutcomeCounts Timeline::lastHour(Time now) const
{
    const Minute minute = minuteOf(now);
    OutcomeCounts sum;
    const auto end = m_minutes.upper_bound(minute);
    for (auto it = m_minutes.upper_bound(minute - std::chrono::hours(1)); it != end; ++it)
        sum += it->second;
    return sum;
}

Timeline::Sparkline Timeline::sparkline(const QString &endpointId, Time now) const
{
    const auto count = sparklineRange.count();
    Sparkline line{QList<quint64>(count), QList<quint64>(count)};
    const Minute first = minuteOf(now) - sparklineRange + std::chrono::minutes(1);
    const auto end = m_attempts.lower_bound(first + sparklineRange);
    for (auto it = m_attempts.lower_bound(first); it != end; ++it) {
        const auto its = it->second.constFind(endpointId);
        if (its == it->second.cend())
            continue;
        const auto index = (it->first - first).count();
        line.ok[index] = its->ok;
        line.failed[index] = its->failed;
    }
    return line;
}

} // namespace qcc
