#pragma once

#include "core/journal/timeline.h"

#include <QJsonObject>
#include <QStringList>

#include <optional>

namespace qcc {

/// How wide the buckets of a timeline are that shows `range`: a minute for an hour, a quarter of an hour for a day, two hours for
/// a week; nothing for another range.
std::optional<std::chrono::minutes> bucketFor(std::chrono::seconds range);

/// The timeline of `range`, which bucketFor() knows: "from", "bucket_s", "outcomes" (their words), "buckets" (the counts of each,
/// in the order of "outcomes"), and "endpoints": the last half hour of each by the minute, "ok" and "failed" attempts.
QJsonObject timelineJson(const Timeline &timeline, std::chrono::minutes range, const QStringList &endpointIds, Timeline::Time now);

} // namespace qcc
