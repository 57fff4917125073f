#pragma once

#include "core/service/acceptor.h"
#include "core/service/lobby.h"
#include "core/service/sharedplane.h"
#include "core/service/workerteam.h"

#include <QMutex>
#include <QTemporaryDir>

#include <memory>

namespace qcc::test {

/// The data plane of a proxy without its control plane: acceptor, workers, one cluster, and the records of what happened.
/// Thread: the test's; the workers have their own.
class TestProxy
{
public:
    /// A cluster with these endpoints in this order; short deadlines unless `config` says otherwise.
    explicit TestProxy(const QList<QByteArray> &baseUrls, Config config = shortDeadlines(), RequestReader::Limits limits = {},
                       Patience patience = {});
    ~TestProxy();
    Q_DISABLE_COPY_MOVE(TestProxy)

    /// Faults show within a second: connect 2 s, read 700 ms. No connections but those that requests ask for.
    static Config shortDeadlines();
    /// The same, but an upstream may think for half a minute.
    static Config patient();
    static Endpoint endpointAt(const QByteArray &baseUrl, int number);

    /// They take effect for the requests that come afterwards.
    void setStrategy(Strategy strategy);
    void setModelMap(const QMap<QString, QString> &map);
    void setCaFile(const QString &path);

    quint16 port() const { return m_acceptor.serverPort(); }
    QList<ExchangeRecord> records() const;
    /// The last record, or an empty one.
    ExchangeRecord last() const;
    PoolFigures pool() const { return m_plane->budget.figures(); }
    QHash<QString, EndpointState> states() const { return m_plane->router.states(std::chrono::steady_clock::now()); }
    int inFlight() const { return m_plane->inFlight; }
    int connections() const { return m_team->connections() + m_lobby->waiting(); }
    Lobby &lobby() { return *m_lobby; }
    WorkerTeam &team() { return *m_team; }
    SharedPlane &plane() { return *m_plane; }

private:
    QTemporaryDir m_folder;
    std::shared_ptr<SharedPlane> m_plane = std::make_shared<SharedPlane>();
    mutable QMutex m_mutex;
    QList<ExchangeRecord> m_records;
    std::unique_ptr<WorkerTeam> m_team;
    std::unique_ptr<Lobby> m_lobby;
    Acceptor m_acceptor;
};

} // namespace qcc::test
