#include "core/base/sockets.h"

// Not netinet/tcp.h, whose tcp_info ends before the bytes that are acknowledged; they cannot both be included.
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>

namespace qcc {

void watchForDeadPeer(qintptr descriptor)
{
    if (descriptor < 0)
        return;
    const auto set = [descriptor](int level, int option, int value) {
        ::setsockopt(static_cast<int>(descriptor), level, option, &value, sizeof value);
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 15);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
    // Where it is set, it also decides when unanswered keep-alive probes end the connection. Source: tcp(7).
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
}

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

std::optional<qint64> unacknowledgedBytes(qintptr descriptor)
{
    // Source: tcp(7), SIOCOUTQ.
    int bytes = 0;
    return ::ioctl(static_cast<int>(descriptor), SIOCOUTQ, &bytes) == 0 ? std::optional<qint64>(bytes) : std::nullopt;
}

bool isOurUsers(qintptr descriptor)
{
    // Source: unix(7), SO_PEERCRED.
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(static_cast<int>(descriptor), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    return peer.uid == geteuid() || peer.uid == 0;
}

} // namespace qcc
