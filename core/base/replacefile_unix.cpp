#include "core/base/replacefile.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace qcc {

bool FileLock::open(QFile &file)
{
    const int descriptor = ::open(QFile::encodeName(file.fileName()).constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
                                  S_IRUSR | S_IWUSR);
    return descriptor >= 0 && file.open(descriptor, QIODevice::WriteOnly | QIODevice::Append, QFileDevice::AutoCloseHandle);
}

FileLock::Outcome FileLock::tryLock(int descriptor)
{
    int result = -1;
    do
        result = ::flock(descriptor, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    return result != 0 && errno == EWOULDBLOCK ? Outcome::Busy : Outcome::Locked;
}

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
