#pragma once

#include "ui/model/proxyview.h"
#include "ui/widgets/theme.h"

#include <QCoreApplication>
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

/// What the timeline tells apart, from the bottom of a bar to its top. Other: nobody's failure, and nobody's success.
enum class Series { Complete, Recovered, Error, Truncated, Other };
inline constexpr std::array allSeries{Series::Complete, Series::Recovered, Series::Error, Series::Truncated, Series::Other};

/// Indexed by Series.
using SeriesCounts = std::array<int, allSeries.size()>;

/// The outcomes of a timeline as the chart, its legend and its texts group and call them.
class TimelineSeries
{
    Q_DECLARE_TR_FUNCTIONS(TimelineSeries)

public:
    static SeriesCounts countsOf(const PerEnum<Outcome, int> &bucket);
    static SeriesCounts sumOf(const TimelineView &timeline);
    static int total(const SeriesCounts &counts);
    static QList<Outcome> outcomesOf(Series series);
    static QString word(Series series);
    static Meaning meaningOf(Series series);
    /// "Requests per minute", "Requests per 15 minutes", "Requests per 2 hours".
    static QString title(int bucketS);
};

} // namespace qcc
