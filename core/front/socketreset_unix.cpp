#include "core/front/socketreset.h"

#include <sys/socket.h>
#include <unistd.h>

namespace qcc {

void resetOnClose(qintptr descriptor)
{
    const linger now{1, 0};
    ::setsockopt(static_cast<int>(descriptor), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void closeSocket(qintptr descriptor)
{
    ::close(static_cast<int>(descriptor));
}

} // namespace qcc
