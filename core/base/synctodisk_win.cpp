#include "core/base/synctodisk.h"

#include <cerrno>
#include <cstring>

#include <io.h>

namespace qcc {

QString syncToDisk(int descriptor)
{
    return ::_commit(descriptor) == 0 ? QString() : QString::fromLocal8Bit(std::strerror(errno));
}

} // namespace qcc
