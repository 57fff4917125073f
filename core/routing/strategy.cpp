#include "core/routing/strategy.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace qcc {

namespace {

/// The indexes of the candidates of the best tier present, as listed.
std::vector<qsizetype> bestTier(const QList<Candidate> &candidates)
{
    std::vector<qsizetype> best;
    for (qsizetype i = 0; i < candidates.size(); ++i) {
        if (!best.empty() && candidates[i].tier > candidates[best.front()].tier)
            continue;
        if (!best.empty() && candidates[i].tier < candidates[best.front()].tier)
            best.clear();
        best.push_back(i);
    }
    return best;
}

/// What the next attempt would have to wait for at this endpoint, in no particular unit.
double cost(const Candidate &candidate)
{
    if (candidate.firstByteMs > 0)
        return candidate.firstByteMs * (std::max(candidate.inFlight, 0) + 1.0);
    return candidate.inFlight > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

} // namespace

std::optional<qsizetype> Selector::pick(Strategy strategy, const QList<Candidate> &candidates, quint64 random)
{
    const Eligible eligible = bestTier(candidates);
    if (eligible.empty())
        return std::nullopt;
    ++m_picks;
    // std::ranges::min_element keeps the first of equals: as listed.
    const auto least = [&](auto rank) { return *std::ranges::min_element(eligible, {}, rank); };
    qsizetype chosen = eligible.front();
    switch (strategy) {
    case Strategy::PriorityFailover:
        chosen = least([&](qsizetype i) { return candidates[i].priority; });
        break;
    case Strategy::Weighted:
        chosen = weighted(candidates, eligible);
        break;
    case Strategy::RoundRobin:
        chosen = least([&](qsizetype i) { return lastPick(candidates[i]); });
        break;
    case Strategy::Random:
        chosen = eligible[random % eligible.size()];
        break;
    case Strategy::LeastConnections:
        chosen = least([&](qsizetype i) {
            const Candidate &c = candidates[i];
            return std::tuple(c.inFlight, -qint64(c.weight), lastPick(c));
        });
        break;
    case Strategy::Fastest:
        chosen = fastest(candidates, eligible, random);
        break;
    }
    memoryOf(candidates[chosen]).picked = m_picks;
    const qsizetype keep = std::max(rememberedIds / 2, candidates.size());
    if (m_memory.size() > 2 * keep)
        forgetOldest(keep);
    return chosen;
}

/// nginx counts in weights; here it is in picks, which chooses the same as long as the candidates stay, and needs no repair when
/// they do not: what an endpoint is owed does not grow or shrink with the weight of one that left or came.
qsizetype Selector::weighted(const QList<Candidate> &candidates, const Eligible &eligible)
{
    // Less than this apart is the same: sums of fractions are not exact, and equals go as listed.
    constexpr double noise = 1e-9;

    const auto weightOf = [&](qsizetype i) { return double(std::max(candidates[i].weight, 0)); };
    double total = 0;
    for (const qsizetype i : eligible)
        total += weightOf(i);
    const bool allAlike = total <= 0;

    std::optional<qsizetype> chosen;
    double most = 0;
    for (const qsizetype i : eligible) {
        const double share = allAlike ? 1.0 / double(eligible.size()) : weightOf(i) / total;
        if (share <= 0)
            continue;
        Memory &memory = memoryOf(candidates[i]);
        memory.owed += share;
        if (!chosen || memory.owed > most + noise) {
            chosen = i;
            most = memory.owed;
        }
    }
    memoryOf(candidates[*chosen]).owed -= 1;
    return *chosen;
}

qsizetype Selector::fastest(const QList<Candidate> &candidates, const Eligible &eligible, quint64 random) const
{
    const quint64 count = eligible.size();
    if (count == 1)
        return eligible.front();
    const quint64 first = random % count;
    quint64 second = random / count % (count - 1);
    if (second >= first)
        ++second;
    const auto rank = [&](quint64 drawn) {
        const Candidate &c = candidates[eligible[drawn]];
        return std::tuple(cost(c), c.inFlight, lastPick(c), drawn);
    };
    return eligible[rank(second) < rank(first) ? second : first];
}

Selector::Memory &Selector::memoryOf(const Candidate &candidate)
{
    Memory &memory = m_memory[candidate.id];
    memory.touched = m_picks;
    return memory;
}

void Selector::forgetOldest(qsizetype keep)
{
    std::vector<quint64> touched;
    touched.reserve(static_cast<std::size_t>(m_memory.size()));
    for (const Memory &memory : std::as_const(m_memory))
        touched.push_back(memory.touched);
    const auto border = touched.end() - static_cast<std::ptrdiff_t>(keep);
    std::ranges::nth_element(touched, border);
    m_memory.removeIf([oldest = *border](const std::pair<const QString &, Memory &> &entry) {
        return entry.second.touched < oldest;
    });
}

} // namespace qcc
