#include "core/routing/concurrencylimit.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace qcc {

namespace {

constexpr double refusalFactor = 0.7;
constexpr std::chrono::seconds leastBetweenCuts{1};

constexpr std::chrono::seconds provenSpan{30};
constexpr std::chrono::seconds longestBarrier{64};

constexpr double tolerance = 2.0;
constexpr double steepest = 0.5;
constexpr double smoothing = 0.2;
constexpr int leastByGradient = 4;
/// Half of the load takes a queue to about half of its length; a time that stays above this has another cause.
constexpr double reliefFactor = 0.75;

constexpr int warmUpSamples = 20;
constexpr int usualSamples = 600;
constexpr double recentShare = 1.0 / 13;  // an exponential average over some 25 samples
constexpr double betterShare = 1.0 / 50;
constexpr double floorShare = 1.0 / 4; // of a round

constexpr double longestMs = 86'400'000;

} // namespace

ConcurrencyLimit::ConcurrencyLimit(int ceiling)
    : m_ceiling(std::max(ceiling, 1))
    , m_limit(m_ceiling)
{
}

void ConcurrencyLimit::setCeiling(int ceiling)
{
    const bool atCeiling = m_limit >= m_ceiling;
    m_ceiling = std::max(ceiling, 1);
    m_limit = atCeiling ? m_ceiling : std::min(m_limit, m_ceiling);
}

void ConcurrencyLimit::answered(std::chrono::duration<double, std::milli> firstByte, int inFlight, Time now)
{
    const double ms = firstByte.count();
    if (std::isnan(ms) || ms <= 0)
        return;
    learn(std::min(ms, longestMs), inUse(inFlight) && limit() > leastByGradient);
    prove(inFlight, now);
    if (!inUse(inFlight))
        return;
    if (gradient() >= 1 && !justCut(now)) {
        const double grown = std::min(m_limit + 1 / m_limit, m_ceiling);
        if (m_barrier <= 0 || grown < m_barrier || now >= m_barrierUntil)
            m_limit = grown;
    }
    if (m_limit >= m_shrunkFrom)
        m_shrunkFrom = 0;
    ++m_roundAnswers;
    m_roundSumMs += std::min(ms, longestMs);
    if (m_roundAnswers < m_roundLength)
        return;
    if (gradient() < 1)
        shrink(m_roundSumMs / m_roundAnswers);
    m_roundLength = inFlight;
    m_roundAnswers = 0;
    m_roundSumMs = 0;
}

void ConcurrencyLimit::shrink(double roundMs)
{
    if (limit() <= leastByGradient) {
        m_usualMs += std::max(roundMs - m_usualMs, 0.0) * floorShare;
        return;
    }
    if (m_shrunkFrom <= 0) {
        m_shrunkFrom = m_limit;
        m_slowestRoundMs = 0;
    }
    m_slowestRoundMs = std::max(m_slowestRoundMs, roundMs);
    if (m_limit <= m_shrunkFrom / 2) {
        if (roundMs > reliefFactor * m_slowestRoundMs)
            m_usualMs = std::max(m_usualMs, roundMs);
        m_shrunkFrom = m_limit;
        m_slowestRoundMs = roundMs;
    }
    const double allowed = m_limit * gradient() + std::sqrt(m_limit);
    const double smoothed = m_limit * (1 - smoothing) + allowed * smoothing;
    m_limit = std::min(m_limit, std::max(smoothed, double(leastByGradient)));
}

void ConcurrencyLimit::overloaded(int inFlight, Time now)
{
    if (justCut(now))
        return;
    m_lastCut = now;
    inFlight = std::max(inFlight, 1);
    if (inFlight <= proven())
        return; // it took as many a moment ago: refused for another reason
    m_shrunkFrom = 0;
    m_barrier = inFlight;
    m_barrierTime = std::clamp<std::chrono::seconds>(m_barrierTime * 2, std::chrono::seconds(1), longestBarrier);
    m_barrierUntil = now + m_barrierTime;
    const double cut = refusalFactor * std::min(m_limit, double(inFlight));
    m_limit = std::max({1.0, cut, std::min(proven(), m_limit)});
}

