#include "core/service/proxyservice.h"

#include "core/base/freememory.h"
#include "core/config/configedit.h"
#include "core/config/configeditor.h"
#include "core/config/configfile.h"
#include "core/control/controlserver.h"
#include "core/history/history.h"
#include "core/http/hopmark.h"
#include "core/journal/journal.h"
#include "core/journal/loglines.h"
#include "core/journal/mailbox.h"
#include "core/journal/stats.h"
#include "core/keys/keyring.h"
#include "core/log/logfile.h"
#include "core/log/logreader.h"
#include "core/log/qtmessages.h"
#include "core/service/acceptor.h"
#include "core/service/descriptorlimit.h"
#include "core/service/endpointwatch.h"
#include "core/service/healthcommands.h"
#include "core/service/journalcommands.h"
#include "core/service/listenfailure.h"
#include "core/service/liveevents.h"
#include "core/service/lobby.h"
#include "core/service/localanswers.h"
#include "core/service/pidfile.h"
#include "core/service/routingnews.h"
#include "core/service/sharedplane.h"
#include "core/service/workerteam.h"
#include "core/upstream/hostnames.h"
#include "core/upstream/networkwatch.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QHostAddress>
#include <QTimer>

#include <algorithm>

namespace qcc {

namespace {

/// Connections of clients at a time, and as many again that have not sent a request.
constexpr int mostClients = 16'384;

RequestReader::Limits limitsOf(const Config &config)
{
    RequestReader::Limits limits;
    limits.bodyBytes = config.client.maxBodyBytes;
    return limits;
}

QHostAddress addressOf(const QString &host)
{
    if (host == QLatin1String("localhost"))
        return QHostAddress(QHostAddress::LocalHost);
    return QHostAddress(host);
}

} // namespace

struct ProxyService::Private {
    enum class State { Stopped, Running, Draining };

    Private(ProxyService *service, Paths where, KeyRing &ring)
        : q(service), paths(std::move(where)), keys(ring), editor(paths.config(), keys)
    {
    }

    ProxyService *q;
    Paths paths;
    KeyRing &keys;
    ConfigEditor editor;
    State state = State::Stopped;
    QString host;
    quint16 port = 0;
    int mostGuests = 0;
    QString clusterOverride; ///< From `--cluster`; gives way to the next `cluster use`.
    QDateTime startTime;
    QElapsedTimer uptime;

    std::unique_ptr<LogFile> log;
    std::unique_ptr<QtMessages> messages;
    std::unique_ptr<LogReader> logReader;
    std::unique_ptr<ConfigWatcher> config;
    std::unique_ptr<ControlServer> control;
    std::unique_ptr<Journal> journal;
    std::unique_ptr<JournalCommands> journalCommands;
    std::unique_ptr<History> history;
    std::unique_ptr<RecordMailbox> mailbox;
    std::unique_ptr<SharedPlane> plane;
    std::unique_ptr<HealthCommands> health;
    std::unique_ptr<EndpointWatch> endpoints;
    std::unique_ptr<WorkerTeam> team;
    std::unique_ptr<LiveEvents> events;
    std::unique_ptr<Lobby> lobby;
    std::unique_ptr<Acceptor> acceptor;
    QTimer grace;
    QTimer tidyUp; ///< Runs while there is traffic.
    QElapsedTimer toldOfDescriptors;

    Result<void> listen(const QHostAddress &address, quint16 wanted);
    Result<void> writePid() const;
    void configChanged(const ConfigSnapshot &next);
    void tellClosedKeys(const Config &in) const;
    void tell(const RoutingNews &news) const;
    void tellOfDescriptors();
    void wayOutChanged(const QString &why);
    void takeRecords();
    void serveSurface(Worker *worker);
    LiveFigures figures() const;
    QJsonObject status() const;
    void handle(const QJsonObject &request, const ControlReply &reply);
    void drained();
};

ProxyService::ProxyService(Paths paths, KeyRing &keys, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, std::move(paths), keys))
{
    d->grace.setSingleShot(true);
    connect(&d->grace, &QTimer::timeout, this, [this] {
        d->log->write(LogLevel::Warning, QStringLiteral("the grace period is over: ending %1 running exchanges").arg(d->plane->inFlight.load()));
        d->team->cutAll();
    });
    d->tidyUp.setSingleShot(true);
    connect(&d->tidyUp, &QTimer::timeout, this, &returnFreeMemory);
}

