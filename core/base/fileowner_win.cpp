#include "core/base/fileowner.h"

#include <QFileInfo>

namespace qcc {

std::optional<FileOwner> ownerOf(const QString &path, Links links)
{
    const QFileInfo info(path);
    const bool isLink = links == Links::AsTheyAre && info.isSymLink();
    if (!isLink && !info.exists())
        return std::nullopt;
    return FileOwner{.isLink = isLink};
}

std::optional<FileOwner> ownerOf(const QFile &)
{
    return FileOwner{};
}

} // namespace qcc
