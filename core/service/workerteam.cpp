#include "core/service/workerteam.h"

#include "core/base/descriptorlimit.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace qcc {

namespace {

/// Connections of one worker before another one is started.
constexpr int fullLoad = 48;

size_t maxWorkers()
{
    return static_cast<size_t>(std::clamp(QThread::idealThreadCount() * 4, 4, 8));
}

} // namespace

size_t pickWorker(const std::vector<int> &loads, size_t maxWorkers)
{
    const auto least = std::min_element(loads.begin(), loads.end());
    if (least == loads.end() || (*least >= fullLoad && loads.size() < maxWorkers))
        return loads.size();
    // The first worker with room, not the emptiest: few connections stay together and share their upstream connections.
    const auto roomy = std::find_if(loads.begin(), loads.end(), [](int load) { return load < fullLoad; });
    return static_cast<size_t>((roomy != loads.end() ? roomy : least) - loads.begin());
}

WorkerTeam::WorkerTeam(SharedPlane &plane, RequestReader::Limits limits, QObject *parent)
    : QObject(parent)
    , m_plane(plane)
    , m_limits(limits)
{
}

WorkerTeam::~WorkerTeam()
{
    for (Member &member : m_members) {
        member.thread->quit();
        member.thread->wait();
    }
    // What the workers told in their last moments finds nobody any more.
    for (const auto &[number, question] : std::exchange(m_questions, {}))
        question.answer(question.told);
}

Worker *WorkerTeam::addWorker()
{
    auto *worker = new Worker(m_plane, m_limits);
    auto thread = std::make_unique<QThread>();
    thread->setObjectName(QStringLiteral("io-%1").arg(m_members.size() + 1));
    worker->moveToThread(thread.get());
    connect(thread.get(), &QThread::started, worker, &Worker::begin);
    // Runs on the worker's thread, after its event loop and before it is gone.
    connect(thread.get(), &QThread::finished, worker, [worker] {
        worker->end();
        delete worker;
    }, Qt::DirectConnection);
    connect(worker, &Worker::emptied, this, [this, worker] { workerEmptied(worker); });
    thread->start();
    m_members.push_back({std::move(thread), worker});
    Q_EMIT workerAdded(worker);
    return worker;
}

Worker *WorkerTeam::workerForNext(int *open)
{
    std::vector<int> loads;
    loads.reserve(m_members.size());
    for (const Member &member : m_members)
        loads.push_back(member.worker->load());
    *open = std::accumulate(loads.begin(), loads.end(), 0);
    const size_t most = m_members.empty() || mayStartThread() ? maxWorkers() : m_members.size();
    const size_t picked = pickWorker(loads, most);
    Worker *worker = picked < m_members.size() ? m_members[picked].worker : addWorker();
    worker->countAdopted();
    return worker;
}

void WorkerTeam::assign(qintptr descriptor)
{
    int open = 0;
    Worker *worker = workerForNext(&open);
    if (open >= m_maxConnections + m_maxConnections / 8)
        return turnAway(worker, descriptor, {503, "too many connections are open; try again later"});
    if (open >= m_maxConnections) {
        const auto fullest = std::max_element(m_members.begin(), m_members.end(),
                                              [](const Member &a, const Member &b) { return a.worker->load() < b.worker->load(); });
        QMetaObject::invokeMethod(fullest->worker, &Worker::makeRoom, Qt::QueuedConnection);
    }
    QMetaObject::invokeMethod(worker, [worker, descriptor] { worker->adopt(descriptor); }, Qt::QueuedConnection);
}

void WorkerTeam::turnAwayLate(qintptr descriptor)
{
    int open = 0;
    turnAway(workerForNext(&open), descriptor, {408, "the request did not arrive in time"});
}

void WorkerTeam::turnAway(Worker *worker, qintptr descriptor, const Refusal &why)
{
    QMetaObject::invokeMethod(worker, [worker, descriptor, why] { worker->turnAway(descriptor, why); }, Qt::QueuedConnection);
}

void WorkerTeam::setLimits(RequestReader::Limits limits)
{
    m_limits = limits;
    for (const Member &member : m_members)
        QMetaObject::invokeMethod(member.worker, [worker = member.worker, limits] { worker->setLimits(limits); }, Qt::QueuedConnection);
}

void WorkerTeam::networkChanged(const QList<QHostAddress> &ours)
{
    for (const Member &member : m_members)
        QMetaObject::invokeMethod(member.worker, [worker = member.worker, ours] { worker->networkChanged(ours); }, Qt::QueuedConnection);
}

int WorkerTeam::connections() const
{
    int sum = 0;
    for (const Member &member : m_members)
        sum += member.worker->load();
    return sum;
}

void WorkerTeam::askRunning(std::function<void(const QList<RunningExchange> &)> answer)
{
    if (m_members.empty())
        return answer({});
    const quint64 number = ++m_lastQuestion;
    m_questions.emplace(number, Question{m_members.size(), {}, std::move(answer)});
    for (const Member &member : m_members) {
        QMetaObject::invokeMethod(member.worker, [this, number, worker = member.worker] {
            QMetaObject::invokeMethod(this, [this, number, running = worker->running()] { workerTold(number, running); },
                                      Qt::QueuedConnection);
        }, Qt::QueuedConnection);
    }
}

void WorkerTeam::workerTold(quint64 question, const QList<RunningExchange> &running)
{
    const auto found = m_questions.find(question);
    found->second.told.append(running);
    if (--found->second.missing > 0)
        return;
    // The answer may well be another question.
    const Question answered = std::move(found->second);
    m_questions.erase(found);
    answered.answer(answered.told);
}

void WorkerTeam::drain()
{
    m_draining = true;
    for (const Member &member : m_members)
        QMetaObject::invokeMethod(member.worker, &Worker::drain, Qt::QueuedConnection);
    if (m_members.empty())
        QMetaObject::invokeMethod(this, &WorkerTeam::drained, Qt::QueuedConnection);
}

void WorkerTeam::endNow()
{
    for (const Member &member : m_members)
        QMetaObject::invokeMethod(member.worker, &Worker::endNow, Qt::QueuedConnection);
}

void WorkerTeam::workerEmptied(Worker *worker)
{
    for (Member &member : m_members)
        if (member.worker == worker)
            member.empty = true;
    if (m_draining && std::all_of(m_members.begin(), m_members.end(), [](const Member &m) { return m.empty; }))
        Q_EMIT drained();
}

} // namespace qcc
