#pragma once

#include "core/config/config.h"

#include <QHash>
#include <QList>
#include <QString>

#include <optional>
#include <vector>

namespace qcc {

/// How fit an endpoint is for the next attempt, best first.
enum class Tier { Healthy, Degraded, Unhealthy, Resting, Open, Out };

/// An endpoint that could take the next attempt, as far as the choice depends on it.
struct Candidate {
    QString id;
    Tier tier = Tier::Healthy;
    int priority = 1; ///< Lower is preferred.
    int weight = 100;
    int inFlight = 0;       ///< Attempts it is busy with.
    double firstByteMs = 0; ///< Peak EWMA; 0: not known.
};

/// Chooses one of a cluster's endpoints by the cluster's strategy, and remembers as much of its choices as fairness needs.
///
/// The memory is kept by id, so the candidates may be others at every call: endpoints come and go, and a retry leaves out what
/// was tried. It is bounded by `rememberedIds` or twice the candidates, whichever is more. Thread: none of its own, the owner
/// locks.
class Selector
{
public:
    static constexpr qsizetype rememberedIds = 1024;

    /// The index of the chosen candidate; nothing only when there are none. Only candidates of the best tier present are
    /// considered, so the last endpoint is tried however bad it is. `random` is 64 random bits; the same calls with the same
    /// bits choose the same.
    ///
    /// - PriorityFailover: the lowest priority number, then as listed.
    /// - Weighted: in proportion to the weights, spread evenly; weight 0 only when no other has any. Source: smooth weighted
    ///   round robin (nginx, commit 52327e0627f49dbda1e8db695e63a4b0af4448b1).
    /// - RoundRobin: chosen longest ago, then as listed.
    /// - Random: all alike.
    /// - LeastConnections: the fewest attempts in flight, then the greater weight, then chosen longest ago.
    /// - Fastest: of two drawn at random the one with the lower first-byte time · (attempts in flight + 1). One that is not
    ///   known yet is taken first, but by one attempt at a time: until that tells, it ranks behind those that are known.
    ///   Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing" (2001); Finagle's PeakEwma.
    std::optional<qsizetype> pick(Strategy strategy, const QList<Candidate> &candidates, quint64 random);

    /// How many ids something is remembered of.
    qsizetype remembered() const { return m_memory.size(); }

private:
    struct Memory {
        double owed = 0;    ///< Weighted: the picks it should have had less those it had.
        quint64 picked = 0; ///< The number of its last pick; 0: never.
        quint64 touched = 0;
    };
    using Eligible = std::vector<qsizetype>;

    qsizetype weighted(const QList<Candidate> &candidates, const Eligible &eligible);
    qsizetype fastest(const QList<Candidate> &candidates, const Eligible &eligible, quint64 random) const;
    quint64 lastPick(const Candidate &candidate) const { return m_memory.value(candidate.id).picked; }
    Memory &memoryOf(const Candidate &candidate);
    void forgetOldest(qsizetype keep);

    QHash<QString, Memory> m_memory;
    quint64 m_picks = 0;
};

} // namespace qcc
