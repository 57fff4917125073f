#include "core/service/servicerun.h"

#include "core/base/systemresources.h"
#include "core/config/addresses.h"
#include "core/report/localanswers.h"
#include "core/report/recordsjson.h"
#include "core/report/stats.h"
#include "core/service/proxyservice.h"
#include "core/upstream/networkwatch.h"

#include <QCoreApplication>
#include <QFile>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds tidyUpAfter{15};
/// For the last words to clients, and for whatever else a worker still does after the grace.
constexpr std::chrono::seconds lastWords{3};

} // namespace

ServiceRun::ServiceRun(Paths paths, KeyRing &keys, CommandTable ofService)
    : m_paths(std::move(paths))
    , m_keys(keys)
    , m_records([this] { takeRecords(); })
    , m_plane({.bodyFolder = m_paths.home(), .record = [this](ExchangeRecord &&record) { m_records.post(std::move(record)); }})
    , m_endpoints(m_plane.router())
    , m_health(m_plane.router(), [this] { m_config->reload(); },
               [this](const QString &cluster, const QString &endpointId) { return latelyAsked(m_journal.recent(), cluster, endpointId); })
    , m_commands(std::move(ofService))
    , m_control([this](const QJsonObject &request, const ControlReply &reply) {
        catchUp();
        m_commands.handle(request, reply);
    })
    , m_events(std::make_unique<LiveEvents>(m_control, LiveEvents::Sources{[this] { return stats(); }, [this] { return status(); },
                                                                          [this] { m_plane.expectBusy(); }}))
{
    addCommands();
    listenToPlane();
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
    m_events.reset();
    // Workers speak to everything else until their threads are gone.
    m_plane.end();
    if (m_state != State::Starting)
        takeRecords();
}

Result<void> ServiceRun::begin(const RunSettings &settings)
{
    Q_ASSERT(m_state == State::Starting);
    if (const Result<void> listening = m_control.listen(m_paths.controlSocket()); !listening)
        return listening;
    m_clusterOverride = settings.cluster;
    m_plane.configure(settings.config, m_clusterOverride);
    if (const Result<void> listening = m_plane.start(settings.address, settings.port); !listening)
        return listening;
    m_endpoints.setOwnAddress(m_plane.own());
    m_health.setOwnAddress(m_plane.own());
    m_host = settings.host;
    m_port = m_plane.port();
    m_startTime = QDateTime::currentDateTimeUtc();
    if (const Result<void> written = writePid(); !written)
        return written;
    // From here on nothing can fail, and there is something to write about.
    openFiles(settings);
    m_endpoints.watchTheWayOut();
    m_uptime.start();
    m_state = State::Running;
    m_log->write(LogLevel::Info, u"qcc %1 listens on %2, cluster \"%3\""_s.arg(QStringLiteral(QCC_VERSION), address(), cluster()));
    m_log->write(linesForClosedKeys(*settings.config));
    return {};
}

void ServiceRun::listenToPlane()
{
    connect(&m_plane, &DataPlane::pagesAdded, this, &ServiceRun::servePages);
    connect(&m_plane, &DataPlane::becameBusy, this, [this] {
        m_endpoints.look();
        m_events->look();
    });
    connect(&m_plane, &DataPlane::notLetIn, this, [this](const QString &what) {
        m_log->write(LogLevel::Warning, u"not let in: "_s + what);
        m_events->look();
    });
    connect(&m_plane, &DataPlane::peersUnknown, this, [this] {
        m_log->write({lineForUnknownPeers(m_plane.config()->listen)});
        m_events->look();
    });
    connect(&m_plane, &DataPlane::workerStuck, this, &ServiceRun::workerStuck);
    connect(&m_plane, &DataPlane::workerBack, this, [this](const QString &name) {
        m_log->write(LogLevel::Warning, u"worker %1 came round again"_s.arg(name));
        m_events->look();
    });
    connect(&m_plane, &DataPlane::descriptorsShort, this, &ServiceRun::descriptorsShort);
    connect(&m_plane, &DataPlane::descriptorsEnough, this, [this] { m_control.reopen(); });
    connect(&m_plane, &DataPlane::drained, this, &ServiceRun::planeDrained);
    connect(&m_endpoints, &EndpointWatch::happened, this, &ServiceRun::tell);
    connect(&m_endpoints, &EndpointWatch::wayOutChanged, this, &ServiceRun::wayOutChanged);
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
    connect(m_config.get(), &ConfigWatcher::rejected, this, [this](const QString &problem) { m_log->write(LogLevel::Error, ConfigWatcher::withLastGood(problem)); });
    connect(m_config.get(), &ConfigWatcher::mended, this, [this] { m_log->write(LogLevel::Info, u"config.json is good again"_s); });
    m_history = std::make_unique<History>(m_paths.history(), *m_log);
    connect(m_history.get(), &History::loaded, &m_journal, &Journal::restore);
    m_workedKeys = std::make_unique<WorkedKeys>(m_plane.router(), *m_history);
    m_history->configure(settings.config->history, std::chrono::system_clock::now());
}

