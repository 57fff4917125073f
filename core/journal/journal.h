#pragma once

#include "core/facts/exchangerecord.h"
#include "core/journal/timeline.h"

#include <QHash>
#include <QList>
#include <QMap>
#include <QObject>
#include <QTimer>

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <QtGlobal>
#include <unordered_map>

namespace qcc {

/// Durations counted in buckets that grow by a constant factor: quantiles within 1 % of the true value, in a fixed
/// 10 KiB, from a microsecond to a day. Source: DDSketch (Masson, Rim, Lee, VLDB 2019), without its collapsing.
class Histogram
{
public:
    /// Units: milliseconds. Values outside of the range count as its ends.
    void add(double ms);
    /// The value that `fraction` (0–1) of the durations do not exceed; 0 before anything was added.
    double quantile(double fraction) const;
    quint64 count() const { return m_count; }
    double sum() const { return m_sum; }
    /// 0 before anything was added.
    double mean() const { return m_count == 0 ? 0 : m_sum / static_cast<double>(m_count); }

private:
    std::array<quint64, 1264> m_buckets{};
    quint64 m_count = 0;
    double m_sum = 0;
    double m_least = 0;
    double m_greatest = 0;
};

/// Finished exchanges and failed attempts, counted since the proxy started.
struct Counters : OutcomeCounts {
    using OutcomeCounts::of;
    quint64 of(FailureClass failure) const { return failedAttempts[failure]; }

    PerEnum<FailureClass, quint64> failedAttempts; ///< None stays 0.
};

/// Attempts at one endpoint, counted since the proxy started. Stale connections, cancelled attempts and faults of the
/// caller are not the endpoint's: they are no failures, and the first two no requests either.
struct EndpointCounters {
    quint64 total = 0;
    quint64 succeeded = 0;
    quint64 failed = 0;
    double succeededMs = 0; ///< Sum of the times of the succeeded ones.
    QString lastError;

    double successRate() const;
    double averageMs() const { return succeeded == 0 ? 0 : succeededMs / static_cast<double>(succeeded); }
};

/// Finished exchanges by a name that they have in common. Names that clients choose are bounded: the further ones count together as `others`.
class CountsByName
{
public:
    static constexpr qsizetype most = 64;
    static inline const QString others = QStringLiteral("(others)");

    void count(const QString &name, Outcome outcome);
    const QMap<QString, OutcomeCounts> &counts() const { return m_counts; }

private:
    QMap<QString, OutcomeCounts> m_counts;
};

/// Since the proxy started; what has no such name counts under none.
struct CountsByKind {
    CountsByName clusters, clients, classes, routes;
};

/// Looks on: counts finished exchanges, also by the minute, and keeps the last ones.
/// Thread: the one that made it (the core thread).
class Journal : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype keptExchanges = 500;

    explicit Journal(QObject *parent = nullptr);

    /// `end`: when it ended by the wall clock, which its start and its duration do not tell of a computer that slept in between.
    void record(const ExchangeRecord &exchange, Timeline::Time end = std::chrono::system_clock::now());
    /// So many exchanges were seen to run at once.
    void countInFlight(int exchanges, Timeline::Time when) { m_timeline.countInFlight(exchanges, when); }
    /// Takes over what earlier runs counted: into the timeline alone.
    void restore(const MinuteCounts &earlier) { m_timeline.add(earlier); }
    /// Forgets the last exchanges and what happened in which minute; counters since the start stay.
    void forget();

    const CountsByKind &byKind() const { return m_byKind; }
    const Counters &counters() const { return m_counters; }
    /// Zeroes for an endpoint that was never tried.
    EndpointCounters endpoint(const QString &id) const { return m_endpoints.value(id); }
    /// Time to the first byte of the endpoint's successful attempts; null before the first.
    const Histogram *firstByteOf(const QString &id) const;
    const Timeline &timeline() const { return m_timeline; }
    /// Time to the first byte of successful exchanges; failures would flatter it, because they are often quick.
    const Histogram &firstByte() const { return m_firstByte; }
    /// Whole time of successful exchanges.
    const Histogram &total() const { return m_total; }
    QString lastUsedEndpointId() const { return m_lastUsedEndpointId; }
    /// At most `limit` of the last keptExchanges exchanges, the newest first.
    QList<ExchangeRecord> recent(qsizetype limit = keptExchanges) const;

Q_SIGNALS:
    /// An exchange was counted.
    void exchangeFinished(const qcc::ExchangeRecord &exchange);

private:
    void countAttempt(const AttemptRecord &attempt, Timeline::Time end);

    Counters m_counters;
    CountsByKind m_byKind;
    Timeline m_timeline;
    QHash<QString, EndpointCounters> m_endpoints;
    std::unordered_map<QString, Histogram> m_firstByteOf; ///< By endpoint id. Its nodes stay where they are, being 10 KiB each.
    Histogram m_firstByte;
    Histogram m_total;
    QString m_lastUsedEndpointId;
    std::deque<ExchangeRecord> m_recent; ///< The oldest first.
};

/// Carries finished exchanges from the workers to the core thread, which comes for the first at once and for the others once in `pace`: to wake it
/// for each would cost more than all the rest that is done about a record.
/// Thread: any for post(); all else belongs to the one that made it.
/// Lifetime: outlives every call of post().
class RecordQueue : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds usualPace{100};

    /// `wake` runs in the thread of this queue when there is something to take.
    explicit RecordQueue(std::function<void()> wake, std::chrono::milliseconds pace = usualPace);

    void post(ExchangeRecord exchange);
    /// Everything posted since the last time, the oldest first.
    QList<ExchangeRecord> takeAll();

private:
    void attend();
    void paceIsOver();

    const std::function<void()> m_wake;
    QTimer m_pace; ///< Runs while somebody may have posted without a word.
    std::mutex m_mutex;
    QList<ExchangeRecord> m_waiting;
    bool m_attended = false; ///< The reader is on its way, or comes by when the time is over.
};

} // namespace qcc
