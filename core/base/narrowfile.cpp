#include "core/base/narrowfile.h"

#include <QFile>

namespace qcc {

namespace {

bool isNarrow(QFileDevice::Permissions has, QFileDevice::Permissions wanted)
{
    constexpr auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup | QFileDevice::ReadOther | QFileDevice::WriteOther
        | QFileDevice::ExeOther;
    return (has & others) == 0 && (has & wanted) == wanted;
}

} // namespace

bool narrow(QFileDevice &file, QFileDevice::Permissions wanted)
{
    return isNarrow(file.permissions(), wanted) || file.setPermissions(wanted);
}

bool narrow(const QString &path, QFileDevice::Permissions wanted)
{
    return isNarrow(QFile::permissions(path), wanted) || QFile::setPermissions(path, wanted);
}

} // namespace qcc