void ServiceRun::drain(std::chrono::milliseconds grace)
{
    Q_ASSERT(m_state == State::Running);
    m_state = State::Draining;
    m_log->write(LogLevel::Info, u"stopping: no new connections, %1 exchanges run"_s.arg(m_plane.inFlight()));
    m_plane.drain();
    m_grace.start(grace);
    m_events->look();
}

Result<void> ServiceRun::resume()
{
    if (m_state != State::Draining || m_saidLastWords)
        return Failure{ErrorCode::NotRunning, u"the proxy has stopped"_s, u"Start it with: qcc proxy start"_s};
    if (const Result<void> listening = m_plane.resume(); !listening) {
        m_log->write(LogLevel::Warning, u"the stop cannot be taken back: %1"_s.arg(listening.error().message));
        return listening;
    }
    m_grace.stop();
    m_state = State::Running;
    m_log->write(LogLevel::Info, u"the stop is taken back: qcc listens on %1 again, %2 exchanges run"_s.arg(address()).arg(m_plane.inFlight()));
    m_events->look();
    return {};
}

void ServiceRun::graceIsOver()
{
    if (std::exchange(m_saidLastWords, true)) {
        m_log->write(LogLevel::Error, u"a worker hangs and is left behind; only the end of this process ends it"_s);
        m_plane.leaveBehind();
        return;
    }
    m_log->write(LogLevel::Warning, u"the grace period is over: ending %1 running exchanges"_s.arg(m_plane.inFlight()));
    m_plane.endNow();
    m_grace.start(lastWords);
}

void ServiceRun::workerStuck(const QString &name)
{
    const auto silence = std::chrono::duration_cast<std::chrono::seconds>(m_plane.fixedTimeouts().workerSilence);
    m_log->write(LogLevel::Error, u"worker %1 has not come round for %2 s, and its requests wait; if that stays so, stop qcc and start it again"_s
                                      .arg(name).arg(silence.count()));
    m_events->look();
}

void ServiceRun::planeDrained()
{
    m_state = State::Drained;
    m_grace.stop();
    m_events->stop();
    m_endpoints.leaveTheWayOut();
    takeRecords();
    QFile::remove(m_paths.pidFile());
    m_log->write(LogLevel::Info, u"stopped"_s);
    Q_EMIT drained();
}

void ServiceRun::configChanged(const ConfigSnapshot &next)
{
    const QString before = cluster();
    const ConfigSnapshot last = m_plane.config();
    // A cluster that was asked for at the start and is gone now gives way to the configured one.
    if (!m_clusterOverride.isEmpty() && !next->cluster(m_clusterOverride))
        m_clusterOverride.clear();
    m_plane.configure(next, m_clusterOverride);
    m_workedKeys->apply(*next);
    m_log->apply(next->log);
    m_history->configure(next->history, std::chrono::system_clock::now());
    m_log->write(LogLevel::Info, u"config.json reloaded"_s);
    m_log->write(linesForClosedKeys(*next));
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
    m_plane.configure(m_config->current(), m_clusterOverride);
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
        m_plane.configure(m_config->current(), QString());
        clusterMayHaveChanged(before);
    }
}

