#include "core/config/paths.h"

#include "core/base/files.h"
#include "core/base/userplaces.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

#include <algorithm>
#include <filesystem>

namespace qcc {

using namespace Qt::StringLiterals;

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

/// Names of what qcc keeps in its home, with what it puts beside each (locks, files about to take their place, SQLite's own).
const QStringList &namesOfOurs()
{
    static const QStringList names{u"config.json*"_s, u"secret.key*"_s, u"tray.ini*"_s, u"clients.json*"_s, u"proxy.*"_s, u"demo.*"_s,
                                   u"history.db*"_s,  u"cache.json"_s,  u"body.*"_s,    u"*.sock"_s,  u"*.sock.lock"_s};
    return names;
}

/// The user's own choice may be to keep these elsewhere.
bool mayBeKeptElsewhere(const QString &name)
{
    return name == "config.json"_L1 || name == "secret.key"_L1 || name == "tray.ini"_L1 || name == "cache.json"_L1;
}

/// Replaced as a whole, so that a link in its place is not followed.
bool isReplaced(const QString &name)
{
    return name.endsWith(".pid"_L1) || name.endsWith(".new"_L1);
}

/// As a shell takes it for one word.
QString quoted(QString path)
{
    static const QRegularExpression special(u"[^A-Za-z0-9_/.,:@%+=-]"_s);
    return path.contains(special) ? u'\'' + path.replace(u'\'', "'\\''"_L1) + u'\'' : path;
}

QString makeItYours(const QString &path)
{
    return u"sudo chown -h \"$(id -un)\" "_s + quoted(path);
}

/// With all that lies there.
QString makeAllYours(const QString &folder)
{
    return u"sudo chown -hR \"$(id -un)\" "_s + quoted(folder);
}

QString belongsTo(const QString &path, const QString &owner)
{
    return u"%1 belongs to another user (%2), so that what it holds is not yours. Remove it, or make it yours: %3"_s.arg(path, owner, makeItYours(path));
}

QString closeToOthers(const QString &path)
{
    return u"chmod go-w "_s + quoted(path);
}

QString openToOthers(const QString &folder)
{
    return u"Others may write to the folder %1, so that what lies there may be anybody's. Look what is in it, and make it yours alone: chmod 700 %2"_s
        .arg(folder, quoted(folder));
}

/// Follows a link of the user's own to where it ends, as the system would, and looks at each folder and each further link on the way: whoever
/// may change one of them decides what is read and written.
class Way
{
public:
    /// `folder`, which has been looked at, holds the link `name`.
    Way(const QString &folder, const QString &name) : m_path(folder + u'/' + name), m_at(folder), m_ahead(name) { }

    /// What is wrong with it, empty: nothing, or that it leads nowhere yet.
    QString problem()
    {
        // The system itself follows forty links.
        for (int links = 0; !m_ahead.isEmpty() && links <= 40;) {
            const QString step = m_ahead.takeFirst();
            if (step == "."_L1)
                continue;
            if (step == ".."_L1) {
                m_at.truncate(std::max(qsizetype(0), m_at.lastIndexOf(u'/')));
                continue;
            }
            const QString here = m_at + u'/' + step;
            const std::optional<FileOwner> owner = ownerOf(here, Links::AsTheyAre);
            if (!owner)
                return {};
            if (const QString wrong = problemWith(here, *owner); !wrong.isEmpty())
                return wrong;
            if (owner->isLink) {
                ++links;
                const QString target = targetOf(here);
                if (target.startsWith(u'/'))
                    m_at.clear();
                m_ahead = steps(target) + m_ahead;
            } else {
                m_at = here;
            }
        }
        return {};
    }

private:
    static QStringList steps(const QString &path) { return path.split(u'/', Qt::SkipEmptyParts); }

    /// As it stands in the link: what Qt makes of it has lost its dots.
    static QString targetOf(const QString &link)
    {
        std::error_code failed;
        const std::filesystem::path target = std::filesystem::read_symlink(QFile::encodeName(link).toStdString(), failed);
        return QFile::decodeName(target.string().c_str());
    }

    QString problemWith(const QString &here, const FileOwner &owner) const
    {
        const bool end = m_ahead.isEmpty() && !owner.isLink;
        if (!owner.isOurs && (end || !owner.isRoots))
            return u"%1 leads to %2, which belongs to another user (%3). Remove the link, or make that yours: %4"_s
                .arg(m_path, here, owner.name, makeItYours(here));
        if (owner.othersMayWrite && (end || !owner.isSticky))
            return u"%1 leads to %2, which others may write to. Remove the link, or make that yours alone: %3"_s.arg(m_path, here, closeToOthers(here));
        return {};
    }

