#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/config/paths.h"

#include <QJsonObject>
#include <QObject>

#include <chrono>
#include <memory>
#include <optional>

namespace qcc {

class KeyRing;

/// Writes proxy.pid: pid, host, port, start_time, cluster_name. Atomic, mode 0600.
Result<void> writePidFile(const QString &path, const QJsonObject &content);
/// The content of a pid file; empty when there is none.
QJsonObject readPidFile(const QString &path);

/// What `proxy start` may set for one run; absent values come from config.json.
struct StartOptions {
    std::optional<QString> cluster;
    std::optional<QString> host;
    std::optional<quint16> port; ///< 0: the system chooses.
    bool echoLog = false;        ///< Lines of the log go to stderr as well.
};

/// The control plane of one proxy: configuration, journal, control socket, acceptor, and the I/O workers it starts.
/// Thread: the one that made it (the core thread); workers have their own.
/// Order of signals: started, any number of clusterChanged, stopped. A failed start() emits nothing.
class ProxyService : public QObject
{
    Q_OBJECT

public:
    /// `keys` opens what is sealed in config.json, and outlives the service.
    ProxyService(Paths paths, KeyRing &keys, QObject *parent = nullptr);
    ~ProxyService() override;

    /// Opens control socket and port, writes proxy.pid.
    /// Errors: AlreadyRunning, PortInUse (names the program where known and suggests a free port), NotFound (unknown
    /// cluster), ConfigUnreadable, InvalidConfig, NotAllowed, WriteFailed.
    Result<void> start(const StartOptions &options);
    /// No new connections; running exchanges get `grace`, then end; then stopped(). Idempotent.
    void stop(std::chrono::milliseconds grace = std::chrono::seconds(10));
    /// Takes a stop() back that is under way: what runs goes on, the port is open again, and no stopped() follows.
    /// Errors: NotRunning (it is too late for that), PortInUse (another has it now), NotAllowed; stopped() then follows as before.
    Result<void> resume();

    bool isRunning() const;
    /// The last run could not end one of its threads, which hangs: this process has to end at once when it ends, and had better do so soon.
    bool hasLeftBehind() const;
    QString host() const;
    quint16 port() const;
    QString cluster() const;
    /// "http://127.0.0.1:7860".
    QString address() const;
    /// Reads config.json again now. Does nothing while it does not run.
    void reload();
    /// Routes new exchanges to `name` and saves it as active, as soon as nobody else edits the file; running ones finish where they are.
    /// Errors: NotRunning, Busy, those of editConfig().
    Result<void> useCluster(const QString &name);
    /// The object of GET /__qcc__/stats.
    QJsonObject stats();

Q_SIGNALS:
    void started(const QString &address);
    void clusterChanged(const QString &name);
    void stopped();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace qcc
