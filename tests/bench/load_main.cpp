#include "tests/bench/load.h"
#include "tests/bench/options.h"
#include "tests/bench/processusage.h"
#include "tests/bench/report.h"
#include "tests/bench/timerqueue.h"

#include <charconv>
#include <cstdio>
#include <limits>
#include <optional>
#include <sstream>
#include <string>

#include <arpa/inet.h>
#include <time.h>

namespace {

using namespace qcc::bench;

constexpr const char *kUsage
    = "usage: bench-load --url http://IPv4:PORT[/path] --mode plain|sse|mixed --concurrency N --requests M [options]\n"
      "       bench-load --mode idle --pid P --seconds S [--json]     watch a process that has nothing to do\n"
      "  --events N --gap-ms N   shape of each stream (40 events, 50 ms)\n"
      "  --delay-ms N            how long the upstream takes to begin an answer (0)\n"
      "  --body-bytes N          size of the request body (1024)\n"
      "  --content-type T        what the request says that its body is (application/json)\n"
      "  --headers LINES         more header lines, one a line\n"
      "  --answer-bytes N        ask for an answer of N bytes and count them; the path is /v1/files or below\n"
      "  --keepalive yes|no      reuse client connections (yes)\n"
      "  --ramp-ms N             start the lanes spread over N ms instead of all at once\n"
      "  --think-ms A-B          wait between an answer and the lane's next request\n"
      "  --caller-error-every N  one request in N is the caller's fault, and must be told so\n"
      "  --first N               report the total times of the first N requests and of the rest\n"
      "  --pid P                 the proxy's process: its CPU, with its children's, and its memory\n"
      "  --timeout S             deadline of the whole run (120)\n"
      "  --json                  one line of JSON\n"
      "exit code: 0 every request succeeded, 1 some failed, 2 wrong usage\n";

int wrongUsage(const std::string &message)
{
    std::fprintf(stderr, "bench-load: %s\n%s", message.c_str(), kUsage);
    return 2;
}

std::optional<std::string> readUrl(const std::string &url, LoadPlan &plan)
{
    const std::string wrong = "--url must look like http://127.0.0.1:8080";
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme))
        return wrong;
    const std::size_t slash = url.find('/', scheme.size());
    plan.authority = url.substr(scheme.size(), slash == std::string::npos ? slash : slash - scheme.size());
    if (slash != std::string::npos && slash + 1 < url.size())
        plan.path = url.substr(slash);
    const std::size_t colon = plan.authority.find(':');
    if (colon == std::string::npos)
        return wrong;
    std::uint16_t port = 0;
    const char *last = plan.authority.data() + plan.authority.size();
    const auto [end, error] = std::from_chars(plan.authority.data() + colon + 1, last, port);
    if (error != std::errc{} || end != last || port == 0)
        return wrong;
    plan.address.sin_family = AF_INET;
    plan.address.sin_port = htons(port);
    if (inet_pton(AF_INET, plan.authority.substr(0, colon).c_str(), &plan.address.sin_addr) != 1)
        return wrong;
    return std::nullopt;
}

/// Each line of `text` with the line end of a header; nothing where one of them is none.
std::optional<std::string> headerLines(const std::string &text)
{
    std::string lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (line.find(':') == std::string::npos || line.find('\r') != std::string::npos)
            return std::nullopt;
        lines += line + "\r\n";
    }
    return lines;
}

