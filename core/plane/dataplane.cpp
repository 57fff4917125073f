#include "core/plane/dataplane.h"

#include "core/base/systemresources.h"
#include "core/forward/forwarding.h"
#include "core/front/peeruser.h"
#include "core/plane/acceptor.h"
#include "core/upstream/hostresolver.h"

#include <algorithm>

namespace qcc {

namespace {

/// Connections of clients at a time, whatever the system allows.
constexpr int mostClients = 16'384;
constexpr int mostWorkers = 8;
/// The event loop's own, the thread's time, and the thread's of keys or names.
constexpr int perWorker = 5;
/// For files, the control socket, tests of endpoints, and what lookups open for a moment.
constexpr int forTheRest = 20;

} // namespace

DescriptorPlan planDescriptors(int limit, int used)
{
    DescriptorPlan plan{std::clamp(limit / 64, 1, mostWorkers), 0, 0};
    const int left = limit - used - forTheRest - plan.workers * perWorker;
    // A request has its client, its upstream, and now and then a second handle of either, by which the end of a connection is told.
    plan.clients = std::clamp(left / 3, 4, mostClients);
    plan.upstream = std::max(left / 3, 4);
    return plan;
}

namespace {

/// Where room is wanted, what a client that has been answered may take to ask again.
constexpr std::chrono::seconds keptIdle{1};

RequestReader::Limits limitsOf(const Config &config)
{
    RequestReader::Limits limits;
    limits.bodyBytes = config.client.maxBodyBytes;
    return limits;
}

} // namespace

DataPlane::DataPlane(Settings settings)
    : m_shared(std::make_shared<SharedState>())
    , m_acceptor([this](qintptr descriptor) { m_waitingConnections->enter(descriptor); })
{
    m_shared->fixedTimeouts = settings.fixedTimeouts;
    m_shared->clock = settings.clock;
    m_shared->bodies.setFolder(settings.bodyFolder);
    m_keys = std::make_unique<EndpointKeys>(m_shared->router, *m_shared->clock);
    readNews(std::move(settings.record));
    m_team = std::make_unique<WorkerTeam>(m_shared, RequestReader::Limits());
    connect(m_team.get(), &WorkerTeam::workerAdded, this, [this](Worker *worker) { Q_EMIT pagesAdded(&worker->pages()); });
    connect(m_team.get(), &WorkerTeam::workerStuck, this, &DataPlane::workerStuck);
    connect(m_team.get(), &WorkerTeam::workerBack, this, &DataPlane::workerBack);
    connect(m_team.get(), &WorkerTeam::drained, this, &DataPlane::drained);
    openWaitingRoom();
    connect(&m_acceptor, &Acceptor::roomWanted, this, [this] {
        if (m_waitingConnections)
            m_waitingConnections->makeRoom();
        m_team->makeRoom(keptIdle);
    });
    connect(&m_acceptor, &Acceptor::descriptorsShort, this, [this] {
        m_shared->crowded = true;
        Q_EMIT descriptorsShort();
    });
    connect(&m_acceptor, &Acceptor::descriptorsEnough, this, [this] { m_shared->crowded = false; });
    connect(&m_acceptor, &Acceptor::descriptorsEnough, this, &DataPlane::descriptorsEnough);
}

DataPlane::~DataPlane()
{
    end();
}

void DataPlane::openWaitingRoom()
{
    m_waitingConnections = std::make_unique<WaitingConnections>(WaitingConnections::Exits{[this](qintptr descriptor) { m_team->assign(descriptor); },
                                                   [this](qintptr descriptor) { m_team->turnAwayLate(descriptor); }},
                                      m_shared->fixedTimeouts);
}

void DataPlane::end()
{
    m_acceptor.stop();
    m_waitingConnections.reset();
    // Workers tell what happens until their threads are gone; one that is left behind tells nobody any more.
    m_team.reset();
    m_keys.reset();
    m_shared->news.cut();
}

/// What the workers tell arrives on their threads.
void DataPlane::readNews(std::function<void(ExchangeRecord &&)> record)
{
    m_shared->news.setReaders({
        .record = std::move(record),
        .becameBusy = [this] {
            QMetaObject::invokeMethod(this, [this] {
                m_team->watch();
                Q_EMIT becameBusy();
            }, Qt::QueuedConnection);
        },
        .notLetIn = [this](Denial, const QString &what) {
            QMetaObject::invokeMethod(this, [this, what] { Q_EMIT notLetIn(what); }, Qt::QueuedConnection);
        },
        .peersUnknown = [this] { QMetaObject::invokeMethod(this, &DataPlane::peersUnknown, Qt::QueuedConnection); },
    });
}

void DataPlane::configure(const ConfigSnapshot &config, const QString &cluster)
{
    const bool isAnother = config != this->config();
    m_shared->router.configure(config, cluster);
    const Cluster *inUse = config->cluster(this->cluster());
    QStringList behindTls;
    for (const Endpoint &endpoint : inUse ? inUse->endpoints : QList<Endpoint>()) {
        if (endpoint.mayServe() && endpointUrl(endpoint.baseUrl).tls)
            behindTls.append(endpoint.id);
    }
    m_team->expectHandshakes(behindTls);
    if (!isAnother)
        return;
    m_shared->budget.setLimits(config->pool);
    m_team->setLimits(limitsOf(*config));
}

Result<void> DataPlane::start(const QHostAddress &address, quint16 port)
{
    const int descriptors = raiseDescriptorLimit();
    if (!m_acceptor.listen(address, port))
        return explainListenFailure(m_acceptor, address, port);
    const DescriptorPlan plan = planDescriptors(descriptors, descriptors - descriptorsLeft());
    m_team->setMost(plan.workers, plan.clients);
    m_mostClients = plan.clients;
    m_waitingConnections->setMost(m_mostClients);
    m_shared->budget.setMost(plan.upstream);
    m_acceptor.setFull([this, plan] { return m_waitingConnections && m_waitingConnections->waiting() + m_team->connections() >= plan.clients; });
    m_shared->own = {address, m_acceptor.serverPort(), newHopMark()};
    if (!PeerUsers().works())
        m_shared->refusals.peersAreUnknown();
    return {};
}

void DataPlane::drain()
{
    m_acceptor.stop();
    m_waitingConnections.reset();
    m_team->drain();
}

Result<void> DataPlane::resume()
{
    const OwnAddress &own = m_shared->own;
    if (!m_acceptor.listen(own.host, own.port))
        return explainListenFailure(m_acceptor, own.host, own.port);
    openWaitingRoom();
    m_waitingConnections->setMost(m_mostClients);
    m_team->resume();
    return {};
}

void DataPlane::networkChanged(const QList<QHostAddress> &ours)
{
    m_team->networkChanged(ours);
    m_shared->router.checkSoon(m_shared->clock->now());
    if (const Cluster *inUse = config()->cluster(cluster()))
        m_shared->hosts.refresh(hostNamesOf(*inUse));
}

LiveFigures DataPlane::figures() const
{
    const Router &router = m_shared->router;
    const ConnectionBudget &budget = m_shared->budget;
    LiveFigures live;
    live.inFlight = m_shared->inFlight;
    live.refused = m_shared->refusals.counts();
    live.peersUnknown = m_shared->refusals.arePeersUnknown();
    live.stuckWorkers = m_team->stuck();
    live.config = router.config();
    live.cluster = router.cluster();
    live.preferredEndpointId = router.preferred();
    live.pool = budget.figures();
    live.pool.queued += router.waiting();
    live.endpoints = router.states(m_shared->clock->now());
    if (const Cluster *inUse = live.config->cluster(live.cluster)) {
        for (const Endpoint &endpoint : inUse->endpoints) {
            EndpointState &its = live.endpoints[endpoint.id];
            its.pool = budget.figures(endpoint.id);
            if (its.concurrencyLimit > 0)
                its.pool.limit = its.concurrencyLimit;
        }
    }
    return live;
}

} // namespace qcc
