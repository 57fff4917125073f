#pragma once

#include "core/facts/exchangerecord.h"
#include "core/journal/histogram.h"
#include "core/journal/timeline.h"

#include <QHash>
#include <QObject>

#include <deque>
#include <unordered_map>

namespace qcc {

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
    /// Takes over what earlier runs counted: into the timeline alone.
    void restore(const MinuteCounts &earlier) { m_timeline.add(earlier); }

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
    Timeline m_timeline;
    QHash<QString, EndpointCounters> m_endpoints;
    std::unordered_map<QString, Histogram> m_firstByteOf; ///< By endpoint id. Its nodes stay where they are, being 10 KiB each.
    Histogram m_firstByte;
    Histogram m_total;
    QString m_lastUsedEndpointId;
    std::deque<ExchangeRecord> m_recent; ///< The oldest first.
};

} // namespace qcc
