#include "core/front/peeruser_unix.h"

#include "core/base/username_unix.h"

#include <unistd.h>

namespace qcc {

PeerUser peerUserOf(uid_t user)
{
    if (user == geteuid())
        return {PeerUser::Kind::Ours, {}};
    if (user == 0)
        return {PeerUser::Kind::Root, {}};
    return {PeerUser::Kind::Other, userName(user)};
}

} // namespace qcc
