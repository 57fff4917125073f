#include "tests/bench/upstream.h"

#include "tests/bench/goodanswer.h"
#include "tests/bench/processusage.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <limits>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace qcc::bench {

namespace {

// Later than this an event's lateness is the measuring machine's fault, not the proxy's.
constexpr std::int64_t kLateNs = 5 * kNsPerMs;
// A flaky endpoint refuses connections for such a moment, then listens for as long as it likes.
constexpr std::int64_t kRefusingNs = 20 * kNsPerMs;
constexpr RangeMs kListeningMs{100, 500};
// Owner of the timers of listeners, which are told apart by the generation; no descriptor is as large.
constexpr std::uint32_t kListenerTimer = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kBufferBytes = 64 * 1024;
// Large enough that a gigabyte of answer costs the upstream little.
constexpr std::size_t kFillingBytes = 256 * 1024;
// Uploads and downloads: what arrives is dropped, and the answer is as large as the request wants it.
constexpr std::string_view kFilesPath = "/v1/files";

std::int64_t headerNumber(const MessageReader &request, std::string_view name)
{
    const std::string_view text = request.header(name);
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::max<std::int64_t>(0, value);
}

} // namespace

Upstream::Upstream(std::vector<Listener> listeners, const Manners &manners)
    : m_listeners(std::move(listeners))
    , m_manners(manners)
    , m_dice(manners.failPercent)
    , m_buffer(kBufferBytes)
    , m_filling(kFillingBytes, 'x')
{
    for (std::size_t i = 0; i < m_listeners.size(); ++i) {
        m_poller.add(m_listeners[i].descriptor(), EPOLLIN);
        if (m_dice.everFails())
            m_timers.add({nowNs() + kListeningMs.to * kNsPerMs, kListenerTimer, static_cast<std::uint32_t>(i)});
    }
}

Upstream::~Upstream()
{
    for (const auto &connection : m_connections) {
        if (connection && connection->phase != Connection::Phase::Closed)
            ::close(connection->descriptor);
    }
}

void Upstream::run(std::int64_t untilNs)
{
    for (std::int64_t now = nowNs(); now < untilNs; now = nowNs()) {
        for (const epoll_event &event : m_poller.wait(m_timers.waitMs(now, 1000))) {
            if (listenerWith(event.data.fd) != nullptr) {
                accept(event.data.fd);
                continue;
            }
            Connection &connection = at(event.data.fd);
            if (connection.phase != Connection::Phase::Closed && (event.events & EPOLLOUT) != 0)
                flush(connection);
            if (connection.phase != Connection::Phase::Closed && (event.events & ~EPOLLOUT) != 0)
                readFrom(connection);
        }
        now = nowNs();
        while (const auto timer = m_timers.takeDue(now))
            onTimer(*timer);
    }
}

Upstream::Connection &Upstream::at(int descriptor)
{
    const auto index = static_cast<std::size_t>(descriptor);
    if (m_connections.size() <= index)
        m_connections.resize(index + 1);
    if (!m_connections[index])
        m_connections[index] = std::make_unique<Connection>();
    return *m_connections[index];
}

Listener *Upstream::listenerWith(int descriptor)
{
    const auto found = std::find_if(m_listeners.begin(), m_listeners.end(),
                                    [&](const Listener &listener) { return listener.descriptor() == descriptor; });
    return found == m_listeners.end() ? nullptr : &*found;
}

void Upstream::openOrShut(std::size_t index)
{
    Listener &listener = m_listeners[index];
    std::int64_t next = nowNs() + kRefusingNs;
    if (listener.descriptor() >= 0) {
        listener.refuse();
        ++m_counts.refusals;
    } else if (listener.listen()) {
        m_poller.add(listener.descriptor(), EPOLLIN);
        std::uniform_int_distribution<std::int64_t> listening(kListeningMs.from * kNsPerMs, kListeningMs.to * kNsPerMs);
        next = nowNs() + listening(m_random);
    }
    m_timers.add({next, kListenerTimer, static_cast<std::uint32_t>(index)});
}