ProxyService::~ProxyService()
{
    if (d->state != Private::State::Stopped)
        QFile::remove(d->paths.pidFile());
    // Workers speak to everything else until their threads are gone.
    d->acceptor.reset();
    d->lobby.reset();
    d->events.reset();
    d->team.reset();
    d->endpoints.reset();
}

Result<void> ProxyService::start(const StartOptions &options)
{
    Q_ASSERT(d->state == Private::State::Stopped);
    const int descriptors = raiseDescriptorLimit();
    if (const QString problem = d->paths.ensureHome(); !problem.isEmpty())
        return Failure{ErrorCode::NotAllowed, problem, QStringLiteral("Set QCC_HOME to a folder that you may write to.")};
    Result<Config> config = loadConfig(d->paths.config(), d->keys);
    if (!config)
        return config.error();
    if (options.cluster && !config->cluster(*options.cluster))
        return Failure{ErrorCode::NotFound, QStringLiteral("there is no cluster named \"%1\"").arg(*options.cluster),
                       QStringLiteral("See what there is with: qcc cluster list")};
    const auto snapshot = std::make_shared<const Config>(*std::move(config));
    const QString host = options.host.value_or(snapshot->listen.host);
    const QHostAddress address = addressOf(host);
    if (address.isNull())
        return Failure{ErrorCode::Usage, QStringLiteral("\"%1\" is not an address of this machine").arg(host),
                       QStringLiteral("Use 127.0.0.1, or leave --host out.")};
    if (!address.isLoopback() && snapshot->listen.accessToken.isEmpty())
        return Failure{ErrorCode::NotAllowed, QStringLiteral("listening on %1 needs an access token, because everybody who reaches it could use your keys").arg(host),
                       QStringLiteral("Set listen.access_token in config.json, or listen on 127.0.0.1.")};

    d->control = std::make_unique<ControlServer>([this](const QJsonObject &request, const ControlReply &reply) { d->handle(request, reply); });
    if (const Result<void> listening = d->control->listen(d->paths.controlSocket()); !listening) {
        d->control.reset();
        return listening.error();
    }
    const auto undo = [this](const Failure &failure) {
        d->acceptor.reset();
        d->lobby.reset();
        d->events.reset();
        d->team.reset();
        d->health.reset();
        d->endpoints.reset();
        d->plane.reset();
        d->control.reset();
        return failure;
    };
    d->plane = std::make_unique<SharedPlane>();
    d->health = std::make_unique<HealthCommands>(d->plane->router);
    d->clusterOverride = options.cluster.value_or(QString());
    d->plane->router.configure(snapshot, d->clusterOverride);
    d->plane->budget.setLimits(snapshot->pool);
    d->journal = std::make_unique<Journal>();
    d->journalCommands = std::make_unique<JournalCommands>(*d->journal, [this] { return d->figures(); });
    d->mailbox = std::make_unique<RecordMailbox>(this, [this] { d->takeRecords(); });
    d->plane->record = [mailbox = d->mailbox.get()](ExchangeRecord &&record) { mailbox->post(std::move(record)); };
    d->plane->refusals.noticed = [this](Denial, const QString &what) {
        QMetaObject::invokeMethod(this, [this, what] {
            if (d->log)
                d->log->write(LogLevel::Warning, QStringLiteral("not let in: ") + what);
            if (d->events)
                d->events->look();
        }, Qt::QueuedConnection);
    };
    d->endpoints = std::make_unique<EndpointWatch>(d->plane->router);
    connect(d->endpoints.get(), &EndpointWatch::happened, this, [this](const RoutingNews &news) { d->tell(news); });
    connect(d->endpoints.get(), &EndpointWatch::wayOutChanged, this, [this](const QString &why) { d->wayOutChanged(why); });
    d->events = std::make_unique<LiveEvents>(*d->control, [this] { return stats(); }, [this] { return d->status(); });
    d->plane->becameBusy = [this] {
        QMetaObject::invokeMethod(this, [this] {
            if (d->events)
                d->events->look();
        }, Qt::QueuedConnection);
    };
    d->team = std::make_unique<WorkerTeam>(*d->plane, limitsOf(*snapshot));
    d->team->setMaxConnections(std::min(mostClients, descriptors * 3 / 8));
    d->mostGuests = std::min(mostClients, descriptors / 4);
    connect(d->team.get(), &WorkerTeam::workerAdded, this, [this](Worker *worker) { d->serveSurface(worker); });
    connect(d->team.get(), &WorkerTeam::drained, this, [this] { d->drained(); });
    if (const Result<void> listening = d->listen(address, options.port.value_or(snapshot->listen.port)); !listening)
        return undo(listening.error());
    d->host = host;
    d->startTime = QDateTime::currentDateTimeUtc();
    if (const Result<void> written = d->writePid(); !written)
        return undo(written.error());

    d->log = std::make_unique<LogFile>(d->paths.log(), snapshot->log, LogFile::Options{.echo = options.echoLog});
    d->messages = std::make_unique<QtMessages>(*d->log);
    d->logReader = std::make_unique<LogReader>(d->paths.log());
    d->config = std::make_unique<ConfigWatcher>(d->paths.config(), snapshot, d->keys);
    connect(d->config.get(), &ConfigWatcher::changed, this, [this](const ConfigSnapshot &next) { d->configChanged(next); });
    connect(d->config.get(), &ConfigWatcher::rejected, this, [this](const QString &message) {
        d->log->write(LogLevel::Error, message);
    });
    connect(d->config.get(), &ConfigWatcher::mended, this, [this] { d->log->write(LogLevel::Info, QStringLiteral("config.json is good again")); });
    d->history = std::make_unique<History>(d->paths.history(), *d->log);
    connect(d->history.get(), &History::loaded, d->journal.get(), &Journal::restore);
    d->history->configure(snapshot->history, std::chrono::system_clock::now());
    d->endpoints->watchTheWayOut();
    d->uptime.start();
    d->state = Private::State::Running;
    d->log->write(LogLevel::Info, QStringLiteral("qcc %1 listens on %2, cluster \"%3\"")
                                      .arg(QStringLiteral(QCC_VERSION), this->address(), cluster()));
    d->tellClosedKeys(*snapshot);
    Q_EMIT started(this->address());
    return {};
}

