#include "core/journal/journal.h"

#include <algorithm>
#include <numeric>

namespace qcc {

namespace {

double percent(quint64 good, quint64 bad)
{
    const quint64 all = good + bad;
    return all == 0 ? 100 : 100 * static_cast<double>(good) / static_cast<double>(all);
}

} // namespace

quint64 Counters::total() const
{
    return std::accumulate(byOutcome.begin(), byOutcome.end(), quint64(0));
}

double Counters::successRate() const
{
    return percent(successful(), failed());
}

double EndpointCounters::successRate() const
{
    return percent(succeeded, failed);
}

Journal::Journal(QObject *parent) : QObject(parent) { }

void Journal::record(const ExchangeRecord &exchange)
{
    ++m_counters.byOutcome[static_cast<std::size_t>(exchange.outcome)];
    if (exchange.outcome == Outcome::Complete || exchange.outcome == Outcome::Recovered) {
        m_total.add(exchange.totalMs);
        if (exchange.firstByteMs)
            m_firstByte.add(*exchange.firstByteMs);
    }
    for (const AttemptRecord &attempt : exchange.attempts)
        countAttempt(attempt);
    if (!exchange.attempts.isEmpty())
        m_lastUsedEndpointId = exchange.attempts.constLast().endpointId;

    m_recent.push_back(exchange);
    if (std::ssize(m_recent) > keptExchanges)
        m_recent.pop_front();
    Q_EMIT exchangeFinished(exchange);
}

void Journal::countAttempt(const AttemptRecord &attempt)
{
    if (attempt.failure != FailureClass::None)
        ++m_counters.failedAttempts[static_cast<std::size_t>(attempt.failure)];
    if (attempt.failure == FailureClass::Stale || attempt.failure == FailureClass::Cancelled)
        return;
    EndpointCounters &endpoint = m_endpoints[attempt.endpointId];
    ++endpoint.total;
    if (attempt.failure == FailureClass::None) {
        ++endpoint.succeeded;
        endpoint.succeededMs += attempt.totalMs;
    } else if (attempt.failure != FailureClass::Caller) {
        ++endpoint.failed;
        endpoint.lastError = attempt.error.isEmpty() ? QStringLiteral("HTTP %1").arg(attempt.status) : attempt.error;
        if (!attempt.upstreamError.isEmpty())
            endpoint.lastError += QStringLiteral(" (%1)").arg(attempt.upstreamError);
    }
}

QList<ExchangeRecord> Journal::recent(qsizetype limit) const
{
    const auto count = std::clamp<qsizetype>(limit, 0, std::ssize(m_recent));
    return QList<ExchangeRecord>(m_recent.rbegin(), m_recent.rbegin() + count);
}

} // namespace qcc
