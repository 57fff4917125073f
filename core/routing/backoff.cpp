#include "core/routing/backoff.h"

#include <algorithm>

namespace qcc {

std::chrono::milliseconds backoff(int failures, quint64 random)
{
    constexpr qint64 firstMs = 250;
    constexpr int doublingsToCap = 5; // 250 ms · 2^5 = 8 s
    if (failures < 1)
        return std::chrono::milliseconds(0);
    const qint64 half = (firstMs << std::min(failures - 1, doublingsToCap)) / 2;
    return std::chrono::milliseconds(half + static_cast<qint64>(random % static_cast<quint64>(half + 1)));
}

} // namespace qcc