Result<void> ProxyService::Private::listen(const QHostAddress &address, quint16 wanted)
{
    lobby = std::make_unique<Lobby>(Lobby::Exits{[this](qintptr descriptor) { team->assign(descriptor); },
                                                 [this](qintptr descriptor) { team->turnAwayLate(descriptor); }},
                                    plane->patience);
    lobby->setMost(mostGuests);
    acceptor = std::make_unique<Acceptor>([this](qintptr descriptor) { lobby->enter(descriptor); });
    if (!acceptor->listen(address, wanted))
        return explainListenFailure(*acceptor, address, wanted);
    QObject::connect(acceptor.get(), &Acceptor::descriptorsShort, q, [this] {
        lobby->makeRoom();
        tellOfDescriptors();
    });
    QObject::connect(acceptor.get(), &Acceptor::descriptorsEnough, q, [this] { control->reopen(); });
    port = acceptor->serverPort();
    plane->own = {address, port, newHopMark()};
    endpoints->setOwnAddress(plane->own);
    health->setOwnAddress(plane->own);
    return {};
}

Result<void> ProxyService::Private::writePid() const
{
    return writePidFile(paths.pidFile(), {{QStringLiteral("pid"), QCoreApplication::applicationPid()},
                                          {QStringLiteral("host"), host},
                                          {QStringLiteral("port"), port},
                                          {QStringLiteral("start_time"), startTime.toString(Qt::ISODate)},
                                          {QStringLiteral("cluster_name"), plane->router.cluster()}});
}

void ProxyService::Private::configChanged(const ConfigSnapshot &next)
{
    const QString before = plane->router.cluster();
    const ConfigSnapshot last = plane->router.config();
    // A cluster that was asked for at the start and is gone now gives way to the configured one.
    if (!clusterOverride.isEmpty() && !next->cluster(clusterOverride))
        clusterOverride.clear();
    plane->router.configure(next, clusterOverride);
    plane->budget.setLimits(next->pool);
    team->setLimits(limitsOf(*next));
    log->apply(next->log);
    history->configure(next->history, std::chrono::system_clock::now());
    log->write(LogLevel::Info, QStringLiteral("config.json reloaded"));
    tellClosedKeys(*next);
    if (next->listen.port != last->listen.port || next->listen.host != last->listen.host)
        log->write(LogLevel::Info, QStringLiteral("a changed address takes effect at the next start"));
    events->look();
    if (const QString now = plane->router.cluster(); now != before) {
        log->write(LogLevel::Info, QStringLiteral("cluster \"%1\" is in use").arg(now));
        if (const Result<void> written = writePid(); !written)
            log->write(LogLevel::Warning, written.error().message);
        Q_EMIT q->clusterChanged(now);
    }
}