void ConcurrencyLimit::prove(int inFlight, Time now)
{
    if (now - m_provenSince >= provenSpan) {
        m_provenBefore = now - m_provenSince >= 2 * provenSpan ? 0 : m_provenNow;
        m_provenNow = 0;
        m_provenSince = now;
    }
    m_provenNow = std::max(m_provenNow, inFlight);
    if (m_barrier > 0 && inFlight >= m_barrier) {
        m_barrier = 0;
        m_barrierTime = {};
    }
}

int ConcurrencyLimit::limit() const
{
    return static_cast<int>(m_limit);
}

bool ConcurrencyLimit::justCut(Time now) const
{
    using Milliseconds = std::chrono::duration<double, std::milli>;
    return m_lastCut
        && Milliseconds(now - *m_lastCut) < std::max(Milliseconds(leastBetweenCuts), Milliseconds(m_recentMs));
}

void ConcurrencyLimit::learn(double firstByteMs, bool causedByLoad)
{
    m_samples = std::min(m_samples + 1, usualSamples);
    // Until there are enough samples for an exponential average, a plain one.
    const double plainShare = 1.0 / m_samples;
    m_recentMs += (firstByteMs - m_recentMs) * std::max(recentShare, plainShare);
    if (m_samples <= warmUpSamples)
        m_usualMs += (firstByteMs - m_usualMs) * plainShare;
    else if (m_recentMs * 2 < m_usualMs)
        m_usualMs += (m_recentMs - m_usualMs) * betterShare; // what was usual was a crowd
    else if (!causedByLoad)
        m_usualMs += (m_recentMs - m_usualMs) / usualSamples;
}

double ConcurrencyLimit::gradient() const
{
    if (m_samples < warmUpSamples)
        return 1;
    return std::clamp(tolerance * m_usualMs / m_recentMs, steepest, 1.0);
}

// --- Those who wait ----------------------------------------------------------------------------------------------------------

std::deque<WaitingLine::Place>::iterator WaitingLine::find(quint64 ticket)
{
    return std::find_if(m_places.begin(), m_places.end(), [ticket](const Place &p) { return p.ticket == ticket; });
}

QStringList WaitingLine::stand(quint64 &ticket, std::function<void()> wake, const QStringList &wants)
{
    const auto place = find(ticket);
    if (place == m_places.end()) {
        ticket = ++m_lastTicket;
        m_places.push_back({ticket, std::move(wake), wants});
        return {};
    }
    QStringList given = std::exchange(place->wants, wants);
    place->woken = false;
    place->wake = std::move(wake);
    given.removeIf([&wants](const QString &endpoint) { return wants.contains(endpoint); });
    return given;
}

QStringList WaitingLine::leave(quint64 ticket)
{
    const auto place = find(ticket);
    if (place == m_places.end())
        return {};
    QStringList wanted = std::move(place->wants);
    m_places.erase(place);
    return wanted;
}

int WaitingLine::ahead(const QString &endpoint, quint64 ticket) const
{
    int count = 0;
    for (const Place &place : m_places) {
        if (place.ticket == ticket)
            break;
        if (place.wants.contains(endpoint))
            ++count;
    }
    return count;
}

void WaitingLine::wakeFor(const QString &endpoint, int room)
{
    for (auto place = m_places.begin(); place != m_places.end() && room > 0; ++place) {
        if (!place->wants.contains(endpoint))
            continue;
        --room; // his own, once he comes, or the next one's, if he finds a better one
        if (!std::exchange(place->woken, true))
            return place->wake();
    }
}

void WaitingLine::wakeAll()
{
    for (Place &place : m_places) {
        if (!std::exchange(place.woken, true))
            place.wake();
    }
}

} // namespace qcc
