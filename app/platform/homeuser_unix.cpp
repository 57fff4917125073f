#include "app/platform/homeuser.h"

#include <QFile>
#include <QFileInfo>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif

#include <array>

namespace qcc::platform {

void becomeUserOf(const QString &home)
{
    if (::geteuid() != 0)
        return;
    struct stat facts{};
    QString place = home;
    while (::stat(QFile::encodeName(place).constData(), &facts) != 0) {
        const QString above = QFileInfo(place).path();
        if (above == place)
            return;
        place = above;
    }
    if (facts.st_uid == 0)
        return;
    std::array<char, 16384> space;
    passwd entry{};
    passwd *user = nullptr;
    getpwuid_r(facts.st_uid, &entry, space.data(), space.size(), &user);
    const gid_t group = user ? user->pw_gid : facts.st_gid;
    const int groups = user ? ::initgroups(user->pw_name, group) : ::setgroups(1, &group);
    if (groups != 0 || ::setgid(group) != 0 || ::setuid(facts.st_uid) != 0)
        return;
#ifdef Q_OS_LINUX
    // Else /proc/self is root's, and with it the look-up of whose a connection is.
    ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
#endif
}

} // namespace qcc::platform
