#include "core/config/homeowner.h"

#include "core/base/fileowner.h"

#include <QDir>
#include <QFileInfo>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Names of what qcc keeps in its home, with what it puts beside each (locks, files about to take their place, SQLite's own).
const QStringList &namesOfOurs()
{
    static const QStringList names{u"config.json*"_s, u"secret.key*"_s, u"tray.ini*"_s, u"proxy.*"_s, u"demo.*"_s,
                                   u"history.db*"_s,  u"*.sock"_s,      u"*.sock.lock"_s};
    return names;
}

/// The user's own choice may be to keep these elsewhere.
bool mayBeKeptElsewhere(const QString &name)
{
    return name == "config.json"_L1 || name == "secret.key"_L1 || name == "tray.ini"_L1;
}

/// Replaced as a whole, so that a link in its place is not followed.
bool isReplaced(const QString &name)
{
    return name.endsWith(".pid"_L1) || name.endsWith(".new"_L1);
}

QString belongsTo(const QString &path, const QString &owner)
{
    return u"%1 belongs to another user (%2), so that what it holds is not yours. Remove it, or make it yours: chown \"$(id -un)\" %1"_s.arg(path, owner);
}

/// What a link of the user's own leads to, and the folder that holds it: whoever may write there decides what is read.
QString targetProblem(const QString &path)
{
    const QString target = QFileInfo(path).canonicalFilePath();
    const std::optional<FileOwner> file = target.isEmpty() ? std::nullopt : ownerOf(target, Links::Followed);
    if (!file)
        return {}; // it leads nowhere yet
    if (!file->isOurs)
        return u"%1 leads to %2, which belongs to another user (%3). Make it a file of your own."_s.arg(path, target, file->name);
    if (file->othersMayWrite)
        return u"%1 leads to %2, which others may write to. Make it yours alone: chmod go-w %2"_s.arg(path, target);
    return {};
}

QString entryProblem(const QString &home, const QString &name)
{
    const QString path = home + u'/' + name;
    const std::optional<FileOwner> owner = ownerOf(path, Links::AsTheyAre);
    if (!owner)
        return {};
    if (!owner->isOurs)
        return belongsTo(path, owner->name);
    if (!owner->isLink || isReplaced(name))
        return {};
    if (mayBeKeptElsewhere(name))
        return targetProblem(path);
    return leadsOut(path, home) ? u"%1 is a link that leads out of %2, and qcc would write there. Remove it."_s.arg(path, home) : QString();
}

} // namespace

bool leadsOut(const QString &path, const QString &home)
{
    const QFileInfo info(path);
    if (!info.isSymLink())
        return false;
    const QString target = info.canonicalFilePath();
    // One that leads nowhere yet leads to whatever is put there.
    return target.isEmpty() || !target.startsWith(QFileInfo(home).canonicalFilePath() + u'/');
}

QString homeOwnerProblem(const QString &home)
{
    for (const Links links : {Links::AsTheyAre, Links::Followed}) {
        const std::optional<FileOwner> owner = ownerOf(home, links);
        if (owner && !owner->isOurs)
            return u"The folder %1 belongs to another user (%2)."_s.arg(home, owner->name);
    }
    const std::optional<FileOwner> owner = ownerOf(home, Links::Followed);
    if (!owner)
        return {};
    if (owner->othersMayWrite)
        return u"Others may write to the folder %1, so that what lies there may be anybody's. Look what is in it, and make it yours alone: chmod 700 %1"_s.arg(home);
    const QStringList names = QDir(home).entryList(namesOfOurs(), QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    for (const QString &name : names) {
        if (const QString problem = entryProblem(home, name); !problem.isEmpty())
            return problem;
    }
    return {};
}

} // namespace qcc
