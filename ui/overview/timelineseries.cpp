#include "ui/overview/timelineseries.h"

#include "ui/model/words.h"

#include <numeric>

namespace qcc {

namespace {

Series seriesOf(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Complete: return Series::Complete;
    case Outcome::Recovered: return Series::Recovered;
    case Outcome::Error: return Series::Error;
    case Outcome::Truncated: return Series::Truncated;
    case Outcome::CallerError:
    case Outcome::ClientCancelled: return Series::Other;
    }
    Q_UNREACHABLE();
}

} // namespace

SeriesCounts TimelineSeries::countsOf(const PerEnum<Outcome, int> &bucket)
{
    SeriesCounts counts{};
    for (const Outcome outcome : EnumTable<Outcome>::values)
        counts[static_cast<std::size_t>(seriesOf(outcome))] += bucket[outcome];
    return counts;
}

SeriesCounts TimelineSeries::sumOf(const TimelineView &timeline)
{
    PerEnum<Outcome, int> sum;
    for (const auto &bucket : timeline.buckets) {
        for (const Outcome outcome : EnumTable<Outcome>::values)
            sum[outcome] += bucket[outcome];
    }
    return countsOf(sum);
}

int TimelineSeries::total(const SeriesCounts &counts)
{
    return std::accumulate(counts.begin(), counts.end(), 0);
}

QString TimelineSeries::word(Series series)
{
    switch (series) {
    case Series::Complete: return Words::of(Outcome::Complete);
    case Series::Recovered: return Words::of(Outcome::Recovered);
    case Series::Error: return Words::of(Outcome::Error);
    case Series::Truncated: return Words::of(Outcome::Truncated);
    case Series::Other: return tr("other", "outcomes");
    }
    Q_UNREACHABLE();
}

Meaning TimelineSeries::meaningOf(Series series)
{
    switch (series) {
    case Series::Complete: return Words::meaningOf(Outcome::Complete);
    case Series::Recovered: return Words::meaningOf(Outcome::Recovered);
    case Series::Error: return Words::meaningOf(Outcome::Error);
    case Series::Truncated: return Words::meaningOf(Outcome::Truncated);
    case Series::Other: return Meaning::Neutral;
    }
    Q_UNREACHABLE();
}

QString TimelineSeries::title(int bucketS)
{
    const int minutes = bucketS / 60;
    if (minutes <= 1)
        return tr("Requests per minute");
    if (minutes < 60)
        return tr("Requests per %1 minutes").arg(minutes);
    return minutes < 120 ? tr("Requests per hour") : tr("Requests per %1 hours").arg(minutes / 60);
}

} // namespace qcc
