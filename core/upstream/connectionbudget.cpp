#include "core/upstream/connectionbudget.h"

#include <algorithm>
#include <utility>

namespace qcc {

ConnectionBudget::ConnectionBudget(const Config::Pool &limits) : m_limits(limits) { }

void ConnectionBudget::setLimits(const Config::Pool &limits)
{
    const std::lock_guard lock(m_mutex);
    m_limits = limits;
    grant();
}

void ConnectionBudget::setMost(int most)
{
    const std::lock_guard lock(m_mutex);
    m_most = most;
    grant();
}

int ConnectionBudget::join(Member member)
{
    const std::lock_guard lock(m_mutex);
    m_members.push_back({std::move(member)});
    return static_cast<int>(m_members.size()) - 1;
}

void ConnectionBudget::leave(int member)
{
    const std::lock_guard lock(m_mutex);
    State &state = m_members[static_cast<size_t>(member)];
    state.gone = true;
    state.callbacks = {};
    std::erase_if(m_line, [this, member](const Waiting &w) {
        if (w.member != member)
            return false;
        --m_permits[w.endpoint].awaited;
        forgetIfUnused(w.endpoint);
        return true;
    });
    for (const QString &endpoint : std::exchange(state.grantsUnderWay, {}))
        giveBack(endpoint);
    grant();
}

bool ConnectionBudget::isBelowItsShare(const QString &endpoint) const
{
    // As many as a client of its own usually opens at a time.
    const int most = mostAllowed();
    const int share = std::max(most / 4, std::min(most, 4));
    return m_permits.value(endpoint).held < share;
}

void ConnectionBudget::take(const QString &endpoint)
{
    if (!isFree())
        ++m_beyond;
    ++m_held;
    ++m_permits[endpoint].held;
}

void ConnectionBudget::giveBack(const QString &endpoint)
{
    --m_held;
    m_beyond = std::max(0, m_beyond - 1);
    --m_permits[endpoint].held;
    forgetIfUnused(endpoint);
}

void ConnectionBudget::forgetIfUnused(const QString &endpoint)
{
    if (const Permits its = m_permits.value(endpoint); its.held == 0 && its.awaited == 0)
        m_permits.remove(endpoint);
}

void ConnectionBudget::grant()
{
    const auto somebodyMay = [this] {
        return isFree() || std::any_of(m_permits.keyValueBegin(), m_permits.keyValueEnd(), [this](const auto &its) {
            return its.second.awaited > 0 && isBelowItsShare(its.first);
        });
    };
    while (!m_line.empty() && somebodyMay()) {
        const auto next = std::find_if(m_line.begin(), m_line.end(), [this](const Waiting &w) { return mayHaveOne(w.endpoint); });
        const Waiting served = *next;
        m_line.erase(next);
        --m_permits[served.endpoint].awaited;
        take(served.endpoint);
        State &member = m_members[static_cast<size_t>(served.member)];
        member.grantsUnderWay.push_back(served.endpoint);
        if (member.callbacks.permitGranted)
            member.callbacks.permitGranted(served.endpoint);
    }
}

void ConnectionBudget::grantArrived(int member, const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    std::vector<QString> &grants = m_members[static_cast<size_t>(member)].grantsUnderWay;
    grants.erase(std::find(grants.begin(), grants.end(), endpoint));
}

void ConnectionBudget::askForIdle()
{
    const auto rich = std::find_if(m_members.begin(), m_members.end(),
                                   [](const State &s) { return !s.gone && s.idle > s.dropsAsked; });
    if (rich == m_members.end())
        return;
    ++rich->dropsAsked;
    if (rich->callbacks.dropIdle)
        rich->callbacks.dropIdle();
}

bool ConnectionBudget::acquire(int member, const QString &endpoint, Clock::time_point now)
{
    const std::lock_guard lock(m_mutex);
    // Whoever waits may not have one, else he would.
    if (mayHaveOne(endpoint)) {
        take(endpoint);
        return true;
    }
    m_line.push_back({member, endpoint, now});
    ++m_permits[endpoint].awaited;
    askForIdle();
    return false;
}

bool ConnectionBudget::acquireSpare(int member, const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    if (!m_line.empty() || !isFree() || m_idle >= m_limits.maxKeepaliveConnections)
        return false;
    take(endpoint);
    ++m_idle;
    ++m_endpoints[endpoint].idle;
    ++m_members[static_cast<size_t>(member)].idle;
    return true;
}

void ConnectionBudget::cancelWait(int member, const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    const auto place = std::find_if(m_line.rbegin(), m_line.rend(),
                                    [&](const Waiting &w) { return w.member == member && w.endpoint == endpoint; });
    if (place == m_line.rend())
        return;
    m_line.erase(std::next(place).base());
    --m_permits[endpoint].awaited;
    forgetIfUnused(endpoint);
}

void ConnectionBudget::release(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    giveBack(endpoint);
    grant();
}

bool ConnectionBudget::mustYield(int member, Clock::time_point ownWaitingSince) const
{
    const std::lock_guard lock(m_mutex);
    if (m_line.empty() || m_line.front().member == member)
        return m_held - m_beyond > mostAllowed();
    return m_held - m_beyond > mostAllowed() || m_line.front().since + longestJump < ownWaitingSince;
}

bool ConnectionBudget::addIdle(int member, const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    // With somebody in line the permit is worth more than the connection.
    if (!m_line.empty() || m_idle >= m_limits.maxKeepaliveConnections || m_held > mostAllowed())
        return false;
    ++m_idle;
    ++m_endpoints[endpoint].idle;
    ++m_members[static_cast<size_t>(member)].idle;
    return true;
}

void ConnectionBudget::removeIdle(int member, const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    takeFromIdle(member, m_endpoints[endpoint]);
}

void ConnectionBudget::reuseIdle(int member, const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    PoolFigures &its = m_endpoints[endpoint];
    takeFromIdle(member, its);
    for (PoolFigures *figures : {&its, &m_total}) {
        ++figures->reusedTotal;
        --figures->queued;
        ++figures->busy;
    }
}

void ConnectionBudget::takeFromIdle(int member, PoolFigures &its)
{
    --m_idle;
    --its.idle;
    State &state = m_members[static_cast<size_t>(member)];
    --state.idle;
    state.dropsAsked = std::max(0, state.dropsAsked - 1);
}

void ConnectionBudget::countOpened(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    ++m_total.openedTotal;
    ++m_total.open;
    PoolFigures &f = m_endpoints[endpoint];
    ++f.openedTotal;
    ++f.open;
}

void ConnectionBudget::countWarmed(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    ++m_total.warmedTotal;
    ++m_endpoints[endpoint].warmedTotal;
}

void ConnectionBudget::countClosed(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    --m_total.open;
    --m_endpoints[endpoint].open;
}

void ConnectionBudget::countShared(const QString &endpoint, int change)
{
    const std::lock_guard lock(m_mutex);
    m_total.http2 += change;
    m_endpoints[endpoint].http2 += change;
}

void ConnectionBudget::countReuse(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    ++m_total.reusedTotal;
    ++m_endpoints[endpoint].reusedTotal;
}

void ConnectionBudget::countStaleRecovered(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    ++m_total.staleRecoveredTotal;
    ++m_endpoints[endpoint].staleRecoveredTotal;
}

void ConnectionBudget::countBusy(const QString &endpoint, int change)
{
    const std::lock_guard lock(m_mutex);
    m_total.busy += change;
    m_endpoints[endpoint].busy += change;
}

void ConnectionBudget::countQueued(const QString &endpoint, int change)
{
    const std::lock_guard lock(m_mutex);
    m_total.queued += change;
    m_endpoints[endpoint].queued += change;
}

int ConnectionBudget::held() const
{
    const std::lock_guard lock(m_mutex);
    return m_held;
}

PoolFigures ConnectionBudget::figures() const
{
    const std::lock_guard lock(m_mutex);
    PoolFigures f = m_total;
    f.idle = m_idle;
    f.limit = mostAllowed();
    return f;
}

PoolFigures ConnectionBudget::figures(const QString &endpoint) const
{
    const std::lock_guard lock(m_mutex);
    PoolFigures f = m_endpoints.value(endpoint);
    f.limit = mostAllowed();
    return f;
}

std::chrono::seconds ConnectionBudget::keepaliveExpiry() const
{
    const std::lock_guard lock(m_mutex);
    return m_limits.keepaliveExpiry;
}

PoolStrategy ConnectionBudget::strategy() const
{
    const std::lock_guard lock(m_mutex);
    return m_limits.strategy;
}

} // namespace qcc
