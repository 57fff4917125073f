#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/config/configfile.h"
#include "core/config/paths.h"
#include "core/control/controlserver.h"
#include "core/facts/livefigures.h"
#include "core/history/history.h"
#include "core/journal/journal.h"
#include "core/log/logfile.h"
#include "core/log/logreader.h"
#include "core/plane/dataplane.h"
#include "core/report/healthcommands.h"
#include "core/report/liveevents.h"
#include "core/report/loglines.h"
#include "core/service/watches.h"

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

/// All that lives from the start of a proxy to its stop: made in one piece, ended in one order, be it by a failed start, by a stop or by the end of
/// whoever made it.
/// Thread: the core thread; workers have their own.
class ServiceRun : public QObject
{
    Q_OBJECT

public:
    /// `ofService`: who answers the commands that are not about this run alone, UseCluster and Stop. `keys` outlives it.
    ServiceRun(Paths paths, KeyRing &keys, CommandTable ofService);
    /// Cuts what still runs. What has ended until then is in the log and in the history.
    ~ServiceRun() override;

    /// Opens control socket and port, writes proxy.pid; once. After a failure it is of no more use.
    /// Errors: AlreadyRunning, PortInUse, NotAllowed, WriteFailed.
    Result<void> begin(const RunSettings &settings);
    /// No new connections; running exchanges get `grace`, then end; then drained().
    void drain(std::chrono::milliseconds grace);
    /// Takes drain() back: what runs has all its time again, and new connections come.
    /// Errors: NotRunning (it is too late for that), and those of the port, which another may have taken; it then goes on to drain.
    Result<void> resume();

    const QString &host() const { return m_host; }
    quint16 port() const { return m_port; }
    /// "http://127.0.0.1:7860".
    QString address() const;
    QString cluster() const { return m_plane.cluster(); }
    /// Uses `name` from now on, whatever config.json says. Returns false where there is no such cluster.
    bool useCluster(const QString &name);
    /// Reads config.json again now.
    void reload();
    /// The cluster that config.json names, now `name`, is the one to use from now on.
    void useConfiguredCluster(const QString &name);
    /// It is used, but config.json could not be made to say so.
    void clusterNotSaved(const QString &name, const Failure &why);

    /// The object of GET /__qcc__/stats.
    QJsonObject stats();
    /// The answer to the command `status`.
    QJsonObject status() const;
    /// A worker hangs and could not be ended: the thread lives as long as this process.
    bool hasLeftBehind() const { return m_plane.hasLeftBehind(); }

Q_SIGNALS:
    void clusterChanged(const QString &name);
    /// Nothing runs any more, and proxy.pid is gone. Not to be destroyed from within.
    void drained();

private:
    enum class State { Starting, Running, Draining, Drained };

    void listenToPlane();
    Result<void> writePid() const;
    void openFiles(const RunSettings &settings);
    void configChanged(const ConfigSnapshot &next);
    void clusterMayHaveChanged(const QString &before);
    void tell(const RoutingNews &news);
    void descriptorsShort();
    void wayOutChanged(const QString &why);
    void takeRecords();
    void addCommands();
    /// Counts what has ended, and tells subscribers what is new.
    void catchUp();
    void servePages(LocalPages *pages);
    void graceIsOver();
    void workerStuck(const QString &name);
    void planeDrained();
    LiveFigures figures() const;

    const Paths m_paths;
    KeyRing &m_keys;
    State m_state = State::Starting;
    QString m_host;
    quint16 m_port = 0;
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
    RecordQueue m_records;
    DataPlane m_plane;
    EndpointWatch m_endpoints;
    HealthCommands m_health;
    CommandTable m_commands;
    ControlServer m_control;
    std::unique_ptr<ConfigWatcher> m_config;
    std::unique_ptr<History> m_history;
    std::unique_ptr<WorkedKeys> m_workedKeys;
    std::unique_ptr<LiveEvents> m_events;
};

} // namespace qcc
