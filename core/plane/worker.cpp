#include "core/plane/worker.h"

#include "core/base/clock.h"
#include "core/base/systemresources.h"
#include "core/front/httpfrontend.h"
#include "core/upstream/upstreampool.h"

#include <QCoreApplication>
#include <QEvent>

#include <algorithm>

namespace qcc {

namespace {

/// Connections that leave enough memory behind to be worth returning.
constexpr int burst = 32;

} // namespace

Worker::Worker(std::shared_ptr<SharedState> shared, RequestReader::Limits limits)
    : m_shared(std::move(shared))
    , m_limits(limits)
    , m_pages(this)
{
}

Worker::~Worker() = default;

void Worker::begin()
{
    m_busyTime.begin();
    m_alarms = std::make_unique<Alarms>(*m_shared->clock);
    m_pool = std::make_unique<UpstreamPool>(m_shared->budget, m_shared->hosts, *m_alarms);
    m_pool->setOwnAddress(m_shared->own);
    m_exchanges = std::make_unique<ExchangeContext>(ExchangeContext{
        *m_alarms, *m_pool, m_shared->router, m_shared->exchangeNumbers, m_shared->inFlight,
        [this] { m_shared->becameBusy(); },
        [this](ExchangeRecord &&record) { m_shared->news.tell(&WorkerEvents::Readers::record, std::move(record)); },
        [this](const QString &endpoint) { m_shared->budget.countStaleRecovered(endpoint); },
        m_shared->fixedTimeouts, m_shared->own.mark});
    m_front = std::make_unique<HttpFrontend>(FrontContext{*m_exchanges, nullptr, m_pages, m_shared->refusals, m_shared->bodies, m_limits,
                                                          m_shared->crowded, m_settling});
    connect(m_front.get(), &HttpFrontend::connectionGivenBack, this, &Worker::gaveBack);
    connect(m_front.get(), &HttpFrontend::connectionsChanged, this, &Worker::connectionsChanged);
}

void Worker::adopt(qintptr descriptor)
{
    if (!m_front->adopt(descriptor))
        return adoptionFailed();
    if (m_drain != 0)
        m_front->drain();
}

void Worker::adoptionFailed()
{
    --m_load;
    --m_settling;
    if (m_drain != 0 && m_front->connections() == 0)
        Q_EMIT emptied(m_drain);
}

void Worker::turnAway(qintptr descriptor, const Refusal &why)
{
    if (!m_front->turnAway(descriptor, why))
        adoptionFailed();
}

void Worker::giveBack(int connections)
{
    m_front->giveBack(connections);
}

void Worker::makeRoom(std::chrono::milliseconds idle)
{
    m_front->makeRoom(idle);
}

void Worker::connectionsChanged(int count)
{
    // adopt() was counted when the connection was assigned; only the ends are news.
    if (count < m_known)
        m_load -= m_known - count;
    m_known = count;
    m_most = std::max(m_most, count);
    if (count == 0 && std::exchange(m_most, 0) >= burst)
        returnFreeMemory();
    if (m_drain != 0 && count == 0)
        Q_EMIT emptied(m_drain);
}

void Worker::setLimits(RequestReader::Limits limits)
{
    m_limits = limits;
    m_front->setLimits(limits);
}

void Worker::tellRunning(quint64 question)
{
    Q_EMIT runningTold(question, m_front->running());
}

void Worker::networkChanged(const QList<QHostAddress> &ours)
{
    m_pool->networkChanged([&ours](const QHostAddress &address) {
        QHostAddress bare = address;
        bare.setScopeId(QString());
        return std::any_of(ours.begin(), ours.end(),
                           [&bare](const QHostAddress &own) { return own.isEqual(bare, QHostAddress::ConvertV4MappedToIPv4); });
    });
}

void Worker::drain(quint64 number)
{
    m_drain = number;
    m_front->drain();
    if (m_front->connections() == 0)
        Q_EMIT emptied(m_drain);
}

void Worker::endNow()
{
    m_front->endNow();
}

void Worker::end()
{
    // Exchanges use the pool and the plane to their last moment, which for those that have just ended is still to come.
    m_front.reset();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    m_exchanges.reset();
    m_pool.reset();
    m_alarms.reset();
}

} // namespace qcc
