#include "core/base/userplaces.h"

#include <QDir>
#include <QFile>
#include <QHash>

#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>

namespace qcc {

QString userName(quint32 user)
{
    std::array<char, 4096> space;
    passwd entry{};
    passwd *found = nullptr;
    if (getpwuid_r(user, &entry, space.data(), space.size(), &found) == 0 && found)
        return QString::fromLocal8Bit(found->pw_name);
    return QString::number(user);
}

QString homeFolder()
{
    if (const QString home = qEnvironmentVariable("HOME"); !home.isEmpty())
        return QDir::cleanPath(home);
    std::array<char, 16384> space;
    passwd entry{};
    passwd *user = nullptr;
    if (getpwuid_r(::geteuid(), &entry, space.data(), space.size(), &user) == 0 && user && user->pw_dir && *user->pw_dir)
        return QDir::cleanPath(QFile::decodeName(user->pw_dir));
    return QDir::homePath();
}

std::optional<QString> homeFolderOf(const QString &user)
{
    std::array<char, 16384> space;
    passwd entry{};
    passwd *found = nullptr;
    if (getpwnam_r(user.toLocal8Bit().constData(), &entry, space.data(), space.size(), &found) != 0 || !found)
        return std::nullopt;
    return QDir::cleanPath(QFile::decodeName(found->pw_dir));
}

std::optional<QString> closedOnTheWayTo(const QString &path)
{
    struct stat facts{};
    if (::lstat(QFile::encodeName(path).constData(), &facts) == 0 || errno != EACCES)
        return std::nullopt;
    for (qsizetype end = path.indexOf(QLatin1Char('/'), 1); end > 0; end = path.indexOf(QLatin1Char('/'), end + 1)) {
        const QString folder = path.left(end);
        if (::access(QFile::encodeName(folder).constData(), X_OK) != 0)
            return folder;
    }
    return std::nullopt;
}

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
