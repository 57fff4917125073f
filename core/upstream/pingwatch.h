#pragma once

#include "core/base/clock.h"

#include <chrono>
#include <optional>

namespace qcc {

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
