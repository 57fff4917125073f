#pragma once

#include "tests/bench/load.h"
#include "tests/bench/processusage.h"

#include <optional>
#include <string>
#include <vector>

namespace qcc::bench {

/// The value below which `share` (0 to 1) of the samples lie, by nearest rank. `sorted` must be sorted and not empty.
std::int64_t percentile(const std::vector<std::int64_t> &sorted, double share);

/// What a process used between two looks.
struct UsageChange
{
    double cpuSeconds = 0;
    double cpuPercent = 0;
    ProcessUsage before;
    ProcessUsage after;
};

/// CPU seconds during the run: of the load itself, and of the whole machine, which tells whether others were at work.
struct MachineChange
{
    double clientCpuSeconds = 0;
    double cpuSeconds = 0;
};

UsageChange usageChange(const ProcessUsage &before, const ProcessUsage &after, double seconds);

/// The whole result on one line of JSON. Units: as the names say.
std::string toJson(const LoadPlan &plan, LoadResult result, const std::optional<UsageChange> &proxy,
                   const MachineChange &machine);

/// The same as a few lines for a person.
std::string toText(const LoadPlan &plan, LoadResult result, const std::optional<UsageChange> &proxy,
                   const MachineChange &machine);

std::string toJson(const UsageChange &usage);
std::string toText(const UsageChange &usage);

} // namespace qcc::bench
