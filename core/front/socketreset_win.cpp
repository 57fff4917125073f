#include "core/front/socketreset.h"

#include <winsock2.h>

namespace qcc {

void resetOnClose(qintptr descriptor)
{
    const linger now{1, 0};
    ::setsockopt(static_cast<SOCKET>(descriptor), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char *>(&now), sizeof now);
}

void closeSocket(qintptr descriptor)
{
    ::closesocket(static_cast<SOCKET>(descriptor));
}

} // namespace qcc
