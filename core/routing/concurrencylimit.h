#pragma once

#include <QString>
#include <QStringList>

#include <chrono>
#include <deque>
#include <functional>
#include <optional>

namespace qcc {

/// How many attempts one endpoint gets at a time, learned from how it answers.
///
/// Starts at the ceiling, because streams are long and a low start would make honest users wait for nothing. Always between 1 and
/// the ceiling. It reacts to two signs:
///
/// - Refusals (429, 529) cut it to 0.7 of what was in flight, once per first-byte time: what was on its way is refused for
///   the same reason, and what is answered in that time was accepted before. Then it comes back by 1 per `limit()` good
///   answers. Source: Chiu and Jain, "Analysis of the Increase and Decrease Algorithms" (1989); once per round trip as in
///   TCP (RFC 5681). But never below what the endpoint took at a time within the last minute: relays also refuse at random, and a
///   limit that fell with each such refusal would starve honest users, as TCP starves on a lossy line. The number above it at
///   which it refused is tried again after a second, then after two, up to a minute.
/// - A first-byte time of late that is over twice the usual one lowers it by their ratio, but not below 4, and once per round
///   of answers, because those on their way were asked for under the old limit. Source: Gradient2Limit of Netflix's
///   concurrency-limits. Unlike there, the gradient never raises the limit (that would run into the next refusals at once),
///   and what is usual is learned only while the load is not near the limit, or the limit at 4: else a queue that lasts would
///   become the usual. A time that is better by half is believed soon, and one that half of the limit did not improve is
///   not the load's doing: it becomes the usual too.
///
/// Answers move it only while more than half of it is in use: otherwise they say nothing about it. Where the first answers ever
/// come out of a crowd whose times differ by orders of magnitude, what seems usual is too good for long, and the limit too low.
/// Time is an argument. Thread: none of its own, the owner locks.
class ConcurrencyLimit
{
public:
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;

    explicit ConcurrencyLimit(int ceiling);

    /// A limit that was never lowered, or is back at the ceiling, moves with it. A ceiling below 1 is 1.
    void setCeiling(int ceiling);

    /// A good answer began after `firstByte`. `inFlight`: attempts at the endpoint, this one included.
    void answered(std::chrono::duration<double, std::milli> firstByte, int inFlight, Time now);
    /// The endpoint refused an attempt because it has too much to do. `inFlight`: as above.
    void overloaded(int inFlight, Time now);

    int limit() const;

private:
    bool inUse(int inFlight) const { return 2.0 * inFlight > m_limit; }
    bool justCut(Time now) const;
    void prove(int inFlight, Time now);
    double proven() const { return m_provenNow > m_provenBefore ? m_provenNow : m_provenBefore; }
    void learn(double firstByteMs, bool causedByLoad);
    double gradient() const;
    void shrink(double roundMs);

    double m_ceiling;
    double m_limit;
    double m_recentMs = 0; ///< First-byte time over some 25 answers; 0 before the first.
    double m_usualMs = 0;  ///< First-byte time over some 600 answers.
    int m_samples = 0;     ///< Counted up to the length of the longer average.
    int m_roundLength = 0; ///< Attempts in flight when the round began.
    int m_roundAnswers = 0;
    double m_roundSumMs = 0;
    double m_shrunkFrom = 0;     ///< The limit before the gradient began to lower it; 0 when it does not.
    double m_slowestRoundMs = 0; ///< Mean of the slowest round since then.
    std::optional<Time> m_lastCut;
    int m_provenNow = 0; ///< The most attempts at a time with good answers, in this half of the minute and in the one before.
    int m_provenBefore = 0;
    Time m_provenSince{};
    double m_barrier = 0; ///< Attempts at a time that were refused; 0 when none is known.
    Time m_barrierUntil{};
    std::chrono::seconds m_barrierTime{0};
};

/// Those who wait until one of the endpoints that they want bears another attempt: one line for all, the first first; but nobody waits behind those
/// who wait for other endpoints. Whoever is woken keeps the place until he leaves it. Thread: none of its own, the owner locks.
class WaitingLine
{
public:
    /// Gives a place at the end, or keeps the one that `ticket` stands for; `wake` is called once. Returns the endpoints that are wanted no longer:
    /// what they bear may be the next one's.
    QStringList stand(quint64 &ticket, std::function<void()> wake, const QStringList &wants);
    /// Returns the endpoints that are wanted no longer. Without a place nothing happens.
    QStringList leave(quint64 ticket);
    /// Those in line before `ticket` (all where it has no place) who want `endpoint`.
    int ahead(const QString &endpoint, quint64 ticket) const;
    /// Wakes the first in line who can go to `endpoint`, which bears `room` more attempts.
    void wakeFor(const QString &endpoint, int room);
    void wakeAll();
    int size() const { return static_cast<int>(m_places.size()); }

private:
    struct Place {
        quint64 ticket;
        std::function<void()> wake;
        QStringList wants;
        bool woken = false;
    };
    std::deque<Place>::iterator find(quint64 ticket);

    std::deque<Place> m_places;
    quint64 m_lastTicket = 0;
};

} // namespace qcc
