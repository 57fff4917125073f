#include "core/service/descriptorlimit.h"

#include <sys/resource.h>

#include <algorithm>

namespace qcc {

void raiseDescriptorLimit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    // macOS refuses more than this whatever the hard limit says.
    constexpr rlim_t enough = 65536;
    const rlim_t wanted = limit.rlim_max == RLIM_INFINITY ? enough : std::min(limit.rlim_max, enough);
    if (limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        limit.rlim_cur = 10240;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

} // namespace qcc
