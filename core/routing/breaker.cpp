#include "core/routing/breaker.h"

#include <algorithm>
#include <limits>

namespace qcc {

namespace {

constexpr quint64 leastAttemptsJudged = 10;

} // namespace

Breaker::Breaker(const Config::Breaker &rules)
    : m_rules(rules)
    , m_window(rules.window)
{
}

void Breaker::setRules(const Config::Breaker &rules)
{
    if (rules.window != m_rules.window)
        m_window = AttemptWindow(rules.window);
    m_rules = rules;
}

void Breaker::succeeded(Time now)
{
    // What made it open is over; one failure more must not open it again for that.
    if (m_state != BreakerState::Closed)
        m_window = AttemptWindow(m_rules.window);
    m_window.add(false, now);
    m_state = BreakerState::Closed;
    m_doublings = 0;
    m_consecutiveFailures = 0;
    m_leased = false;
}

void Breaker::failed(Time now)
{
    if (m_consecutiveFailures < std::numeric_limits<int>::max())
        ++m_consecutiveFailures;
    m_leased = false;
    switch (m_state) {
    case BreakerState::Open:
        return;
    case BreakerState::HalfOpen:
        m_window.add(true, now);
        lengthen();
        open(now);
        return;
    case BreakerState::Closed:
        break;
    }
    m_window.add(true, now);
    const AttemptWindow::Counts recent = m_window.counts(now);
    const bool mostFailed = recent.attempts >= leastAttemptsJudged && recent.failures * 2 > recent.attempts;
    if (m_consecutiveFailures >= m_rules.failures || mostFailed)
        open(now);
}

std::optional<Breaker::Time> Breaker::verifyDue() const
{
    if (m_state != BreakerState::Open)
        return std::nullopt;
    return m_openSince + openTime();
}

void Breaker::verified(bool reachable, Time now)
{
    if (m_state != BreakerState::Open)
        return;
    if (reachable) {
        m_state = BreakerState::HalfOpen;
        return;
    }
    lengthen();
    open(now);
}

bool Breaker::takeLease()
{
    if (m_state != BreakerState::HalfOpen || m_leased)
        return false;
    m_leased = true;
    return true;
}

void Breaker::reset()
{
    *this = Breaker(m_rules);
}

std::chrono::milliseconds Breaker::reopensIn(Time now) const
{
    const std::optional<Time> due = verifyDue();
    if (!due || *due <= now)
        return std::chrono::milliseconds(0);
    return std::chrono::ceil<std::chrono::milliseconds>(*due - now);
}

std::chrono::seconds Breaker::openTime() const
{
    std::chrono::seconds time = std::min(m_rules.open, m_rules.maxOpen);
    for (int i = 0; i < m_doublings && time < m_rules.maxOpen; ++i)
        time = std::min(time * 2, m_rules.maxOpen);
    return time;
}

void Breaker::open(Time now)
{
    m_state = BreakerState::Open;
    m_openSince = now;
}

void Breaker::lengthen()
{
    if (openTime() < m_rules.maxOpen)
        ++m_doublings;
}

} // namespace qcc
