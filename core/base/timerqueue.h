#pragma once

#include "core/base/placedheap.h"

#include <QHash>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <optional>
#include <vector>

class QObject;

namespace qcc {

/// The timers of one thread by the time at which they are due, with Qt's rules for what is coarse, what comes late and what must not recurse. It
/// has no clock and calls nobody. To start and stop one costs a step in a heap, and no memory once there have been as many before.
class TimerQueue
{
public:
    using Time = std::chrono::steady_clock::time_point;
    using Milliseconds = std::chrono::milliseconds;

    struct Timer {
        int id = 0;
        QObject *object = nullptr;
        Milliseconds interval{}; ///< As it was asked for.
        Qt::TimerType type = Qt::PreciseTimer;
    };
    /// What is due by `now` was there before `first` was numbered: a timer comes once a round, whatever it starts.
    struct Round {
        Time now;
        quint64 first;
    };
    /// A timer whose object is being told.
    struct Fired {
        int id;
        QObject *object;
        bool isZero; ///< Without an interval: due in each round.
        size_t slot;
        quint64 number;
    };

    /// `id` is not in use, `interval` not negative.
    void add(const Timer &timer, Time now);
    bool remove(int id);
    bool removeAllOf(const QObject *object);
    bool isEmpty() const { return m_heap.isEmpty(); }
    /// Calls `visit(const Timer &)` for each, in no order.
    template <typename Visitor>
    void forEach(Visitor visit) const
    {
        for (size_t place = 0; place < m_heap.size(); ++place)
            visit(static_cast<const Timer &>(m_slots[m_heap[place].slot]));
    }
    std::optional<Time> due(int id) const;
    /// When somebody has to be told next, which is never one who is being told.
    std::optional<Time> nextDue() const;

    Round begin(Time now) const { return {now, m_number}; }
    /// The next that is due in this round, with its next time set: say landed() when it has been told. One that is being told already, and runs an
    /// event loop of its own, misses this time.
    std::optional<Fired> take(const Round &round);
    void landed(const Fired &fired);

    /// Where a timer may come by up to `slack` sooner or later, it comes with others: on the coarsest boundary near enough.
    static Time aligned(Time due, std::chrono::nanoseconds slack);

    static int asInt(Milliseconds time) { return static_cast<int>(std::clamp<Milliseconds::rep>(time.count(), 0, std::numeric_limits<int>::max())); }
    /// Rounded up: nobody wakes too early, to find nothing due. -1: never.
    static int millisecondsUntil(std::optional<Time> due, Time now) { return due ? asInt(std::chrono::ceil<Milliseconds>(*due - now)) : -1; }

private:
    struct Slot : Timer {
        std::chrono::nanoseconds period{};
        Qt::TimerType kept = Qt::PreciseTimer; ///< The type by which it is kept, which depends on its interval.
        size_t place = 0;                      ///< In the heap.
        quint64 number = 0;                    ///< Its own, where slots and ids are used again.
        bool inFlight = false;
    };
    struct Node {
        Time due;
        quint64 number; ///< Who was set first comes first.
        size_t slot;
        bool operator<(const Node &other) const { return due != other.due ? due < other.due : number < other.number; }
    };

    static Time nextTime(const Slot &timer, Time due, Time now);
    auto placed()
    {
        return [this](const Node &node, size_t place) { m_slots[node.slot].place = place; };
    }
    void removeSlot(size_t slot);

