#include "core/base/descriptorlimit.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

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

int descriptorLimit()
{
    rlimit limit{};
    constexpr rlim_t most = std::numeric_limits<int>::max();
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<int>(std::min(limit.rlim_cur, most)) : std::numeric_limits<int>::max();
}

int descriptorsLeft()
{
    // Source: POSIX, File Descriptor Allocation: every new one is the lowest that is free.
    const int lowest = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    if (lowest < 0)
        return errno == EMFILE ? 0 : descriptorLimit(); // a process without stderr is counted at its next accept
    ::close(lowest);
    return descriptorLimit() - lowest;
}

} // namespace qcc
