#include "app/platform/process.h"

#include <QFile>
#include <QFileInfo>

#include <grp.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iostream>
#include <string>

#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif

namespace qcc::platform {

bool isTerminal(std::FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

int terminalWidth(std::FILE *stream)
{
    winsize size{};
    return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void prepareConsole() { }

QByteArray readSecretLine()
{
    termios before{};
    const bool typed = tcgetattr(STDIN_FILENO, &before) == 0;
    if (typed) {
        termios silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    std::string line;
    std::getline(std::cin, line);
    if (typed)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    while (!line.empty() && line.back() == '\r')
        line.pop_back();
    return QByteArray::fromStdString(line);
}

bool requestEnd(qint64 pid)
{
    return kill(static_cast<pid_t>(pid), SIGTERM) == 0;
}

bool forceEnd(qint64 pid)
{
    return kill(static_cast<pid_t>(pid), SIGKILL) == 0;
}

void forbidCoreDumps()
{
    // Not PR_SET_DUMPABLE: it would take /proc/self from us as well, and with it the look-up of whose a connection is.
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

void separateFromTerminal(QProcess &)
{
    // QProcess::startDetached() makes a new session here.
}

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
