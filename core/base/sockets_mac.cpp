#include "core/base/sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

namespace qcc {

void watchForDeadPeer(qintptr descriptor)
{
    if (descriptor < 0)
        return;
    const auto set = [descriptor](int level, int option, int value) {
        ::setsockopt(static_cast<int>(descriptor), level, option, &value, sizeof value);
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPALIVE, 15);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
}

std::optional<TcpState> tcpState(qintptr)
{
    return std::nullopt;
}

std::optional<qint64> unacknowledgedBytes(qintptr)
{
    return std::nullopt;
}

bool isOurUsers(qintptr descriptor)
{
    uid_t user = 0;
    gid_t group = 0;
    return getpeereid(static_cast<int>(descriptor), &user, &group) == 0 && (user == geteuid() || user == 0);
}

} // namespace qcc
