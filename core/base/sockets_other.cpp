#include "core/base/sockets.h"

#include <sys/socket.h>
#include <unistd.h>

namespace qcc {

void watchForDeadPeer(qintptr) { }

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
    // Source: unix(7), SO_PEERCRED.
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(static_cast<int>(descriptor), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    return peer.uid == geteuid() || peer.uid == 0;
}

} // namespace qcc
