#include "tests/bench/processusage.h"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace qcc::bench {

namespace {

void addUsage(int pid, ProcessUsage &sum)
{
    const std::string folder = "/proc/" + std::to_string(pid);
    std::ifstream stat(folder + "/stat");
    const std::string line{std::istreambuf_iterator<char>(stat), {}};
    // The name may hold spaces and brackets; the fields are counted from its last bracket. Source: proc(5).
    const std::size_t afterName = line.rfind(')');
    if (afterName == std::string::npos)
        return;
    std::istringstream fields(line.substr(afterName + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        fields >> skipped;
    std::int64_t user = 0;
    std::int64_t system = 0;
    fields >> user >> system;
    ++sum.processes;
    sum.cpuSeconds += static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));

    std::ifstream status(folder + "/status");
    for (std::string row; std::getline(status, row);) {
        std::istringstream parts(row);
        std::string name;
        std::int64_t value = 0;
        parts >> name >> value;
        if (name == "VmRSS:")
            sum.rssKb += value;
        else if (name == "VmHWM:")
            sum.peakRssKb += value;
    }

    std::ifstream children(folder + "/task/" + std::to_string(pid) + "/children");
    for (int child = 0; children >> child;)
        addUsage(child, sum);
}

double seconds(const timeval &time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

} // namespace

ProcessUsage usageOf(int pid)
{
    ProcessUsage sum;
    addUsage(pid, sum);
    return sum;
}

double machineCpuSeconds()
{
    std::ifstream stat("/proc/stat");
    std::string name;
    std::int64_t user = 0;
    std::int64_t nice = 0;
    std::int64_t system = 0;
    std::int64_t skipped = 0;
    std::int64_t steal = 0;
    stat >> name >> user >> nice >> system >> skipped >> skipped >> skipped >> skipped >> steal;
    return static_cast<double>(user + nice + system + steal) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double ownCpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace qcc::bench
