#include "core/history/clockproof.h"

#include <algorithm>

namespace qcc {

namespace {

/// Whether a clock that said `before` may say `wall` later on, corrections by a few minutes included.
bool goesOn(Minute before, Minute wall, std::chrono::minutes most)
{
    return wall - before >= -std::chrono::minutes(10) && wall - before <= most;
}

} // namespace

Minute ClockProof::look(Minute wall, Steady now)
{
    const auto passed = m_last ? now - *m_last : Steady::duration(0);
    if (!m_last)
        m_assuredAt = now;
    m_last = now;
    // As much as is known to have passed since, in this run.
    const auto since = std::chrono::ceil<std::chrono::minutes>(now - m_assuredAt) + std::chrono::minutes(10);
    if (goesOn(m_state.assured, wall, std::max<std::chrono::minutes>(step, since))) {
        m_assuredAt = now;
        m_state = {std::max(m_state.assured, wall), std::nullopt, std::chrono::minutes(0)};
        m_rest = {};
    } else if (m_state.doubted && goesOn(*m_state.doubted, wall, pause)) {
        m_state.doubted = wall;
        m_rest += passed;
        const auto whole = std::chrono::floor<std::chrono::minutes>(m_rest);
        m_rest -= whole;
        m_state.proven += whole;
        if (m_state.proven >= (goesOn(m_state.assured, wall, pause) ? proof : longProof))
            m_state = {wall, std::nullopt, std::chrono::minutes(0)};
        if (!m_state.doubted)
            m_assuredAt = now;
    } else {
        m_state.doubted = wall;
        m_state.proven = std::chrono::minutes(0);
        m_rest = {};
    }
    return std::min(m_state.assured, wall);
}

} // namespace qcc
