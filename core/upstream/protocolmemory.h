#pragma once

#include "core/upstream/upstreamconnection.h"

#include <chrono>
#include <vector>

namespace qcc {

/// Which upstreams were found to speak HTTP/2, and how many streams they take on a connection, at a time and in all: so that requests know
/// whether to wait for a connection that is being opened. That one does not is believed for a while only, and so is what was not announced.
class ProtocolMemory
{
public:
    using Clock = std::chrono::steady_clock;
    enum class Protocol { Unknown, Http1, Http2 };
    static constexpr std::chrono::minutes http1Time{10};
    static constexpr std::chrono::minutes foundTime{1}; ///< For what was found out, and not announced.
    /// What every server should take. Source: RFC 9113 §6.5.2.
    static constexpr quint32 usualStreams = 100;

    Protocol of(const UpstreamAddress &address, Clock::time_point now) const;
    /// At a time.
    quint32 streamsOf(const UpstreamAddress &address, Clock::time_point now) const;
    /// Beyond how many at a time it was found to refuse.
    quint32 takenBy(const UpstreamAddress &address, Clock::time_point now) const;
    /// In all; the most there can be where nothing else is known.
    quint32 lifeOf(const UpstreamAddress &address, Clock::time_point now) const;
    void learnHttp1(const UpstreamAddress &address, Clock::time_point now);
    void learnHttp2(const UpstreamAddress &address, quint32 streams, Clock::time_point now);
    /// The upstream refuses more than so many at a time, whatever it announces.
    void learnStreams(const UpstreamAddress &address, quint32 streams, Clock::time_point now);
    /// The upstream has ended a connection after so many requests, with more under way: what is asked beyond them is asked in vain.
    void learnLife(const UpstreamAddress &address, quint32 requests, Clock::time_point now);

private:
    struct Entry {
        UpstreamAddress address;
        Protocol protocol;
        quint32 streams;
        Clock::time_point since;
        struct Found {
            quint32 number = 0; ///< 0: nothing.
            Clock::time_point since = {};
        };
        Found life = {};
        Found taken = {};
    };
    std::vector<Entry>::const_iterator find(const UpstreamAddress &address) const;
    void learn(Entry entry);
    static quint32 valueOf(const Entry::Found &found, Clock::time_point now);

    std::vector<Entry> m_entries; ///< As many as there are endpoints that ask for HTTP/2.
};

} // namespace qcc
