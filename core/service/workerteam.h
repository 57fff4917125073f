#pragma once

#include "core/service/worker.h"

#include <QObject>
#include <QThread>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace qcc {

/// Which worker gets the next connection, given each one's load: the least loaded, or a new one (the size of `loads`) when even that
/// one is busy and there may be more. One event loop turn costs as much as its thread has sockets, so a few connections share one
/// thread and many spread over several.
size_t pickWorker(const std::vector<int> &loads, size_t maxWorkers);

/// The I/O workers and their threads; grows with the connections.
/// Thread: the core thread.
class WorkerTeam : public QObject
{
    Q_OBJECT

public:
    WorkerTeam(SharedPlane &plane, RequestReader::Limits limits, QObject *parent = nullptr);
    ~WorkerTeam() override;

    /// Hands an accepted connection to a worker. Beyond the limit the one that has been idle for longest is closed, and where too many
    /// are busy, this one is turned away.
    void assign(qintptr descriptor);
    /// Has a worker say to a client that its header did not come in time.
    void turnAwayLate(qintptr descriptor);
    void setMaxConnections(int most) { m_maxConnections = most; }
    void setLimits(RequestReader::Limits limits);
    /// The way out has changed; `ours` are the addresses that this computer has now.
    void networkChanged(const QList<QHostAddress> &ours);
    int connections() const;
    /// Asks all workers for the exchanges that run. `answer` is called once: when all have told, or with what was told by then when
    /// this team is destroyed before.
    void askRunning(std::function<void(const QList<RunningExchange> &)> answer);
    /// Ends all connections, running answers last; drained() follows.
    void drain();
    /// What is left ends as an answer that breaks off; drained() follows soon.
    void endNow();

Q_SIGNALS:
    /// A worker started; connect its surface before it serves.
    void workerAdded(qcc::Worker *worker);
    void drained();

private:
    struct Member {
        std::unique_ptr<QThread> thread;
        Worker *worker;
        bool empty = false;
    };
    /// Of askRunning().
    struct Question {
        size_t missing; ///< Workers that have not told yet.
        QList<RunningExchange> told;
        std::function<void(const QList<RunningExchange> &)> answer;
    };
    Worker *addWorker();
    Worker *workerForNext(int *open);
    static void turnAway(Worker *worker, qintptr descriptor, const Refusal &why);
    void workerEmptied(Worker *worker);
    void workerTold(quint64 question, const QList<RunningExchange> &running);

    SharedPlane &m_plane;
    RequestReader::Limits m_limits;
    std::vector<Member> m_members;
    std::map<quint64, Question> m_questions;
    quint64 m_lastQuestion = 0;
    int m_maxConnections = 16'384;
    bool m_draining = false;
};

} // namespace qcc
