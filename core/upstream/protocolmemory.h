#pragma once

#include "core/upstream/upstreamconnection.h"

#include <chrono>
#include <vector>

namespace qcc {

/// Which upstreams were found to speak HTTP/2. That one does not is believed for a while only; that one does, until it fails.
class ProtocolMemory
{
public:
    using Clock = std::chrono::steady_clock;
    enum class Protocol { Unknown, Http1, Http2 };
    static constexpr std::chrono::minutes http1Time{10};

    Protocol of(const UpstreamAddress &address, Clock::time_point now) const;
    /// `nearby`: as UpstreamConnection::isNearby() tells of the connection that asked.
    void learn(const UpstreamAddress &address, Protocol protocol, Clock::time_point now, bool nearby = false);
    bool isNearby(const UpstreamAddress &address) const;

private:
    struct Entry {
        UpstreamAddress address;
        Protocol protocol;
        bool nearby;
        Clock::time_point since;
    };
    std::vector<Entry> m_entries; ///< As many as there are endpoints that ask for HTTP/2.
};

} // namespace qcc
