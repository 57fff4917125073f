#pragma once

#include "core/front/peeruser.h"

#include <sys/types.h>

namespace qcc {

/// Who `user` is to us; the name costs a look into the system's list of users for strangers alone.
PeerUser peerUserOf(uid_t user);

} // namespace qcc
