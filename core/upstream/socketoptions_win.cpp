#include "core/upstream/socketoptions.h"

#include <winsock2.h>
// After winsock2.h, which it needs.
#include <mstcpip.h>

namespace qcc {

void watchForDeadPeer(qintptr descriptor)
{
    if (descriptor < 0)
        return;
    // The number of probes is fixed at ten. Source: SIO_KEEPALIVE_VALS, Windows Sockets 2.
    tcp_keepalive values{1, 15'000, 2'000};
    DWORD returned = 0;
    ::WSAIoctl(static_cast<SOCKET>(descriptor), SIO_KEEPALIVE_VALS, &values, sizeof values, nullptr, 0, &returned, nullptr, nullptr);
}

} // namespace qcc
