#include "core/service/descriptorlimit.h"

#include <sys/resource.h>

#include <algorithm>

namespace qcc {

int raiseDescriptorLimit()
{
    rlimit limit{};
    // macOS refuses more than this whatever the hard limit says.
    constexpr rlim_t enough = 65536;
    constexpr rlim_t macsMost = 10240;
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return macsMost;
    for (const rlim_t wanted : {enough, macsMost}) {
        const rlim_t allowed = limit.rlim_max == RLIM_INFINITY ? wanted : std::min(limit.rlim_max, wanted);
        if (limit.rlim_cur >= allowed)
            break;
        const rlimit raised{allowed, limit.rlim_max};
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
            return static_cast<int>(allowed);
    }
    return static_cast<int>(std::min(limit.rlim_cur, enough));
}

} // namespace qcc
