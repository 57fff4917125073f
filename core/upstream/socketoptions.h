#pragma once

#include <QtGlobal>

namespace qcc {

/// Makes the system notice that the peer of an open TCP socket is gone without a word (a cable, a sleeping router, a lost VPN): it
/// asks after 15 s of silence, then three times in 5 s steps, and on Linux it also waits no longer than 30 s for the
/// acknowledgement of what was sent. The socket then ends with an error. Without a descriptor (-1), or where the system knows no such
/// option, nothing happens.
void watchForDeadPeer(qintptr descriptor);

} // namespace qcc
