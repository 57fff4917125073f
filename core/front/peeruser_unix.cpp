#include "core/front/peeruser_unix.h"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace qcc {

namespace {

QString nameOf(uid_t user)
{
    std::array<char, 4096> space;
    passwd entry{};
    passwd *found = nullptr;
    if (getpwuid_r(user, &entry, space.data(), space.size(), &found) == 0 && found)
        return QString::fromLocal8Bit(found->pw_name);
    return QString::number(user);
}

} // namespace

PeerUser peerUserOf(uid_t user)
{
    if (user == geteuid())
        return {PeerUser::Kind::Ours, {}};
    if (user == 0)
        return {PeerUser::Kind::Root, {}};
    return {PeerUser::Kind::Other, nameOf(user)};
}

} // namespace qcc
