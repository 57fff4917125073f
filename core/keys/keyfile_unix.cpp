#include "core/keys/keyfile.h"

#include <QFileDevice>

namespace qcc {

bool isOpenToOthers(const QFileDevice &file)
{
    constexpr auto ofOthers = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup | QFileDevice::ReadOther
        | QFileDevice::WriteOther | QFileDevice::ExeOther;
    return (file.permissions() & ofOthers) != 0;
}

} // namespace qcc
