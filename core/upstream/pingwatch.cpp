#include "core/upstream/pingwatch.h"

#include <algorithm>

namespace qcc {

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
