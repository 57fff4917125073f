#include "core/plane/workerteam.h"

#include "core/base/eventdispatcher.h"
#include "core/base/sockets.h"
#include "core/base/systemresources.h"
#include "core/upstream/tlstrust.h"

#include <QAbstractEventDispatcher>
#include <QDeadlineTimer>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace qcc {

namespace {

/// Connections of one worker before another one is used, whatever they do.
constexpr int fullLoad = 256;
/// Of a worker's time; a little is always left, and counted at the wrong moment.
constexpr int fullPercent = 80;
/// So much less has to be done elsewhere for a change to be worth it.
constexpr int reliefPercent = 30;
/// Whole handshakes that may stand behind each other on one thread.
constexpr int fullSettling = 4;
/// Too short a time says nothing.
constexpr std::chrono::milliseconds measuredOver{100};
/// How often workers are looked at while exchanges run.
constexpr std::chrono::milliseconds looksEvery{250};

bool isFull(const WorkerLoad &load, bool handshakes)
{
    return load.stuck || load.connections >= fullLoad || load.busyPercent >= fullPercent || (handshakes && load.settling >= fullSettling);
}

} // namespace

size_t pickWorker(const std::vector<WorkerLoad> &loads, size_t maxWorkers, bool handshakes)
{
    const auto roomy = std::find_if(loads.begin(), loads.end(), [handshakes](const WorkerLoad &load) { return !isFull(load, handshakes); });
    if (roomy != loads.end())
        return static_cast<size_t>(roomy - loads.begin());
    if (loads.size() < maxWorkers || loads.empty())
        return loads.size();
    const auto least = std::min_element(loads.begin(), loads.end(), [handshakes](const WorkerLoad &a, const WorkerLoad &b) {
        return std::tuple(a.stuck, handshakes ? a.settling : 0, a.connections) < std::tuple(b.stuck, handshakes ? b.settling : 0, b.connections);
    });
    return static_cast<size_t>(least - loads.begin());
}

WorkerRelief reliefFor(const std::vector<WorkerLoad> &loads, size_t maxWorkers)
{
    const auto isLess = [](const WorkerLoad &a, const WorkerLoad &b) { return std::tuple(a.stuck, a.busyPercent) < std::tuple(b.stuck, b.busyPercent); };
    const auto [idlest, busiest] = std::minmax_element(loads.begin(), loads.end(), isLess);
    if (loads.empty() || busiest->stuck || busiest->busyPercent < fullPercent || busiest->connections < 2)
        return {0, 0};
    const WorkerLoad other = loads.size() < maxWorkers ? WorkerLoad{} : *idlest;
    if (other.busyPercent + reliefPercent > busiest->busyPercent)
        return {0, 0};
    return {static_cast<size_t>(busiest - loads.begin()), std::max((busiest->connections - other.connections) / 2, 1)};
}

WorkerTeam::WorkerTeam(std::shared_ptr<SharedState> shared, RequestReader::Limits limits, QObject *parent)
    : QObject(parent)
    , m_shared(std::move(shared))
    , m_limits(limits)
{
    m_watch.setInterval(std::min(m_shared->fixedTimeouts.workerSilence / 4, looksEvery));
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
    connect(worker, &Worker::emptied, this, [this, worker](quint64 drain) { workerEmptied(worker, drain); });
    connect(worker, &Worker::gaveBack, this, &WorkerTeam::takeBack);
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
        if (isBack && busy && now - member.waitsSince >= m_shared->fixedTimeouts.workerSilence / 4)
            post(member, [](Worker &) {});
        waiting = waiting || !isBack;
    }
    if (busy)
        relieve();
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
    const std::vector<WorkerLoad> loads = this->loads();
    *open = std::accumulate(loads.begin(), loads.end(), 0, [](int sum, const WorkerLoad &load) { return sum + load.connections; });
    // One that begins with a session is not worth that what comes after it wakes two workers instead of one.
    const bool handshakes = !m_behindTls.isEmpty() && !TlsSessions::ofThisProcess().knowsAllOf(m_behindTls, Clock::now());
    size_t picked = pickWorker(loads, mostWorkers(), handshakes);
    // Without descriptors for one more, those that there are do.
    if (picked == m_members.size() && !m_members.empty() && !mayStartThread())
        picked = pickWorker(loads, m_members.size(), handshakes);
    Member &member = picked < m_members.size() ? m_members[picked] : addWorker();
    member.worker->countAdopted();
    return member;
}

/// As many as there are processors. One that hangs is none.
size_t WorkerTeam::mostWorkers() const
{
    return std::min(static_cast<size_t>(std::max(QThread::idealThreadCount(), 1)), m_maxWorkers) + static_cast<size_t>(stuck());
}

std::vector<WorkerLoad> WorkerTeam::loads()
{
    std::vector<WorkerLoad> loads;
    loads.reserve(m_members.size());
    for (Member &member : m_members) {
        measure(member);
        loads.push_back({member.worker->load(), member.worker->settling(), member.busyPercent, member.stuck});
    }
    return loads;
}

void WorkerTeam::measure(Member &member)
{
    const auto now = Clock::now();
    const auto passed = now - member.measuredAt;
    if (passed < measuredOver)
        return;
    const auto busy = member.worker->busyTime().soFar();
    if (!busy)
        return;
    const bool isFirst = std::exchange(member.measuredAt, now) == Clock::time_point();
    const auto was = std::exchange(member.busyThen, *busy);
    member.busyPercent = isFirst ? 0 : static_cast<int>(100 * (*busy - was) / passed);
}

void WorkerTeam::relieve()
{
    const WorkerRelief relief = reliefFor(loads(), mostWorkers());
    for (size_t i = 0; i < m_members.size(); ++i) {
        const int wanted = i == relief.from ? relief.connections : 0;
        if (std::exchange(m_members[i].wantedBack, wanted) != wanted)
            post(m_members[i], [wanted](Worker &worker) { worker.giveBack(wanted); });
    }
}

void WorkerTeam::takeBack(qintptr descriptor)
{
    if (m_draining)
        closeSocket(descriptor);
    else
        assign(descriptor);
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
    TlsSessions::ofThisProcess().forgetAll();
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
    const quint64 number = ++m_drains;
    for (Member &member : m_members) {
        member.empty = false;
        post(member, [number](Worker &worker) { worker.drain(number); });
    }
    if (!m_members.empty())
        return;
    QMetaObject::invokeMethod(this, [this, number] {
        if (m_draining && number == m_drains)
            Q_EMIT drained();
    }, Qt::QueuedConnection);
}

void WorkerTeam::resume()
{
    m_draining = false;
    for (Member &member : m_members)
        post(member, [](Worker &worker) { worker.resume(); });
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

void WorkerTeam::workerEmptied(Worker *worker, quint64 drain)
{
    if (drain != m_drains)
        return;
    for (Member &member : m_members)
        if (member.worker == worker)
            member.empty = true;
    if (m_draining && !hasLeftBehind() && std::all_of(m_members.begin(), m_members.end(), [](const Member &m) { return m.empty; }))
        Q_EMIT drained();
}

} // namespace qcc
