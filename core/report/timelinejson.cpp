#include "core/report/timelinejson.h"

#include "core/report/jsonvalues.h"

#include <QJsonArray>
#include <QTimeZone>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

template <typename Counts>
QJsonArray numbers(const Counts &counts)
{
    QJsonArray array;
    for (const quint64 count : counts)
        array.append(number(count));
    return array;
}

} // namespace

std::optional<std::chrono::minutes> bucketFor(std::chrono::seconds range)
{
    using namespace std::chrono;
    if (range == hours(1))
        return minutes(1);
    if (range == days(1))
        return minutes(15);
    if (range == days(7))
        return minutes(120);
    return std::nullopt;
}

QJsonObject timelineJson(const Timeline &timeline, std::chrono::minutes range, const QStringList &endpointIds, Timeline::Time now)
{
    const std::optional<std::chrono::minutes> bucket = bucketFor(range);
    Q_ASSERT(bucket);
    const Timeline::Series series = timeline.series(range, *bucket, now);
    QJsonArray outcomes;
    for (const Outcome outcome : EnumTable<Outcome>::values)
        outcomes.append(toWord(outcome));
    QJsonArray buckets;
    for (const OutcomeCounts &counts : series.buckets)
        buckets.append(numbers(counts.byOutcome));
    QJsonObject endpoints;
    for (const QString &id : endpointIds) {
        const Timeline::Sparkline line = timeline.sparkline(id, now);
        endpoints.insert(id, QJsonObject{{"ok"_L1, numbers(line.ok)}, {"failed"_L1, numbers(line.failed)}});
    }
    const auto from = std::chrono::floor<std::chrono::milliseconds>(series.from).time_since_epoch();
    return {{"from"_L1, isoTime(QDateTime::fromMSecsSinceEpoch(from.count(), QTimeZone::utc()))},
            {"bucket_s"_L1, qint64(std::chrono::seconds(*bucket).count())},
            {"outcomes"_L1, outcomes},
            {"buckets"_L1, buckets},
            {"endpoints"_L1, endpoints}};
}

} // namespace qcc
