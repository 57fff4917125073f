#pragma once

#include <cstdint>

namespace qcc::bench {

/// What a process and its descendants have used so far, from /proc.
struct ProcessUsage
{
    /// User and system time. Units: the kernel's tick, 10 ms.
    double cpuSeconds = 0;
    std::int64_t rssKb = 0;
    /// Sum of the processes' own peaks (VmHWM).
    std::int64_t peakRssKb = 0;
    int processes = 0;
};

/// Reads `pid` and its descendants (nginx and some others work in children); `processes` is 0 when there is none.
ProcessUsage usageOf(int pid);

/// CPU seconds that the whole machine has spent on processes so far, with what a hypervisor took from it.
double machineCpuSeconds();

/// CPU seconds of the calling process.
double ownCpuSeconds();

} // namespace qcc::bench
