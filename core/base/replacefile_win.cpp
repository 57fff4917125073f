#include "core/base/replacefile.h"

#include <io.h>
#include <windows.h>

#include <cerrno>
#include <cstring>

namespace qcc {

bool FileLock::open(QFile &file)
{
    return file.open(QIODevice::WriteOnly | QIODevice::Append, QFile::ReadOwner | QFile::WriteOwner);
}

FileLock::Outcome FileLock::tryLock(int descriptor)
{
    OVERLAPPED whole{};
    const HANDLE file = reinterpret_cast<HANDLE>(::_get_osfhandle(descriptor));
    if (::LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, MAXDWORD, MAXDWORD, &whole))
        return Outcome::Locked;
    return ::GetLastError() == ERROR_LOCK_VIOLATION || ::GetLastError() == ERROR_IO_PENDING ? Outcome::Busy : Outcome::Locked;
}

QString syncToDisk(int descriptor)
{
    return ::_commit(descriptor) == 0 ? QString() : QString::fromLocal8Bit(std::strerror(errno));
}

} // namespace qcc
