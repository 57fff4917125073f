#include "tests/bench/listener.h"
#include "tests/bench/options.h"
#include "tests/bench/sockets.h"
#include "tests/bench/timerqueue.h"
#include "tests/bench/upstream.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace qcc::bench;

constexpr const char *kUsage
    = "usage: bench-upstream [--port N] [--endpoints N] [--dead refused|black-hole] [options]\n"
      "  --port N             port on 127.0.0.1; 0, the default, lets the system choose\n"
      "  --endpoints N        so many ports (1); each is printed as a URL on a line of its own\n"
      "  --dead HOW           one more endpoint, printed first: nobody answers there, or packets vanish\n"
      "  --fail-percent N     of 100 requests so many fail: reset, closed idle, 429, 500, 503, 529, error or nothing "
      "in\n"
      "                       a 200, stalled; and connections are refused now and then\n"
      "  --stall-ms N         how long a stall lasts (5000)\n"
      "  --idle-close-ms A-B  close a connection that has been idle that long after an answer\n"
      "  --lifetime S         end after so many seconds\n";

int cannotListen(const Listener &listener)
{
    std::fprintf(stderr, "bench-upstream: cannot listen on 127.0.0.1:%u: %s\n", unsigned{listener.port()},
                 std::strerror(errno));
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    Options options;
    if (const auto wrong = options.parse(
            argc, argv,
            {"--port", "--endpoints", "--dead", "--fail-percent", "--stall-ms", "--idle-close-ms", "--lifetime"},
            {"--help"})) {
        std::fprintf(stderr, "bench-upstream: %s\n%s", wrong->c_str(), kUsage);
        return 2;
    }
    if (options.has("--help")) {
        std::fputs(kUsage, stdout);
        return 0;
    }
    const std::int64_t wanted = options.number("--port", 0);
    const std::int64_t endpoints = options.number("--endpoints", 1);
    const std::string dead = options.text("--dead");
    Manners manners;
    manners.idleClose = options.range("--idle-close-ms");
    manners.failPercent = options.number("--fail-percent", 0);
    manners.stallMs = options.number("--stall-ms", manners.stallMs);
    const std::int64_t lifetime = options.number("--lifetime", 0);
    std::optional<std::string> wrong = options.error();
    if (!wrong && wanted > std::numeric_limits<std::uint16_t>::max())
        wrong = "--port is at most 65535";
    if (!wrong && (endpoints == 0 || (wanted > 0 && endpoints > 1)))
        wrong = "--endpoints is at least 1, and 1 with --port";
    if (!wrong && !dead.empty() && dead != "refused" && dead != "black-hole")
        wrong = "--dead is refused or black-hole";
    if (wrong) {
        std::fprintf(stderr, "bench-upstream: %s\n", wrong->c_str());
        return 2;
    }
    raiseDescriptorLimit();
    Listener deadOne;
    if (!dead.empty()) {
        if (!deadOne.reserve(0) || (dead == "black-hole" && !deadOne.swallow()))
            return cannotListen(deadOne);
        std::printf("http://127.0.0.1:%u\n", unsigned{deadOne.port()});
    }
    std::vector<Listener> listeners;
    for (std::int64_t i = 0; i < endpoints; ++i) {
        Listener &listener = listeners.emplace_back();
        if (!listener.reserve(static_cast<std::uint16_t>(wanted)) || !listener.listen())
            return cannotListen(listener);
        std::printf("http://127.0.0.1:%u\n", unsigned{listener.port()});
    }
    std::fflush(stdout);
    Upstream upstream(std::move(listeners), manners);
    upstream.run(lifetime == 0 ? std::numeric_limits<std::int64_t>::max() : nowNs() + lifetime * kNsPerS);
    return 0;
}
