#include "tests/bench/load.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace qcc::bench {

namespace {

// What is kept of an answer that is only counted: enough for the key in front.
constexpr std::size_t kKeptBytes = 256;

std::string errorName(int error)
{
    const char *name = strerrorname_np(error);
    return name != nullptr ? name : std::to_string(error);
}

std::string makeBody(std::int64_t bytes, bool streamed)
{
    const std::string front = std::string(R"({"model":"bench","max_tokens":1024,"stream":)")
        + (streamed ? "true" : "false") + R"(,"messages":[{"role":"user","content":")";
    const std::string back = R"("}]})";
    const auto wanted = static_cast<std::size_t>(bytes);
    const std::size_t frame = front.size() + back.size();
    return front + std::string(wanted > frame ? wanted - frame : 1, 'x') + back;
}

} // namespace

Load::Load(const LoadPlan &plan)
    : m_plan(plan)
    , m_lanes(static_cast<std::size_t>(std::min(plan.concurrency, plan.requests)))
    , m_buffer(64 * 1024)
    , m_runId(std::to_string(getpid()) + '-' + std::to_string(nowNs()))
{
    // A body may be a gigabyte: none is made that is not sent.
    if (plan.mode != LoadPlan::Mode::Streamed)
        m_plainBody = makeBody(plan.bodyBytes, false);
    if (plan.mode != LoadPlan::Mode::Plain)
        m_streamBody = makeBody(plan.bodyBytes, true);
}

Load::~Load()
{
    for (Lane &lane : m_lanes)
        closeConnection(lane);
}

LoadResult Load::run()
{
    const std::int64_t began = nowNs();
    const std::int64_t deadline = began + m_plan.timeoutS * kNsPerS;
    m_runningLanes = static_cast<std::int64_t>(m_lanes.size());
    for (std::uint32_t i = 0; i < m_lanes.size(); ++i) {
        m_lanes[i].number = m_issued++;
        const std::int64_t offset = m_plan.rampMs * kNsPerMs * i / m_runningLanes;
        m_timers.add({began + offset, i, 0});
    }
    for (std::int64_t now = began; m_runningLanes > 0 && now < deadline; now = nowNs()) {
        while (const auto timer = m_timers.takeDue(now))
            begin(timer->owner);
        for (const epoll_event &event : m_poller.wait(m_timers.waitMs(nowNs(), 100))) {
            Lane &lane = m_lanes[m_laneOf[static_cast<std::size_t>(event.data.fd)]];
            if (lane.descriptor != event.data.fd)
                continue;
            if (lane.phase == Lane::Phase::Connecting)
                connected(lane);
            else if (lane.wantsWrite && (event.events & EPOLLOUT) != 0)
                sendRequest(lane);
            if (lane.descriptor == event.data.fd && (event.events & ~EPOLLOUT) != 0)
                readAnswer(lane);
        }
    }
    m_result.elapsedNs = nowNs() - began;
    giveUpOnTheRest();
    return std::move(m_result);
}

void Load::begin(std::uint32_t index)
{
    Lane &lane = m_lanes[index];
    buildHead(lane);
    lane.beganNs = nowNs();
    if (lane.descriptor >= 0) {
        lane.reused = true;
        lane.phase = Lane::Phase::Exchanging;
        sendRequest(lane);
        return;
    }
    lane.reused = false;
    lane.descriptor = beginConnect(m_plan.address);
    if (lane.descriptor < 0) {
        fail(lane, "connect: " + errorName(errno));
        return;
    }
    ++m_result.connectionsOpened;
    const auto slot = static_cast<std::size_t>(lane.descriptor);
    if (m_laneOf.size() <= slot)
        m_laneOf.resize(slot + 1);
    m_laneOf[slot] = index;
    lane.phase = Lane::Phase::Connecting;
    lane.wantsWrite = true;
    m_poller.add(lane.descriptor, EPOLLIN | EPOLLOUT);
}

const std::string &Load::bodyOf(const Lane &lane) const
{
    return lane.streamed ? m_streamBody : m_plainBody;
}