void Upstream::accept(int listening)
{
    while (true) {
        const int descriptor = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0)
            return;
        setNoDelay(descriptor);
        Connection &connection = at(descriptor);
        connection.descriptor = descriptor;
        connection.phase = Connection::Phase::Reading;
        connection.reader.reset();
        connection.answers = 0;
        m_poller.add(descriptor, EPOLLIN);
        ++m_counts.accepted;
        ++m_counts.open;
    }
}

void Upstream::readFrom(Connection &connection)
{
    const ssize_t count = recv(connection.descriptor, m_buffer.data(), m_buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0) {
        if (connection.phase != Connection::Phase::Reading)
            ++m_counts.cutByPeer;
        close(connection);
        return;
    }
    const std::string_view bytes(m_buffer.data(), static_cast<std::size_t>(count));
    if (connection.phase == Connection::Phase::Reading)
        take(connection, bytes);
    else
        connection.early.append(bytes);
}

void Upstream::take(Connection &connection, std::string_view bytes)
{
    if (connection.idleTimed) {
        connection.idleTimed = false;
        ++connection.generation;
    }
    m_scratch.clear();
    const std::size_t taken = connection.reader.feed(bytes, m_scratch);
    if (connection.reader.state() == MessageReader::State::Bad) {
        close(connection);
        return;
    }
    if (connection.reader.state() != MessageReader::State::Complete)
        return;
    connection.early.assign(bytes.substr(taken));
    dispatch(connection);
}

void Upstream::dispatch(Connection &connection)
{
    const MessageReader &request = connection.reader;
    const std::string_view path = request.target().substr(0, request.target().find('?'));
    connection.events = 0;
    connection.sentEvents = 0;
    connection.answersWell = false;
    connection.key = request.header("x-request-key");
    if (path == "/__bench__/stats") {
        sendWhole(connection, "200 OK", stats());
        return;
    }
    if ((path != "/v1/messages" && !path.starts_with(kFilesPath)) || request.method() != "POST") {
        sendWhole(connection, "404 Not Found",
                  R"({"type":"error","error":{"type":"not_found_error","message":"no such path"}})");
        return;
    }
    connection.events = headerNumber(request, "x-events");
    connection.gapNs = headerNumber(request, "x-gap-ms") * kNsPerMs;
    if (request.header("x-caller-error") == "yes") {
        refuseCaller(connection);
        return;
    }
    const Fault fault = m_dice.roll(connection.answers > 0);
    // What a closed connection is sent has not arrived.
    if (fault == Fault::IdleClose) {
        connection.events = 0;
        close(connection);
        return;
    }
    ++m_counts.requests;
    m_ledger.arrived(connection.key);
    if (fault == Fault::None || fault == Fault::Stall)
        beginAnswer(connection, fault == Fault::Stall ? m_manners.stallMs * kNsPerMs : 0);
    else
        fail(connection, fault);
}

void Upstream::refuseCaller(Connection &connection)
{
    ++m_counts.requests;
    ++m_counts.callerErrors;
    m_ledger.arrived(connection.key);
    m_ledger.foundCallersFault(connection.key);
    connection.events = 0;
    sendWhole(connection, "400 Bad Request",
              R"({"type":"error","error":{"type":"invalid_request_error","message":"messages: field required"}})");
}

void Upstream::fail(Connection &connection, Fault fault)
{
    const FaultAnswer answer = answerOf(fault, connection.events > 0);
    connection.events = 0;
    if (fault == Fault::Reset) {
        closeWithReset(connection.descriptor);
        forget(connection);
        return;
    }
    sendWhole(connection, answer.status, answer.body, answer.contentType);
}

void Upstream::beginAnswer(Connection &connection, std::int64_t stallNs)
{
    connection.answersWell = true;
    if (connection.events > 0)
        ++m_counts.openStreams;
    const std::int64_t delayNs = headerNumber(connection.reader, "x-delay-ms") * kNsPerMs + stallNs;
    if (delayNs == 0) {
        answer(connection);
        return;
    }
    connection.phase = Connection::Phase::Delaying;
    setTimer(connection, nowNs() + delayNs);
}

