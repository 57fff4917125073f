#include "core/upstream/closeprobe.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace qcc {

CloseProbe::CloseProbe(qintptr descriptor) : m_handle(::fcntl(static_cast<int>(descriptor), F_DUPFD_CLOEXEC, 0)) { }

CloseProbe::~CloseProbe()
{
    if (m_handle >= 0)
        ::close(static_cast<int>(m_handle));
}

bool CloseProbe::wasReset() const
{
    if (m_handle < 0)
        return false;
    // After a clean close the socket waits for our own close and still knows its peer; after a reset it is gone.
    sockaddr_storage peer;
    socklen_t size = sizeof peer;
    return ::getpeername(static_cast<int>(m_handle), reinterpret_cast<sockaddr *>(&peer), &size) != 0 && errno == ENOTCONN;
}

} // namespace qcc
