#include "core/routing/strategy.h"

#include <QCryptographicHash>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace qcc {

namespace {

/// What is left after `elapsed`; threads may read the clock in another order than they arrive here.
double remaining(PeakEwma::Clock::duration elapsed, std::chrono::duration<double> timeConstant)
{
    const std::chrono::duration<double> passed = std::max(elapsed, PeakEwma::Clock::duration(0));
    return std::exp(-passed / timeConstant);
}

} // namespace

void PeakEwma::add(std::chrono::duration<double, std::milli> sample, Time now)
{
    const double ms = sample.count();
    if (!std::isfinite(ms) || ms <= 0)
        return;
    const double known = value(now);
    const double weight = remaining(now - m_updated, settling);
    m_value = ms > known ? ms : known * weight + ms * (1 - weight);
    m_updated = std::max(m_updated, now);
}

double PeakEwma::value(Time now) const
{
    return m_value * remaining(now - m_updated, forgetting);
}

namespace {

constexpr qsizetype longestKeyBytes = 64;

QByteArray keyOf(const QByteArray &conversation)
{
    if (conversation.size() > longestKeyBytes)
        return QCryptographicHash::hash(conversation, QCryptographicHash::Sha256);
    return conversation;
}

} // namespace

Affinity::Affinity(qsizetype capacity)
    : m_capacity(std::max<qsizetype>(1, capacity))
{
}

QString Affinity::endpointOf(const QByteArray &conversation, Time now, std::chrono::seconds ttl)
{
    if (conversation.isEmpty() || ttl <= std::chrono::seconds(0))
        return {};
    while (!m_bindings.empty() && now - m_bindings.back().used > ttl)
        dropOldest();
    const auto place = m_places.constFind(keyOf(conversation));
    if (place == m_places.cend())
        return {};
    touch(*place, now);
    return m_bindings.front().endpoint;
}

void Affinity::bind(const QByteArray &conversation, const QString &endpoint, Time now)
{
    Q_ASSERT(!endpoint.isEmpty());
    if (conversation.isEmpty())
        return;
    const QByteArray key = keyOf(conversation);
    const auto place = m_places.constFind(key);
    if (place != m_places.cend()) {
        touch(*place, now);
        m_bindings.front().endpoint = endpoint;
        return;
    }
    while (size() >= m_capacity)
        dropOldest();
    // A copy of its own: the caller's may be a view into a request's head.
    const QByteArray kept(key.constData(), key.size());
    const Time newest = m_bindings.empty() ? now : std::max(now, m_bindings.front().used);
    m_bindings.push_front({kept, endpoint, newest});
    m_places.insert(kept, m_bindings.begin());
}

void Affinity::clear()
{
    m_places.clear();
    m_bindings.clear();
}

void Affinity::touch(Bindings::iterator binding, Time now)
{
    // Threads may read the clock in another order than they arrive here; the list stays sorted by time.
    binding->used = std::max(now, m_bindings.front().used);
    m_bindings.splice(m_bindings.begin(), m_bindings, binding);
}

void Affinity::dropOldest()
{
    m_places.remove(m_bindings.back().key);
    m_bindings.pop_back();
}

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
