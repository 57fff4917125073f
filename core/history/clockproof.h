#pragma once

#include "core/journal/timeline.h"

#include <chrono>
#include <optional>

namespace qcc {

/// By which time old rows may be deleted. A computer's clock is wrong by years while its battery is empty, or by weeks until the network has set it, and
/// what was deleted by it is gone. So time is believed as it goes on, over pauses of a few days; what lies far beyond, or before, only once the clock has
/// gone on from there for a day while qcc ran, in as many runs as it takes.
class ClockProof
{
public:
    using Steady = std::chrono::steady_clock::time_point;

    /// A pause after which time is believed at once: a weekend.
    static constexpr std::chrono::days pause{4};
    static constexpr std::chrono::hours proof{24};

    /// What is kept from run to run.
    struct State {
        Minute assured;                ///< The last time that was believed.
        std::optional<Minute> doubted; ///< The last time that was not, if it was the last that was seen.
        std::chrono::minutes proven{0};

        bool operator==(const State &) const = default;
    };

    explicit ClockProof(const State &state) : m_state(state) { }
    const State &state() const { return m_state; }
    /// The clock says `wall` now. Returns the time by which to delete, which is no later than that.
    Minute look(Minute wall, Steady now);

private:
    State m_state;
    std::optional<Steady> m_last; ///< The last look.
    std::chrono::steady_clock::duration m_rest{0}; ///< Of `proven`, less than a minute.
};

} // namespace qcc
