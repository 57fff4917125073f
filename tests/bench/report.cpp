#include "tests/bench/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace qcc::bench {

namespace {

std::string fixed(double value, int digits)
{
    char text[48];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string milliseconds(std::int64_t ns)
{
    return fixed(static_cast<double>(ns) / 1e6, 3);
}

double toSeconds(std::int64_t ns)
{
    return static_cast<double>(ns) / 1e9;
}

std::string quantilesJson(std::vector<std::int64_t> &samples)
{
    if (samples.empty())
        return "null";
    std::sort(samples.begin(), samples.end());
    return R"({"n":)" + std::to_string(samples.size()) + R"(,"p50":)" + milliseconds(percentile(samples, 0.5))
        + R"(,"p90":)" + milliseconds(percentile(samples, 0.9)) + R"(,"p99":)" + milliseconds(percentile(samples, 0.99))
        + R"(,"max":)" + milliseconds(samples.back()) + '}';
}

std::string quantilesText(const char *name, std::vector<std::int64_t> &samples)
{
    std::string line = std::string("  ") + name + std::string(12 - std::string_view(name).size(), ' ');
    if (samples.empty())
        return line + "none\n";
    std::sort(samples.begin(), samples.end());
    return line + "p50 " + milliseconds(percentile(samples, 0.5)) + "  p90 " + milliseconds(percentile(samples, 0.9))
        + "  p99 " + milliseconds(percentile(samples, 0.99)) + "  max " + milliseconds(samples.back()) + " ms\n";
}

std::string modeName(LoadPlan::Mode mode)
{
    switch (mode) {
    case LoadPlan::Mode::Plain:
        return "plain";
    case LoadPlan::Mode::Streamed:
        return "sse";
    case LoadPlan::Mode::Mixed:
        return "mixed";
    }
    return {};
}

// The reasons are this tool's own words: nothing in them needs escaping.
std::string failuresJson(const std::map<std::string, std::int64_t> &failures)
{
    std::string json;
    for (const auto &[reason, count] : failures) {
        json += json.empty() ? "\"" : ",\"";
        json += reason + "\":" + std::to_string(count);
    }
    return '{' + json + '}';
}

} // namespace

std::int64_t percentile(const std::vector<std::int64_t> &sorted, double share)
{
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::min(sorted.size(), std::max<std::size_t>(1, rank)) - 1];
}

UsageChange usageChange(const ProcessUsage &before, const ProcessUsage &after, double seconds)
{
    const double cpu = after.cpuSeconds - before.cpuSeconds;
    return {cpu, seconds > 0 ? 100 * cpu / seconds : 0, before, after};
}

std::string toJson(const UsageChange &usage)
{
    return R"({"cpu_percent":)" + fixed(usage.cpuPercent, 1) + R"(,"cpu_seconds":)" + fixed(usage.cpuSeconds, 2)
        + R"(,"rss_before_kb":)" + std::to_string(usage.before.rssKb) + R"(,"rss_kb":)"
        + std::to_string(usage.after.rssKb) + R"(,"peak_rss_kb":)" + std::to_string(usage.after.peakRssKb)
        + R"(,"processes":)" + std::to_string(usage.after.processes) + '}';
}

std::string toText(const UsageChange &usage)
{
    return "  process     CPU " + fixed(usage.cpuPercent, 1) + " % (" + fixed(usage.cpuSeconds, 2) + " s)  RSS "
        + std::to_string(usage.before.rssKb) + " -> " + std::to_string(usage.after.rssKb) + " kB, peak "
        + std::to_string(usage.after.peakRssKb) + " kB\n";
}

std::string toJson(const LoadPlan &plan, LoadResult result, const std::optional<UsageChange> &proxy,
                   const MachineChange &machine)
{
    const double elapsed = toSeconds(result.elapsedNs);
    return R"({"mode":")" + modeName(plan.mode) + R"(","concurrency":)" + std::to_string(plan.concurrency)
        + R"(,"requests":)" + std::to_string(plan.requests) + R"(,"ok":)" + std::to_string(result.succeeded)
        + R"(,"failed":)" + std::to_string(result.failed) + R"(,"failures":)" + failuresJson(result.failures)
        + R"(,"caller_errors":)" + std::to_string(result.callerErrors) + R"(,"seconds":)" + fixed(elapsed, 3)
        + R"(,"per_second":)" + fixed(static_cast<double>(result.succeeded) / elapsed, 1) + R"(,"connections":)"
        + std::to_string(result.connectionsOpened) + R"(,"first_byte_ms":)" + quantilesJson(result.firstByteNs)
        + R"(,"total_ms":)" + quantilesJson(result.totalNs) + R"(,"first_total_ms":)"
        + quantilesJson(result.firstTotalNs) + R"(,"rest_total_ms":)" + quantilesJson(result.restTotalNs)
        + R"(,"opening_ms":)" + quantilesJson(result.openingNs) + R"(,"event_ms":)" + quantilesJson(result.eventNs)
        + R"(,"streams_complete":)" + std::to_string(result.streamsComplete) + R"(,"streams_short":)"
        + std::to_string(result.streamsShort) + R"(,"hit_deadline":)" + (result.hitDeadline ? "true" : "false")
        + R"(,"client_cpu_seconds":)" + fixed(machine.clientCpuSeconds, 2) + R"(,"machine_cpu_seconds":)"
        + fixed(machine.cpuSeconds, 2) + R"(,"proxy":)" + (proxy ? toJson(*proxy) : "null") + '}';
}

std::string toText(const LoadPlan &plan, LoadResult result, const std::optional<UsageChange> &proxy,
                   const MachineChange &machine)
{
    const double elapsed = toSeconds(result.elapsedNs);
    std::string text = std::to_string(result.succeeded) + " of " + std::to_string(plan.requests) + " succeeded in "
        + fixed(elapsed, 2) + " s, " + fixed(static_cast<double>(result.succeeded) / elapsed, 1) + " per second, "
        + std::to_string(result.connectionsOpened) + " connections\n";
    if (result.callerErrors > 0)
        text += "  caller's faults, and told so: " + std::to_string(result.callerErrors) + '\n';
    for (const auto &[reason, count] : result.failures)
        text += "  failed " + std::to_string(count) + ": " + reason + '\n';
    text += quantilesText("first byte", result.firstByteNs) + quantilesText("total", result.totalNs);
    if (plan.firstRequests > 0)
        text += quantilesText("the first", result.firstTotalNs) + quantilesText("the rest", result.restTotalNs);
    if (plan.mode != LoadPlan::Mode::Plain) {
        text += quantilesText("opening", result.openingNs) + quantilesText("event", result.eventNs) + "  streams     "
            + std::to_string(result.streamsComplete) + " complete, " + std::to_string(result.streamsShort) + " short\n";
    }
    if (proxy)
        text += toText(*proxy);
    return text + "  client      CPU " + fixed(100 * machine.clientCpuSeconds / elapsed, 1) + " %, whole machine "
        + fixed(100 * machine.cpuSeconds / elapsed, 1) + " %\n";
}

} // namespace qcc::bench
