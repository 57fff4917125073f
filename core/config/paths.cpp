#include "core/config/paths.h"

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

} // namespace

Paths Paths::fromEnvironment()
{
    const QString home = qEnvironmentVariable("QCC_HOME");
    return Paths(QDir::cleanPath(home.isEmpty() ? QDir::homePath() + QStringLiteral("/.fastcc")
                                                : QDir().absoluteFilePath(home)));
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
    if (QFile::encodeName(inHome).size() <= longestPath)
        return inHome;
    // Where there is none that is this user's alone, the long one, of which the system tells that it is too long.
    const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    if (runtime.isEmpty())
        return inHome;
    return runtime + QStringLiteral("/qcc-") + shortHash(m_home) + suffix + QStringLiteral(".sock");
#endif
}

QString Paths::ensureHome() const
{
    constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    const QFileInfo home(m_home);
    if (home.exists() && !home.isDir())
        return QStringLiteral("%1 is a file, but qcc needs a folder of that name.").arg(m_home);
    if (!home.exists()) {
        const bool created = QDir().mkpath(home.absolutePath()) && QDir().mkdir(m_home, ownerOnly);
        // Another qcc may have made it in the meantime.
        if (!created && !QFileInfo(m_home).isDir())
            return QStringLiteral("The folder %1 cannot be created.").arg(m_home);
    }
    if (const QString problem = homeOwnerProblem(m_home); !problem.isEmpty())
        return problem;
    if (!QFileInfo(m_home).isWritable())
        return QStringLiteral("The folder %1 cannot be written to.").arg(m_home);
    if (!QFile::setPermissions(m_home, ownerOnly))
        return QStringLiteral("The permissions of %1 cannot be narrowed to its owner.").arg(m_home);
    return {};
}

} // namespace qcc
