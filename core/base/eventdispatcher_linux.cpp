#include "core/base/eventdispatcher.h"

#include "core/base/timerqueue.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QEvent>
#include <QSocketNotifier>

#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace qcc {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int eventsAtATime = 256;
/// Of the event that wakes the thread up; those of descriptors have a stamp above their number.
constexpr quint64 wakeMark = std::numeric_limits<quint64>::max();

/// By QSocketNotifier::Type: what is asked for, and what makes it ready. poll() and epoll use the same bits.
constexpr std::array<quint32, 3> asks = {EPOLLIN, EPOLLOUT, EPOLLPRI};
constexpr quint32 always = EPOLLHUP | EPOLLERR;

int makeEpoll(int wake)
{
    const int made = epoll_create1(EPOLL_CLOEXEC);
    // By its edges: each write is an event of its own, and nobody has to read.
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.u64 = wakeMark;
    if (made < 0 || epoll_ctl(made, EPOLL_CTL_ADD, wake, &event) == 0)
        return made;
    ::close(made);
    return -1;
}

class EpollDispatcher final : public QAbstractEventDispatcher
{
public:
    /// Takes over both descriptors.
    EpollDispatcher(int epoll, int wake) : m_epoll(epoll), m_wake(wake) { }
    ~EpollDispatcher() override
    {
        ::close(m_epoll);
        ::close(m_wake);
    }
    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;
    void registerTimer(int id, qint64 interval, Qt::TimerType type, QObject *object) override;
    bool unregisterTimer(int id) override { return m_timers.remove(id); }
    bool unregisterTimers(QObject *object) override { return m_timers.removeAllOf(object); }
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int id) override { return TimerQueue::millisecondsUntil(m_timers.due(id), Clock::now()); }
    void wakeUp() override;
    void interrupt() override
    {
        m_interrupted = true;
        wakeUp();
    }

private:
    enum State { Running, Sleeping, Woken };
    /// A descriptor with its notifiers, by their type.
    struct Watched {
        std::array<QSocketNotifier *, 3> notifiers{};
        quint32 asked = 0; ///< What epoll was asked for; 0: it does not know the descriptor.
        quint32 stamp = 0; ///< Of what epoll was told. Descriptors are used again.
        quint8 fresh = 0;  ///< Types that were enabled since then.
        quint8 ready = 0;  ///< Types that are in m_ready.
        quint8 turns = 0;  ///< In which it was ready, over and over.
        bool changed = false; ///< Is in m_changed.
        bool polled = false;  ///< Is in m_polled.

        quint32 wanted() const { return (notifiers[0] ? asks[0] : 0) | (notifiers[1] ? asks[1] : 0) | (notifiers[2] ? asks[2] : 0); }
    };
    struct Ready {
        int descriptor;
        size_t type;
    };

    Watched &watchedAt(int descriptor) { return m_watched[static_cast<size_t>(descriptor)]; }
    void noteChange(int descriptor, Watched &watched)
    {
        if (!std::exchange(watched.changed, true))
            m_changed.push_back(descriptor);
    }
    void tellKernel();
    void ask(int descriptor, Watched &watched);
    void startOver();
    bool wait(bool mayWait, bool withNotifiers, bool withTimers);
    int lookAtAll(int timeout);
    int pollOthers(int timeout);
    void markReady(int descriptor, Watched &watched, quint32 events);
    bool tellNotifiers();
    bool tellTimers();

    int m_epoll;
    const int m_wake;
    std::atomic<State> m_state = Running;
    std::atomic<bool> m_interrupted = false;
    std::atomic<pthread_t> m_thread{}; ///< That runs it.
    std::atomic<bool> m_wokenByUs = false; ///< By that thread itself, which was awake.
    std::vector<Watched> m_watched; ///< By descriptor: the system numbers them from the lowest free one.
    std::vector<int> m_changed; ///< Descriptors of which epoll is not told yet.
    std::vector<int> m_polled;  ///< Those that epoll does not take.
    std::vector<pollfd> m_polls;
    std::vector<Ready> m_ready; ///< Who is to be told; a nested event loop goes on with it.
    size_t m_told = 0;          ///< Of m_ready.
    quint32 m_stamp = 0;
    bool m_haunted = false; ///< epoll tells of a descriptor that is closed.
    TimerQueue m_timers;
};

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_interrupted = false;
    m_thread = pthread_self();
    Q_EMIT awake();
    QCoreApplication::sendPostedEvents();

    const bool withNotifiers = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    const bool withTimers = !flags.testFlag(QEventLoop::X11ExcludeTimers);
    // Whatever was posted meanwhile, or before this turn by others, has woken us.
    const bool mayWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !m_interrupted && m_state != Woken && !m_wokenByUs;
    if (mayWait)
        Q_EMIT aboutToBlock();
    if (m_interrupted)
        return false;
    tellKernel();
    bool any = wait(mayWait, withNotifiers, withTimers);
    any |= withNotifiers && tellNotifiers();
    any |= withTimers && !m_timers.isEmpty() && tellTimers();
    // What was posted here meanwhile is sent at the beginning of the next turn, which need not be a short one for that.
    m_wokenByUs = false;
    return any;
}

