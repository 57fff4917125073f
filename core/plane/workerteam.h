#pragma once

#include "core/plane/worker.h"

#include <QObject>
#include <QSet>
#include <QThread>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace qcc {

/// What a worker has to do.
struct WorkerLoad {
    int connections = 0;
    int settling = 0;     ///< Connections that have not been answered anything yet.
    int busyPercent = 0;  ///< Of its time, in the last moments.
    bool stuck = false;
};

/// Which worker gets the next connection: the first that is not full, since one that is busy costs less than two that are not, and connections of
/// one thread share those to upstreams; else a new one (the size of `loads`) where there may be more, else the least loaded.
/// `handshakes`: the first request on a connection may need a whole one with its upstream, which takes milliseconds; those of a burst are done by all.
size_t pickWorker(const std::vector<WorkerLoad> &loads, size_t maxWorkers, bool handshakes);

/// Connections that change from one worker to another, since kept ones stay where they are however much is asked on them.
struct WorkerRelief {
    size_t from;
    int connections; ///< 0: nothing has to be done.
};
/// Where one worker is full of work and another, or one more, has time.
WorkerRelief reliefFor(const std::vector<WorkerLoad> &loads, size_t maxWorkers);

/// The I/O workers and their threads; grows with the connections.
/// Thread: the core thread.
class WorkerTeam : public QObject
{
    Q_OBJECT

public:
    WorkerTeam(std::shared_ptr<SharedState> shared, RequestReader::Limits limits, QObject *parent = nullptr);
    /// Waits for the workers, but for those that hang: they are left behind.
    ~WorkerTeam() override;

    /// Hands an accepted connection to a worker. Beyond the limit the one that has been idle for longest is closed, and where too many
    /// are busy, this one is turned away.
    void assign(qintptr descriptor);
    /// Has a worker say to a client that its header did not come in time.
    void turnAwayLate(qintptr descriptor);
    /// The ids of those endpoints to which requests go over TLS.
    void expectHandshakes(const QStringList &endpoints) { m_behindTls = endpoints; }
    void setMost(int workers, int connections)
    {
        m_maxWorkers = static_cast<size_t>(workers);
        m_maxConnections = connections;
    }
    /// Closes the connection that has been idle for longest, if for so long, of the worker that has most.
    void makeRoom(std::chrono::milliseconds idle);
    void setLimits(RequestReader::Limits limits);
    /// The way out has changed; `ours` are the addresses that this computer has now.
    void networkChanged(const QList<QHostAddress> &ours);
    int connections() const;
    /// Asks all workers for the exchanges that run. `answer` is called once: when all have told that do not hang, or with what was told by
    /// then when this team is destroyed before.
    void askRunning(std::function<void(const QList<RunningExchange> &)> answer);
    /// Ends all connections, running answers last; drained() follows.
    void drain();
    /// Takes drain() back: connections that were told to end do so, new ones are served. Before drained(), and before endNow().
    void resume();
    /// Exchanges run: whether the workers come round is watched. Where none run, only while something is posted to them.
    void watch();
    /// Workers that hang.
    int stuck() const;
    /// What is left ends as an answer that breaks off; drained() follows soon.
    void endNow();
    /// Workers that have not ended by now will not: drained() follows.
    void leaveBehind();
    bool hasLeftBehind() const;

Q_SIGNALS:
    /// A worker started; connect its pages before it serves.
    void workerAdded(qcc::Worker *worker);
    void drained();
    /// A worker has not come round to what was posted to it within `workerSilence`; or has after all.
    void workerStuck(const QString &name);
    void workerBack(const QString &name);

private:
    using Clock = std::chrono::steady_clock;
    struct Member {
        std::unique_ptr<QThread> thread;
        Worker *worker;
        bool empty = false;          ///< As it told of the present drain().
        quint64 posted = 0;          ///< Numbers what was posted.
        quint64 seenDone = 0;
        Clock::time_point waitsSince = {}; ///< For what was posted and is not done.
        bool stuck = false;
        bool leftBehind = false;
        Clock::time_point measuredAt = {};
        std::chrono::nanoseconds busyThen{0}; ///< Its thread's time until then.
        int busyPercent = 0;
        int wantedBack = 0; ///< Connections that it was asked to give back.
    };
    /// Of askRunning().
    struct Question {
        QSet<const Worker *> missing; ///< Who has not told yet.
        QList<RunningExchange> told;
        std::function<void(const QList<RunningExchange> &)> answer;
    };
    Member &addWorker();
    Member &memberForNext(int *open);
    size_t mostWorkers() const;
    std::vector<WorkerLoad> loads();
    void measure(Member &member);
    void relieve();
    void takeBack(qintptr descriptor);
    void turnAway(Member &member, qintptr descriptor, const Refusal &why);
    template <typename Work>
    void post(Member &member, Work work);
    void look();
    void workerEmptied(Worker *worker, quint64 drain);
    void workerTold(const Worker *worker, quint64 question, const QList<RunningExchange> &running);
    void expectNothingFrom(const Worker *worker);

    const std::shared_ptr<SharedState> m_shared;
    RequestReader::Limits m_limits;
    QTimer m_watch; ///< Runs only while something is posted, or exchanges run.
    std::vector<Member> m_members;
    std::map<quint64, Question> m_questions;
    quint64 m_lastQuestion = 0;
    QStringList m_behindTls;
    size_t m_maxWorkers = 8;
    int m_maxConnections = 16'384;
    quint64 m_drains = 0; ///< Counts them: what a worker tells late is of an earlier one.
    bool m_draining = false;
};

} // namespace qcc
