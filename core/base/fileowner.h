#pragma once

#include <QString>

#include <optional>

namespace qcc {

/// Who has a say about a file or a folder.
struct FileOwner {
    bool isLink = false;
    bool isOurs = true;
    QString name = {};           ///< Of another owner; the number where it has no name.
    bool othersMayWrite = false; ///< Everybody, or a group that is not this user's own.
};

enum class Links { AsTheyAre, Followed };

/// Nothing where there is no such file. On systems whose files have no owner in this sense all are ours.
std::optional<FileOwner> ownerOf(const QString &path, Links links);

} // namespace qcc
