#pragma once

#include "ui/model/timelineview.h"
#include "ui/widgets/colours.h"

#include <QCoreApplication>

namespace qcc {

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
    static QString word(Series series);
    static Meaning meaningOf(Series series);
    /// "Requests per minute", "Requests per 15 minutes", "Requests per 2 hours".
    static QString title(int bucketS);
};

} // namespace qcc
