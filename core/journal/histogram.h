#pragma once

#include <QtGlobal>

#include <array>

namespace qcc {

/// Durations counted in buckets that grow by a constant factor: quantiles within 1 % of the true value, in a fixed
/// 10 KiB, from a microsecond to a day. Source: DDSketch (Masson, Rim, Lee, VLDB 2019), without its collapsing.
class Histogram
{
public:
    /// Units: milliseconds. Values outside of the range count as its ends.
    void add(double ms);
    /// The value that `fraction` (0–1) of the durations do not exceed; 0 before anything was added.
    double quantile(double fraction) const;
    quint64 count() const { return m_count; }
    double sum() const { return m_sum; }
    /// 0 before anything was added.
    double mean() const { return m_count == 0 ? 0 : m_sum / static_cast<double>(m_count); }

private:
    std::array<quint64, 1264> m_buckets{};
    quint64 m_count = 0;
    double m_sum = 0;
    double m_least = 0;
    double m_greatest = 0;
};

} // namespace qcc
