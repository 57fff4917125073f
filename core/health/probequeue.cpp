#include "core/health/probequeue.h"

#include "core/health/endpointprobe.h"

#include <QPointer>

namespace qcc {

namespace {

/// Every test has a connection of its own, and none is of use afterwards.
Config::Pool limits()
{
    Config::Pool pool;
    pool.maxKeepaliveConnections = 0;
    pool.strategy = PoolStrategy::Fixed;
    return pool;
}

} // namespace

DirectProbes::DirectProbes()
    : m_budget(limits())
    , m_upstream(m_budget, m_hosts, m_alarms)
{
}

void DirectProbes::probe(const Endpoint &endpoint, std::chrono::milliseconds timeout,
                         std::function<void(const ProbeResult &)> done)
{
    auto *probe = new EndpointProbe(m_upstream, endpoint, timeout, &m_probes);
    QObject::connect(probe, &EndpointProbe::finished, &m_probes,
                     [probe, done = std::move(done)](const ProbeResult &result) {
                         probe->deleteLater();
                         done(result);
                     });
    probe->start();
}

struct ProbeQueue::Round {
    Done done;
    Progress progress;
    QJsonArray results;
    qsizetype tested = 0;
};

ProbeQueue::ProbeQueue(Ask ask, QObject *parent)
    : QObject(parent)
    , m_ask(std::move(ask))
{
}

ProbeQueue::~ProbeQueue() = default;

void ProbeQueue::test(const QList<ProbeTarget> &targets, Done done, Progress progress)
{
    Q_ASSERT(!targets.isEmpty());
    const auto round = std::make_shared<Round>();
    round->done = std::move(done);
    round->progress = std::move(progress);
    for (qsizetype place = 0; place < targets.size(); ++place) {
        round->results.append(QJsonObject());
        m_waiting.push_back({targets.at(place), round, place});
    }
    next();
}

void ProbeQueue::next()
{
    while (m_running < atOnce && !m_waiting.empty()) {
        const Waiting first = std::move(m_waiting.front());
        m_waiting.pop_front();
        ++m_running;
        m_ask(first.target,
              [self = QPointer(this), round = first.round, place = first.place](const QJsonObject &result) {
                  if (self)
                      self->answered(*round, place, result);
              });
    }
}

void ProbeQueue::answered(Round &round, qsizetype place, const QJsonObject &result)
{
    --m_running;
    round.results.replace(place, result);
    ++round.tested;
    next();
    // Whoever is told last may delete us.
    if (round.progress)
        round.progress(round.tested);
    if (round.tested == round.results.size())
        round.done(round.results);
}

} // namespace qcc
