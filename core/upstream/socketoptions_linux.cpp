#include "core/upstream/socketoptions.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

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

} // namespace qcc
