#include "core/front/refusals.h"

namespace qcc {

namespace {

constexpr std::chrono::milliseconds quiet{10'000};

} // namespace

void Refusals::count(Denial why, const QString &what, std::chrono::steady_clock::time_point now)
{
    ++m_counts[why];
    const qint64 time = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    qint64 until = m_quietUntil[why];
    // Of several threads that count at once one tells.
    if ((until == 0 || time >= until) && m_quietUntil[why].compare_exchange_strong(until, time + quiet.count()) && noticed)
        noticed(why, what);
}

void Refusals::peersAreUnknown()
{
    if (!m_peersUnknown.exchange(true) && peersUnknown)
        peersUnknown();
}

RefusalCounts Refusals::counts() const
{
    RefusalCounts counts;
    for (const Denial denial : EnumTable<Denial>::values)
        counts[denial] = m_counts[denial];
    return counts;
}

} // namespace qcc
