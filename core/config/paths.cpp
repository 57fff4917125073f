#include "core/config/paths.h"

#include "core/base/files.h"
#include "core/base/userplaces.h"
#include "core/config/homeowner.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

namespace qcc {

namespace {

QString shortHash(const QString &text)
{
    return QString::fromLatin1(
        QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex().first(16));
}

/// What a shell would have made of it: unit files, crontabs and Dockerfiles have none.
QString withHome(const QString &path)
{
    for (const QLatin1String word : {QLatin1String("~"), QLatin1String("$HOME"), QLatin1String("${HOME}")}) {
        if (path == word || path.startsWith(word + QLatin1Char('/')))
            return homeFolder() + path.mid(word.size());
    }
    if (path.startsWith(QLatin1Char('~'))) {
        const qsizetype end = path.contains(QLatin1Char('/')) ? path.indexOf(QLatin1Char('/')) : path.size();
        if (const std::optional<QString> theirs = homeFolderOf(path.mid(1, end - 1)))
            return *theirs + path.mid(end);
    }
    return path;
}

} // namespace

Paths Paths::fromEnvironment()
{
    const QString home = qEnvironmentVariable("QCC_HOME");
    return Paths(QDir::cleanPath(home.isEmpty() ? homeFolder() + QStringLiteral("/.fastcc") : QDir().absoluteFilePath(withHome(home))));
}

QString Paths::controlSocket() const
{
    return socketNamed(QStringLiteral("control"));
}

QString Paths::traySocket() const
{
    return socketNamed(QStringLiteral("tray"));
}

QString Paths::socketNamed(const QString &name) const
{
    // The proxy's own is named by the home alone, so that programs of other versions find it.
    const QString suffix = name == QStringLiteral("control") ? QString() : QLatin1Char('-') + name;
#ifdef Q_OS_WIN
    return QStringLiteral("qcc-") + shortHash(m_home + QDir::homePath()) + suffix;
#else
    // sun_path holds 104 bytes on macOS and 108 on Linux, the final zero included.
    constexpr qsizetype longestPath = 103;
    const QString inHome = QStringLiteral("%1/%2.sock").arg(m_home, name);
    if (QFile::encodeName(inHome).size() <= longestPath && takesSockets(m_home))
        return inHome;
    // Where there is none that is this user's alone, the one in home, of which the system tells why it cannot be.
    const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    if (runtime.isEmpty())
        return inHome;
    return runtime + QStringLiteral("/qcc-") + shortHash(m_home) + suffix + QStringLiteral(".sock");
#endif
}

QString Paths::ensureHome() const
{
    constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    if (const QString problem = closedProblem(m_home + QStringLiteral("/config.json"), m_home); !problem.isEmpty())
        return problem;
    const QFileInfo home(m_home);
    if (home.exists() && !home.isDir())
        return QStringLiteral("%1 is a file, but qcc needs a folder of that name.").arg(m_home);
    if (!home.exists()) {
        const bool created = QDir().mkpath(home.absolutePath()) && QDir().mkdir(m_home, ownerOnly);
        // Another qcc may have made it in the meantime.
        if (!created && !QFileInfo(m_home).isDir())
            return cannotBeMade(m_home);
    }
    if (const QString problem = homeOwnerProblem(m_home); !problem.isEmpty())
        return problem;
    if (!QFileInfo(m_home).isWritable())
        return QStringLiteral("The folder %1 cannot be written to.").arg(m_home)
            + (QFileInfo(m_home).permission(QFile::WriteOwner) ? QString() : QStringLiteral(" Open it for yourself: chmod u+rwx %1").arg(m_home));
    if (!narrow(m_home, ownerOnly))
        return QStringLiteral("The permissions of %1 cannot be narrowed to its owner.").arg(m_home);
    return {};
}

} // namespace qcc
