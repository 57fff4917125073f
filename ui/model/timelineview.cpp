#include "ui/model/timelineview.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace qcc {

namespace {

QList<int> numbers(const QJsonArray &array)
{
    QList<int> list;
    for (const auto &value : array)
        list.append(value.toInt());
    return list;
}

} // namespace

int secondsOf(TimelineRange range)
{
    switch (range) {
    case TimelineRange::Hour: return 3'600;
    case TimelineRange::Day: return 86'400;
    case TimelineRange::Week: return 604'800;
    }
    Q_UNREACHABLE();
}

bool TimelineView::isBlank() const
{
    return std::ranges::all_of(buckets, [](const auto &bucket) {
        return std::ranges::all_of(bucket, [](int count) { return count == 0; });
    });
}

TimelineView timelineView(const QJsonObject &answer)
{
    TimelineView view;
    view.from = QDateTime::fromString(answer.value(QStringLiteral("from")).toString(), Qt::ISODateWithMs);
    view.bucketS = std::max(1, answer.value(QStringLiteral("bucket_s")).toInt(60));
    const QJsonArray buckets = answer.value(QStringLiteral("buckets")).toArray();
    for (const auto &value : buckets) {
        const QList<int> counts = numbers(value.toArray());
        PerEnum<Outcome, int> bucket;
        std::copy_n(counts.begin(), std::min<qsizetype>(counts.size(), std::ssize(bucket.all)), bucket.begin());
        view.buckets.append(bucket);
    }
    const QJsonObject endpoints = answer.value(QStringLiteral("endpoints")).toObject();
    for (auto it = endpoints.begin(); it != endpoints.end(); ++it) {
        const QJsonObject endpoint = it->toObject();
        view.endpoints.insert(it.key(), {numbers(endpoint.value(QStringLiteral("ok")).toArray()),
                                         numbers(endpoint.value(QStringLiteral("failed")).toArray())});
    }
    return view;
}

} // namespace qcc
