#include "tests/bench/listener.h"

#include "tests/bench/sockets.h"

#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace qcc::bench {

namespace {

void closeIfOpen(int &descriptor)
{
    if (descriptor >= 0)
        close(descriptor);
    descriptor = -1;
}

} // namespace

Listener::~Listener()
{
    for (const int filler : m_fillers)
        close(filler);
    closeIfOpen(m_listening);
    closeIfOpen(m_reserving);
}

Listener::Listener(Listener &&other) noexcept
    : m_reserving(std::exchange(other.m_reserving, -1))
    , m_listening(std::exchange(other.m_listening, -1))
    , m_port(other.m_port)
    , m_fillers(std::exchange(other.m_fillers, {}))
{
}

bool Listener::reserve(std::uint16_t port)
{
    // A bound socket beside the listening one: otherwise any outgoing connection could get the port in the moments in
    // which nobody listens.
    m_port = port;
    m_reserving = bindOnLoopback(m_port);
    return m_reserving >= 0;
}

bool Listener::listen()
{
    m_listening = bindOnLoopback(m_port);
    if (m_listening >= 0 && ::listen(m_listening, 4096) != 0)
        closeIfOpen(m_listening);
    return m_listening >= 0;
}

void Listener::refuse()
{
    closeIfOpen(m_listening);
}

bool Listener::swallow()
{
    constexpr std::size_t enoughForAnEmptyLine = 8;
    m_listening = bindOnLoopback(m_port);
    if (m_listening < 0 || ::listen(m_listening, 0) != 0)
        return false;
    const sockaddr_in address = loopback(m_port);
    for (std::size_t i = 0; i < enoughForAnEmptyLine; ++i) {
        const int filler = beginConnect(address);
        if (filler < 0)
            return false;
        m_fillers.push_back(filler);
    }
    // The first that does not get in proves that nobody else will.
    for (const int filler : m_fillers) {
        pollfd waiting{filler, POLLOUT, 0};
        if (poll(&waiting, 1, 200) == 0)
            return true;
    }
    return false;
}

} // namespace qcc::bench
