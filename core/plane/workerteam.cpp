#include "core/plane/workerteam.h"

#include "core/base/eventdispatcher.h"
#include "core/base/systemresources.h"

#include <QAbstractEventDispatcher>
#include <QDeadlineTimer>

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

/// Connections of one worker before another one is started.
constexpr int fullLoad = 48;
/// More than any other has, so that it is taken last.
constexpr int loadOfStuck = 1'000'000;

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

WorkerTeam::WorkerTeam(std::shared_ptr<SharedState> shared, RequestReader::Limits limits, QObject *parent)
    : QObject(parent)
    , m_shared(std::move(shared))
    , m_limits(limits)
{
    m_watch.setInterval(m_shared->fixedTimeouts.workerSilence / 4);
    connect(&m_watch, &QTimer::timeout, this, &WorkerTeam::look);
}

WorkerTeam::~WorkerTeam()
{
    for (Member &member : m_members)
        member.thread->quit();
    for (Member &member : m_members) {
        // One that hangs ends when it comes round, if it ever does; it has all that it needs for that.
        if (!member.leftBehind && member.thread->wait(QDeadlineTimer(m_shared->fixedTimeouts.workerSilence)))
            continue;
        QThread *thread = member.thread.release();
        connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    }
    // What the workers told in their last moments finds nobody any more.
    for (const auto &[number, question] : std::exchange(m_questions, {}))
        question.answer(question.told);
}

WorkerTeam::Member &WorkerTeam::addWorker()
{
    auto *worker = new Worker(m_shared, m_limits);
    auto thread = std::make_unique<QThread>();
    thread->setObjectName(QStringLiteral("io-%1").arg(m_members.size() + 1));
    if (std::unique_ptr<QAbstractEventDispatcher> dispatcher = makeEventDispatcher())
        thread->setEventDispatcher(dispatcher.release());
    worker->moveToThread(thread.get());
    connect(thread.get(), &QThread::started, worker, &Worker::begin);
    // Runs on the worker's thread, after its event loop and before it is gone.
    connect(thread.get(), &QThread::finished, worker, [worker] {
        worker->end();
        delete worker;
    }, Qt::DirectConnection);
    connect(worker, &Worker::emptied, this, [this, worker] { workerEmptied(worker); });
    connect(worker, &Worker::runningTold, this, [this, worker](quint64 question, const QList<RunningExchange> &running) { workerTold(worker, question, running); });
    thread->start();
    m_members.push_back({std::move(thread), worker});
    Q_EMIT workerAdded(worker);
    return m_members.back();
}

/// Has the worker do it in its turn, and looks whether it comes round to it.
template <typename Work>
void WorkerTeam::post(Member &member, Work work)
{
    if (member.posted == member.worker->done())
        member.waitsSince = Clock::now();
    const quint64 number = ++member.posted;
    QMetaObject::invokeMethod(member.worker, [worker = member.worker, number, work = std::move(work)] {
        work(*worker);
        worker->setDone(number);
    }, Qt::QueuedConnection);
    watch();
}

void WorkerTeam::watch()
{
    if (!m_watch.isActive())
        m_watch.start();
}

void WorkerTeam::look()
{
    const auto now = Clock::now();
    const bool busy = m_shared->inFlight > 0;
    bool waiting = false;
    for (Member &member : m_members) {
        const quint64 done = member.worker->done();
        const bool isBack = done == member.posted;
        if (done != std::exchange(member.seenDone, done))
            member.waitsSince = now;
        const bool isStuck = !isBack && now - member.waitsSince >= m_shared->fixedTimeouts.workerSilence;
        if (isStuck && !std::exchange(member.stuck, true)) {
            expectNothingFrom(member.worker);
            Q_EMIT workerStuck(member.thread->objectName());
        }
        if (isBack && std::exchange(member.stuck, false))
            Q_EMIT workerBack(member.thread->objectName());
        if (isBack && busy)
            post(member, [](Worker &) {});
        waiting = waiting || !isBack;
    }
    if (busy || waiting)
        return;
    m_watch.stop();
    m_shared->expectBusy();
}

int WorkerTeam::stuck() const
{
    return static_cast<int>(std::count_if(m_members.begin(), m_members.end(), [](const Member &m) { return m.stuck; }));
}