void Load::buildHead(Lane &lane)
{
    const std::int64_t every = m_plan.callerErrorEvery;
    lane.streamed
        = m_plan.mode == LoadPlan::Mode::Streamed || (m_plan.mode == LoadPlan::Mode::Mixed && lane.number % 2 == 0);
    lane.callersFault = every > 0 && lane.number % every == every / 2;
    lane.key = m_runId + '-' + std::to_string(lane.number);
    lane.head = "POST " + m_plan.path + " HTTP/1.1\r\nHost: " + m_plan.authority
        + "\r\nUser-Agent: bench-load\r\nAccept: */*\r\nAccept-Encoding: identity\r\nx-api-key: bench\r\n"
          "anthropic-version: 2023-06-01\r\nContent-Type: "
        + m_plan.contentType + "\r\nContent-Length: " + std::to_string(bodyOf(lane).size())
        + "\r\nx-request-key: " + lane.key + "\r\n" + m_plan.headers;
    if (lane.streamed)
        lane.head
            += "x-events: " + std::to_string(m_plan.events) + "\r\nx-gap-ms: " + std::to_string(m_plan.gapMs) + "\r\n";
    if (m_plan.delayMs > 0)
        lane.head += "x-delay-ms: " + std::to_string(m_plan.delayMs) + "\r\n";
    if (lane.callersFault)
        lane.head += "x-caller-error: yes\r\n";
    if (m_plan.answerBytes > 0)
        lane.head += "x-answer-bytes: " + std::to_string(m_plan.answerBytes) + "\r\n";
    lane.head += m_plan.keepAlive ? "\r\n" : "Connection: close\r\n\r\n";
    lane.sent = 0;
    lane.firstByteNs = 0;
    lane.events = 0;
    lane.stopped = false;
    lane.body.clear();
    lane.droppedBytes = 0;
    lane.reader.reset();
    lane.sse.reset();
}

void Load::connected(Lane &lane)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(lane.descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        fail(lane, "connect: " + errorName(error));
        return;
    }
    lane.phase = Lane::Phase::Exchanging;
    sendRequest(lane);
}

void Load::sendRequest(Lane &lane)
{
    const std::string &body = bodyOf(lane);
    const std::size_t whole = lane.head.size() + body.size();
    while (lane.sent < whole) {
        // Head and body leave together, as one packet where they fit into one, and no body is copied for it.
        const std::size_t headSent = std::min(lane.sent, lane.head.size());
        const std::size_t bodySent = lane.sent - headSent;
        iovec parts[]{{lane.head.data() + headSent, lane.head.size() - headSent},
                      {const_cast<char *>(body.data()) + bodySent, body.size() - bodySent}}; // sendmsg() only reads
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = std::size(parts);
        const ssize_t count = sendmsg(lane.descriptor, &message, MSG_NOSIGNAL);
        if (count > 0) {
            lane.sent += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN) {
            watchWrites(lane, true);
            return;
        } else if (errno != EINTR) {
            // An answer may already wait (an early 413): what can be read decides, not the failed write.
            lane.sent = whole;
        }
    }
    watchWrites(lane, false);
}

