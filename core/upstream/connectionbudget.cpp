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
    std::erase_if(m_line, [member](const Waiting &w) { return w.member == member; });
    m_open -= std::exchange(state.grantsUnderWay, 0);
    grant();
}

void ConnectionBudget::grant()
{
    while (!m_line.empty() && m_open < m_limits.maxConnections) {
        State &next = m_members[static_cast<size_t>(m_line.front().member)];
        m_line.pop_front();
        ++m_open;
        ++next.grantsUnderWay;
        if (next.callbacks.permitGranted)
            next.callbacks.permitGranted();
    }
}

void ConnectionBudget::grantArrived(int member)
{
    const std::lock_guard lock(m_mutex);
    --m_members[static_cast<size_t>(member)].grantsUnderWay;
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

bool ConnectionBudget::acquire(int member, Clock::time_point now)
{
    const std::lock_guard lock(m_mutex);
    if (m_line.empty() && m_open < m_limits.maxConnections) {
        ++m_open;
        return true;
    }
    m_line.push_back({member, now});
    askForIdle();
    return false;
}

bool ConnectionBudget::acquireIfFree()
{
    const std::lock_guard lock(m_mutex);
    if (!m_line.empty() || m_open >= m_limits.maxConnections)
        return false;
    ++m_open;
    return true;
}

bool ConnectionBudget::acquireSpare(int member)
{
    const std::lock_guard lock(m_mutex);
    if (!m_line.empty() || m_open >= m_limits.maxConnections || m_idle >= m_limits.maxKeepaliveConnections)
        return false;
    ++m_open;
    ++m_idle;
    ++m_members[static_cast<size_t>(member)].idle;
    return true;
}

void ConnectionBudget::cancelWait(int member)
{
    const std::lock_guard lock(m_mutex);
    const auto place = std::find_if(m_line.rbegin(), m_line.rend(), [member](const Waiting &w) { return w.member == member; });
    if (place != m_line.rend())
        m_line.erase(std::next(place).base());
}

void ConnectionBudget::release()
{
    const std::lock_guard lock(m_mutex);
    --m_open;
    grant();
}

bool ConnectionBudget::mustYield(int member, Clock::time_point ownWaitingSince) const
{
    const std::lock_guard lock(m_mutex);
    if (m_line.empty() || m_line.front().member == member)
        return m_open > m_limits.maxConnections;
    return m_open > m_limits.maxConnections || m_line.front().since + patience < ownWaitingSince;
}

bool ConnectionBudget::addIdle(int member)
{
    const std::lock_guard lock(m_mutex);
    // With somebody in line the permit is worth more than the connection.
    if (!m_line.empty() || m_idle >= m_limits.maxKeepaliveConnections || m_open > m_limits.maxConnections)
        return false;
    ++m_idle;
    ++m_members[static_cast<size_t>(member)].idle;
    return true;
}

void ConnectionBudget::removeIdle(int member)
{
    const std::lock_guard lock(m_mutex);
    --m_idle;
    State &state = m_members[static_cast<size_t>(member)];
    --state.idle;
    state.dropsAsked = std::max(0, state.dropsAsked - 1);
}

void ConnectionBudget::countOpened(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    ++m_total.openedTotal;
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
    --m_endpoints[endpoint].open;
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

PoolFigures ConnectionBudget::figures() const
{
    const std::lock_guard lock(m_mutex);
    PoolFigures f = m_total;
    f.open = m_open;
    f.idle = m_idle;
    f.limit = m_limits.maxConnections;
    return f;
}

PoolFigures ConnectionBudget::figures(const QString &endpoint) const
{
    const std::lock_guard lock(m_mutex);
    PoolFigures f = m_endpoints.value(endpoint);
    f.idle = qMax(0, f.open - f.busy);
    f.limit = m_limits.maxConnections;
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