void ServiceRun::tell(const RoutingNews &news)
{
    m_log->write({logLineFor(news)});
    m_control.broadcast(newsEvent(news, *m_plane.config(), cluster()));
    m_events->look();
}

void ServiceRun::descriptorsShort()
{
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
    m_plane.networkChanged(NetworkWatch::addresses());
    m_events->look();
}

void ServiceRun::reload()
{
    m_config->reload();
}

void ServiceRun::takeRecords()
{
    QList<ExchangeRecord> records = m_records.takeAll();
    // Worker by worker, what bursts leave behind would add up.
    if (records.isEmpty())
        return;
    if (!m_tidyUp.isActive())
        m_tidyUp.start(tidyUpAfter);
    QList<LogLine> lines;
    lines.reserve(records.size());
    // With the one that has just ended: the most that run at once do so just before one of them ends.
    const int inFlight = m_plane.inFlight() + 1;
    for (ExchangeRecord &record : records) {
        m_journal.countInFlight(inFlight, record.endedAt);
        m_journal.record(record, record.endedAt);
        lines.append(logLineFor(record));
        m_history->record(std::move(record));
    }
    m_log->write(lines);
}

void ServiceRun::addCommands()
{
    m_commands.answerAtOnce(ControlCommand::Status, [this](const QJsonObject &) -> Result<QJsonObject> { return status(); });
    addJournalCommands(m_commands, m_journal, [this] { return figures(); });
    m_commands[ControlCommand::Running] = [this](const QJsonObject &, const ControlReply &reply) {
        m_plane.askRunning([reply](const QList<RunningExchange> &running) { reply(controlOk(runningJson(running))); });
    };
    m_commands.answerAtOnce(ControlCommand::Reload, [this](const QJsonObject &) -> Result<QJsonObject> {
        m_config->reload();
        return status();
    });
    m_commands[ControlCommand::WriteHistory] = [this](const QJsonObject &, const ControlReply &reply) {
        m_history->writeNow([reply] { reply(controlOk(QJsonObject())); });
    };
    m_commands[ControlCommand::ClearHistory] = [this](const QJsonObject &, const ControlReply &reply) {
        m_history->clear([this, reply](const Result<HistoryCleared> &cleared) {
            // Where the file is not open, whoever asks clears that.
            if (cleared || cleared.error().code == ErrorCode::NotRunning)
                m_journal.forget();
            reply(cleared ? controlOk(clearedJson(*cleared)) : controlFailure(cleared.error()));
        });
    };
    m_health.addTo(m_commands);
}

void ServiceRun::catchUp()
{
    takeRecords();
    m_events->look();
}

void ServiceRun::servePages(LocalPages *pages)
{
    connect(pages, &LocalPages::asked, this, [this, pages](quint64 question, LocalPage page, const QByteArray &query) {
        takeRecords(); // what ended before the question is in the answer
        const LocalAnswer answer = localAnswer(page, query, m_journal, figures(), *m_logReader);
        QMetaObject::invokeMethod(pages, [pages, question, answer] { pages->answer(question, answer); }, Qt::QueuedConnection);
    });
    m_events->serve(pages);
}

QString ServiceRun::address() const
{
    return httpAddress(m_host, m_port);
}

LiveFigures ServiceRun::figures() const
{
    LiveFigures live = m_plane.figures();
    live.now = std::chrono::system_clock::now();
    live.running = m_state == State::Running;
    live.startTime = m_startTime;
    live.uptimeS = static_cast<double>(m_uptime.elapsed()) / 1000;
    live.noNetwork = EndpointWatch::lacksWayOut(live.config->cluster(live.cluster));
    return live;
}

QJsonObject ServiceRun::stats()
{
    takeRecords();
    return statsJson(m_journal, figures());
}

QJsonObject ServiceRun::status() const
{
    return statusJson(m_journal, figures(), m_host, m_port);
}

} // namespace qcc
