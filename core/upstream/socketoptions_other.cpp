#include "core/upstream/socketoptions.h"

namespace qcc {

void watchForDeadPeer(qintptr) { }

} // namespace qcc
