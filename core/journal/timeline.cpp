#include "core/journal/timeline.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qcc {

namespace {

constexpr double leastMs = 0.001;
constexpr double growth = 1.06;

quint16 bucketOf(double ms)
{
    static const double logGrowth = std::log(growth);
    // Not std::max: NaN must end up somewhere too.
    const double steps = ms > leastMs ? std::ceil(std::log(ms / leastMs) / logGrowth) : 0;
    return static_cast<quint16>(std::min(steps, 1'000.0));
}

} // namespace

void Durations::add(double ms)
{
    add(bucketOf(ms), 1);
}

void Durations::add(quint16 bucket, quint32 count)
{
    const auto at = std::ranges::lower_bound(m_buckets, bucket, {}, &std::pair<quint16, quint32>::first);
    if (at != m_buckets.end() && at->first == bucket)
        at->second += count;
    else
        m_buckets.insert(at, {bucket, count});
}

Durations &Durations::operator+=(const Durations &other)
{
    for (const auto &[bucket, count] : other.m_buckets)
        add(bucket, count);
    return *this;
}

quint64 Durations::count() const
{
    return std::accumulate(m_buckets.begin(), m_buckets.end(), quint64(0), [](quint64 sum, const auto &bucket) { return sum + bucket.second; });
}

double Durations::quantile(double fraction) const
{
    const double wanted = std::max(1.0, std::ceil(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(count())));
    double seen = 0;
    for (const auto &[bucket, count] : m_buckets) {
        seen += count;
        // The point whose distance to both ends of the bucket is the same, relative to them.
        if (seen >= wanted)
            return leastMs * std::pow(growth, bucket) * 2 / (growth + 1);
    }
    return 0;
}

namespace {

Minute minuteOf(Timeline::Time time)
{
    return std::chrono::floor<std::chrono::minutes>(time);
}

std::size_t most(std::chrono::minutes range, std::chrono::seconds step = std::chrono::minutes(1))
{
    return static_cast<std::size_t>(range / step);
}

/// Drops what is too much, and nothing else: the clock may be wrong. First what is older than `range` before `now`, then what lies ahead, then the oldest.
template <typename Step, typename T>
void prune(std::map<Step, T> &steps, Step now, std::chrono::minutes range, std::chrono::seconds step = std::chrono::minutes(1))
{
    const auto first = now - std::chrono::floor<typename Step::duration>(range);
    if (steps.size() > most(range, step))
        steps.erase(steps.begin(), steps.upper_bound(first));
    if (steps.size() > most(range, step))
        steps.erase(steps.upper_bound(now), steps.end());
    while (steps.size() > most(range, step))
        steps.erase(steps.begin());
}

Minute hourOf(Timeline::Time time)
{
    return std::chrono::floor<std::chrono::hours>(time);
}

/// The figures of `step`, those of old ones dropped.
Timeline::Figures &figuresOf(std::map<Minute, Timeline::Figures> &steps, Minute step, std::chrono::minutes range, std::chrono::seconds width)
{
    const auto [at, isNew] = steps.try_emplace(step);
    if (isNew) {
        prune(steps, step, range, width);
        return steps[step];
    }
    return at->second;
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

void Timeline::countLive(const QString &cluster, Outcome outcome, Time end)
{
    const auto step = std::chrono::floor<Step::duration>(end);
    const auto [at, isNew] = m_live.try_emplace(step);
    at->second[cluster].count(outcome);
    if (isNew)
        prune(m_live, step, liveRange, Step::duration(1));
}

void Timeline::countTimes(std::optional<double> firstByteMs, double totalMs, Time end)
{
    for (Figures *figures : {&figuresOf(m_lately, minuteOf(end), attemptsKept, std::chrono::minutes(1)),
                             &figuresOf(m_hours, hourOf(end), kept, std::chrono::hours(1))}) {
        if (firstByteMs)
            figures->firstByte.add(*firstByteMs);
        figures->total.add(totalMs);
    }
}

void Timeline::countAttempt(const QString &endpointId, bool good, Time end, std::optional<double> firstByteMs)
{
    for (Figures *figures : {&figuresOf(m_lately, minuteOf(end), attemptsKept, std::chrono::minutes(1)),
                             &figuresOf(m_hours, hourOf(end), kept, std::chrono::hours(1))}) {
        Attempts &attempts = figures->endpoints[endpointId];
        ++(good ? attempts.ok : attempts.failed);
        if (good && firstByteMs)
            attempts.firstByte.add(*firstByteMs);
    }
}

void Timeline::countInFlight(int exchanges, Time when)
{
    const Minute minute = minuteOf(when);
    const auto [at, isNew] = m_inFlight.try_emplace(minute, exchanges);
    at->second = std::max(at->second, exchanges);
    if (isNew)
        prune(m_inFlight, minute, kept);
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

QList<int> Timeline::inFlight(std::chrono::minutes range, std::chrono::minutes bucket, Time now) const
{
    Q_ASSERT(bucket.count() > 0 && range >= bucket);
    const auto count = range / bucket;
    const Minute from((minuteOf(now).time_since_epoch() / bucket - (count - 1)) * bucket);
    QList<int> most(count, 0);
    const auto end = m_inFlight.lower_bound(from + count * bucket);
    for (auto it = m_inFlight.lower_bound(from); it != end; ++it) {
        int &known = most[(it->first - from) / bucket];
        known = std::max(known, it->second);
    }
    return most;
}

std::optional<OutcomeCounts> Timeline::before(std::chrono::minutes range, Time now) const
{
    if (2 * range > kept)
        return std::nullopt;
    const Minute last = minuteOf(now) - range;
    const auto end = m_minutes.upper_bound(last);
    auto it = m_minutes.upper_bound(last - range);
    if (it == end)
        return std::nullopt;
    OutcomeCounts sum;
    for (; it != end; ++it)
        sum += it->second;
    return sum;
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

OutcomeCounts Timeline::live(const QString &cluster, Time now) const
{
    const auto step = std::chrono::floor<Step::duration>(now);
    OutcomeCounts sum;
    const auto end = m_live.upper_bound(step);
    for (auto it = m_live.upper_bound(step - std::chrono::floor<Step::duration>(liveRange)); it != end; ++it)
        sum += it->second.value(cluster);
    return sum;
}

Timeline::Figures Timeline::figures(std::chrono::minutes range, Time now) const
{
    const bool fine = range <= attemptsKept;
    const std::map<Minute, Figures> &steps = fine ? m_lately : m_hours;
    const Minute step = fine ? minuteOf(now) : hourOf(now);
    Figures sum;
    const auto end = steps.upper_bound(step);
    for (auto it = steps.upper_bound(step - range); it != end; ++it) {
        sum.firstByte += it->second.firstByte;
        sum.total += it->second.total;
        for (auto one = it->second.endpoints.cbegin(); one != it->second.endpoints.cend(); ++one) {
            Attempts &attempts = sum.endpoints[one.key()];
            attempts.ok += one->ok;
            attempts.failed += one->failed;
            attempts.firstByte += one->firstByte;
        }
    }
    return sum;
}

QList<double> Timeline::firstBytes(std::chrono::minutes range, Time now) const
{
    const bool fine = range <= attemptsKept;
    const std::map<Minute, Figures> &steps = fine ? m_lately : m_hours;
    const std::chrono::minutes width = fine ? std::chrono::minutes(1) : std::chrono::hours(1);
    const Minute first = (fine ? minuteOf(now) : hourOf(now)) - range + width;
    QList<double> medians(range / width, 0);
    const auto end = steps.lower_bound(first + range);
    for (auto it = steps.lower_bound(first); it != end; ++it)
        medians[(it->first - first) / width] = it->second.firstByte.quantile(0.5);
    return medians;
}

Timeline::Sparkline Timeline::sparkline(const QString &endpointId, Time now) const
{
    const auto count = sparklineRange.count();
    Sparkline line{QList<quint64>(count), QList<quint64>(count)};
    const Minute first = minuteOf(now) - sparklineRange + std::chrono::minutes(1);
    const auto end = m_lately.lower_bound(first + sparklineRange);
    for (auto it = m_lately.lower_bound(first); it != end; ++it) {
        const auto its = it->second.endpoints.constFind(endpointId);
        if (its == it->second.endpoints.cend())
            continue;
        const auto index = (it->first - first).count();
        line.ok[index] = its->ok;
        line.failed[index] = its->failed;
    }
    return line;
}

} // namespace qcc
