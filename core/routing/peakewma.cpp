#include "core/routing/peakewma.h"

#include <algorithm>
#include <cmath>

namespace qcc {

namespace {

/// What is left after `elapsed`; threads may read the clock in another order than they arrive here.
double remaining(PeakEwma::Clock::duration elapsed, std::chrono::duration<double> timeConstant)
{
    const std::chrono::duration<double> passed = std::max(elapsed, PeakEwma::Clock::duration(0));
    return std::exp(-passed / timeConstant);
}

} // namespace

void PeakEwma::add(std::chrono::duration<double, std::milli> sample, Time now)
{
    const double ms = sample.count();
    if (!std::isfinite(ms) || ms <= 0)
        return;
    const double known = value(now);
    const double weight = remaining(now - m_updated, settling);
    m_value = ms > known ? ms : known * weight + ms * (1 - weight);
    m_updated = std::max(m_updated, now);
}

double PeakEwma::value(Time now) const
{
    return m_value * remaining(now - m_updated, forgetting);
}

} // namespace qcc
