#include "tests/bench/sockets.h"

#include <cerrno>

#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace qcc::bench {

void raiseDescriptorLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void setNoDelay(int descriptor)
{
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int bindOnLoopback(std::uint16_t &port)
{
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return -1;
    const int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = loopback(port);
    socklen_t size = sizeof address;
    auto *raw = reinterpret_cast<sockaddr *>(&address);
    if (bind(descriptor, raw, size) != 0 || getsockname(descriptor, raw, &size) != 0) {
        const int error = errno;
        close(descriptor);
        errno = error;
        return -1;
    }
    port = ntohs(address.sin_port);
    return descriptor;
}

void closeWithReset(int descriptor)
{
    const linger now{1, 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(descriptor);
}

int beginConnect(const sockaddr_in &address)
{
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return -1;
    setNoDelay(descriptor);
    if (connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0
        && errno != EINPROGRESS) {
        const int error = errno;
        close(descriptor);
        errno = error;
        return -1;
    }
    return descriptor;
}

Poller::Poller()
    : m_epoll(epoll_create1(EPOLL_CLOEXEC))
    , m_events(1024)
{
}

Poller::~Poller()
{
    close(m_epoll);
}

void Poller::control(int operation, int descriptor, std::uint32_t events)
{
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    epoll_ctl(m_epoll, operation, descriptor, &event);
}

void Poller::add(int descriptor, std::uint32_t events)
{
    control(EPOLL_CTL_ADD, descriptor, events);
}

void Poller::change(int descriptor, std::uint32_t events)
{
    control(EPOLL_CTL_MOD, descriptor, events);
}

std::span<const epoll_event> Poller::wait(int timeoutMs)
{
    const int count = epoll_wait(m_epoll, m_events.data(), static_cast<int>(m_events.size()), timeoutMs);
    return std::span(m_events.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
}

} // namespace qcc::bench
