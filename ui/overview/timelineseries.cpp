#include "ui/overview/timelineseries.h"

#include "ui/model/words.h"

#include <algorithm>
#include <numeric>

namespace qcc {

namespace {

constexpr int secondsPerDay = 86'400;
constexpr int maxSteps = 4;
const QString hourAndMinute = QStringLiteral("HH:mm");

qint64 lengthOf(const TimelineView &timeline)
{
    return timeline.buckets.size() * timeline.bucketS;
}

/// Units: seconds.
int labelStep(qint64 length)
{
    if (length <= 2 * 3'600)
        return 600;
    return length <= 2 * secondsPerDay ? 4 * 3'600 : secondsPerDay;
}

} // namespace

QList<TimeLabel> timeLabels(const TimelineView &timeline, const QTimeZone &zone, const QLocale &locale)
{
    QList<TimeLabel> labels;
    if (!timeline.from.isValid() || timeline.buckets.isEmpty())
        return labels;
    const qint64 length = lengthOf(timeline);
    const int step = labelStep(length);
    const QDateTime first = timeline.from.toTimeZone(zone);
    const QDate lastDate = timeline.from.addSecs(length).toTimeZone(zone).date();
    for (QDate date = first.date(); date <= lastDate; date = date.addDays(1)) {
        const int since = date == first.date() ? first.time().msecsSinceStartOfDay() / 1'000 : 0;
        for (int second = (since + step - 1) / step * step; second < secondsPerDay; second += step) {
            const QDateTime when(date, QTime::fromMSecsSinceStartOfDay(second * 1'000), zone);
            const qint64 offset = timeline.from.secsTo(when);
            if (offset < 0 || offset > length)
                continue;
            labels.append({static_cast<double>(offset) / timeline.bucketS - 0.5,
                           step == secondsPerDay ? locale.toString(date, QStringLiteral("ddd d"))
                                                 : when.time().toString(hourAndMinute)});
        }
    }
    return labels;
}

QString timesOf(const TimelineView &timeline, qsizetype bucket, const QTimeZone &zone, const QLocale &locale)
{
    const QDateTime begin = timeline.from.addSecs(bucket * timeline.bucketS).toTimeZone(zone);
    const QDateTime end = begin.addSecs(timeline.bucketS);
    const QString times = QStringLiteral("%1 – %2").arg(begin.time().toString(hourAndMinute), end.time().toString(hourAndMinute));
    if (lengthOf(timeline) < secondsPerDay)
        return times;
    return QStringLiteral("%1 %2, %3").arg(locale.dayName(begin.date().dayOfWeek(), QLocale::ShortFormat),
                                           locale.toString(begin.date(), QLocale::ShortFormat), times);
}

CountScale countScale(int peak)
{
    const auto stepsOf = [peak](int step) { return std::max(1, (peak - 1) / step + 1); };
    int step = 1;
    for (int power = 1; stepsOf(step) > maxSteps; power *= 10) {
        for (const int factor : {1, 2, 5}) {
            step = factor * power;
            if (stepsOf(step) <= maxSteps)
                break;
        }
    }
    return {step, stepsOf(step)};
}

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

QList<Outcome> TimelineSeries::outcomesOf(Series series)
{
    QList<Outcome> outcomes;
    for (const Outcome outcome : EnumTable<Outcome>::values) {
        if (seriesOf(outcome) == series)
            outcomes.append(outcome);
    }
    return outcomes;
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