void Upstream::answer(Connection &connection)
{
    if (connection.events == 0) {
        if (connection.reader.header("x-answer-bytes").empty())
            sendWhole(connection, "200 OK", plainBody(connection.key));
        else
            sendFile(connection);
        return;
    }
    connection.phase = Connection::Phase::Streaming;
    std::string head
        = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
          "Transfer-Encoding: chunked\r\n";
    head += connection.reader.keepsAlive() ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    write(connection, head);
    if (connection.phase == Connection::Phase::Closed)
        return;
    const std::int64_t now = nowNs();
    sendEvent(connection, now);
    // A thousand streams that start together would otherwise tick together, as real ones never do.
    std::uniform_int_distribution<std::int64_t> phase(0, connection.gapNs);
    connection.dueNs = now + phase(m_random);
    sendDueEvents(connection);
}

void Upstream::sendFile(Connection &connection)
{
    const std::int64_t bytes = headerNumber(connection.reader, "x-answer-bytes");
    const std::string front = connection.key.substr(0, static_cast<std::size_t>(bytes));
    std::string out = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: "
        + std::to_string(bytes);
    out += connection.reader.keepsAlive() ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
    out += front;
    connection.phase = Connection::Phase::Flushing;
    connection.fillingLeft = bytes - static_cast<std::int64_t>(front.size());
    write(connection, out);
}

void Upstream::sendDueEvents(Connection &connection)
{
    while (connection.phase == Connection::Phase::Streaming) {
        const std::int64_t now = nowNs();
        if (connection.sentEvents == connection.events) {
            connection.phase = Connection::Phase::Flushing;
            write(connection, "0\r\n\r\n");
            return;
        }
        if (connection.dueNs > now) {
            setTimer(connection, connection.dueNs);
            return;
        }
        m_counts.maxLateNs = std::max(m_counts.maxLateNs, now - connection.dueNs);
        m_counts.lateEvents += now - connection.dueNs > kLateNs ? 1 : 0;
        sendEvent(connection, now);
        connection.dueNs += connection.gapNs;
    }
}

void Upstream::sendEvent(Connection &connection, std::int64_t now)
{
    const std::string chunk = eventChunk(connection.key, connection.sentEvents, connection.events, now);
    ++connection.sentEvents;
    write(connection, chunk);
}

void Upstream::sendWhole(Connection &connection, std::string_view status, std::string_view body,
                         std::string_view contentType)
{
    std::string out = "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(contentType)
        + "\r\nContent-Length: " + std::to_string(body.size());
    out += connection.reader.keepsAlive() ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
    out += body;
    connection.phase = Connection::Phase::Flushing;
    write(connection, out);
}

void Upstream::write(Connection &connection, std::string_view bytes)
{
    connection.output.append(bytes);
    if (!connection.wantsWrite)
        flush(connection);
}

