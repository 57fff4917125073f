#pragma once

#include <cstdint>
#include <vector>

namespace qcc::bench {

/// One port on 127.0.0.1 that may listen, refuse, or swallow connections, and stays this process's all the while.
class Listener
{
public:
    Listener() = default;
    ~Listener();
    Listener(Listener &&other) noexcept;
    Listener &operator=(Listener &&) = delete;

    /// Takes `port` (0: the system chooses) without listening: connections are refused.
    /// Errors: false, with errno.
    bool reserve(std::uint16_t port);
    /// Errors: false, with errno.
    bool listen();
    /// Closes the listener; connections that nobody has accepted yet are reset.
    void refuse();
    /// Listens with a line that is full for good: packets of later connections vanish. Errors: false, with errno.
    bool swallow();

    std::uint16_t port() const { return m_port; }
    /// -1 while nobody listens.
    int descriptor() const { return m_listening; }

private:
    int m_reserving = -1;
    int m_listening = -1;
    std::uint16_t m_port = 0;
    std::vector<int> m_fillers;
};

} // namespace qcc::bench
