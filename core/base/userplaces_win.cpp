#include "core/base/userplaces.h"

#include <QDir>

namespace qcc {

QString homeFolder()
{
    return QDir::homePath();
}

std::optional<QString> homeFolderOf(const QString &)
{
    return std::nullopt;
}

std::optional<QString> closedOnTheWayTo(const QString &)
{
    return std::nullopt;
}

bool takesSockets(const QString &)
{
    return true; // pipes have names of their own
}

} // namespace qcc
