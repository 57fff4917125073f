#include "core/plane/waitingconnections.h"

#include <QSocketNotifier>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace qcc {

namespace {

/// More than any good header has, so that the reader says what is wrong with a longer one.
constexpr size_t lookAtBytes = 65 * 1024;
constexpr int eventsAtATime = 256;
/// Between a connection and its request, where room is wanted: for a client that has one, and while nobody speaks.
constexpr std::chrono::milliseconds longestMoment{1000};
constexpr std::chrono::milliseconds shortestMoment{50};

using Clock = std::chrono::steady_clock;

enum class Sight { Nothing, Begun, Whole, Gone };

/// What can be seen of a request without reading it.
Sight lookAt(int descriptor, char *space)
{
    const ssize_t got = recv(descriptor, space, lookAtBytes, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? Sight::Nothing : Sight::Gone;
    if (got == 0)
        return Sight::Gone;
    const std::string_view seen(space, static_cast<size_t>(got));
    const bool tooLong = seen.size() == lookAtBytes;
    // A line that ends with LF alone is refused by the reader.
    const size_t lf = seen.find('\n');
    const bool badLine = lf == 0 || (lf != std::string_view::npos && seen[lf - 1] != '\r');
    return tooLong || badLine || seen.find("\r\n\r\n") != std::string_view::npos ? Sight::Whole : Sight::Begun;
}

} // namespace

struct WaitingConnections::Private {
    struct Guest {
        Clock::time_point since;
        std::optional<Clock::time_point> begun; ///< When the first byte had come.
        std::list<int>::iterator place;
    };

    Exits exits;
    FixedTimeouts fixedTimeouts;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    std::unique_ptr<QSocketNotifier> notifier;
    QTimer deadlines;
    std::unordered_map<int, Guest> guests;
    std::list<int> order; ///< By arrival.
    std::unique_ptr<char[]> space = std::make_unique_for_overwrite<char[]>(lookAtBytes); ///< Most of it is never touched.
    int most = 16'384;
    std::chrono::milliseconds moment = longestMoment; ///< The shorter, the more have been silent for so long.

    void look();
    void leave(int descriptor);
    void show(int descriptor, const std::function<void(qintptr)> &exit);
    void spoke(int descriptor);
    void turnOut(int descriptor);
    /// False: nobody has been here for longer than a moment.
    bool turnOutOldest();
    void timeUp();
};

WaitingConnections::WaitingConnections(Exits exits, const FixedTimeouts &fixedTimeouts, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->exits = std::move(exits);
    d->fixedTimeouts = fixedTimeouts;
    d->notifier = std::make_unique<QSocketNotifier>(d->epoll, QSocketNotifier::Read);
    connect(d->notifier.get(), &QSocketNotifier::activated, this, [this] { d->look(); });
    // A second more or less does not matter to anybody.
    d->deadlines.setInterval(std::clamp<std::chrono::milliseconds>(fixedTimeouts.clientHead / 8, std::chrono::milliseconds(50), std::chrono::seconds(1)));
    connect(&d->deadlines, &QTimer::timeout, this, [this] { d->timeUp(); });
}

WaitingConnections::~WaitingConnections()
{
    for (const int descriptor : d->order)
        ::close(descriptor);
    d->notifier.reset();
    ::close(d->epoll);
}

void WaitingConnections::enter(qintptr descriptor)
{
    const int number = static_cast<int>(descriptor);
    const Sight sight = lookAt(number, d->space.get());
    if (sight == Sight::Whole)
        return d->exits.ready(descriptor);
    if (sight == Sight::Gone) {
        ::close(number);
        return;
    }
    // Edge-triggered: what has been seen and is still incomplete must not wake us again.
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
    wanted.data.fd = number;
    if (epoll_ctl(d->epoll, EPOLL_CTL_ADD, number, &wanted) != 0)
        return d->exits.ready(descriptor);
    const auto now = Clock::now();
    d->order.push_back(number);
    d->guests.emplace(number, Private::Guest{now, sight == Sight::Begun ? std::optional(now) : std::nullopt, std::prev(d->order.end())});
    if (static_cast<int>(d->guests.size()) > d->most)
        d->turnOutOldest();
    if (!d->deadlines.isActive())
        d->deadlines.start();
}

int WaitingConnections::waiting() const
{
    return static_cast<int>(d->guests.size());
}

void WaitingConnections::makeRoom()
{
    bool any = false;
    for (size_t half = (d->guests.size() + 1) / 2; half > 0 && d->turnOutOldest(); --half)
        any = true;
    if (any)
        d->moment = std::max(d->moment / 2, shortestMoment);
}

void WaitingConnections::setMost(int most)
{
    d->most = most;
}

void WaitingConnections::Private::look()
{
    std::array<epoll_event, eventsAtATime> events;
    const int count = epoll_wait(epoll, events.data(), eventsAtATime, 0);
    for (int i = 0; i < count; ++i) {
        const int descriptor = events[static_cast<size_t>(i)].data.fd;
        const auto found = guests.find(descriptor);
        if (found == guests.end())
            continue;
        Sight sight = lookAt(descriptor, space.get());
        const bool ended = (events[static_cast<size_t>(i)].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
        if (ended && sight != Sight::Whole)
            sight = Sight::Gone;
        if (sight == Sight::Begun && !found->second.begun)
            found->second.begun = Clock::now();
        else if (sight == Sight::Whole)
            spoke(descriptor);
        else if (sight == Sight::Gone)
            turnOut(descriptor);
    }
}

void WaitingConnections::Private::leave(int descriptor)
{
    const auto found = guests.find(descriptor);
    order.erase(found->second.place);
    guests.erase(found);
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    if (guests.empty())
        deadlines.stop();
}

void WaitingConnections::Private::show(int descriptor, const std::function<void(qintptr)> &exit)
{
    leave(descriptor);
    exit(descriptor);
}

void WaitingConnections::Private::spoke(int descriptor)
{
    moment = std::min(moment * 2, longestMoment);
    show(descriptor, exits.ready);
}

void WaitingConnections::Private::turnOut(int descriptor)
{
    leave(descriptor);
    ::close(descriptor);
}

bool WaitingConnections::Private::turnOutOldest()
{
    if (order.empty() || Clock::now() - guests.at(order.front()).since < moment)
        return false;
    turnOut(order.front());
    return true;
}

void WaitingConnections::Private::timeUp()
{
    const auto now = Clock::now();
    const std::list<int> all = order;
    for (const int descriptor : all) {
        const Guest &guest = guests.at(descriptor);
        if (guest.begun && now - *guest.begun >= fixedTimeouts.clientHead)
            show(descriptor, exits.late);
        else if (!guest.begun && now - guest.since >= fixedTimeouts.clientFirstByte)
            turnOut(descriptor);
    }
}

} // namespace qcc
