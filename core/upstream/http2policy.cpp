#include "core/upstream/http2policy.h"

#include <algorithm>
#include <limits>

namespace qcc {

namespace {

constexpr quint32 unlimited = std::numeric_limits<quint32>::max();

} // namespace

std::vector<ProtocolMemory::Entry>::const_iterator ProtocolMemory::find(const UpstreamAddress &address) const
{
    return std::find_if(m_entries.begin(), m_entries.end(), [&address](const Entry &e) { return e.address == address; });
}

ProtocolMemory::Protocol ProtocolMemory::of(const UpstreamAddress &address, Clock::time_point now) const
{
    const auto entry = find(address);
    if (entry == m_entries.end() || (entry->protocol == Protocol::Http1 && now - entry->since >= http1Time))
        return Protocol::Unknown;
    return entry->protocol;
}

quint32 ProtocolMemory::streamsOf(const UpstreamAddress &address, Clock::time_point now) const
{
    const auto entry = find(address);
    if (entry == m_entries.end() || entry->protocol != Protocol::Http2)
        return usualStreams;
    return qMin(entry->streams, valueOf(entry->taken, now));
}

quint32 ProtocolMemory::takenBy(const UpstreamAddress &address, Clock::time_point now) const
{
    const auto entry = find(address);
    return entry == m_entries.end() ? unlimited : valueOf(entry->taken, now);
}

quint32 ProtocolMemory::lifeOf(const UpstreamAddress &address, Clock::time_point now) const
{
    const auto entry = find(address);
    return entry == m_entries.end() ? unlimited : valueOf(entry->life, now);
}

quint32 ProtocolMemory::valueOf(const Entry::Found &found, Clock::time_point now)
{
    return found.number > 0 && now - found.since < foundTime ? found.number : unlimited;
}

void ProtocolMemory::learnHttp1(const UpstreamAddress &address, Clock::time_point now)
{
    learn({address, Protocol::Http1, 0, now});
}

void ProtocolMemory::learnHttp2(const UpstreamAddress &address, quint32 streams, Clock::time_point now)
{
    Entry entry{address, Protocol::Http2, streams, now};
    if (const auto old = find(address); old != m_entries.end()) {
        entry.life = old->life;
        entry.taken = old->taken;
    }
    learn(std::move(entry));
}

void ProtocolMemory::learnStreams(const UpstreamAddress &address, quint32 streams, Clock::time_point now)
{
    if (const auto old = find(address); old != m_entries.end()) {
        Entry entry = *old;
        entry.taken = {qMax(streams, 1u), now};
        learn(std::move(entry));
    }
}

void ProtocolMemory::learnLife(const UpstreamAddress &address, quint32 requests, Clock::time_point now)
{
    if (const auto old = find(address); old != m_entries.end()) {
        Entry entry = *old;
        entry.life = {qMax(requests, 1u), now};
        learn(std::move(entry));
    }
}

void ProtocolMemory::learn(Entry entry)
{
    if (const auto old = find(entry.address); old != m_entries.end())
        m_entries.erase(old);
    m_entries.push_back(std::move(entry));
}

void PingWatch::heard(Time now)
{
    m_heard = now;
    m_ping.reset();
}

void PingWatch::asked(Time now)
{
    // What has rested for long gets its PING at once, which does not wait for the upstream's work.
    m_asked = now - m_heard >= pingAfter ? m_heard : now;
    m_ping.reset();
}

PingWatch::Verdict PingWatch::look(Time now, std::optional<quint64> acknowledged)
{
    using What = Verdict::What;
    if (!m_ping) {
        const Wait silent = std::chrono::duration_cast<Wait>(now - std::max(m_heard, m_asked));
        if (silent < pingAfter)
            return {What::Look, pingAfter - silent};
        m_ping = {acknowledged, now};
        return {What::Ping, lostAfter};
    }
    if (acknowledged != m_ping->acknowledged)
        m_ping = {acknowledged, now, true};
    const Wait limit = m_ping->taken || !acknowledged ? busyAfter : lostAfter;
    if (now - m_ping->moved >= limit)
        return {What::Lost, limit};
    return {What::Look, lostAfter};
}

} // namespace qcc