void EpollDispatcher::wakeUp()
{
    // Only who sleeps has to be woken by a call of the system. All that happens here may happen in a signal's handler, too.
    if (pthread_equal(m_thread, pthread_self()) && m_state != Sleeping)
        m_wokenByUs = true;
    else if (m_state.exchange(Woken) == Sleeping)
        eventfd_write(m_wake, 1);
}

/// Whether somebody woke us.
bool EpollDispatcher::wait(bool mayWait, bool withNotifiers, bool withTimers)
{
    // By itself it is looked at without edges. Before we may be woken, so that no call to wake up is swallowed.
    eventfd_t old = 0;
    if (!withNotifiers)
        eventfd_read(m_wake, &old);
    const auto left = [this, withTimers] { return withTimers ? TimerQueue::millisecondsUntil(m_timers.nextDue(), Clock::now()) : -1; };
    State running = Running;
    const bool sleeps = mayWait && left() != 0 && m_state.compare_exchange_strong(running, Sleeping) && !m_wokenByUs;
    pollfd wake{m_wake, POLLIN, 0};
    const auto look = [&](int timeout) { return withNotifiers ? lookAtAll(timeout) : ::poll(&wake, 1, timeout); };
    while (look(sleeps ? left() : 0) < 0 && errno == EINTR && sleeps) { }
    return m_state.exchange(Running) == Woken || m_wokenByUs;
}

int EpollDispatcher::lookAtAll(int timeout)
{
    if (!m_polled.empty()) {
        if (pollOthers(timeout) < 0)
            return -1;
        timeout = 0;
    }
    std::array<epoll_event, eventsAtATime> events;
    const int count = epoll_wait(m_epoll, events.data(), eventsAtATime, timeout);
    for (int i = 0; i < count; ++i) {
        const epoll_event event = events[static_cast<size_t>(i)];
        if (event.data.u64 == wakeMark)
            continue;
        const auto descriptor = static_cast<int>(event.data.u64 & 0xffffffff);
        Watched &watched = watchedAt(descriptor);
        if (watched.asked != 0 && watched.stamp == event.data.u64 >> 32)
            markReady(descriptor, watched, event.events);
        else
            m_haunted = true;
    }
    return count;
}

/// What epoll refuses is polled beside it: files, which are always ready, what is beyond the system's limits, and what is no descriptor.
int EpollDispatcher::pollOthers(int timeout)
{
    m_polls.clear();
    m_polls.push_back({m_epoll, POLLIN, 0});
    for (const int descriptor : m_polled)
        m_polls.push_back({descriptor, static_cast<short>(watchedAt(descriptor).wanted()), 0});
    const int count = ::poll(m_polls.data(), m_polls.size(), timeout);
    for (size_t i = 1; count > 0 && i < m_polls.size(); ++i) {
        const pollfd &polled = m_polls[i];
        Watched &watched = watchedAt(polled.fd);
        markReady(polled.fd, watched, static_cast<quint32>(polled.revents));
        if (!(polled.revents & POLLNVAL))
            continue;
        qWarning("QSocketNotifier: descriptor %d is none, its notifiers are disabled", polled.fd);
        for (QSocketNotifier *notifier : std::array(watched.notifiers)) {
            if (notifier)
                notifier->setEnabled(false);
        }
    }
    return count;
}

void EpollDispatcher::markReady(int descriptor, Watched &watched, quint32 events)
{
    for (size_t type = 0; type < asks.size(); ++type) {
        const auto bit = static_cast<quint8>(1 << type);
        if (!watched.notifiers[type] || !(events & (asks[type] | always)) || (watched.ready & bit))
            continue;
        watched.ready |= bit;
        m_ready.push_back({descriptor, type});
    }
    // One that was closed under its notifiers, and of which another handle lives, is reported for ever: have epoll asked anew once in a while.
    if (++watched.turns == 0 && !watched.polled) {
        watched.fresh = 0xff;
        noteChange(descriptor, watched);
    }
}

bool EpollDispatcher::tellNotifiers()
{
    bool any = false;
    while (m_told < m_ready.size()) {
        const Ready next = m_ready[m_told++];
        const auto bit = static_cast<quint8>(1 << next.type);
        Watched &watched = watchedAt(next.descriptor);
        if (!(watched.ready & bit))
            continue; // disabled since
        watched.ready &= static_cast<quint8>(~bit);
        QEvent event(QEvent::SockAct);
        QCoreApplication::sendEvent(watched.notifiers[next.type], &event);
        any = true;
    }
    m_ready.clear();
    m_told = 0;
    return any;
}

