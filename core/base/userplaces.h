#pragma once

#include <QString>

#include <optional>

namespace qcc {

/// Unix: what the user with this number is called; the number where it has no name.
QString userName(quint32 user);

/// This user's home folder: HOME's, else what the system's user database says. Source: getpwuid(3); XDG Base Directory Specification.
QString homeFolder();

/// That of another user; nothing where there is none of that name.
std::optional<QString> homeFolderOf(const QString &user);

/// The first folder on the way to `path` that this user may not enter, so that nobody can say whether `path` is there. Nothing where the way is
/// free, or ends before.
std::optional<QString> closedOnTheWayTo(const QString &path);

/// Whether a local socket can be made in `folder`: file systems of other computers, of other systems and of virtual machines often take none. True
/// as well where that cannot be tried out now. Leaves nothing behind. Each folder is tried once.
bool takesSockets(const QString &folder);

} // namespace qcc
