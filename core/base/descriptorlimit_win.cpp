#include "core/base/descriptorlimit.h"

#include <limits>

namespace qcc {

int raiseDescriptorLimit()
{
    return std::numeric_limits<int>::max(); // Windows has no such limit on sockets.
}

int descriptorLimit()
{
    return std::numeric_limits<int>::max();
}

int descriptorsLeft()
{
    return std::numeric_limits<int>::max();
}

} // namespace qcc
