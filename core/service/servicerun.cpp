#include "core/service/servicerun.h"

#include "core/base/freememory.h"
#include "core/front/peeruser.h"
#include "core/http/hopmark.h"
#include "core/journal/loglines.h"
#include "core/journal/stats.h"
#include "core/base/descriptorlimit.h"
#include "core/service/listenfailure.h"
#include "core/service/localanswers.h"
#include "core/service/pidfile.h"
#include "core/service/routingnews.h"
#include "core/upstream/hostnames.h"
#include "core/upstream/networkwatch.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Connections of clients at a time, and as many again that have not sent a request.
constexpr int mostClients = 16'384;
constexpr std::chrono::seconds tidyUpAfter{15};
/// For the last words to clients, and for whatever else a worker still does after the grace.
constexpr std::chrono::seconds lastWords{3};

RequestReader::Limits limitsOf(const Config &config)
{
    RequestReader::Limits limits;
    limits.bodyBytes = config.client.maxBodyBytes;
    return limits;
}

} // namespace

ServiceRun::ServiceRun(Paths paths, KeyRing &keys, ControlHandler commands)
    : m_paths(std::move(paths))
    , m_keys(keys)
    , m_journalCommands(m_journal, [this] { return figures(); })
    , m_mailbox(this, [this] { takeRecords(); })
    , m_plane(std::make_shared<SharedPlane>())
    , m_health(m_plane->router)
    , m_control(std::move(commands))
{
    m_grace.setSingleShot(true);
    connect(&m_grace, &QTimer::timeout, this, &ServiceRun::graceIsOver);
    m_tidyUp.setSingleShot(true);
    connect(&m_tidyUp, &QTimer::timeout, this, &returnFreeMemory);
}

ServiceRun::~ServiceRun()
{
    if (m_state == State::Running || m_state == State::Draining)
        QFile::remove(m_paths.pidFile());
    // Who still waits for an answer gets none from what is about to go, and no further command is taken.
    m_control.close();
    // Workers speak to everything else until their threads are gone.
    m_acceptor.reset();
    m_lobby.reset();
    m_events.reset();
    m_team.reset();
    m_plane->news.cut();
    m_endpoints.reset();
    if (m_state != State::Starting)
        takeRecords();
}

Result<void> ServiceRun::begin(const RunSettings &settings)
{
    Q_ASSERT(m_state == State::Starting);
    if (const Result<void> listening = m_control.listen(m_paths.controlSocket()); !listening)
        return listening;
    prepare(settings);
    if (const Result<void> listening = listen(settings.address, settings.port); !listening)
        return listening;
    m_host = settings.host;
    m_startTime = QDateTime::currentDateTimeUtc();
    if (const Result<void> written = writePid(); !written)
        return written;
    // From here on nothing can fail, and there is something to write about.
    openFiles(settings);
    m_endpoints->watchTheWayOut();
    m_uptime.start();
    m_state = State::Running;
    m_log->write(LogLevel::Info, u"qcc %1 listens on %2, cluster \"%3\""_s.arg(QStringLiteral(QCC_VERSION), address(), cluster()));
    tellClosedKeys(*settings.config);
    if (!PeerUsers().works())
        m_plane->refusals.peersAreUnknown();
    return {};
}

void ServiceRun::prepare(const RunSettings &settings)
{
    const int descriptors = raiseDescriptorLimit();
    m_clusterOverride = settings.cluster;
    m_plane->router.configure(settings.config, m_clusterOverride);
    m_plane->budget.setLimits(settings.config->pool);
    m_plane->bodies.setFolder(m_paths.home());
    // Called on the workers' threads.
    m_plane->news.setReaders({
        .record = [this](ExchangeRecord &&record) { m_mailbox.post(std::move(record)); },
        .becameBusy = [this] { QMetaObject::invokeMethod(this, &ServiceRun::becameBusy, Qt::QueuedConnection); },
        .notLetIn = [this](Denial, const QString &what) {
            QMetaObject::invokeMethod(this, [this, what] {
                m_log->write(LogLevel::Warning, u"not let in: "_s + what);
                m_events->look();
            }, Qt::QueuedConnection);
        },
        .peersUnknown = [this] { QMetaObject::invokeMethod(this, &ServiceRun::tellPeersUnknown, Qt::QueuedConnection); },
    });
    m_endpoints = std::make_unique<EndpointWatch>(m_plane->router);
    connect(m_endpoints.get(), &EndpointWatch::happened, this, &ServiceRun::tell);
    connect(m_endpoints.get(), &EndpointWatch::wayOutChanged, this, &ServiceRun::wayOutChanged);
    m_team = std::make_unique<WorkerTeam>(m_plane, limitsOf(*settings.config));
    m_team->setMaxConnections(std::min(mostClients, descriptors * 3 / 8));
    m_mostGuests = std::min(mostClients, descriptors / 4);
    connect(m_team.get(), &WorkerTeam::workerAdded, this, &ServiceRun::serveSurface);
    connect(m_team.get(), &WorkerTeam::drained, this, &ServiceRun::teamDrained);
    connect(m_team.get(), &WorkerTeam::workerStuck, this, &ServiceRun::workerStuck);
    connect(m_team.get(), &WorkerTeam::workerBack, this, [this](const QString &name) {
        m_log->write(LogLevel::Warning, u"worker %1 came round again"_s.arg(name));
        m_events->look();
    });
    m_events = std::make_unique<LiveEvents>(m_control, [this] { return stats(); }, [this] { return status(); });
}

