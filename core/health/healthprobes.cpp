#include "core/health/healthprobes.h"

#include "core/health/endpointkeys.h"
#include "core/routing/router.h"

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

/// A program says it, and was not asked yet.
bool lacksKey(const Endpoint &endpoint)
{
    return !endpoint.apiKeyCommand.isEmpty() && endpoint.apiKey.isEmpty();
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
    test({.cluster = {}, .endpoint = endpoint, .timeout = timeout}, [done = std::move(done)](const ProbeResult &result, const Endpoint &) { done(result); });
}

void DirectProbes::test(const ProbeTarget &target, Done done)
{
    if (!lacksKey(target.endpoint))
        return ask(target, std::move(done));
    askForKey(target.endpoint, &m_probes, [this, target, done = std::move(done)](const Result<Endpoint> &said) {
        if (!said)
            return done(verdictOnKeyFault(said.error().message), target.endpoint);
        ProbeTarget whole = target;
        whole.endpoint = *said;
        ask(whole, done);
    });
}

void DirectProbes::ask(const ProbeTarget &target, Done done)
{
    if (!target.message) {
        auto *probe = new EndpointProbe(m_upstream, target.endpoint, target.timeout, &m_probes);
        QObject::connect(probe, &EndpointProbe::finished, &m_probes, [probe, endpoint = target.endpoint, done = std::move(done)](const ProbeResult &result) {
            probe->deleteLater();
            done(result, endpoint);
        });
        return probe->start();
    }
    auto *probe = new MessageProbe(m_upstream, m_alarms, target.endpoint, *target.message, target.timeout, &m_probes);
    QObject::connect(probe, &MessageProbe::ended, &m_probes, [probe, endpoint = target.endpoint, done = std::move(done)](const ProbeResult &result) {
        probe->deleteLater();
        done(result, endpoint);
    });
    if (target.asker && !*target.asker) {
        QMetaObject::invokeMethod(probe, &MessageProbe::cancel, Qt::QueuedConnection);
        return;
    }
    if (target.asker)
        QObject::connect(*target.asker, &QObject::destroyed, probe, &MessageProbe::cancel);
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

namespace {

/// The rest waits for its turn: checks are no load test.
constexpr qsizetype atOnce = 8;
/// Where this computer had no means to look, it has some later.
constexpr std::chrono::seconds untilNextLook{5};

} // namespace

RecoveryProbes::RecoveryProbes(Router &router, QObject *parent)
    : QObject(parent)
    , m_router(router)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RecoveryProbes::verifyDue);
}

void RecoveryProbes::schedule()
{
    const auto next = m_running.size() < atOnce ? m_router.nextVerification(m_running) : std::nullopt;
    if (!next) {
        m_timer.stop();
        return;
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
    m_timer.start(std::max(wait, std::chrono::milliseconds(0)));
}

void RecoveryProbes::verifyDue()
{
    const QList<Endpoint> due = m_router.verificationsDue(std::chrono::steady_clock::now());
    for (const Endpoint &endpoint : due) {
        if (m_running.contains(endpoint.id) || m_running.size() >= atOnce)
            continue;
        m_running.insert(endpoint.id);
        m_probes.probe(endpoint, EndpointProbe::usualTimeout, [this, endpoint](const ProbeResult &result) { verified(endpoint, result); });
    }
    schedule();
}

void RecoveryProbes::verified(const Endpoint &endpoint, const ProbeResult &result)
{
    if (result.noKey || result.failure == FailureClass::Cancelled || result.failure == FailureClass::NoNetwork) {
        // Nobody was asked, so nothing is known; it stays among the running ones until it is looked at again.
        QTimer::singleShot(untilNextLook, this, [this, id = endpoint.id] {
            m_running.remove(id);
            schedule();
        });
        return;
    }
    m_running.remove(endpoint.id);
    m_router.verified(endpoint.id, result.reachable, result.failure == FailureClass::Auth, std::chrono::steady_clock::now(), endpoint.apiKey);
    schedule();
}

} // namespace qcc
