#include "core/base/filelock.h"

#include <sys/file.h>

#include <cerrno>

namespace qcc {

FileLock::Outcome FileLock::tryLock(int descriptor)
{
    int result = -1;
    do
        result = ::flock(descriptor, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    return result != 0 && errno == EWOULDBLOCK ? Outcome::Busy : Outcome::Locked;
}

} // namespace qcc
