#pragma once

#include "core/facts/exchangerecord.h"

namespace qcc {

/// Finished exchanges, counted.
struct OutcomeCounts {
    PerEnum<Outcome, quint64> byOutcome;

    quint64 of(Outcome outcome) const { return byOutcome[outcome]; }
    void count(Outcome outcome) { ++byOutcome[outcome]; }
    quint64 total() const;
    quint64 successful() const { return of(Outcome::Complete) + of(Outcome::Recovered); }
    quint64 failed() const { return of(Outcome::Error) + of(Outcome::Truncated); }
    /// Percent of successful() and failed() that are successful; 100 before either was counted.
    double successRate() const;

    OutcomeCounts &operator+=(const OutcomeCounts &other);
    bool operator==(const OutcomeCounts &) const = default;
};

/// Percent of `good` and `bad` together that are good; 100 where there are none.
double percent(quint64 good, quint64 bad);

} // namespace qcc
