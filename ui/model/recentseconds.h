#pragma once

#include "ui/model/proxyview.h"

#include <QList>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace qcc {

/// What has ended in each of the last sixty seconds, from counts that only grow.
class RecentSeconds
{
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr qsizetype seconds = 60;

    struct Second {
        int served = 0;
        int failed = 0;
        bool operator==(const Second &) const = default;
    };

    /// `figures`: how things stand at `now`. What has happened since the last call counts for this second; what was before the first, for none.
    void take(const ProxyFigures &figures, Time now)
    {
        moveOn(now);
        const Counts counts{figures.requests, figures.failed};
        // One that was started anew has begun to count anew.
        if (m_counts && counts.requests >= m_counts->requests && counts.failed >= m_counts->failed) {
            const auto failed = static_cast<int>(counts.failed - m_counts->failed);
            m_seconds.last().failed += failed;
            m_seconds.last().served += std::max(0, static_cast<int>(counts.requests - m_counts->requests) - failed);
        }
        m_counts = counts;
    }

    /// The oldest first; the last one goes on at `now`.
    QList<Second> until(Time now)
    {
        moveOn(now);
        return m_seconds;
    }

private:
    struct Counts {
        qint64 requests, failed;
    };

    void moveOn(Time now)
    {
        const auto second = std::chrono::floor<std::chrono::seconds>(now);
        const auto passed = m_last ? std::clamp<qsizetype>((second - *m_last).count(), 0, seconds) : 0;
        for (qsizetype i = 0; i < passed; ++i) {
            m_seconds.removeFirst();
            m_seconds.append(Second());
        }
        m_last = std::max(second, m_last.value_or(second));
    }

    QList<Second> m_seconds = QList<Second>(seconds);
    std::optional<std::chrono::time_point<std::chrono::steady_clock, std::chrono::seconds>> m_last;
    std::optional<Counts> m_counts;
};

} // namespace qcc
