#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/config/configfile.h"
#include "core/config/paths.h"
#include "core/control/controlserver.h"
#include "core/history/history.h"
#include "core/journal/journal.h"
#include "core/journal/livefigures.h"
#include "core/journal/mailbox.h"
#include "core/log/logfile.h"
#include "core/log/logreader.h"
#include "core/log/qtmessages.h"
#include "core/service/acceptor.h"
#include "core/service/endpointwatch.h"
#include "core/service/healthcommands.h"
#include "core/service/journalcommands.h"
#include "core/service/liveevents.h"
#include "core/service/lobby.h"
#include "core/service/sharedplane.h"
#include "core/service/workerteam.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QHostAddress>
#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>

namespace qcc {

class KeyRing;

/// What a run is begun with.
struct RunSettings {
    ConfigSnapshot config;
    QString cluster; ///< Instead of the configuration's; empty: that.
    QString host;    ///< As it is shown.
    QHostAddress address;
    quint16 port = 0; ///< 0: the system chooses.
    bool echoLog = false;
};

/// All that lives from the start of a proxy to its stop: made in one piece, ended in one order.
/// Thread: the core thread; workers have their own.
class ServiceRun : public QObject
{
    Q_OBJECT

public:
    /// `commands` answers what arrives at the control socket. `keys` outlives it.
    ServiceRun(Paths paths, KeyRing &keys, ControlHandler commands);
    /// Cuts what still runs. What has ended until then is in the log and in the history.
    ~ServiceRun() override;

    /// Opens control socket and port, writes proxy.pid; once. After a failure it is of no more use.
    /// Errors: AlreadyRunning, PortInUse, NotAllowed, WriteFailed.
    Result<void> begin(const RunSettings &settings);
    /// No new connections; running exchanges get `grace`, then end; then drained().
    void drain(std::chrono::milliseconds grace);

    const QString &host() const { return m_host; }
    quint16 port() const { return m_port; }
    /// "http://127.0.0.1:7860".
    QString address() const;
    QString cluster() const { return m_plane->router.cluster(); }
    /// Uses `name` from now on, whatever config.json says. Returns false where there is no such cluster.
    bool useCluster(const QString &name);
    /// The cluster that config.json names, now `name`, is the one to use from now on.
    void useConfiguredCluster(const QString &name);
    /// It is used, but config.json could not be made to say so.
    void clusterNotSaved(const QString &name, const Failure &why);
    void reloadConfig() { m_config->reload(); }

    /// The object of GET /__qcc__/stats.
    QJsonObject stats();
    /// The answer to the command `status`.
    QJsonObject status() const;
    JournalCommands &journalCommands() { return m_journalCommands; }
    HealthCommands &healthCommands() { return m_health; }
    WorkerTeam &team() { return *m_team; }
    /// A worker hangs and could not be ended: the thread lives as long as this process.
    bool hasLeftBehind() const { return m_team->hasLeftBehind(); }
    /// Counts what has ended, and tells subscribers what is new.
    void catchUp();

Q_SIGNALS:
    void clusterChanged(const QString &name);
    /// Nothing runs any more, and proxy.pid is gone. Not to be destroyed from within.
    void drained();

private:
    enum class State { Starting, Running, Draining, Drained };

    void prepare(const RunSettings &settings);
    Result<void> listen(const QHostAddress &address, quint16 wanted);
    Result<void> writePid() const;
    void openFiles(const RunSettings &settings);
    void configChanged(const ConfigSnapshot &next);
    void clusterMayHaveChanged(const QString &before);
    void tellClosedKeys(const Config &in) const;
    void tellPeersUnknown();
    void tell(const RoutingNews &news);
    void descriptorsShort();
    void wayOutChanged(const QString &why);
    void takeRecords();
    void serveSurface(Worker *worker);
    void graceIsOver();
    void becameBusy();
    void workerStuck(const QString &name);
    void teamDrained();
    LiveFigures figures() const;

    const Paths m_paths;
    KeyRing &m_keys;
    State m_state = State::Starting;
    QString m_host;
    quint16 m_port = 0;
    int m_mostGuests = 0;
    QString m_clusterOverride; ///< From `--cluster`; gives way to the next `cluster use`.
    QDateTime m_startTime;
    QElapsedTimer m_uptime;
    QTimer m_grace;
    bool m_saidLastWords = false;
    QTimer m_tidyUp; ///< Runs while there is traffic.
    QElapsedTimer m_toldOfDescriptors;

    // Each stands on those before it, and goes before them.
    std::unique_ptr<LogFile> m_log;
    std::unique_ptr<QtMessages> m_messages;
    std::unique_ptr<LogReader> m_logReader;
    Journal m_journal;
    JournalCommands m_journalCommands;
    RecordMailbox m_mailbox;
    std::shared_ptr<SharedPlane> m_plane;
    HealthCommands m_health;
    ControlServer m_control;
    std::unique_ptr<ConfigWatcher> m_config;
    std::unique_ptr<History> m_history;
    std::unique_ptr<EndpointWatch> m_endpoints;
    std::unique_ptr<WorkerTeam> m_team;
    std::unique_ptr<LiveEvents> m_events;
    std::unique_ptr<Lobby> m_lobby;
    std::unique_ptr<Acceptor> m_acceptor;
};

} // namespace qcc
