#include "core/upstream/protocolmemory.h"

#include <algorithm>

namespace qcc {

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

quint32 ProtocolMemory::streamsOf(const UpstreamAddress &address) const
{
    const auto entry = find(address);
    return entry == m_entries.end() || entry->protocol != Protocol::Http2 ? usualStreams : entry->streams;
}

void ProtocolMemory::learnHttp1(const UpstreamAddress &address, Clock::time_point now)
{
    learn({address, Protocol::Http1, 0, now});
}

void ProtocolMemory::learnHttp2(const UpstreamAddress &address, quint32 streams, Clock::time_point now)
{
    learn({address, Protocol::Http2, streams, now});
}

void ProtocolMemory::learn(Entry entry)
{
    if (const auto old = find(entry.address); old != m_entries.end())
        m_entries.erase(old);
    m_entries.push_back(std::move(entry));
}

} // namespace qcc
