#include "core/service/descriptorlimit.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

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
