#pragma once

#include "core/plane/dataplane.h"

#include <QMutex>
#include <QTemporaryDir>

namespace qcc::test {

/// The data plane of a proxy without its control plane, with one cluster, and the records of what happened.
/// Thread: the test's; the workers have their own.
class TestProxy
{
public:
    /// A cluster with these endpoints in this order; short deadlines unless `config` says otherwise.
    explicit TestProxy(const QList<QByteArray> &baseUrls, Config config = shortDeadlines(), FixedTimeouts fixedTimeouts = {},
                       const Clock &clock = Clock::system());
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
    void setHttp2(bool on);
    void edit(const std::function<void(Config &)> &change) { configure(change); }
    void editEndpoints(const std::function<void(QList<Endpoint> &)> &edit);

    quint16 port() const { return m_plane.port(); }
    QList<ExchangeRecord> records() const;
    /// The last record, or an empty one.
    ExchangeRecord last() const;
    PoolFigures pool() const { return m_plane.figures().pool; }
    QHash<QString, EndpointState> states() const { return m_plane.figures().endpoints; }
    int inFlight() const { return m_plane.inFlight(); }
    int connections() { return team().connections() + waitingConnections().waiting(); }
    /// What runs, once the workers have done all that they had to do before they were asked.
    QList<RunningExchange> running();
    /// Waits until one exchange runs, and is in this state.
    bool comesTo(RunningState state);
    WaitingConnections &waitingConnections() { return *m_plane.waitingConnections(); }
    WorkerTeam &team() { return m_plane.team(); }
    SharedState &plane() { return m_plane.shared(); }

private:
    void configure(const std::function<void(Config &)> &change);

    QTemporaryDir m_folder;
    mutable QMutex m_mutex;
    QList<ExchangeRecord> m_records;
    DataPlane m_plane;
};

} // namespace qcc::test
