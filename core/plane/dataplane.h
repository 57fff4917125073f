#pragma once

#include "core/base/result.h"
#include "core/facts/livefigures.h"
#include "core/health/endpointkeys.h"
#include "core/plane/acceptor.h"
#include "core/plane/waitingconnections.h"
#include "core/plane/worker.h"
#include "core/plane/workerteam.h"

#include <QHostAddress>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>

namespace qcc {

class LocalPages;

/// How many descriptors there are for what. Whoever comes beyond that waits in line, in the system's queue of connections or in that for connections to
/// upstreams: what has begun must not fail for want of one.
struct DescriptorPlan {
    int workers;  ///< Threads, each of which needs some of its own.
    int clients;  ///< Connections.
    int upstream; ///< Connections.

    bool operator==(const DescriptorPlan &) const = default;
};

/// `limit`: of the process; `used` before the first client.
DescriptorPlan planDescriptors(int limit, int used);

/// All that a request passes, from the listening socket to the connections to endpoints, as one object: acceptor, waiting connections, workers, and what
/// those share. It knows no file but those of large bodies, and tells whoever has made it what happens.
/// Thread: the one that made it (the core thread); its workers have their own.
/// Order of signals: any, then drained() once after drain().
class DataPlane : public QObject
{
    Q_OBJECT

public:
    struct Settings {
        QString bodyFolder;     ///< Where the bodies lie that are too large for memory.
        FixedTimeouts fixedTimeouts = {};
        const Clock *clock = &Clock::system(); ///< Outlives the plane.
        /// Gets each exchange that has ended. Called on the workers' threads, and not any more once this object is gone.
        std::function<void(ExchangeRecord &&)> record;
    };

    explicit DataPlane(Settings settings);
    /// As end().
    ~DataPlane() override;

    /// What requests that come afterwards go by; at least once before start(). `cluster` is used instead of the configuration's, where it is
    /// not empty.
    void configure(const ConfigSnapshot &config, const QString &cluster);
    /// Opens the port, once; 0: the system chooses.
    /// Errors: PortInUse, NotAllowed, and others of explainListenFailure().
    Result<void> start(const QHostAddress &address, quint16 port);
    /// No new connections; what runs goes on to its end. drained() follows.
    void drain();
    /// Takes drain() back: it listens again where it did. Before drained(), and before endNow().
    /// Errors: those of start(); it then goes on to drain.
    Result<void> resume();
    /// What is left ends as an answer that breaks off; drained() follows soon.
    void endNow() { m_team->endNow(); }
    /// Workers that have not ended by now will not: drained() follows.
    void leaveBehind() { m_team->leaveBehind(); }
    bool hasLeftBehind() const { return m_team->hasLeftBehind(); }
    /// Cuts what still runs; nothing is told any more. What is known of the endpoints stays until this object goes.
    void end();
    /// The way out has changed; `ours` are the addresses that this computer has now.
    void networkChanged(const QList<QHostAddress> &ours);

    quint16 port() const { return m_acceptor.serverPort(); }
    /// Where it listens. Before start() nowhere.
    const OwnAddress &own() const { return m_shared->own; }
    QString cluster() const { return m_shared->router.cluster(); }
    ConfigSnapshot config() const { return m_shared->router.config(); }
    Router &router() { return m_shared->router; }
    int inFlight() const { return m_shared->inFlight; }
    /// becameBusy() follows with the next exchange, or at once where one runs.
    void expectBusy() { m_shared->expectBusy(); }
    const FixedTimeouts &fixedTimeouts() const { return m_shared->fixedTimeouts; }
    /// Without the times and `running`, which are its owner's.
    LiveFigures figures() const;
    /// As WorkerTeam::askRunning().
    void askRunning(std::function<void(const QList<RunningExchange> &)> answer) { m_team->askRunning(std::move(answer)); }

    // Its parts, for tests.
    SharedState &shared() { return *m_shared; }
    WorkerTeam &team() { return *m_team; }
    /// Gone after drain().
    WaitingConnections *waitingConnections() { return m_waitingConnections.get(); }

Q_SIGNALS:
    /// A worker started that serves what is asked under /__qcc__/; connect to it at once, and queued.
    void pagesAdded(qcc::LocalPages *pages);
    /// An exchange has begun while none ran. After that it is told again once nobody has asked for some seconds, or when it is expected.
    void becameBusy();
    /// A request was not let in; not told of each.
    void notLetIn(const QString &what);
    /// The system does not tell whose the clients' connections are. Once.
    void peersUnknown();
    void workerStuck(const QString &name);
    void workerBack(const QString &name);
    /// Descriptors have run short: new connections wait until others have closed.
    void descriptorsShort();
    void descriptorsEnough();
    void drained();

private:
    void readNews(std::function<void(ExchangeRecord &&)> record);
    void openWaitingRoom();

    const std::shared_ptr<SharedState> m_shared;
    std::unique_ptr<EndpointKeys> m_keys;
    std::unique_ptr<WorkerTeam> m_team;
    std::unique_ptr<WaitingConnections> m_waitingConnections;
    int m_mostClients = 0; ///< Since start().
    Acceptor m_acceptor;
};

} // namespace qcc
