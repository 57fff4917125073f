#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/epoll.h>

namespace qcc::bench {

/// Raises the soft descriptor limit to the hard one: a thousand streams need more than Debian's 1024.
void raiseDescriptorLimit();

sockaddr_in loopback(std::uint16_t port);

/// A non-blocking socket bound to 127.0.0.1; `port` 0 lets the system choose and is filled in. Errors: -1, with errno.
int bindOnLoopback(std::uint16_t &port);

/// Begins a non-blocking connect. Errors: -1, with errno.
int beginConnect(const sockaddr_in &address);

/// Closes with a reset instead of an orderly end.
void closeWithReset(int descriptor);

/// Nothing on a benchmarked path may wait for Nagle.
void setNoDelay(int descriptor);

/// Epoll, level-triggered, with the descriptor as the event's data.
class Poller
{
public:
    Poller();
    ~Poller();
    Poller(const Poller &) = delete;
    Poller &operator=(const Poller &) = delete;

    void add(int descriptor, std::uint32_t events);
    void change(int descriptor, std::uint32_t events);
    /// Waits at most `timeoutMs`. Lifetime: the span is valid until the next call.
    std::span<const epoll_event> wait(int timeoutMs);

private:
    void control(int operation, int descriptor, std::uint32_t events);

    int m_epoll = -1;
    std::vector<epoll_event> m_events;
};

} // namespace qcc::bench
