#pragma once

#include "tests/bench/http1.h"
#include "tests/bench/options.h"
#include "tests/bench/sockets.h"
#include "tests/bench/ssereader.h"
#include "tests/bench/timerqueue.h"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace qcc::bench {

/// What to ask of a proxy, and how.
struct LoadPlan
{
    sockaddr_in address{};
    std::string authority;
    std::string path = "/v1/messages";
    enum class Mode { Plain, Streamed, Mixed };
    /// Mixed: every other request asks for a stream.
    Mode mode = Mode::Plain;
    bool keepAlive = true;
    /// One request in so many is the caller's fault and must be told so; 0: none.
    std::int64_t callerErrorEvery = 0;
    /// So many requests are also reported apart from the rest.
    std::int64_t firstRequests = 0;
    std::int64_t concurrency = 1;
    std::int64_t requests = 1;
    std::int64_t events = 40;
    std::int64_t gapMs = 50;
    std::int64_t delayMs = 0;
    std::int64_t bodyBytes = 1024;
    std::string contentType = "application/json";
    /// More lines of every request's head, each with its line end.
    std::string headers;
    /// Ask for an answer of so many bytes; 0: the upstream's usual one.
    std::int64_t answerBytes = 0;
    /// The lanes start spread over this time instead of all at once.
    std::int64_t rampMs = 0;
    /// How long a lane waits between an answer and its next request.
    RangeMs thinkMs;
    std::int64_t timeoutS = 120;
};

/// What came of it. Units: ns.
struct LoadResult
{
    std::int64_t elapsedNs = 0;
    std::int64_t succeeded = 0;
    std::int64_t failed = 0;
    /// The caller's faults of which the caller was told; neither success nor failure.
    std::int64_t callerErrors = 0;
    std::map<std::string, std::int64_t> failures;
    std::int64_t connectionsOpened = 0;
    std::int64_t streamsComplete = 0;
    std::int64_t streamsShort = 0;
    std::vector<std::int64_t> firstByteNs;
    std::vector<std::int64_t> totalNs;
    /// Of the first requests and of the rest.
    std::vector<std::int64_t> firstTotalNs;
    std::vector<std::int64_t> restTotalNs;
    std::vector<std::int64_t> openingNs;
    std::vector<std::int64_t> eventNs;
    bool hitDeadline = false;
};

/// Sends a plan's requests over as many lanes as its concurrency, each with one connection and one request at a time.
/// It retries nothing: what a client would see is what is counted. Thread: the caller's.
class Load
{
public:
    explicit Load(const LoadPlan &plan);
    ~Load();

    LoadResult run();

private:
    struct Lane
    {
        enum class Phase { Waiting, Connecting, Exchanging, Done };
        Phase phase = Phase::Waiting;
        int descriptor = -1;
        std::int64_t number = 0;
        bool streamed = false;
        bool callersFault = false;
        bool reused = false;
        bool wantsWrite = false;
        std::size_t sent = 0;
        std::string head;
        std::string key;
        std::int64_t beganNs = 0;
        std::int64_t firstByteNs = 0;
        std::int64_t events = 0;
        bool stopped = false;
        MessageReader reader{MessageReader::Kind::Response};
        SseReader sse;
        std::string body;
        /// Of `body`, what was counted and dropped.
        std::int64_t droppedBytes = 0;
    };

    void begin(std::uint32_t index);
    void buildHead(Lane &lane);
    const std::string &bodyOf(const Lane &lane) const;
    void connected(Lane &lane);
    void sendRequest(Lane &lane);
    void readAnswer(Lane &lane);
    void watchWrites(Lane &lane, bool on);
    void takeAnswer(Lane &lane, std::string_view bytes, std::int64_t now);
    void takeEvents(Lane &lane, std::size_t newFrom, std::int64_t now);
    void judge(Lane &lane, std::int64_t now);
    void fail(Lane &lane, const std::string &reason);
    void ended(Lane &lane, bool keepConnection);
    void closeConnection(Lane &lane);
    void giveUpOnTheRest();

    const LoadPlan m_plan;
    LoadResult m_result;
    Poller m_poller;
    TimerQueue m_timers;
    std::vector<Lane> m_lanes;
    std::vector<std::uint32_t> m_laneOf; // by descriptor
    std::vector<StreamEvent> m_events;
    std::vector<char> m_buffer;
    std::string m_plainBody;
    std::string m_streamBody;
    std::string m_runId;
    std::int64_t m_issued = 0;
    std::int64_t m_runningLanes = 0;
    std::mt19937 m_random{20261123};
};

} // namespace qcc::bench
