#pragma once

#include "core/config/config.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>

#include <chrono>
#include <list>
#include <optional>
#include <vector>

namespace qcc {

/// An average of durations that believes a bad one at once and good ones only with time.
///
/// A sample above the average replaces it; one below pulls it down, the more the longer ago the last one was (time constant
/// `settling`). Without samples it sinks slowly (time constant `forgetting`), because an endpoint that nobody chooses would
/// else never get the chance to show that it recovered. Source: Finagle's PeakEwma, which uses 10 s for both; there every
/// endpoint has samples all the time, here a minute without any is common, and a memory of 10 s would make of the fastest
/// endpoint the one that was asked longest ago.
class PeakEwma
{
public:
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;
    static constexpr std::chrono::seconds settling{10};
    static constexpr std::chrono::seconds forgetting{300};

    /// Samples that are no positive number are left out.
    void add(std::chrono::duration<double, std::milli> sample, Time now);
    /// Units: milliseconds; 0 before the first sample.
    double value(Time now) const;

private:
    double m_value = 0; ///< As of m_updated.
    Time m_updated{};
};

/// Which endpoint each conversation went to last, because that is where its prompt cache lives.
///
/// Bounded twice: when full, the conversation that was silent longest makes room, and identifiers, which clients choose, are kept
/// as a digest where they are long. Every call costs O(1), amortised. Thread: none of its own, the owner locks.
class Affinity
{
public:
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;

    explicit Affinity(qsizetype capacity = 4096);

    /// The endpoint's id; empty when the conversation has none, is itself empty, or was silent for longer than `ttl`
    /// (0: affinity is off). Asking counts as use.
    QString endpointOf(const QByteArray &conversation, Time now, std::chrono::seconds ttl);
    /// From now on the conversation belongs to `endpoint`. An empty conversation belongs to none.
    void bind(const QByteArray &conversation, const QString &endpoint, Time now);

    /// Conversations that are kept; those beyond the ttl leave at the next question.
    qsizetype size() const { return m_places.size(); }
    void clear();

private:
    Q_DISABLE_COPY(Affinity)
    struct Binding {
        QByteArray key;
        QString endpoint;
        Time used;
    };
    using Bindings = std::list<Binding>;
    void touch(Bindings::iterator binding, Time now);
    void dropOldest();

    qsizetype m_capacity;
    Bindings m_bindings; ///< Last used first.
    QHash<QByteArray, Bindings::iterator> m_places;
};

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
