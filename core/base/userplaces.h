#pragma once

#include <QString>

#include <optional>

namespace qcc {

/// This user's home folder: HOME's, else what the system's user database says. Source: getpwuid(3); XDG Base Directory Specification.
QString homeFolder();

/// That of another user; nothing where there is none of that name.
std::optional<QString> homeFolderOf(const QString &user);

/// The first folder on the way to `path` that this user may not enter, so that nobody can say whether `path` is there. Nothing where the way is
/// free, or ends before.
std::optional<QString> closedOnTheWayTo(const QString &path);

} // namespace qcc
