#include "core/journal/journal.h"

#include <algorithm>

namespace qcc {

namespace {

/// How long before its exchange an attempt ended.
std::chrono::milliseconds sinceEndOf(const AttemptRecord &attempt, const ExchangeRecord &exchange)
{
    const double ms = exchange.totalMs - attempt.offsetMs - attempt.totalMs;
    return std::chrono::milliseconds(static_cast<qint64>(std::max(ms, 0.0)));
}

} // namespace

double EndpointCounters::successRate() const
{
    return percent(succeeded, failed);
}

Journal::Journal(QObject *parent) : QObject(parent) { }

const Histogram *Journal::firstByteOf(const QString &id) const
{
    const auto found = m_firstByteOf.find(id);
    return found == m_firstByteOf.end() ? nullptr : &found->second;
}

void Journal::record(const ExchangeRecord &exchange, Timeline::Time end)
{
    m_counters.count(exchange.outcome);
    m_timeline.count(exchange.outcome, end);
    if (exchange.outcome == Outcome::Complete || exchange.outcome == Outcome::Recovered) {
        m_total.add(exchange.totalMs);
        if (exchange.firstByteMs)
            m_firstByte.add(*exchange.firstByteMs);
    }
    for (const AttemptRecord &attempt : exchange.attempts)
        countAttempt(attempt, end - sinceEndOf(attempt, exchange));
    if (!exchange.attempts.isEmpty())
        m_lastUsedEndpointId = exchange.attempts.constLast().endpointId;

    m_recent.push_back(exchange);
    if (std::ssize(m_recent) > keptExchanges)
        m_recent.pop_front();
    Q_EMIT exchangeFinished(exchange);
}

void Journal::countAttempt(const AttemptRecord &attempt, Timeline::Time end)
{
    if (attempt.failure != FailureClass::None)
        ++m_counters.failedAttempts[attempt.failure];
    if (attempt.failure == FailureClass::Stale || attempt.failure == FailureClass::Cancelled)
        return;
    EndpointCounters &endpoint = m_endpoints[attempt.endpointId];
    ++endpoint.total;
    if (attempt.failure == FailureClass::None) {
        ++endpoint.succeeded;
        endpoint.succeededMs += attempt.totalMs;
        if (attempt.firstByteMs)
            m_firstByteOf[attempt.endpointId].add(*attempt.firstByteMs);
        m_timeline.countAttempt(attempt.endpointId, true, end);
    } else if (attempt.failure != FailureClass::Caller) {
        ++endpoint.failed;
        endpoint.lastError = attempt.error.isEmpty() ? QStringLiteral("HTTP %1").arg(attempt.status) : attempt.error;
        if (!attempt.upstreamError.isEmpty())
            endpoint.lastError += QStringLiteral(" (%1)").arg(attempt.upstreamError);
        m_timeline.countAttempt(attempt.endpointId, false, end);
    }
}

QList<ExchangeRecord> Journal::recent(qsizetype limit) const
{
    const auto count = std::clamp<qsizetype>(limit, 0, std::ssize(m_recent));
    return QList<ExchangeRecord>(m_recent.rbegin(), m_recent.rbegin() + count);
}

} // namespace qcc
