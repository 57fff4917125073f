#include "core/history/clockproof.h"

#include <algorithm>

namespace qcc {

namespace {

/// Whether a clock that said `before` may say `wall` later on, corrections by a few minutes included.
bool goesOn(Minute before, Minute wall)
{
    return wall - before >= -std::chrono::minutes(10) && wall - before <= ClockProof::pause;
}

} // namespace

Minute ClockProof::look(Minute wall, Steady now)
{
    const auto passed = m_last ? now - *m_last : Steady::duration(0);
    m_last = now;
    if (goesOn(m_state.assured, wall)) {
        m_state = {std::max(m_state.assured, wall), std::nullopt, std::chrono::minutes(0)};
        m_rest = {};
    } else if (m_state.doubted && goesOn(*m_state.doubted, wall)) {
        m_state.doubted = wall;
        m_rest += passed;
        const auto whole = std::chrono::floor<std::chrono::minutes>(m_rest);
        m_rest -= whole;
        m_state.proven += whole;
        if (m_state.proven >= proof)
            m_state = {wall, std::nullopt, std::chrono::minutes(0)};
    } else {
        m_state.doubted = wall;
        m_state.proven = std::chrono::minutes(0);
        m_rest = {};
    }
    return std::min(m_state.assured, wall);
}

} // namespace qcc
