#include "core/routing/breaker.h"

#include <algorithm>
#include <limits>

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

AttemptWindow::AttemptWindow(std::chrono::seconds span)
    : m_width(std::max(Clock::duration(span) / 64, Clock::duration(1)))
{
}

void AttemptWindow::add(bool failed, Time now)
{
    // Two threads may read the clock in one order and arrive in the other; the slice of an older time may be gone by then.
    m_newest = std::max(m_newest, sliceNumber(now));
    Slice &slice = m_slices[static_cast<std::size_t>(m_newest) % m_slices.size()];
    if (slice.number != m_newest)
        slice = Slice{m_newest, {}};
    ++slice.counts.attempts;
    if (failed)
        ++slice.counts.failures;
}

AttemptWindow::Counts AttemptWindow::counts(Time now) const
{
    const qint64 newest = std::max(m_newest, sliceNumber(now));
    const qint64 gone = newest - static_cast<qint64>(m_slices.size());
    Counts sum;
    for (const Slice &slice : m_slices) {
        if (slice.number <= gone)
            continue;
        sum.attempts += slice.counts.attempts;
        sum.failures += slice.counts.failures;
    }
    return sum;
}

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
