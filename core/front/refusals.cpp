#include "core/front/refusals.h"

namespace qcc {

namespace {

constexpr std::chrono::milliseconds quiet{10'000};

} // namespace

void Refusals::count(Denial why, const QString &what, std::chrono::steady_clock::time_point now)
{
    const auto index = static_cast<size_t>(why);
    ++m_counts[index];
    const qint64 time = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    qint64 until = m_quietUntil[index];
    // Of several threads that count at once one tells.
    if ((until == 0 || time >= until) && m_quietUntil[index].compare_exchange_strong(until, time + quiet.count()) && noticed)
        noticed(why, what);
}

RefusalCounts Refusals::counts() const
{
    RefusalCounts counts;
    for (size_t i = 0; i < counts.of.size(); ++i)
        counts.of[i] = m_counts[i];
    return counts;
}

} // namespace qcc
