#include "core/base/systemresources.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <limits>

namespace qcc {

char *MemoryBlock::takePages(qsizetype size)
{
    const auto length = static_cast<std::size_t>(size);
    void *pages = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return nullptr;
#ifdef MADV_NOHUGEPAGE
    // Else the first byte of a body that never comes would cost two megabytes.
    ::madvise(pages, length, MADV_NOHUGEPAGE);
#endif
    return static_cast<char *>(pages);
}

void MemoryBlock::giveBackPages(char *data, qsizetype size)
{
    ::munmap(data, static_cast<std::size_t>(size));
}

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

void letOthersGoFirst()
{
#ifdef __linux__
    // There it is the thread's, elsewhere the whole process's. Source: setpriority(2).
    static_cast<void>(::setpriority(PRIO_PROCESS, 0, 10));
#endif
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

BusyTime::~BusyTime()
{
    if (m_file >= 0)
        ::close(m_file);
}

void BusyTime::begin()
{
    m_file = ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
}

std::optional<std::chrono::nanoseconds> BusyTime::soFar() const
{
    // Source: Linux, Documentation/scheduler/sched-stats: time on a processor, and time waited for one.
    std::array<char, 128> text{};
    if (m_file < 0 || ::pread(m_file, text.data(), text.size() - 1, 0) <= 0)
        return std::nullopt;
    char *end = nullptr;
    const auto ran = std::strtoll(text.data(), &end, 10);
    return std::chrono::nanoseconds(ran + std::strtoll(end, nullptr, 10));
}

} // namespace qcc
