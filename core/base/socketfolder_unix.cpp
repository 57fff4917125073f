#include "core/base/socketfolder.h"

#include <QFile>
#include <QHash>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>

namespace qcc {

namespace {

/// What the system answers where the file system has no sockets, or none that can be closed to others. Source: bind(2), mknod(2).
bool meansNoSockets(int error)
{
    return error == EPERM || error == EOPNOTSUPP || error == ENOSYS || error == EINVAL || error == EPROTO;
}

bool tryOut(const QString &folder)
{
    const QByteArray path = QFile::encodeName(QStringLiteral("%1/.try%2").arg(folder).arg(::getpid()));
    sockaddr_un address{};
    if (static_cast<size_t>(path.size()) >= sizeof address.sun_path)
        return true;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(), static_cast<size_t>(path.size()));
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return true;
    const bool made = ::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    const bool works = made && ::chmod(path.constData(), S_IRUSR | S_IWUSR) == 0;
    const int error = errno;
    ::close(descriptor);
    if (made)
        ::unlink(path.constData());
    return works || !meansNoSockets(error);
}

} // namespace

bool takesSockets(const QString &folder)
{
    static std::mutex mutex;
    static QHash<QString, bool> known;
    const std::lock_guard lock(mutex);
    const auto found = known.constFind(folder);
    return found != known.cend() ? *found : *known.insert(folder, tryOut(folder));
}

} // namespace qcc
