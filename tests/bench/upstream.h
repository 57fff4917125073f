#pragma once

#include "tests/bench/faults.h"
#include "tests/bench/http1.h"
#include "tests/bench/ledger.h"
#include "tests/bench/listener.h"
#include "tests/bench/options.h"
#include "tests/bench/sockets.h"
#include "tests/bench/timerqueue.h"

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace qcc::bench {

/// How well an upstream behaves.
struct Manners
{
    /// {0, 0} never closes an idle connection.
    RangeMs idleClose;
    /// Of 100 requests, how many fail; with any, its listeners also refuse connections for moments.
    std::int64_t failPercent = 0;
    std::int64_t stallMs = 5000;
};

/// An Anthropic-style upstream with one or more endpoints on loopback, that tells when it sent each event and who asked
/// twice. Thread: the caller's, for ever.
class Upstream
{
public:
    /// The listeners, one for each endpoint, must listen.
    Upstream(std::vector<Listener> listeners, const Manners &manners);
    ~Upstream();

    /// Serves until `untilNs`.
    void run(std::int64_t untilNs);

private:
    struct Connection
    {
        enum class Phase { Closed, Reading, Delaying, Streaming, Flushing };
        int descriptor = -1;
        Phase phase = Phase::Closed;
        std::uint32_t generation = 0;
        bool idleTimed = false;
        bool wantsWrite = false;
        bool answersWell = false;
        std::int64_t answers = 0;
        MessageReader reader{MessageReader::Kind::Request};
        std::string early;
        std::string output;
        std::string key;
        /// Of the answer's body, bytes behind `output` that are still to be sent.
        std::int64_t fillingLeft = 0;
        std::int64_t events = 0;
        std::int64_t sentEvents = 0;
        std::int64_t gapNs = 0;
        std::int64_t dueNs = 0;
    };
    struct Counts
    {
        std::int64_t accepted = 0;
        std::int64_t open = 0;
        std::int64_t openStreams = 0;
        std::int64_t requests = 0;
        std::int64_t answered = 0;
        std::int64_t callerErrors = 0;
        std::int64_t refusals = 0;
        std::int64_t idleClosed = 0;
        std::int64_t cutByPeer = 0;
        std::int64_t maxLateNs = 0;
        std::int64_t lateEvents = 0;
    };

    Connection &at(int descriptor);
    Listener *listenerWith(int descriptor);
    void accept(int listening);
    void openOrShut(std::size_t listener);
    void readFrom(Connection &connection);
    void take(Connection &connection, std::string_view bytes);
    void dispatch(Connection &connection);
    void refuseCaller(Connection &connection);
    void fail(Connection &connection, Fault fault);
    void beginAnswer(Connection &connection, std::int64_t stallNs);
    void answer(Connection &connection);
    void sendFile(Connection &connection);
    void sendDueEvents(Connection &connection);
    void sendEvent(Connection &connection, std::int64_t now);
    void sendWhole(Connection &connection, std::string_view status, std::string_view body,
                   std::string_view contentType = "application/json");
    void write(Connection &connection, std::string_view bytes);
    void flush(Connection &connection);
    ssize_t sendNext(Connection &connection, std::size_t sent) const;
    void finishAnswer(Connection &connection);
    void onTimer(const Timer &timer);
    void setTimer(Connection &connection, std::int64_t dueNs);
    void close(Connection &connection);
    void forget(Connection &connection);
    std::string stats() const;

    std::vector<Listener> m_listeners;
    const Manners m_manners;
    FaultDice m_dice;
    Ledger m_ledger;
    Poller m_poller;
    TimerQueue m_timers;
    Counts m_counts;
    // By descriptor; kept when closed, so that the generation outlives the connection.
    std::vector<std::unique_ptr<Connection>> m_connections;
    std::vector<char> m_buffer;
    std::string m_scratch;
    const std::vector<char> m_filling;
    // A fixed seed: two runs see the same phases and the same idle times.
    std::mt19937 m_random{20261123};
};

} // namespace qcc::bench
