#pragma once

#include "core/journal/refusalcounts.h"

#include <QString>

#include <atomic>
#include <chrono>
#include <functional>

namespace qcc {

/// Counts what is not let in, and tells of it, but not of each: whoever tries often must not fill the log.
/// Thread: any.
class Refusals
{
public:
    /// Called from the thread that counted, at most once per reason and 10 s. Set before the first worker starts.
    std::function<void(Denial why, const QString &what)> noticed;

    /// `what`: of the request, for people; holds no key.
    void count(Denial why, const QString &what, std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now());
    RefusalCounts counts() const;

private:
    std::array<std::atomic<quint64>, allDenials.size()> m_counts{};
    std::array<std::atomic<qint64>, allDenials.size()> m_quietUntil{}; ///< Milliseconds of the steady clock; 0: never told.
};

} // namespace qcc
