#include "core/base/userplaces.h"

#include <QDir>
#include <QFile>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace qcc {

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

} // namespace qcc
