#pragma once

#include "core/journal/exchangerecord.h"

#include <QDateTime>
#include <QHash>
#include <QList>

#include <array>

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
    QList<std::array<int, 6>> buckets; ///< Indexed by Outcome; the oldest first.
    QHash<QString, EndpointTimeline> endpoints; ///< By endpoint id.

    /// Nothing was counted in its whole range.
    bool isBlank() const;
    int count(qsizetype bucket, Outcome outcome) const { return buckets.at(bucket)[static_cast<std::size_t>(outcome)]; }
    bool operator==(const TimelineView &) const = default;
};

/// From the answer to the control command "timeline".
TimelineView timelineView(const QJsonObject &answer);

} // namespace qcc
