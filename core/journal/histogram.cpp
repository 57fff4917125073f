#include "core/journal/histogram.h"

#include <algorithm>
#include <cmath>

namespace qcc {

namespace {

constexpr double leastMs = 0.001;
constexpr double greatestMs = 86'400'000;
constexpr double relativeError = 0.01;
constexpr double growth = (1 + relativeError) / (1 - relativeError);

std::size_t bucketOf(double ms, std::size_t buckets)
{
    static const double logGrowth = std::log(growth);
    const auto index = static_cast<std::size_t>(std::ceil(std::log(ms / leastMs) / logGrowth));
    return std::min(index, buckets - 1);
}

} // namespace

void Histogram::add(double ms)
{
    // Not std::clamp: NaN must end up somewhere too.
    const double value = ms > leastMs ? std::min(ms, greatestMs) : leastMs;
    m_least = m_count == 0 ? value : std::min(m_least, value);
    m_greatest = std::max(m_greatest, value);
    ++m_buckets[bucketOf(value, m_buckets.size())];
    ++m_count;
    m_sum += value;
}

double Histogram::quantile(double fraction) const
{
    if (m_count == 0)
        return 0;
    const double wanted = std::ceil(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(m_count));
    const quint64 rank = std::max<quint64>(1, static_cast<quint64>(wanted));
    quint64 seen = 0;
    std::size_t index = 0;
    for (; index < m_buckets.size(); ++index) {
        seen += m_buckets[index];
        if (seen >= rank)
            break;
    }
    // The point whose distance to both ends of the bucket is the same, relative to them.
    const double middle = leastMs * std::pow(growth, static_cast<double>(index)) * 2 / (growth + 1);
    return std::clamp(middle, m_least, m_greatest);
}

} // namespace qcc