WorkerTeam::Member &WorkerTeam::memberForNext(int *open)
{
    std::vector<int> loads;
    loads.reserve(m_members.size());
    *open = 0;
    for (const Member &member : m_members) {
        *open += member.worker->load();
        // Whoever goes to one that hangs waits for nothing.
        loads.push_back(member.stuck ? loadOfStuck : member.worker->load());
    }
    const size_t most = m_members.empty() || mayStartThread() ? std::min(maxWorkers(), m_maxWorkers) + static_cast<size_t>(stuck()) : m_members.size();
    const size_t picked = pickWorker(loads, most);
    Member &member = picked < m_members.size() ? m_members[picked] : addWorker();
    member.worker->countAdopted();
    return member;
}

void WorkerTeam::assign(qintptr descriptor)
{
    int open = 0;
    Member &member = memberForNext(&open);
    if (open >= m_maxConnections + m_maxConnections / 8)
        return turnAway(member, descriptor, {503, "too many connections are open; try again later"});
    if (open >= m_maxConnections)
        makeRoom(std::chrono::milliseconds(0));
    post(member, [descriptor](Worker &worker) { worker.adopt(descriptor); });
}

void WorkerTeam::makeRoom(std::chrono::milliseconds idle)
{
    const auto fullest = std::max_element(m_members.begin(), m_members.end(),
                                          [](const Member &a, const Member &b) { return a.worker->load() < b.worker->load(); });
    // One that has not come round to the last such wish gets no other.
    if (fullest != m_members.end() && fullest->posted == fullest->worker->done())
        post(*fullest, [idle](Worker &worker) { worker.makeRoom(idle); });
}

void WorkerTeam::turnAwayLate(qintptr descriptor)
{
    int open = 0;
    turnAway(memberForNext(&open), descriptor, {408, "the request did not arrive in time"});
}

void WorkerTeam::turnAway(Member &member, qintptr descriptor, const Refusal &why)
{
    post(member, [descriptor, why](Worker &worker) { worker.turnAway(descriptor, why); });
}

void WorkerTeam::setLimits(RequestReader::Limits limits)
{
    m_limits = limits;
    for (Member &member : m_members)
        post(member, [limits](Worker &worker) { worker.setLimits(limits); });
}

void WorkerTeam::networkChanged(const QList<QHostAddress> &ours)
{
    for (Member &member : m_members)
        post(member, [ours](Worker &worker) { worker.networkChanged(ours); });
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
    Question question{{}, {}, std::move(answer)};
    for (const Member &member : m_members)
        question.missing.insert(member.worker);
    m_questions.emplace(number, std::move(question));
    for (Member &member : m_members)
        post(member, [number](Worker &worker) { worker.tellRunning(number); });
    for (const Member &member : m_members) {
        if (member.stuck)
            expectNothingFrom(member.worker);
    }
}

void WorkerTeam::workerTold(const Worker *worker, quint64 question, const QList<RunningExchange> &running)
{
    const auto found = m_questions.find(question);
    // One that hung may tell when nobody asks any more.
    if (found == m_questions.end() || !found->second.missing.remove(worker))
        return;
    found->second.told.append(running);
    if (!found->second.missing.isEmpty())
        return;
    // The answer may well be another question.
    const Question answered = std::move(found->second);
    m_questions.erase(found);
    answered.answer(answered.told);
}

void WorkerTeam::expectNothingFrom(const Worker *worker)
{
    std::vector<quint64> numbers;
    for (const auto &[number, question] : m_questions)
        numbers.push_back(number);
    for (const quint64 number : numbers)
        workerTold(worker, number, {});
}

void WorkerTeam::drain()
{
    m_draining = true;
    for (Member &member : m_members)
        post(member, [](Worker &worker) { worker.drain(); });
    if (m_members.empty())
        QMetaObject::invokeMethod(this, &WorkerTeam::drained, Qt::QueuedConnection);
}

void WorkerTeam::endNow()
{
    for (Member &member : m_members)
        post(member, [](Worker &worker) { worker.endNow(); });
}

void WorkerTeam::leaveBehind()
{
    for (Member &member : m_members)
        member.leftBehind = !member.empty;
    if (hasLeftBehind())
        Q_EMIT drained();
}

bool WorkerTeam::hasLeftBehind() const
{
    return std::any_of(m_members.begin(), m_members.end(), [](const Member &m) { return m.leftBehind; });
}

void WorkerTeam::workerEmptied(Worker *worker)
{
    for (Member &member : m_members)
        if (member.worker == worker)
            member.empty = true;
    if (m_draining && !hasLeftBehind() && std::all_of(m_members.begin(), m_members.end(), [](const Member &m) { return m.empty; }))
        Q_EMIT drained();
}

} // namespace qcc