Result<void> ServiceRun::listen(const QHostAddress &address, quint16 wanted)
{
    m_lobby = std::make_unique<Lobby>(Lobby::Exits{[this](qintptr descriptor) { m_team->assign(descriptor); },
                                                   [this](qintptr descriptor) { m_team->turnAwayLate(descriptor); }},
                                      m_plane->patience);
    m_lobby->setMost(m_mostGuests);
    m_acceptor = std::make_unique<Acceptor>([this](qintptr descriptor) { m_lobby->enter(descriptor); });
    if (!m_acceptor->listen(address, wanted))
        return explainListenFailure(*m_acceptor, address, wanted);
    connect(m_acceptor.get(), &Acceptor::descriptorsShort, this, &ServiceRun::descriptorsShort);
    connect(m_acceptor.get(), &Acceptor::descriptorsEnough, this, [this] { m_control.reopen(); });
    m_port = m_acceptor->serverPort();
    m_plane->own = {address, m_port, newHopMark()};
    m_endpoints->setOwnAddress(m_plane->own);
    m_health.setOwnAddress(m_plane->own);
    return {};
}

Result<void> ServiceRun::writePid() const
{
    return writePidFile(m_paths.pidFile(), {{u"pid"_s, QCoreApplication::applicationPid()},
                                            {u"host"_s, m_host},
                                            {u"port"_s, m_port},
                                            {u"start_time"_s, m_startTime.toString(Qt::ISODate)},
                                            {u"cluster_name"_s, cluster()}});
}

void ServiceRun::openFiles(const RunSettings &settings)
{
    m_log = std::make_unique<LogFile>(m_paths.log(), settings.config->log, LogFile::Options{.echo = settings.echoLog});
    m_messages = std::make_unique<QtMessages>(*m_log);
    m_logReader = std::make_unique<LogReader>(m_paths.log());
    m_config = std::make_unique<ConfigWatcher>(m_paths.config(), settings.config, m_keys);
    connect(m_config.get(), &ConfigWatcher::changed, this, &ServiceRun::configChanged);
    connect(m_config.get(), &ConfigWatcher::rejected, this, [this](const QString &message) { m_log->write(LogLevel::Error, message); });
    connect(m_config.get(), &ConfigWatcher::mended, this, [this] { m_log->write(LogLevel::Info, u"config.json is good again"_s); });
    m_history = std::make_unique<History>(m_paths.history(), *m_log);
    connect(m_history.get(), &History::loaded, &m_journal, &Journal::restore);
    m_history->configure(settings.config->history, std::chrono::system_clock::now());
}

void ServiceRun::drain(std::chrono::milliseconds grace)
{
    Q_ASSERT(m_state == State::Running);
    m_state = State::Draining;
    m_log->write(LogLevel::Info, u"stopping: no new connections, %1 exchanges run"_s.arg(m_plane->inFlight.load()));
    m_acceptor->stop();
    m_lobby.reset();
    m_team->drain();
    m_grace.start(grace);
}

void ServiceRun::graceIsOver()
{
    if (std::exchange(m_saidLastWords, true)) {
        m_log->write(LogLevel::Error, u"a worker hangs and is left behind; only the end of this process ends it"_s);
        m_team->leaveBehind();
        return;
    }
    m_log->write(LogLevel::Warning, u"the grace period is over: ending %1 running exchanges"_s.arg(m_plane->inFlight.load()));
    m_team->endNow();
    m_grace.start(lastWords);
}

void ServiceRun::becameBusy()
{
    m_team->watch();
    m_events->look();
}

