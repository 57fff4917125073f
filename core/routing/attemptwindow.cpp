#include "core/routing/attemptwindow.h"

#include <algorithm>

namespace qcc {

AttemptWindow::AttemptWindow(std::chrono::seconds span)
    : m_width(std::max(Clock::duration(span) / 64, Clock::duration(1)))
{
}

void AttemptWindow::add(bool failed, Time now)
{
    // Two threads may read the clock in one order and arrive in the other; the slice of an older time may be gone by then.
    m_newest = std::max(m_newest, sliceNumber(now));
    Slice &slice = m_slices[static_cast<std::size_t>(m_newest) % m_slices.size()];
    if (slice.number != m_newest)
        slice = Slice{m_newest, {}};
    ++slice.counts.attempts;
    if (failed)
        ++slice.counts.failures;
}

AttemptWindow::Counts AttemptWindow::counts(Time now) const
{
    const qint64 newest = std::max(m_newest, sliceNumber(now));
    const qint64 gone = newest - static_cast<qint64>(m_slices.size());
    Counts sum;
    for (const Slice &slice : m_slices) {
        if (slice.number <= gone)
            continue;
        sum.attempts += slice.counts.attempts;
        sum.failures += slice.counts.failures;
    }
    return sum;
}

} // namespace qcc
