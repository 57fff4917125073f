#include "core/upstream/tcpstate.h"

// Not netinet/tcp.h, whose tcp_info ends before the bytes that are acknowledged; they cannot both be included.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>

namespace qcc {

std::optional<TcpState> tcpState(qintptr descriptor)
{
    // Source: Linux, include/net/tcp_states.h.
    constexpr auto closed = 7;
    constexpr auto closeWait = 8;
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(static_cast<int>(descriptor), IPPROTO_TCP, TCP_INFO, &info, &size) != 0
        || size < offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked)
        return std::nullopt;
    return TcpState{info.tcpi_state == closeWait, info.tcpi_state == closed, info.tcpi_bytes_acked};
}

} // namespace qcc
