#include "tests/bench/options.h"
#include "tests/bench/sockets.h"
#include "tests/bench/timerqueue.h"
#include "tests/bench/upstream.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>

namespace {

constexpr const char *kUsage
    = "usage: bench-upstream [--port N] [--idle-close-ms A-B] [--lifetime S]\n"
      "  --port N             port on 127.0.0.1; 0, the default, lets the system choose\n"
      "  --idle-close-ms A-B  close a connection that has been idle that long after an answer\n"
      "  --lifetime S         end after so many seconds\n";

} // namespace

int main(int argc, char **argv)
{
    using namespace qcc::bench;
    Options options;
    if (const auto wrong = options.parse(argc, argv, {"--port", "--idle-close-ms", "--lifetime"}, {"--help"})) {
        std::fprintf(stderr, "bench-upstream: %s\n%s", wrong->c_str(), kUsage);
        return 2;
    }
    if (options.has("--help")) {
        std::fputs(kUsage, stdout);
        return 0;
    }
    const std::int64_t wanted = options.number("--port", 0);
    const RangeMs idleClose = options.range("--idle-close-ms");
    const std::int64_t lifetime = options.number("--lifetime", 0);
    if (options.error() || wanted > std::numeric_limits<std::uint16_t>::max()) {
        std::fprintf(stderr, "bench-upstream: %s\n", options.error().value_or("--port is at most 65535").c_str());
        return 2;
    }
    raiseDescriptorLimit();
    auto port = static_cast<std::uint16_t>(wanted);
    const int listener = listenOnLoopback(port);
    if (listener < 0) {
        std::fprintf(stderr, "bench-upstream: cannot listen on 127.0.0.1:%u: %s\n", unsigned{port},
                     std::strerror(errno));
        return 1;
    }
    std::printf("http://127.0.0.1:%u\n", unsigned{port});
    std::fflush(stdout);
    Upstream upstream(listener, idleClose);
    upstream.run(lifetime == 0 ? std::numeric_limits<std::int64_t>::max() : nowNs() + lifetime * kNsPerS);
    return 0;
}
