#pragma once

#include "ui/model/timelineview.h"

#include <QLocale>
#include <QTimeZone>

namespace qcc {

/// A text below the chart. Units: buckets; the first one lies from -0.5 to 0.5.
struct TimeLabel {
    double position = 0;
    QString text;
    bool operator==(const TimeLabel &) const = default;
};

/// Round times of `zone`, few enough to stand side by side: every ten minutes of an hour, every four hours of a day, the days of a
/// week.
QList<TimeLabel> timeLabels(const TimelineView &timeline, const QTimeZone &zone, const QLocale &locale);

/// When a bucket began and ended, with the day where the timeline has several.
QString timesOf(const TimelineView &timeline, qsizetype bucket, const QTimeZone &zone, const QLocale &locale);

/// Whole numbers up the side of the chart, from 0 on.
struct CountScale {
    int step = 1;
    int steps = 1; ///< At most four.
    int top() const { return step * steps; }
};

/// The smallest scale of steps 1, 2, 5, 10, 20 … that holds `peak`.
CountScale countScale(int peak);

} // namespace qcc
