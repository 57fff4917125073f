#include "core/upstream/protocolmemory.h"

#include <algorithm>

namespace qcc {

ProtocolMemory::Protocol ProtocolMemory::of(const UpstreamAddress &address, Clock::time_point now) const
{
    const auto entry = std::find_if(m_entries.begin(), m_entries.end(), [&address](const Entry &e) { return e.address == address; });
    if (entry == m_entries.end() || (entry->protocol == Protocol::Http1 && now - entry->since >= http1Time))
        return Protocol::Unknown;
    return entry->protocol;
}

void ProtocolMemory::learn(const UpstreamAddress &address, Protocol protocol, Clock::time_point now, bool nearby)
{
    std::erase_if(m_entries, [&address](const Entry &e) { return e.address == address; });
    if (protocol != Protocol::Unknown)
        m_entries.push_back({address, protocol, nearby, now});
}

bool ProtocolMemory::isNearby(const UpstreamAddress &address) const
{
    return std::any_of(m_entries.begin(), m_entries.end(), [&address](const Entry &e) { return e.nearby && e.address == address; });
}

} // namespace qcc
