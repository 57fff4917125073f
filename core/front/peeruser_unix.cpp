#include "core/front/peeruser.h"

#include "core/base/userplaces.h"

#include <unistd.h>

namespace qcc {

PeerUser peerUserOf(quint32 user)
{
    if (user == geteuid())
        return {PeerUser::Kind::Ours, {}};
    if (user == 0)
        return {PeerUser::Kind::Root, {}};
    return {PeerUser::Kind::Other, userName(user)};
}

} // namespace qcc
