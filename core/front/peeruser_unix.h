#pragma once

#include "core/front/peeruser.h"

#include <sys/types.h>

namespace qcc {

/// Who `user` is to us; the name costs a look into the system's list of users for strangers alone.
PeerUser peerUserOf(uid_t user);

/// An IPv4 address that stands in an IPv6 one, by itself; any other as it is.
QHostAddress unmapped(const QHostAddress &address);

} // namespace qcc
