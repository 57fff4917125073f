#include "core/facts/livefigures.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace qcc {

quint64 OutcomeCounts::total() const
{
    return std::accumulate(byOutcome.begin(), byOutcome.end(), quint64(0));
}

double OutcomeCounts::successRate() const
{
    return percent(successful(), failed());
}

OutcomeCounts &OutcomeCounts::operator+=(const OutcomeCounts &other)
{
    std::transform(byOutcome.begin(), byOutcome.end(), other.byOutcome.begin(), byOutcome.begin(), std::plus());
    return *this;
}

double percent(quint64 good, quint64 bad)
{
    const quint64 all = good + bad;
    return all == 0 ? 100 : 100 * static_cast<double>(good) / static_cast<double>(all);
}

} // namespace qcc
