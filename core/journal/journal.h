#pragma once

#include "core/journal/exchangerecord.h"
#include "core/journal/histogram.h"

#include <QHash>
#include <QObject>

#include <array>
#include <deque>

namespace qcc {

/// Finished exchanges, counted since the proxy started.
struct Counters {
    std::array<quint64, 6> byOutcome{}; ///< Indexed by Outcome.
    std::array<quint64, 13> failedAttempts{}; ///< Indexed by FailureClass; None stays 0.

    quint64 of(Outcome outcome) const { return byOutcome[static_cast<std::size_t>(outcome)]; }
    quint64 of(FailureClass failure) const { return failedAttempts[static_cast<std::size_t>(failure)]; }
    quint64 total() const;
    quint64 successful() const { return of(Outcome::Complete) + of(Outcome::Recovered); }
    quint64 failed() const { return of(Outcome::Error) + of(Outcome::Truncated); }
    /// Percent of successful() and failed() that are successful; 100 before either was counted.
    double successRate() const;
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

/// Looks on: counts finished exchanges and keeps the last ones.
/// Thread: the one that made it (the core thread).
class Journal : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype keptExchanges = 500;

    explicit Journal(QObject *parent = nullptr);

    void record(const ExchangeRecord &exchange);

    const Counters &counters() const { return m_counters; }
    /// Zeroes for an endpoint that was never tried.
    EndpointCounters endpoint(const QString &id) const { return m_endpoints.value(id); }
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
    void countAttempt(const AttemptRecord &attempt);

    Counters m_counters;
    QHash<QString, EndpointCounters> m_endpoints;
    Histogram m_firstByte;
    Histogram m_total;
    QString m_lastUsedEndpointId;
    std::deque<ExchangeRecord> m_recent; ///< The oldest first.
};

} // namespace qcc
