#include "core/base/username_unix.h"

#include <pwd.h>

#include <array>

namespace qcc {

QString userName(uid_t user)
{
    std::array<char, 4096> space;
    passwd entry{};
    passwd *found = nullptr;
    if (getpwuid_r(user, &entry, space.data(), space.size(), &found) == 0 && found)
        return QString::fromLocal8Bit(found->pw_name);
    return QString::number(user);
}

} // namespace qcc