    QString m_path;
    QString m_at; ///< As far as it is known; empty is the root.
    QStringList m_ahead;
};

bool othersMayEnter(const QString &home)
{
    return (QFileInfo(home).permissions() & (QFileDevice::ExeGroup | QFileDevice::ExeOther)) != 0;
}

QString entryProblem(const QString &home, const QString &name)
{
    const QString path = home + u'/' + name;
    const std::optional<FileOwner> owner = ownerOf(path, Links::AsTheyAre);
    if (!owner)
        return {};
    if (!owner->isOurs)
        return belongsTo(path, owner->name);
    // Nobody else gets as far as a file in a folder that is closed to him.
    if (owner->othersMayWrite && othersMayEnter(home))
        return u"Others may write to %1, so that what it holds may be anybody's. Look what is in it, and make it yours alone: %2"_s
            .arg(path, closeToOthers(path));
    if (!owner->isLink || isReplaced(name))
        return {};
    if (mayBeKeptElsewhere(name))
        return Way(QFileInfo(home).canonicalFilePath(), name).problem();
    return leadsOut(path, home) ? u"%1 is a link that leads out of %2, and qcc would write there. Remove it: rm %3"_s.arg(path, home, quoted(path)) : QString();
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

bool leadsOut(const QString &path, const QString &home)
{
    const QFileInfo info(path);
    if (!info.isSymLink())
        return false;
    const QString target = info.canonicalFilePath();
    // One that leads nowhere yet leads to whatever is put there.
    return target.isEmpty() || !target.startsWith(QFileInfo(home).canonicalFilePath() + u'/');
}

QString fileOwnerProblem(const QString &path)
{
    const QFileInfo info(path);
    const QString folder = info.absolutePath();
    if (const std::optional<FileOwner> owner = ownerOf(folder, Links::Followed); owner && owner->othersMayWrite && !owner->isSticky)
        return openToOthers(folder);
    return entryProblem(folder, info.fileName());
}

QString fileOwnerProblem(const QFile &open, const QString &path)
{
    const std::optional<FileOwner> owner = ownerOf(open);
    return owner && !owner->isOurs ? belongsTo(path, owner->name) : QString();
}

QString closedProblem(const QString &path, const QString &home)
{
    const std::optional<QString> closed = closedOnTheWayTo(path);
    if (!closed)
        return {};
    const std::optional<FileOwner> owner = ownerOf(*closed, Links::Followed);
    const bool isOurs = owner && owner->isOurs;
    const QString sentence = u"What is in the folder %1 cannot be looked at: %2 is closed to you%3. "_s
                                 .arg(home, *closed == home ? u"it"_s : *closed, owner && !isOurs ? u" and belongs to another user (%1)"_s.arg(owner->name) : QString());
    if (isOurs)
        return sentence + u"Open it for yourself: chmod u+rwx %1"_s.arg(quoted(*closed));
    if (*closed == home || closed->startsWith(home + u'/'))
        return sentence + u"Make it yours: %1"_s.arg(makeAllYours(*closed));
    return sentence + u"Set QCC_HOME to a folder of your own."_s;
}

QString cannotBeMade(const QString &home)
{
    QString place = QFileInfo(home).path();
    while (!QFileInfo::exists(place) && QFileInfo(place).path() != place)
        place = QFileInfo(place).path();
    const std::optional<FileOwner> owner = ownerOf(place, Links::Followed);
    const QString whose = owner && !owner->isOurs ? u" belongs to another user (%1) and"_s.arg(owner->name) : QString();
    return u"The folder %1 cannot be created: %2%3 cannot be written to. Set QCC_HOME to a folder of your own."_s.arg(home, place, whose);
}

QString homeOwnerProblem(const QString &home)
{
    for (const Links links : {Links::AsTheyAre, Links::Followed}) {
        const std::optional<FileOwner> owner = ownerOf(home, links);
        if (owner && !owner->isOurs)
            return u"%1 %2 belongs to another user (%3). Set QCC_HOME to a folder of your own, or make this yours: %4"_s
                .arg(owner->isLink ? u"The link"_s : u"The folder"_s, home, owner->name, owner->isLink ? makeItYours(home) : makeAllYours(home));
    }
    if (const QString closed = closedProblem(home + u"/config.json"_s, home); !closed.isEmpty())
        return closed;
    const std::optional<FileOwner> owner = ownerOf(home, Links::Followed);
    if (!owner)
        return {};
    if (owner->othersMayWrite)
        return openToOthers(home);
    const QStringList names = QDir(home).entryList(namesOfOurs(), QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    for (const QString &name : names) {
        if (const QString problem = entryProblem(home, name); !problem.isEmpty())
            return problem;
    }
    return {};
}

} // namespace qcc
