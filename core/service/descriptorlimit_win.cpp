#include "core/service/descriptorlimit.h"

namespace qcc {

void raiseDescriptorLimit()
{
    // Windows has no such limit on sockets.
}

} // namespace qcc
