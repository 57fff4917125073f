#include "core/front/peeruser.h"

namespace qcc {

PeerUsers::PeerUsers() = default;
PeerUsers::~PeerUsers() = default;

bool PeerUsers::works()
{
    return false;
}

std::optional<PeerUser> PeerUsers::lookUp(const PeerConnection &)
{
    return PeerUser();
}

} // namespace qcc