std::optional<std::string> readPlan(Options &options, LoadPlan &plan)
{
    const std::string mode = options.text("--mode", "plain");
    if (mode != "plain" && mode != "sse" && mode != "mixed")
        return "--mode is plain, sse, mixed or idle";
    plan.mode = mode == "sse" ? LoadPlan::Mode::Streamed
        : mode == "mixed"     ? LoadPlan::Mode::Mixed
                              : LoadPlan::Mode::Plain;
    const std::string keepAlive = options.text("--keepalive", "yes");
    if (keepAlive != "yes" && keepAlive != "no")
        return "--keepalive is yes or no";
    plan.keepAlive = keepAlive == "yes";
    plan.concurrency = options.number("--concurrency", 1);
    plan.requests = options.number("--requests", plan.concurrency);
    plan.events = options.number("--events", plan.events);
    plan.gapMs = options.number("--gap-ms", plan.gapMs);
    plan.delayMs = options.number("--delay-ms", plan.delayMs);
    plan.bodyBytes = options.number("--body-bytes", plan.bodyBytes);
    plan.answerBytes = options.number("--answer-bytes", 0);
    plan.contentType = options.text("--content-type", plan.contentType);
    const auto headers = headerLines(options.text("--headers"));
    if (!headers)
        return "--headers is lines such as 'Name: value'";
    plan.headers = *headers;
    plan.rampMs = options.number("--ramp-ms", 0);
    plan.callerErrorEvery = options.number("--caller-error-every", 0);
    plan.firstRequests = options.number("--first", 0);
    plan.thinkMs = options.range("--think-ms");
    plan.timeoutS = options.number("--timeout", plan.timeoutS);
    if (options.error())
        return options.error();
    if (plan.concurrency == 0 || plan.requests == 0 || plan.events < 2)
        return "--concurrency and --requests are at least 1, --events at least 2";
    return readUrl(options.text("--url"), plan);
}

int watchIdle(int pid, std::int64_t seconds, bool json)
{
    const ProcessUsage before = usageOf(pid);
    const std::int64_t began = nowNs();
    const timespec wait{seconds, 0};
    nanosleep(&wait, nullptr);
    const double elapsed = static_cast<double>(nowNs() - began) / 1e9;
    const UsageChange usage = usageChange(before, usageOf(pid), elapsed);
    std::printf("%s\n", (json ? toJson(usage) : toText(usage)).c_str());
    return usage.after.processes > 0 ? 0 : 1;
}

int runLoad(const LoadPlan &plan, int pid, bool json)
{
    // Made first: a body of a gigabyte takes its time.
    Load load(plan);
    const ProcessUsage before = pid > 0 ? usageOf(pid) : ProcessUsage{};
    const double ownBefore = ownCpuSeconds();
    const double machineBefore = machineCpuSeconds();
    const LoadResult result = load.run();
    const double elapsed = static_cast<double>(result.elapsedNs) / 1e9;
    const MachineChange machine{ownCpuSeconds() - ownBefore, machineCpuSeconds() - machineBefore};
    std::optional<UsageChange> proxy;
    if (pid > 0)
        proxy = usageChange(before, usageOf(pid), elapsed);
    std::printf("%s\n", (json ? toJson(plan, result, proxy, machine) : toText(plan, result, proxy, machine)).c_str());
    return result.failed == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    Options options;
    if (const auto wrong
        = options.parse(argc, argv,
                        {"--url", "--mode", "--concurrency", "--requests", "--events", "--gap-ms", "--delay-ms",
                         "--body-bytes", "--content-type", "--headers", "--answer-bytes", "--keepalive", "--ramp-ms",
                         "--think-ms", "--caller-error-every", "--first", "--pid", "--timeout", "--seconds"},
                        {"--json", "--help"}))
        return wrongUsage(*wrong);
    if (options.has("--help")) {
        std::fputs(kUsage, stdout);
        return 0;
    }
    const std::int64_t pid = options.number("--pid", 0);
    if (options.error() || pid > std::numeric_limits<int>::max()
        || (options.has("--pid") && usageOf(static_cast<int>(pid)).processes == 0))
        return wrongUsage(options.error().value_or("--pid names no running process"));
    if (options.text("--mode") == "idle") {
        const std::int64_t seconds = options.number("--seconds", 30);
        if (options.error() || pid == 0)
            return wrongUsage(options.error().value_or("--mode idle needs --pid"));
        return watchIdle(static_cast<int>(pid), seconds, options.has("--json"));
    }
    LoadPlan plan;
    if (const auto wrong = readPlan(options, plan))
        return wrongUsage(*wrong);
    raiseDescriptorLimit();
    return runLoad(plan, static_cast<int>(pid), options.has("--json"));
}
