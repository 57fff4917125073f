#pragma once

#include "core/journal/timeline.h"

#include <chrono>
#include <optional>

namespace qcc {

/// By which time old rows may be deleted. A computer's clock is wrong by years while its battery is empty, or by weeks until the network has set it, and
/// what was deleted by it is gone. So time is believed as it goes on; what lies beyond an hour or two, or before, only once the clock has gone on
/// from there while qcc ran, in as many runs as it takes: for an hour after a pause of some days, for a day after more.
class ClockProof
{
public:
    using Steady = std::chrono::steady_clock::time_point;

    /// After which time is believed at once.
    static constexpr std::chrono::hours step{2};
    /// A weekend, for which little proof is enough.
    static constexpr std::chrono::days pause{4};
    static constexpr std::chrono::hours proof{1};
    static constexpr std::chrono::hours longProof{24};

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
    std::optional<Steady> m_last;      ///< The last look.
    Steady m_assuredAt;                ///< The last that was believed, or the first of this run.
    std::chrono::steady_clock::duration m_rest{0}; ///< Of `proven`, less than a minute.
};

} // namespace qcc