void ServiceRun::workerStuck(const QString &name)
{
    const auto silence = std::chrono::duration_cast<std::chrono::seconds>(m_plane->patience.workerSilence);
    m_log->write(LogLevel::Error, u"worker %1 has not come round for %2 s, and its requests wait; if that stays so, stop qcc and start it again"_s
                                      .arg(name).arg(silence.count()));
    m_events->look();
}

void ServiceRun::teamDrained()
{
    m_state = State::Drained;
    m_grace.stop();
    m_events->stop();
    m_endpoints->leaveTheWayOut();
    takeRecords();
    QFile::remove(m_paths.pidFile());
    m_log->write(LogLevel::Info, u"stopped"_s);
    Q_EMIT drained();
}

void ServiceRun::configChanged(const ConfigSnapshot &next)
{
    const QString before = cluster();
    const ConfigSnapshot last = m_plane->router.config();
    // A cluster that was asked for at the start and is gone now gives way to the configured one.
    if (!m_clusterOverride.isEmpty() && !next->cluster(m_clusterOverride))
        m_clusterOverride.clear();
    m_plane->router.configure(next, m_clusterOverride);
    m_plane->budget.setLimits(next->pool);
    m_team->setLimits(limitsOf(*next));
    m_log->apply(next->log);
    m_history->configure(next->history, std::chrono::system_clock::now());
    m_log->write(LogLevel::Info, u"config.json reloaded"_s);
    tellClosedKeys(*next);
    if (next->listen.port != last->listen.port || next->listen.host != last->listen.host)
        m_log->write(LogLevel::Info, u"a changed address takes effect at the next start"_s);
    m_events->look();
    clusterMayHaveChanged(before);
}

void ServiceRun::clusterMayHaveChanged(const QString &before)
{
    const QString now = cluster();
    if (now == before)
        return;
    m_log->write(LogLevel::Info, u"cluster \"%1\" is in use"_s.arg(now));
    if (const Result<void> written = writePid(); !written)
        m_log->write(LogLevel::Warning, written.error().message);
    Q_EMIT clusterChanged(now);
}

bool ServiceRun::useCluster(const QString &name)
{
    if (!m_config->current()->cluster(name))
        return false;
    const QString before = cluster();
    m_clusterOverride = name;
    m_plane->router.configure(m_config->current(), m_clusterOverride);
    clusterMayHaveChanged(before);
    return true;
}

void ServiceRun::clusterNotSaved(const QString &name, const Failure &why)
{
    m_log->write(LogLevel::Warning, u"cluster \"%1\" is in use, but could not be saved as the active one: %2"_s.arg(name, why.message));
}

void ServiceRun::useConfiguredCluster(const QString &name)
{
    m_clusterOverride.clear();
    const QString before = cluster();
    // At once, not when the system gets round to noticing the file.
    m_config->reload();
    if (cluster() == before && before != name) {
        m_plane->router.configure(m_config->current(), QString());
        clusterMayHaveChanged(before);
    }
}

void ServiceRun::tellClosedKeys(const Config &in) const
{
    for (const Cluster &cluster : in.clusters) {
        for (const Endpoint &endpoint : cluster.endpoints) {
            if (!endpoint.keyFault.isEmpty())
                m_log->write(LogLevel::Error, u"endpoint %1 of cluster \"%2\" is out of use: %3"_s.arg(endpoint.name, cluster.name, endpoint.keyFault));
        }
    }
}

void ServiceRun::tellPeersUnknown()
{
    const Config::Listen &rules = m_plane->router.config()->listen;
    const QString seen = u"this system does not tell which user a connection comes from"_s;
    if (!rules.accessToken.isEmpty())
        m_log->write(LogLevel::Info, seen + u"; the access token keeps other users out"_s);
    else if (rules.unknownPeers == UnknownPeers::Refuse)
        m_log->write(LogLevel::Warning, seen + u", and listen.unknown_peers refuses all such connections"_s);
    else
        m_log->write(LogLevel::Warning, seen + u": other users of this computer can use your keys. Set listen.access_token to keep them out"_s);
    m_events->look();
}

void ServiceRun::tell(const RoutingNews &news)
{
    const NewsLine line = lineFor(news);
    m_log->write(line.level, line.text);
    m_control.broadcast(newsEvent(news, *m_plane->router.config(), cluster()));
    m_events->look();
}

