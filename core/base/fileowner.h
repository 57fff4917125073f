#pragma once

#include <QString>

#include <optional>

class QFile;

namespace qcc {

/// Who has a say about a file or a folder.
struct FileOwner {
    bool isLink = false;
    bool isOurs = true;
    QString name = {};           ///< Of another owner; the number where it has no name.
    bool isRoots = false;        ///< The system's, which may do everything anyway.
    bool isSticky = false;       ///< A folder in which each may remove what is his alone.
    bool othersMayWrite = false; ///< Everybody, or a group that is not this user's private one.
};

enum class Links { AsTheyAre, Followed };

/// Nothing where there is no such file. On systems whose files have no owner in this sense all are ours.
std::optional<FileOwner> ownerOf(const QString &path, Links links);
/// Of an open file, whatever has taken its name since.
std::optional<FileOwner> ownerOf(const QFile &open);

} // namespace qcc
