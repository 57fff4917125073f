#include "core/base/fileidentity.h"

#include <QFile>

#include <sys/stat.h>

namespace qcc {

std::optional<FileIdentity> identityOf(const QString &path)
{
    struct stat facts{};
    return ::stat(QFile::encodeName(path).constData(), &facts) == 0 ? std::optional(FileIdentity(facts.st_dev, facts.st_ino)) : std::nullopt;
}

std::optional<FileIdentity> identityOf(std::FILE *open)
{
    struct stat facts{};
    return ::fstat(::fileno(open), &facts) == 0 ? std::optional(FileIdentity(facts.st_dev, facts.st_ino)) : std::nullopt;
}

} // namespace qcc
