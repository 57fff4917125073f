#include "tests/bench/upstream.h"

#include "tests/bench/processusage.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>

#include <sys/socket.h>
#include <unistd.h>

namespace qcc::bench {

namespace {

// Later than this an event's lateness is the measuring machine's fault, not the proxy's.
constexpr std::int64_t kLateNs = 5 * kNsPerMs;
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::string_view kFiller = "The quick brown fox jumps over the lazy dog; ";

std::int64_t headerNumber(const MessageReader &request, std::string_view name)
{
    const std::string_view text = request.header(name);
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::max<std::int64_t>(0, value);
}

std::string plainBody(std::string_view key)
{
    std::string text;
    while (text.size() < 800)
        text += kFiller;
    return R"({"id":"msg_bench","type":"message","role":"assistant","model":"bench","request_key":")" + std::string(key)
        + R"(","content":[{"type":"text","text":")" + text
        + R"("}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":200}})";
}

} // namespace

Upstream::Upstream(int listener, RangeMs idleClose)
    : m_listener(listener)
    , m_idleClose(idleClose)
    , m_buffer(kBufferBytes)
{
    m_poller.add(m_listener, EPOLLIN);
}

Upstream::~Upstream()
{
    for (const auto &connection : m_connections) {
        if (connection && connection->phase != Connection::Phase::Closed)
            ::close(connection->descriptor);
    }
    ::close(m_listener);
}

void Upstream::run(std::int64_t untilNs)
{
    for (std::int64_t now = nowNs(); now < untilNs; now = nowNs()) {
        for (const epoll_event &event : m_poller.wait(m_timers.waitMs(now, 1000))) {
            if (event.data.fd == m_listener) {
                accept();
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

void Upstream::accept()
{
    while (true) {
        const int descriptor = accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0)
            return;
        setNoDelay(descriptor);
        Connection &connection = at(descriptor);
        connection.descriptor = descriptor;
        connection.phase = Connection::Phase::Reading;
        connection.reader.reset();
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
    connection.counted = false;
    connection.key.clear();
    if (path == "/__bench__/stats") {
        sendWhole(connection, "200 OK", stats());
        return;
    }
    if (path != "/v1/messages" || request.method() != "POST") {
        sendWhole(connection, "404 Not Found",
                  R"({"type":"error","error":{"type":"not_found_error","message":"no such path"}})");
        return;
    }
    connection.counted = true;
    ++m_counts.requests;
    countKey(connection);
    connection.events = headerNumber(request, "x-events");
    connection.gapNs = headerNumber(request, "x-gap-ms") * kNsPerMs;
    if (connection.events > 0)
        ++m_counts.openStreams;
    const std::int64_t delayNs = headerNumber(request, "x-delay-ms") * kNsPerMs;
    if (delayNs == 0) {
        answer(connection);
        return;
    }
    connection.phase = Connection::Phase::Delaying;
    setTimer(connection, nowNs() + delayNs);
}

void Upstream::countKey(Connection &connection)
{
    connection.key = connection.reader.header("x-request-key");
    if (connection.key.empty() || m_seenKeys.insert(connection.key).second)
        return;
    if (m_answeredKeys.contains(connection.key))
        ++m_counts.doubleSubmissions;
    else
        ++m_counts.repeatedUnanswered;
}

void Upstream::answer(Connection &connection)
{
    if (connection.events == 0) {
        sendWhole(connection, "200 OK", plainBody(connection.key));
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
    const bool first = connection.sentEvents == 0;
    const bool last = connection.sentEvents + 1 == connection.events;
    const char *type = first ? "message_start" : last ? "message_stop" : "content_block_delta";
    std::string extra;
    if (first)
        extra = R"("message":{"id":"msg_bench","role":"assistant","model":"bench","request_key":")" + connection.key
            + R"("},)";
    else if (!last)
        extra = R"("index":0,"delta":{"type":"text_delta","text":"some words of an answer "},)";
    char event[512];
    const int size = std::snprintf(
        event, sizeof event, "event: %s\ndata: {\"type\":\"%s\",%s\"seq\":%lld,\"sent_ns\":%lld}\n\n", type, type,
        extra.c_str(), static_cast<long long>(connection.sentEvents), static_cast<long long>(now));
    char chunk[640];
    const int chunkSize = std::snprintf(chunk, sizeof chunk, "%x\r\n%s\r\n", static_cast<unsigned>(size), event);
    ++connection.sentEvents;
    write(connection, std::string_view(chunk, static_cast<std::size_t>(chunkSize)));
}

void Upstream::sendWhole(Connection &connection, std::string_view status, std::string_view body)
{
    std::string out = "HTTP/1.1 " + std::string(status)
        + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size());
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
    while (sent < connection.output.size()) {
        const ssize_t count = send(connection.descriptor, connection.output.data() + sent,
                                   connection.output.size() - sent, MSG_NOSIGNAL);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            ++m_counts.cutByPeer;
            close(connection);
            return;
        }
    }
    connection.output.erase(0, sent);
    if (const bool blocked = !connection.output.empty(); blocked != connection.wantsWrite) {
        connection.wantsWrite = blocked;
        m_poller.change(connection.descriptor, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
    if (connection.output.empty() && connection.phase == Connection::Phase::Flushing)
        finishAnswer(connection);
}

void Upstream::finishAnswer(Connection &connection)
{
    if (!connection.key.empty())
        m_answeredKeys.insert(connection.key);
    m_counts.openStreams -= connection.events > 0 ? 1 : 0;
    m_counts.answered += connection.counted ? 1 : 0;
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
    if (m_idleClose.to > 0) {
        std::uniform_int_distribution<std::int64_t> idleNs(m_idleClose.from * kNsPerMs, m_idleClose.to * kNsPerMs);
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
}

std::string Upstream::stats() const
{
    char text[640];
    std::snprintf(text, sizeof text,
                  R"({"accepted":%lld,"open":%lld,"open_streams":%lld,"requests":%lld,"answered":%lld,)"
                  R"("double_submissions":%lld,"repeated_unanswered":%lld,"idle_closed":%lld,"cut_by_peer":%lld,)"
                  R"("max_late_ms":%.2f,"late_events":%lld,"cpu_seconds":%.2f})"
                  "\n",
                  static_cast<long long>(m_counts.accepted), static_cast<long long>(m_counts.open),
                  static_cast<long long>(m_counts.openStreams), static_cast<long long>(m_counts.requests),
                  static_cast<long long>(m_counts.answered), static_cast<long long>(m_counts.doubleSubmissions),
                  static_cast<long long>(m_counts.repeatedUnanswered), static_cast<long long>(m_counts.idleClosed),
                  static_cast<long long>(m_counts.cutByPeer), static_cast<double>(m_counts.maxLateNs) / 1e6,
                  static_cast<long long>(m_counts.lateEvents), ownCpuSeconds());
    return text;
}

} // namespace qcc::bench