void Load::watchWrites(Lane &lane, bool on)
{
    if (lane.wantsWrite == on)
        return;
    lane.wantsWrite = on;
    m_poller.change(lane.descriptor, on ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void Load::readAnswer(Lane &lane)
{
    const ssize_t count = recv(lane.descriptor, m_buffer.data(), m_buffer.size(), 0);
    const int error = errno;
    const std::int64_t now = nowNs();
    if (count > 0 && lane.phase == Lane::Phase::Exchanging) {
        takeAnswer(lane, std::string_view(m_buffer.data(), static_cast<std::size_t>(count)), now);
        return;
    }
    if (count < 0 && (error == EAGAIN || error == EINTR))
        return;
    if (lane.phase != Lane::Phase::Exchanging) {
        closeConnection(lane);
        return;
    }
    if (count == 0 && lane.reader.endsAtClose()) {
        judge(lane, now);
        return;
    }
    const std::string how = count == 0 ? "closed" : errorName(error);
    if (!lane.reader.started())
        fail(lane, how + (lane.reused ? " before the answer (reused connection)" : " before the answer"));
    else
        fail(lane, how + " within the answer");
}

void Load::takeAnswer(Lane &lane, std::string_view bytes, std::int64_t now)
{
    if (lane.firstByteNs == 0)
        lane.firstByteNs = now;
    const std::size_t before = lane.body.size();
    const std::size_t taken = lane.reader.feed(bytes, lane.body);
    if (m_plan.answerBytes > 0 && lane.body.size() > kKeptBytes) {
        lane.droppedBytes += static_cast<std::int64_t>(lane.body.size() - kKeptBytes);
        lane.body.resize(kKeptBytes);
    }
    if (lane.streamed && lane.body.size() > before && lane.reader.status() == 200)
        takeEvents(lane, before, now);
    if (lane.phase != Lane::Phase::Exchanging)
        return;
    if (lane.reader.state() == MessageReader::State::Bad || taken < bytes.size())
        fail(lane, "broken framing");
    else if (lane.reader.state() == MessageReader::State::Complete)
        judge(lane, now);
}

void Load::takeEvents(Lane &lane, std::size_t newFrom, std::int64_t now)
{
    m_events.clear();
    lane.sse.feed(std::string_view(lane.body).substr(newFrom), m_events);
    if (!m_events.empty() && m_events.front().kind == StreamEvent::Kind::Error) {
        fail(lane, "error event");
        return;
    }
    if (lane.events == 0 && !m_events.empty() && lane.body.find(lane.key) == std::string::npos) {
        fail(lane, "somebody else's answer");
        return;
    }
    if (!m_events.empty() || lane.events > 0)
        lane.body.clear();
    for (const StreamEvent &event : m_events) {
        if (event.kind == StreamEvent::Kind::Error) {
            fail(lane, "error event");
            return;
        }
        if (event.seq != lane.events++) {
            fail(lane, "event missing or out of order");
            return;
        }
        lane.stopped = event.kind == StreamEvent::Kind::Stop;
        (event.kind == StreamEvent::Kind::Opening ? m_result.openingNs : m_result.eventNs)
            .push_back(now - event.sentNs);
    }
}

void Load::judge(Lane &lane, std::int64_t now)
{
    const int status = lane.reader.status();
    if (lane.callersFault && status == 400) {
        ++m_result.callerErrors;
        ended(lane, m_plan.keepAlive && lane.reader.keepsAlive());
        return;
    }
    if (status != 200 || lane.callersFault) {
        fail(lane, (lane.callersFault ? "caller's fault answered with status " : "status ") + std::to_string(status));
        return;
    }
    if (lane.streamed && (!lane.stopped || lane.events != m_plan.events)) {
        fail(lane, lane.events == 0 ? "empty stream" : "short stream");
        return;
    }
    if (!lane.streamed && lane.body.find(lane.key) == std::string::npos) {
        const bool error = lane.body.starts_with(R"({"type":"error")");
        fail(lane, lane.body.empty() ? "empty answer" : error ? "error inside a 200" : "somebody else's answer");
        return;
    }
    if (m_plan.answerBytes > 0
        && lane.droppedBytes + static_cast<std::int64_t>(lane.body.size()) != m_plan.answerBytes) {
        fail(lane, "an answer of another size");
        return;
    }
    ++m_result.succeeded;
    m_result.streamsComplete += lane.streamed ? 1 : 0;
    m_result.firstByteNs.push_back(lane.firstByteNs - lane.beganNs);
    m_result.totalNs.push_back(now - lane.beganNs);
    (lane.number < m_plan.firstRequests ? m_result.firstTotalNs : m_result.restTotalNs).push_back(now - lane.beganNs);
    ended(lane, m_plan.keepAlive && lane.reader.keepsAlive());
}

void Load::fail(Lane &lane, const std::string &reason)
{
    ++m_result.failed;
    ++m_result.failures[reason];
    m_result.streamsShort += lane.streamed ? 1 : 0;
    ended(lane, false);
}

void Load::ended(Lane &lane, bool keepConnection)
{
    if (!keepConnection)
        closeConnection(lane);
    if (m_issued >= m_plan.requests) {
        closeConnection(lane);
        lane.phase = Lane::Phase::Done;
        --m_runningLanes;
        return;
    }
    lane.number = m_issued++;
    lane.phase = Lane::Phase::Waiting;
    std::uniform_int_distribution<std::int64_t> think(m_plan.thinkMs.from * kNsPerMs, m_plan.thinkMs.to * kNsPerMs);
    m_timers.add({nowNs() + think(m_random), static_cast<std::uint32_t>(&lane - m_lanes.data()), 0});
}

void Load::closeConnection(Lane &lane)
{
    if (lane.descriptor >= 0)
        close(lane.descriptor);
    lane.descriptor = -1;
    lane.wantsWrite = false;
}

void Load::giveUpOnTheRest()
{
    const std::int64_t missing = m_plan.requests - m_result.succeeded - m_result.failed - m_result.callerErrors;
    if (missing == 0)
        return;
    m_result.hitDeadline = true;
    m_result.failures["not done at the deadline"] = missing;
    m_result.failed += missing;
    m_result.streamsShort += std::count_if(m_lanes.begin(), m_lanes.end(), [this](const Lane &lane) {
        return lane.streamed && (lane.phase == Lane::Phase::Connecting || lane.phase == Lane::Phase::Exchanging);
    });
}

} // namespace qcc::bench
