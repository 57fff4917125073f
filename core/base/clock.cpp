#include "core/base/clock.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace qcc {

Alarms::Alarms(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    // A coarse one is late by a part of what it runs for, and so would be all that come due meanwhile.
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_expected.reset();
        ringDue();
    });
    connect(&clock, &Clock::moved, this, &Alarms::ringDue);
}

Alarms::~Alarms()
{
    Q_ASSERT(m_due.isEmpty());
}

void Alarms::setPlace(const Due &due, std::size_t place)
{
    due.alarm->m_place = place;
}

void Alarms::add(Clock::Time at, Alarm *alarm)
{
    m_due.push({at, ++m_started, alarm}, setPlace);
    // A timer that runs for an earlier one, which may be gone by then, comes round in time for this one.
    if (!m_expected || at < *m_expected)
        expectNext();
}

void Alarms::remove(Alarm *alarm)
{
    m_due.remove(std::exchange(alarm->m_place, Alarm::notRunning), setPlace);
}

void Alarms::ringDue()
{
    const Clock::Time now = m_clock.now();
    // Those that start anew while others ring have their turn later.
    const quint64 last = m_started;
    while (!m_due.isEmpty() && !(Due{now, last, nullptr} < m_due.front())) {
        Alarm *const alarm = m_due.front().alarm;
        alarm->stop();
        alarm->m_ring();
    }
    expectNext();
}

void Alarms::expectNext()
{
    m_expected.reset();
    if (m_due.isEmpty()) {
        m_timer.stop();
        return;
    }
    m_expected = m_due.front().at;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*m_expected - m_clock.now());
    m_timer.start(std::clamp<std::chrono::milliseconds>(wait, std::chrono::milliseconds(0),
                                                        std::chrono::milliseconds(std::numeric_limits<int>::max())));
}

Alarm::Alarm(Alarms &alarms, std::function<void()> ring)
    : m_alarms(alarms)
    , m_ring(std::move(ring))
{
}

void Alarm::start(std::chrono::milliseconds wait)
{
    stop();
    m_alarms.add(m_alarms.now() + std::max(wait, std::chrono::milliseconds(0)), this);
}

void Alarm::stop()
{
    if (isRunning())
        m_alarms.remove(this);
}

const Clock &Clock::system()
{
    static const Clock clock;
    return clock;
}

} // namespace qcc