void ServiceRun::descriptorsShort()
{
    if (m_lobby)
        m_lobby->makeRoom();
    // Where it hangs by a thread, it runs short and recovers many times a second.
    if (m_toldOfDescriptors.isValid() && !m_toldOfDescriptors.hasExpired(60'000))
        return;
    m_toldOfDescriptors.start();
    m_log->write(LogLevel::Warning, u"file descriptors run short (limit %1): new connections wait until others have closed; "
                                    "raise the limit with ulimit -n if this comes again"_s.arg(descriptorLimit()));
}

void ServiceRun::wayOutChanged(const QString &why)
{
    m_log->write(LogLevel::Info, why + u": connections to endpoints that may be dead are closed"_s);
    m_team->networkChanged(NetworkWatch::addresses());
    m_plane->router.checkSoon(std::chrono::steady_clock::now());
    if (const Cluster *inUse = m_plane->router.config()->cluster(cluster()))
        refreshHostNames(hostNamesOf(*inUse));
}

void ServiceRun::takeRecords()
{
    const auto records = m_mailbox.takeAll();
    const auto now = std::chrono::system_clock::now();
    // Worker by worker, what bursts leave behind would add up.
    if (!records.isEmpty() && !m_tidyUp.isActive())
        m_tidyUp.start(tidyUpAfter);
    for (const ExchangeRecord &record : records) {
        m_journal.record(record, now);
        m_history->count(record.outcome, now);
        const LogLine line = logLineFor(record);
        m_log->write(line.level, line.text);
    }
}

void ServiceRun::catchUp()
{
    takeRecords();
    m_events->look();
}

void ServiceRun::serveSurface(Worker *worker)
{
    LocalSurface *surface = &worker->surface();
    connect(surface, &LocalSurface::asked, this, [this, surface](quint64 question, const QByteArray &path, const QByteArray &query) {
        takeRecords(); // what ended before the question is in the answer
        const LocalAnswer answer = localAnswer(path, query, m_journal, figures(), *m_logReader);
        QMetaObject::invokeMethod(surface, [surface, question, answer] { surface->answer(question, answer); }, Qt::QueuedConnection);
    });
    m_events->serve(surface);
}

QString ServiceRun::address() const
{
    const QString host = m_host.contains(u':') ? u"[%1]"_s.arg(m_host) : m_host;
    return u"http://%1:%2"_s.arg(host).arg(m_port);
}

LiveFigures ServiceRun::figures() const
{
    LiveFigures live;
    live.now = std::chrono::system_clock::now();
    live.running = m_state == State::Running;
    live.startTime = m_startTime;
    live.uptimeS = static_cast<double>(m_uptime.elapsed()) / 1000;
    live.inFlight = m_plane->inFlight;
    live.refused = m_plane->refusals.counts();
    live.peersUnknown = m_plane->refusals.arePeersUnknown();
    live.stuckWorkers = m_team->stuck();
    live.config = m_plane->router.config();
    live.cluster = cluster();
    live.preferredEndpointId = m_plane->router.preferred();
    live.pool = m_plane->budget.figures();
    live.pool.queued += m_plane->router.waiting();
    live.endpoints = m_plane->router.states(std::chrono::steady_clock::now());
    if (const Cluster *inUse = live.config->cluster(live.cluster)) {
        for (const Endpoint &endpoint : inUse->endpoints) {
            EndpointState &its = live.endpoints[endpoint.id];
            its.pool = m_plane->budget.figures(endpoint.id);
            if (its.concurrencyLimit > 0)
                its.pool.limit = its.concurrencyLimit;
        }
    }
    return live;
}

QJsonObject ServiceRun::stats()
{
    takeRecords();
    return statsJson(m_journal, figures());
}

QJsonObject ServiceRun::status() const
{
    const LiveFigures live = figures();
    const QJsonObject all = statsJson(m_journal, live);
    return {{u"running"_s, live.running},
            {u"pid"_s, QCoreApplication::applicationPid()},
            {u"host"_s, m_host},
            {u"port"_s, m_port},
            {u"address"_s, address()},
            {u"cluster"_s, live.cluster},
            {u"start_time"_s, m_startTime.toString(Qt::ISODate)},
            {u"uptime"_s, live.uptimeS},
            {u"in_flight"_s, live.inFlight},
            {u"refused"_s, all.value("refused"_L1)},
            {u"peers_unknown"_s, live.peersUnknown},
            {u"needs_token"_s, all.value("needs_token"_L1)},
            {u"unknown_peers"_s, toWord(live.config->listen.unknownPeers)},
            {u"stuck_workers"_s, live.stuckWorkers},
            {u"total_requests"_s, all.value("total_requests"_L1)},
            {u"success_rate"_s, all.value("success_rate"_L1)},
            {u"endpoints"_s, all.value("total_endpoints"_L1)},
            {u"healthy_endpoints"_s, all.value("healthy_endpoints"_L1)}};
}

} // namespace qcc