bool EpollDispatcher::tellTimers()
{
    bool any = false;
    const TimerQueue::Round round = m_timers.begin(Clock::now());
    while (const std::optional<TimerQueue::Fired> fired = m_timers.take(round)) {
        QTimerEvent event(fired->id);
        QCoreApplication::sendEvent(fired->object, &event);
        m_timers.landed(*fired);
        // As Qt counts: with those that are always due nobody would ever be done.
        any |= !fired->isZero;
    }
    return any;
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    const int descriptor = static_cast<int>(notifier->socket());
    const auto type = static_cast<size_t>(notifier->type());
    const auto bit = static_cast<quint8>(1 << type);
    if (descriptor < 0)
        return;
    if (descriptor >= std::ssize(m_watched))
        m_watched.resize(static_cast<size_t>(descriptor) + 1);
    Watched &watched = watchedAt(descriptor);
    if (watched.notifiers[type]) {
        qWarning("QSocketNotifier: a second one of the same type for descriptor %d replaces the first", descriptor);
        watched.ready &= static_cast<quint8>(~bit);
    }
    watched.notifiers[type] = notifier;
    // Even where it wants what the last one wanted: that may have been for another file by the same number, which is closed.
    watched.fresh |= bit;
    noteChange(descriptor, watched);
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    const int descriptor = static_cast<int>(notifier->socket());
    const auto type = static_cast<size_t>(notifier->type());
    const auto kept = static_cast<quint8>(~(1 << type));
    if (descriptor < 0 || descriptor >= std::ssize(m_watched) || watchedAt(descriptor).notifiers[type] != notifier)
        return;
    Watched &watched = watchedAt(descriptor);
    watched.notifiers[type] = nullptr;
    watched.ready &= kept;
    watched.fresh &= kept;
    if (watched.wanted() != 0)
        return noteChange(descriptor, watched);
    // At once: when it is closed and another handle of the same file lives on, epoll goes on telling of it, and cannot be told to stop.
    if (watched.asked != 0)
        epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    if (watched.polled)
        std::erase(m_polled, descriptor);
    watched = {.changed = watched.changed};
}

/// Once a turn: who writes what the socket takes at once enables and disables in between.
void EpollDispatcher::tellKernel()
{
    if (std::exchange(m_haunted, false))
        startOver();
    for (const int descriptor : m_changed) {
        Watched &watched = watchedAt(descriptor);
        const bool isFresh = std::exchange(watched.fresh, quint8(0)) != 0;
        watched.changed = false;
        if (watched.wanted() != 0 && !watched.polled && (isFresh || watched.wanted() != watched.asked))
            ask(descriptor, watched);
    }
    m_changed.clear();
}

void EpollDispatcher::ask(int descriptor, Watched &watched)
{
    const quint32 wanted = watched.wanted();
    const auto tell = [this, descriptor, &watched, wanted](int operation) {
        epoll_event event{};
        event.events = wanted;
        event.data.u64 = quint64(watched.stamp) << 32 | static_cast<quint32>(descriptor);
        return epoll_ctl(m_epoll, operation, descriptor, &event) == 0;
    };
    const bool isKnown = watched.asked != 0 && tell(EPOLL_CTL_MOD);
    if (!isKnown)
        watched.stamp = ++m_stamp;
    // It is there already where the same file has come back to the same number.
    const bool isTaken = isKnown || tell(EPOLL_CTL_ADD) || (errno == EEXIST && tell(EPOLL_CTL_MOD));
    watched.asked = isTaken ? wanted : 0;
    watched.polled = !isTaken;
    if (!isTaken)
        m_polled.push_back(descriptor);
}

/// The only way to get rid of a file that was closed before its notifiers were disabled while another handle of it lives. Where there is no
/// descriptor for it, the next event of the file makes us try again.
void EpollDispatcher::startOver()
{
    const int fresh = makeEpoll(m_wake);
    if (fresh < 0)
        return;
    ::close(m_epoll);
    m_epoll = fresh;
    for (int descriptor = 0; descriptor < std::ssize(m_watched); ++descriptor) {
        if (std::exchange(watchedAt(descriptor).asked, 0u) != 0)
            noteChange(descriptor, watchedAt(descriptor));
    }
}

void EpollDispatcher::registerTimer(int id, qint64 interval, Qt::TimerType type, QObject *object)
{
    if (id < 1 || interval < 0 || !object) {
        qWarning("QAbstractEventDispatcher: an invalid timer is not started");
        return;
    }
    m_timers.remove(id);
    m_timers.add({id, object, TimerQueue::Milliseconds(interval), type}, Clock::now());
}

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    QList<TimerInfo> timers;
    m_timers.forEach([object, &timers](const TimerQueue::Timer &timer) {
        if (timer.object == object)
            timers.append(TimerInfo(timer.id, TimerQueue::asInt(timer.interval), timer.type));
    });
    return timers;
}

} // namespace

std::unique_ptr<QAbstractEventDispatcher> makeEventDispatcher()
{
    const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const int epoll = wake >= 0 ? makeEpoll(wake) : -1;
    if (epoll >= 0)
        return std::make_unique<EpollDispatcher>(epoll, wake);
    if (wake >= 0)
        ::close(wake);
    return nullptr;
}

} // namespace qcc
