#include "core/journal/journal.h"

#include <QMetaObject>
#include <QObject>

#include <algorithm>
#include <cmath>
#include <utility>

namespace qcc {

namespace {

constexpr double leastMs = 0.001;
constexpr double greatestMs = 86'400'000;
constexpr double relativeError = 0.01;
constexpr double growth = (1 + relativeError) / (1 - relativeError);

std::size_t bucketOf(double ms, std::size_t buckets)
{
    static const double logGrowth = std::log(growth);
    const auto index = static_cast<std::size_t>(std::ceil(std::log(ms / leastMs) / logGrowth));
    return std::min(index, buckets - 1);
}

} // namespace

void Histogram::add(double ms)
{
    // Not std::clamp: NaN must end up somewhere too.
    const double value = ms > leastMs ? std::min(ms, greatestMs) : leastMs;
    m_least = m_count == 0 ? value : std::min(m_least, value);
    m_greatest = std::max(m_greatest, value);
    ++m_buckets[bucketOf(value, m_buckets.size())];
    ++m_count;
    m_sum += value;
}

double Histogram::quantile(double fraction) const
{
    if (m_count == 0)
        return 0;
    const double wanted = std::ceil(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(m_count));
    const quint64 rank = std::max<quint64>(1, static_cast<quint64>(wanted));
    quint64 seen = 0;
    std::size_t index = 0;
    for (; index < m_buckets.size(); ++index) {
        seen += m_buckets[index];
        if (seen >= rank)
            break;
    }
    // The point whose distance to both ends of the bucket is the same, relative to them.
    const double middle = leastMs * std::pow(growth, static_cast<double>(index)) * 2 / (growth + 1);
    return std::clamp(middle, m_least, m_greatest);
}

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

void CountsByName::count(const QString &name, Outcome outcome)
{
    if (name.isEmpty())
        return;
    const auto known = m_counts.find(name);
    if (known != m_counts.end())
        known->count(outcome);
    else
        m_counts[m_counts.size() < most ? name : others].count(outcome);
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
    m_byKind.clusters.count(exchange.cluster, exchange.outcome);
    m_byKind.clients.count(exchange.client, exchange.outcome);
    m_byKind.classes.count(exchange.classes.value(0), exchange.outcome);
    m_byKind.routes.count(exchange.route, exchange.outcome);
    m_timeline.countLive(exchange.cluster, exchange.outcome, end);
    if (exchange.outcome == Outcome::Complete || exchange.outcome == Outcome::Recovered) {
        m_total.add(exchange.totalMs);
        m_timeline.countTimes(exchange.firstByteMs, exchange.totalMs, end);
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
        m_timeline.countAttempt(attempt.endpointId, true, end, attempt.firstByteMs);
    } else if (attempt.failure != FailureClass::Caller) {
        ++endpoint.failed;
        endpoint.lastError = attempt.error.isEmpty() ? QStringLiteral("HTTP %1").arg(attempt.status) : attempt.error;
        if (!attempt.upstreamError.isEmpty())
            endpoint.lastError += QStringLiteral(" (%1)").arg(attempt.upstreamError);
        m_timeline.countAttempt(attempt.endpointId, false, end);
    }
}

void Journal::forget()
{
    m_timeline = {};
    m_recent.clear();
}

QList<ExchangeRecord> Journal::recent(qsizetype limit) const
{
    const auto count = std::clamp<qsizetype>(limit, 0, std::ssize(m_recent));
    return QList<ExchangeRecord>(m_recent.rbegin(), m_recent.rbegin() + count);
}

RecordQueue::RecordQueue(std::function<void()> wake, std::chrono::milliseconds pace)
    : m_wake(std::move(wake))
{
    m_pace.setSingleShot(true);
    m_pace.setInterval(pace);
    connect(&m_pace, &QTimer::timeout, this, &RecordQueue::paceIsOver);
}

void RecordQueue::post(ExchangeRecord exchange)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.append(std::move(exchange));
        if (std::exchange(m_attended, true))
            return;
    }
    QMetaObject::invokeMethod(this, &RecordQueue::attend, Qt::QueuedConnection);
}

void RecordQueue::attend()
{
    m_pace.start();
    m_wake();
}

void RecordQueue::paceIsOver()
{
    {
        const std::lock_guard lock(m_mutex);
        m_attended = !m_waiting.isEmpty();
        if (!m_attended)
            return;
    }
    attend();
}

QList<ExchangeRecord> RecordQueue::takeAll()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_waiting, {});
}

} // namespace qcc