void Upstream::flush(Connection &connection)
{
    std::size_t sent = 0;
    while (sent < connection.output.size() || connection.fillingLeft > 0) {
        const ssize_t count = sendNext(connection, sent);
        if (count > 0) {
            const std::size_t ofOutput = std::min(static_cast<std::size_t>(count), connection.output.size() - sent);
            sent += ofOutput;
            connection.fillingLeft -= count - static_cast<ssize_t>(ofOutput);
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            ++m_counts.cutByPeer;
            close(connection);
            return;
        }
    }
    connection.output.erase(0, sent);
    const bool blocked = !connection.output.empty() || connection.fillingLeft > 0;
    if (blocked != connection.wantsWrite) {
        connection.wantsWrite = blocked;
        m_poller.change(connection.descriptor, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
    if (!blocked && connection.phase == Connection::Phase::Flushing)
        finishAnswer(connection);
}

ssize_t Upstream::sendNext(Connection &connection, std::size_t sent) const
{
    if (sent < connection.output.size())
        return send(connection.descriptor, connection.output.data() + sent, connection.output.size() - sent,
                    MSG_NOSIGNAL);
    const auto count = std::min(static_cast<std::size_t>(connection.fillingLeft), m_filling.size());
    return send(connection.descriptor, m_filling.data(), count, MSG_NOSIGNAL);
}

void Upstream::finishAnswer(Connection &connection)
{
    if (connection.answersWell) {
        m_ledger.answeredWell(connection.key);
        ++m_counts.answered;
    }
    ++connection.answers;
    m_counts.openStreams -= connection.events > 0 ? 1 : 0;
    connection.events = 0;
    connection.phase = Connection::Phase::Reading;
    if (!connection.reader.keepsAlive()) {
        close(connection);
        return;
    }
    connection.reader.reset();
    if (!connection.early.empty()) {
        const std::string early = std::move(connection.early);
        connection.early.clear();
        take(connection, early);
        return;
    }
    if (m_manners.idleClose.to > 0) {
        std::uniform_int_distribution<std::int64_t> idleNs(m_manners.idleClose.from * kNsPerMs,
                                                           m_manners.idleClose.to * kNsPerMs);
        connection.idleTimed = true;
        setTimer(connection, nowNs() + idleNs(m_random));
    }
}

void Upstream::setTimer(Connection &connection, std::int64_t dueNs)
{
    m_timers.add({dueNs, static_cast<std::uint32_t>(connection.descriptor), ++connection.generation});
}

void Upstream::onTimer(const Timer &timer)
{
    if (timer.owner == kListenerTimer) {
        openOrShut(timer.generation);
        return;
    }
    Connection &connection = at(static_cast<int>(timer.owner));
    if (connection.generation != timer.generation)
        return;
    switch (connection.phase) {
    case Connection::Phase::Delaying:
        answer(connection);
        break;
    case Connection::Phase::Streaming:
        sendDueEvents(connection);
        break;
    case Connection::Phase::Reading:
        ++m_counts.idleClosed;
        close(connection);
        break;
    case Connection::Phase::Flushing:
    case Connection::Phase::Closed:
        break;
    }
}

void Upstream::close(Connection &connection)
{
    ::close(connection.descriptor);
    forget(connection);
}

void Upstream::forget(Connection &connection)
{
    --m_counts.open;
    m_counts.openStreams -= connection.events > 0 ? 1 : 0;
    ++connection.generation;
    connection.phase = Connection::Phase::Closed;
    connection.descriptor = -1;
    connection.events = 0;
    connection.idleTimed = false;
    connection.wantsWrite = false;
    connection.early.clear();
    connection.output.clear();
    connection.fillingLeft = 0;
}

std::string Upstream::stats() const
{
    const Ledger::Sums &sums = m_ledger.sums();
    char text[640];
    std::snprintf(text, sizeof text,
                  R"({"accepted":%lld,"open":%lld,"open_streams":%lld,"requests":%lld,"answered":%lld,)"
                  R"("double_submissions":%lld,"repeated_unanswered":%lld,"answered_twice":%lld,"caller_errors":%lld,)"
                  R"("callers_retried":%lld,"idle_closed":%lld,"cut_by_peer":%lld,)"
                  R"("max_late_ms":%.2f,"late_events":%lld,"cpu_seconds":%.2f,"refusals":%lld,"faults":{)",
                  static_cast<long long>(m_counts.accepted), static_cast<long long>(m_counts.open),
                  static_cast<long long>(m_counts.openStreams), static_cast<long long>(m_counts.requests),
                  static_cast<long long>(m_counts.answered), static_cast<long long>(sums.doubleSubmissions),
                  static_cast<long long>(sums.repeatedUnanswered), static_cast<long long>(sums.answeredTwice),
                  static_cast<long long>(m_counts.callerErrors), static_cast<long long>(sums.callersRetried),
                  static_cast<long long>(m_counts.idleClosed), static_cast<long long>(m_counts.cutByPeer),
                  static_cast<double>(m_counts.maxLateNs) / 1e6, static_cast<long long>(m_counts.lateEvents),
                  ownCpuSeconds(), static_cast<long long>(m_counts.refusals));
    std::string json = text;
    for (std::size_t i = 1; i < kFaultKinds; ++i) {
        const auto fault = static_cast<Fault>(i);
        json += std::string(i > 1 ? "," : "") + '"' + std::string(nameOf(fault))
            + "\":" + std::to_string(m_dice.rolled(fault));
    }
    return json + "}}\n";
}

} // namespace qcc::bench
