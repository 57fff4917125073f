#pragma once

#include "core/base/clock.h"
#include "core/upstream/upstreamconnection.h"

#include <chrono>
#include <optional>
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

/// Decides when an upstream that is asked something and says nothing gets a PING, and when its connection is lost. An answer may take as long as
/// it likes, as long as PINGs are answered. One that is not may stand in line behind what else is sent, or its reader be busy: as long as the
/// peer's system takes something of what is sent, that is a sign of life.
/// Source: RFC 9113 §6.7.
class PingWatch
{
public:
    using Time = Clock::Time;
    using Wait = std::chrono::milliseconds;
    /// Silence before a PING.
    static constexpr Wait pingAfter{15000};
    /// Without an answer to it: where the peer's system has taken nothing either, and where it has, or nobody knows.
    static constexpr Wait lostAfter{10000}, busyAfter{60000};

    struct Verdict {
        enum class What { Look, Ping, Lost };
        What what;
        Wait time; ///< When to look again; of Lost, how long there was no answer.
    };

    explicit PingWatch(Time now) : m_heard(now), m_asked(now) { }

    /// Something came.
    void heard(Time now);
    Time lastHeard() const { return m_heard; }
    /// Something is asked, after a rest in which the connection may have been lost.
    void asked(Time now);
    /// `acknowledged`: bytes of ours that the peer's system has taken so far; nothing where ours does not tell.
    Verdict look(Time now, std::optional<quint64> acknowledged);

private:
    Time m_heard;
    Time m_asked;
    struct Ping {
        std::optional<quint64> acknowledged; ///< When last looked at.
        Time moved;                          ///< When that was more than before; else when it was sent.
        bool taken = false;                  ///< The peer's system has taken something since.
    };
    std::optional<Ping> m_ping; ///< That was not answered yet.
};

} // namespace qcc
