#include "core/base/synctodisk.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace qcc {

QString syncToDisk(int descriptor)
{
    int result = -1;
    do
        result = ::fsync(descriptor);
    while (result != 0 && errno == EINTR);
    // Some file systems know no such thing (fsync(2)).
    return result == 0 || errno == EINVAL || errno == ENOTSUP ? QString() : QString::fromLocal8Bit(std::strerror(errno));
}

} // namespace qcc
