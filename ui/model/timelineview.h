#pragma once

#include "core/facts/exchangerecord.h"

#include <QDateTime>
#include <QHash>
#include <QList>

class QJsonObject;

namespace qcc {

/// How far back the timeline of requests goes.
enum class TimelineRange { Hour, Day, Week };

/// Units: seconds.
int secondsOf(TimelineRange range);

/// How many attempts at one endpoint succeeded and failed, minute by minute, the oldest first.
struct EndpointTimeline {
    QList<int> ok;
    QList<int> failed;
    bool operator==(const EndpointTimeline &) const = default;
};

/// Finished exchanges by outcome over time.
struct TimelineView {
    QDateTime from;    ///< UTC; the beginning of the first bucket.
    int bucketS = 60;
    QList<PerEnum<Outcome, int>> buckets; ///< The oldest first.
    QHash<QString, EndpointTimeline> endpoints; ///< By endpoint id.

    /// Nothing was counted in its whole range.
    bool isBlank() const;
    int count(qsizetype bucket, Outcome outcome) const { return buckets.at(bucket)[outcome]; }
    bool operator==(const TimelineView &) const = default;
};

/// From the answer to the control command "timeline".
TimelineView timelineView(const QJsonObject &answer);

} // namespace qcc
