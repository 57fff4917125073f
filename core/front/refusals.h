#pragma once

#include "core/facts/refusalcounts.h"

#include <QString>

#include <atomic>
#include <chrono>
#include <functional>

namespace qcc {

/// Counts what is not let in, and tells of it, but not of each: whoever tries often must not fill the log. Knows, too, when the system
/// does not tell whose the connections are.
/// Thread: any.
class Refusals
{
public:
    /// Called from the thread that counted, at most once per reason and 10 s. Set before the first worker starts.
    std::function<void(Denial why, const QString &what)> noticed;
    /// Called once, from the thread that found out that the system does not tell whose connections are. Set as the other.
    std::function<void()> peersUnknown;

    /// `what`: of the request, for people; holds no key.
    void count(Denial why, const QString &what, std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now());
    RefusalCounts counts() const;
    void peersAreUnknown();
    bool arePeersUnknown() const { return m_peersUnknown; }

private:
    std::atomic<bool> m_peersUnknown = false;
    PerEnum<Denial, std::atomic<quint64>> m_counts;
    PerEnum<Denial, std::atomic<qint64>> m_quietUntil; ///< Milliseconds of the steady clock; 0: never told.
};

} // namespace qcc