    std::vector<Slot> m_slots;
    std::vector<size_t> m_free; ///< Of the slots.
    PlacedHeap<Node> m_heap;
    QHash<int, size_t> m_byId;
    quint64 m_number = 0;
    int m_inFlight = 0;
};

inline void TimerQueue::add(const Timer &timer, Time now)
{
    using namespace std::chrono_literals;
    constexpr Milliseconds longest = std::chrono::hours(24 * 365 * 100); // which nanoseconds can still count
    const std::chrono::nanoseconds period = std::min(timer.interval, longest);
    Slot slot{timer};
    slot.number = ++m_number;
    slot.period = period;
    // A twentieth is below what is counted, or above a second.
    slot.kept = period <= 20ms ? Qt::PreciseTimer : timer.type == Qt::CoarseTimer && period >= 20s ? Qt::VeryCoarseTimer : timer.type;
    Time due = now + period;
    if (slot.kept == Qt::CoarseTimer) {
        due = aligned(due, period / 20);
    } else if (slot.kept == Qt::VeryCoarseTimer) {
        slot.period = std::max(std::chrono::round<std::chrono::seconds>(period), 1s);
        due = std::chrono::round<std::chrono::seconds>(now) + slot.period;
    }
    size_t place = m_slots.size();
    if (m_free.empty()) {
        m_slots.push_back(slot);
    } else {
        place = m_free.back();
        m_free.pop_back();
        m_slots[place] = slot;
    }
    m_byId.insert(timer.id, place);
    m_heap.push({due, slot.number, place}, placed());
}

inline bool TimerQueue::remove(int id)
{
    const auto found = m_byId.constFind(id);
    if (found == m_byId.constEnd())
        return false;
    removeSlot(*found);
    return true;
}

inline bool TimerQueue::removeAllOf(const QObject *object)
{
    bool any = false;
    for (size_t slot = 0; slot < m_slots.size(); ++slot) {
        if (m_slots[slot].object != object)
            continue;
        removeSlot(slot);
        any = true;
    }
    return any;
}

inline std::optional<TimerQueue::Time> TimerQueue::due(int id) const
{
    const auto found = m_byId.constFind(id);
    return found != m_byId.constEnd() ? std::optional(m_heap[m_slots[*found].place].due) : std::nullopt;
}

inline std::optional<TimerQueue::Time> TimerQueue::nextDue() const
{
    std::optional<Time> next;
    if (m_inFlight == 0 && !m_heap.isEmpty())
        next = m_heap.front().due;
    // Only a nested event loop asks while one is being told.
    for (size_t place = 0; m_inFlight > 0 && place < m_heap.size(); ++place) {
        if (!m_slots[m_heap[place].slot].inFlight && (!next || m_heap[place].due < *next))
            next = m_heap[place].due;
    }
    return next;
}

inline std::optional<TimerQueue::Fired> TimerQueue::take(const Round &round)
{
    while (!m_heap.isEmpty()) {
        const Node node = m_heap.front();
        if (node.due > round.now || node.number > round.first)
            break;
        Slot &timer = m_slots[node.slot];
        m_heap.replaceFront({nextTime(timer, node.due, round.now), ++m_number, node.slot}, placed());
        if (timer.inFlight)
            continue;
        timer.inFlight = true;
        ++m_inFlight;
        return Fired{timer.id, timer.object, timer.period.count() == 0, node.slot, timer.number};
    }
    return std::nullopt;
}

inline void TimerQueue::landed(const Fired &fired)
{
    Slot &timer = m_slots[fired.slot];
    if (timer.number != fired.number)
        return;
    timer.inFlight = false;
    --m_inFlight;
}

inline TimerQueue::Time TimerQueue::aligned(Time due, std::chrono::nanoseconds slack)
{
    for (const int boundary : std::array{1000, 500, 250, 100, 50, 25, 10, 5, 2}) {
        const std::chrono::nanoseconds step = Milliseconds(boundary);
        const Time near((due.time_since_epoch() + step / 2) / step * step);
        if (std::chrono::abs(near - due) <= slack)
            return near;
    }
    return due;
}

/// One that is late has missed those times, and goes on from now.
inline TimerQueue::Time TimerQueue::nextTime(const Slot &timer, Time due, Time now)
{
    const Time next = due + timer.period;
    if (timer.kept == Qt::VeryCoarseTimer)
        return next > now ? next : std::chrono::floor<std::chrono::seconds>(now) + timer.period;
    const Time exact = next < now ? now + timer.period : next;
    if (timer.kept == Qt::PreciseTimer)
        return exact;
    const Time coarse = aligned(exact, timer.period / 20);
    return coarse < now ? coarse + timer.period : coarse;
}

inline void TimerQueue::removeSlot(size_t slot)
{
    Slot &timer = m_slots[slot];
    const size_t place = timer.place;
    if (timer.inFlight)
        --m_inFlight;
    m_byId.remove(timer.id);
    timer = {};
    m_free.push_back(slot);
    m_heap.remove(place, placed());
}

} // namespace qcc