void ProxyService::Private::tellClosedKeys(const Config &in) const
{
    for (const Cluster &cluster : in.clusters) {
        for (const Endpoint &endpoint : cluster.endpoints) {
            if (!endpoint.keyFault.isEmpty())
                log->write(LogLevel::Error, QStringLiteral("endpoint %1 of cluster \"%2\" is out of use: %3").arg(endpoint.name, cluster.name, endpoint.keyFault));
        }
    }
}

void ProxyService::Private::tell(const RoutingNews &news) const
{
    const NewsLine line = lineFor(news);
    log->write(line.level, line.text);
    control->broadcast(newsEvent(news, *plane->router.config(), plane->router.cluster()));
    events->look();
}

void ProxyService::Private::tellOfDescriptors()
{
    // Where it hangs by a thread, it runs short and recovers many times a second.
    if (toldOfDescriptors.isValid() && !toldOfDescriptors.hasExpired(60'000))
        return;
    toldOfDescriptors.start();
    log->write(LogLevel::Warning, QStringLiteral("file descriptors run short (limit %1): new connections wait until others have closed; "
                                                 "raise the limit with ulimit -n if this comes again").arg(descriptorLimit()));
}

void ProxyService::Private::wayOutChanged(const QString &why)
{
    log->write(LogLevel::Info, why + QStringLiteral(": connections to endpoints that may be dead are closed"));
    team->networkChanged(NetworkWatch::addresses());
    plane->router.checkSoon(std::chrono::steady_clock::now());
    if (const Cluster *cluster = plane->router.config()->cluster(plane->router.cluster()))
        refreshHostNames(hostNamesOf(*cluster));
}

void ProxyService::Private::takeRecords()
{
    const auto records = mailbox->takeAll();
    const auto now = std::chrono::system_clock::now();
    // Worker by worker, what bursts leave behind would add up.
    if (!records.isEmpty() && !tidyUp.isActive())
        tidyUp.start(std::chrono::minutes(1));
    for (const ExchangeRecord &record : records) {
        journal->record(record, now);
        history->count(record.outcome, now);
        const LogLine line = logLineFor(record);
        log->write(line.level, line.text);
    }
}

void ProxyService::Private::serveSurface(Worker *worker)
{
    LocalSurface *surface = &worker->surface();
    connect(surface, &LocalSurface::asked, q, [this, surface](quint64 question, const QByteArray &path, const QByteArray &query) {
        takeRecords(); // what ended before the question is in the answer
        const LocalAnswer answer = localAnswer(path, query, *journal, figures(), *logReader);
        QMetaObject::invokeMethod(surface, [surface, question, answer] { surface->answer(question, answer); }, Qt::QueuedConnection);
    });
    events->serve(surface);
}

LiveFigures ProxyService::Private::figures() const
{
    LiveFigures live;
    live.now = std::chrono::system_clock::now();
    live.running = state == State::Running;
    live.startTime = startTime;
    live.uptimeS = static_cast<double>(uptime.elapsed()) / 1000;
    live.inFlight = plane->inFlight;
    live.refused = plane->refusals.counts();
    live.config = plane->router.config();
    live.cluster = plane->router.cluster();
    live.preferredEndpointId = plane->router.preferred();
    live.pool = plane->budget.figures();
    live.pool.queued += plane->router.waiting();
    live.endpoints = plane->router.states(std::chrono::steady_clock::now());
    if (const Cluster *cluster = live.config->cluster(live.cluster)) {
        for (const Endpoint &endpoint : cluster->endpoints) {
            EndpointState &its = live.endpoints[endpoint.id];
            its.pool = plane->budget.figures(endpoint.id);
            if (its.concurrencyLimit > 0)
                its.pool.limit = its.concurrencyLimit;
        }
    }
    return live;
}

QJsonObject ProxyService::Private::status() const
{
    const LiveFigures live = figures();
    const QJsonObject all = statsJson(*journal, live);
    return {{QStringLiteral("running"), live.running},
            {QStringLiteral("pid"), QCoreApplication::applicationPid()},
            {QStringLiteral("host"), host},
            {QStringLiteral("port"), port},
            {QStringLiteral("address"), q->address()},
            {QStringLiteral("cluster"), live.cluster},
            {QStringLiteral("start_time"), startTime.toString(Qt::ISODate)},
            {QStringLiteral("uptime"), live.uptimeS},
            {QStringLiteral("in_flight"), live.inFlight},
            {QStringLiteral("refused"), all.value(QStringLiteral("refused"))},
            {QStringLiteral("total_requests"), all.value(QStringLiteral("total_requests"))},
            {QStringLiteral("success_rate"), all.value(QStringLiteral("success_rate"))},
            {QStringLiteral("endpoints"), all.value(QStringLiteral("total_endpoints"))},
            {QStringLiteral("healthy_endpoints"), all.value(QStringLiteral("healthy_endpoints"))}};
}

void ProxyService::Private::handle(const QJsonObject &request, const ControlReply &reply)
{
    const QString command = request.value(QStringLiteral("cmd")).toString();
    takeRecords();
    events->look();
    if (command == QLatin1String("status")) {
        reply(controlOk(status()));
    } else if (JournalCommands::knows(command)) {
        journalCommands->handle(request, reply);
    } else if (command == QLatin1String("running")) {
        team->askRunning([reply](const QList<RunningExchange> &running) { reply(controlOk(runningJson(running))); });
    } else if (command == QLatin1String("use_cluster")) {
        const Result<void> used = q->useCluster(request.value(QStringLiteral("name")).toString());
        reply(used ? controlOk(status()) : controlFailure(used.error()));
    } else if (command == QLatin1String("reload")) {
        config->reload();
        reply(controlOk(status()));
    } else if (HealthCommands::knows(command)) {
        config->reload(); // who asks may have changed the file a moment ago
        health->handle(request, reply);
    } else if (command == QLatin1String("stop")) {
        reply(controlOk(status()));
        q->stop();
    } else {
        reply(controlFailure({ErrorCode::Usage, QStringLiteral("the proxy does not know the command \"%1\"").arg(command), QString()}));
    }
}

void ProxyService::stop(std::chrono::milliseconds grace)
{
    if (d->state != Private::State::Running)
        return;
    d->state = Private::State::Draining;
    d->log->write(LogLevel::Info, QStringLiteral("stopping: no new connections, %1 exchanges run").arg(d->plane->inFlight.load()));
    d->acceptor->close();
    d->lobby.reset();
    d->team->drain();
    d->grace.start(grace);
}

void ProxyService::Private::drained()
{
    grace.stop();
    events->stop();
    endpoints->leaveTheWayOut();
    takeRecords();
    QFile::remove(paths.pidFile());
    log->write(LogLevel::Info, QStringLiteral("stopped"));
    // The team called us: it goes when its signal has returned.
    QMetaObject::invokeMethod(q, [this] {
        acceptor.reset();
        events.reset();
        team.reset();
        endpoints.reset();
        takeRecords();
        history.reset();
        config.reset();
        control.reset();
        health.reset();
        plane.reset();
        messages.reset();
        logReader.reset();
        log.reset();
        // Only now: whoever starts again must not find the remains of this run.
        state = State::Stopped;
        Q_EMIT q->stopped();
    }, Qt::QueuedConnection);
}

bool ProxyService::isRunning() const
{
    return d->state == Private::State::Running;
}

QString ProxyService::host() const
{
    return d->host;
}

quint16 ProxyService::port() const
{
    return d->port;
}

QString ProxyService::cluster() const
{
    return d->plane ? d->plane->router.cluster() : QString();
}

QString ProxyService::address() const
{
    const QString host = d->host.contains(QLatin1Char(':')) ? QStringLiteral("[%1]").arg(d->host) : d->host;
    return QStringLiteral("http://%1:%2").arg(host).arg(d->port);
}

Result<void> ProxyService::useCluster(const QString &name)
{
    if (!isRunning())
        return Failure{ErrorCode::NotRunning, QStringLiteral("the proxy does not run"), QStringLiteral("Start it with: qcc proxy start")};
    const Result<ConfigEdit> edited = d->editor.editNow([&name](QJsonObject &json) { return qcc::useCluster(json, name); });
    if (!edited)
        return edited.error();
    d->clusterOverride.clear();
    const QString before = cluster();
    // At once, not when the system gets round to noticing the file.
    d->config->reload();
    if (cluster() == before && before != name) {
        d->plane->router.configure(d->config->current(), QString());
        Q_EMIT clusterChanged(cluster());
    }
    return {};
}

QJsonObject ProxyService::stats()
{
    if (!d->plane)
        return {};
    d->takeRecords();
    return statsJson(*d->journal, d->figures());
}

} // namespace qcc
