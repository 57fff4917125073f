#pragma once

#include "core/config/config.h"
#include "core/facts/endpointstate.h"

#include <QHash>
#include <QString>

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <mutex>
#include <vector>

namespace qcc {

/// How many connections to upstreams the whole process may hold, shared by the pools of all workers.
/// A permit stands for one open connection, idle ones included, or for a request beside the first on a connection that several share. Beyond the
/// limit requests wait in one line, first come first served; a pool that could reuse its connection for a request of its own may jump that line only
/// by `longestJump`: reuse is worth more than strict order, but nobody shall starve.
/// An endpoint with fewer permits than its share never waits for those of others, which may hang: it gets permits beyond the limit, and the next
/// that come back are not given away for them. So the limit is exceeded by no more than a share for each further endpoint in use.
/// Thread: any; a monitor (ARCH-8). Callbacks are made on the calling thread with the lock held, so that none reaches a member that has left: they
/// must only post.
class ConnectionBudget
{
public:
    using Clock = std::chrono::steady_clock;
    struct Member {
        /// One permit, for that endpoint, now belongs to this member, which tells of it by grantArrived().
        std::function<void(const QString &endpoint)> permitGranted;
        std::function<void()> dropIdle;      ///< Close one idle connection: somebody waits for its permit.
    };
    static constexpr std::chrono::milliseconds longestJump{100};

    explicit ConnectionBudget(const Config::Pool &limits);

    void setLimits(const Config::Pool &limits);
    /// No more than so many are given whatever the limits say, since there are no descriptors for more.
    void setMost(int most);
    /// Members stay for the budget's life. Returns the member's number.
    int join(Member member);
    /// The callbacks of `member` are not called any more, what it waited for is forgotten, and permits on the way to it come back.
    void leave(int member);

    /// Takes a permit, or stands in line: permitGranted() follows.
    bool acquire(int member, const QString &endpoint, Clock::time_point now);
    /// Takes a permit and a place among the idle connections for one that is opened ahead of need; false where somebody waits, or
    /// there is no room for it. So limits and whoever waits treat it like any other from the moment it starts opening.
    bool acquireSpare(int member, const QString &endpoint);
    /// permitGranted() has arrived where it was posted to.
    void grantArrived(int member, const QString &endpoint);
    /// Leaves the line once; the youngest place of this member for that endpoint goes.
    void cancelWait(int member, const QString &endpoint);
    /// A permit comes back: the connection is closed.
    void release(const QString &endpoint);
    /// Whether a connection that just became free should go to somebody who has waited longer than the member's own oldest.
    bool mustYield(int member, Clock::time_point ownWaitingSince) const;

    /// Counts one more idle connection unless there are enough; false: close it.
    bool addIdle(int member, const QString &endpoint);
    void removeIdle(int member, const QString &endpoint);
    /// An idle connection carries a request that waited for one: all that changes by that.
    void reuseIdle(int member, const QString &endpoint);

    void countOpened(const QString &endpoint);
    /// Beside countOpened, for a connection that no request asked for.
    void countWarmed(const QString &endpoint);
    void countClosed(const QString &endpoint);
    /// Beside countOpened and countClosed, of one over HTTP/2.
    void countShared(const QString &endpoint, int change);
    void countReuse(const QString &endpoint);
    void countStaleRecovered(const QString &endpoint);
    void countBusy(const QString &endpoint, int change);
    void countQueued(const QString &endpoint, int change);

    /// Permits that are given now.
    int held() const;
    PoolFigures figures() const;
    PoolFigures figures(const QString &endpoint) const;
    std::chrono::seconds keepaliveExpiry() const;
    PoolStrategy strategy() const;

private:
    struct Waiting {
        int member;
        QString endpoint;
        Clock::time_point since;
    };
    struct Permits {
        int held = 0;
        int awaited = 0; ///< Places in the line.
    };
    struct State {
        Member callbacks;
        int idle = 0;
        int dropsAsked = 0;
        std::vector<QString> grantsUnderWay = {}; ///< Their endpoints.
        bool gone = false;
    };
    int mostAllowed() const { return std::min(m_limits.maxConnections, m_most); }
    bool isFree() const { return m_held - m_beyond < mostAllowed(); }
    bool isBelowItsShare(const QString &endpoint) const;
    bool mayHaveOne(const QString &endpoint) const { return isFree() || isBelowItsShare(endpoint); }
    void take(const QString &endpoint);
    void giveBack(const QString &endpoint);
    void forgetIfUnused(const QString &endpoint);
    void takeFromIdle(int member, PoolFigures &its);
    /// Gives permits to those in line who may have one, the first first.
    void grant();
    void askForIdle();

    mutable std::mutex m_mutex;
    Config::Pool m_limits;
    int m_most = std::numeric_limits<int>::max();
    std::vector<State> m_members;
    std::deque<Waiting> m_line;
    int m_held = 0;   ///< Permits.
    int m_beyond = 0; ///< Of them, given beyond the limit.
    int m_idle = 0;
    QHash<QString, Permits> m_permits; ///< By endpoint; without those that have none and want none.
    PoolFigures m_total;
    QHash<QString, PoolFigures> m_endpoints;
};

} // namespace qcc
