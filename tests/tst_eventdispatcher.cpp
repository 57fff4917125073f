#include "core/base/eventdispatcher.h"

#include <QAbstractEventDispatcher>
#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QRegularExpression>
#include <QSemaphore>
#include <QSocketNotifier>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryFile>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <vector>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

enum class Kind { Qts, Ours };

/// Runs it on a thread that has this dispatcher.
void on(Kind kind, const std::function<void()> &body)
{
    const std::unique_ptr<QThread> thread(QThread::create(body));
    if (kind == Kind::Ours)
        thread->setEventDispatcher(makeEventDispatcher().release());
    thread->start();
    thread->wait();
}

/// What Qt's dispatcher promises ours has to keep, and what a test says of ours has to be true of Qt's.
void onBoth(const std::function<void()> &body)
{
    on(Kind::Qts, body);
    if (QTest::currentTestFailed())
        return qWarning("with Qt's dispatcher");
    on(Kind::Ours, body);
    if (QTest::currentTestFailed())
        qWarning("with our dispatcher");
}

QAbstractEventDispatcher *dispatcher()
{
    return QAbstractEventDispatcher::instance();
}

bool turn(QEventLoop::ProcessEventsFlags flags = QEventLoop::AllEvents)
{
    return dispatcher()->processEvents(flags);
}

bool waitingTurn(QEventLoop::ProcessEventsFlags flags = {})
{
    return turn(QEventLoop::WaitForMoreEvents | flags);
}

class Object : public QObject
{
public:
    std::function<void(int)> onTimer = [](int) {};
    std::function<void()> onPosted = [] {};

    void post() { QCoreApplication::postEvent(this, new QEvent(QEvent::User)); }

protected:
    void timerEvent(QTimerEvent *event) override { onTimer(event->timerId()); }
    void customEvent(QEvent *) override { onPosted(); }
};

bool until(const std::function<bool()> &isTrue)
{
    Object guard;
    guard.startTimer(20);
    QElapsedTimer elapsed;
    elapsed.start();
    while (!isTrue() && elapsed.elapsed() < 20'000)
        waitingTurn();
    return isTrue();
}

/// Nothing is left to be told or to be woken for.
void calmDown()
{
    while (turn()) { }
}

/// How often the loop comes round while it has nothing to do. One that spins does so thousands of times.
int turnsOfAnIdleMoment()
{
    calmDown();
    int turns = 0;
    bool over = false;
    Object watch;
    watch.onTimer = [&](int) { over = true; };
    watch.startTimer(30, Qt::PreciseTimer);
    for (; !over; ++turns)
        waitingTurn();
    return turns;
}

/// Two ends of a connection; the first is the one to watch.
class Pair
{
public:
    Pair() { socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, m_ends.data()); }
    ~Pair()
    {
        closeOwn();
        ::close(m_ends[1]);
    }
    Q_DISABLE_COPY_MOVE(Pair)
    int own() const { return m_ends[0]; }
    int peer() const { return m_ends[1]; }
    void send(int bytes = 1) const
    {
        const QByteArray some(bytes, 'x');
        ::send(m_ends[1], some.constData(), static_cast<size_t>(bytes), MSG_NOSIGNAL);
    }
    bool takeByte() const
    {
        char byte = 0;
        return ::read(m_ends[0], &byte, 1) == 1;
    }
    void closeOwn()
    {
        if (m_ends[0] >= 0)
            ::close(m_ends[0]);
        m_ends[0] = -1;
    }
    /// Lets our end have this number, if it is free.
    void renumber(int number)
    {
        if (m_ends[0] == number || m_ends[1] == number)
            return;
        ::dup3(m_ends[0], number, O_CLOEXEC);
        ::close(m_ends[0]);
        m_ends[0] = number;
    }

private:
    std::array<int, 2> m_ends = {-1, -1};
};

/// A notifier that counts.
struct Watch {
    explicit Watch(int descriptor, QSocketNotifier::Type type = QSocketNotifier::Read, std::function<void()> then = [] {})
        : notifier(std::make_unique<QSocketNotifier>(descriptor, type))
    {
        QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(), [this, then = std::move(then)] {
            ++told;
            then();
        });
    }
    int told = 0;
    std::unique_ptr<QSocketNotifier> notifier;
};

/// What is done wrong on purpose, hundreds of times, is warned of each time.
struct Quiet {
    Quiet() { QLoggingCategory::setFilterRules(u"default.warning=false"_s); }
    ~Quiet() { QLoggingCategory::setFilterRules({}); }
    Q_DISABLE_COPY_MOVE(Quiet)
};

int openDescriptors()
{
    int open = 0;
    for (int descriptor = 0; descriptor < 4096; ++descriptor)
        open += ::fcntl(descriptor, F_GETFD) >= 0;
    return open;
}

/// Has another thread do something when this one is about to sleep, or has just begun to.
void whileAsleep(const std::function<void(QAbstractEventDispatcher *)> &deed, QEventLoop::ProcessEventsFlags flags, int times)
{
    QSemaphore sleeps;
    QObject context;
    QObject::connect(dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &context, [&] { sleeps.release(); }, Qt::DirectConnection);
    calmDown();
    std::atomic<int> done = 0;
    std::thread other([&, here = dispatcher()] {
        while (done < times) {
            sleeps.acquire();
            ++done;
            deed(here);
        }
    });
    // Nobody else ends it.
    while (done < times)
        waitingTurn(flags);
    other.join();
}

} // namespace

class TestEventDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // Qt's own for Unix, not GLib's, is what ours stands in for.
        qputenv("QT_NO_GLIB", "1");
        rlimit limit{};
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
        setrlimit(RLIMIT_NOFILE, &limit);
        QVERIFY(makeEventDispatcher());
    }

    void postedEventsComeOnceATurn()
    {
        onBoth([] {
            Object object;
            int times = 0;
            object.onPosted = [&] {
                if (++times < 5)
                    object.post();
            };
            object.post();
            for (int i = 1; i < 5; ++i) {
                waitingTurn();
                QCOMPARE(times, i);
            }
            calmDown();
            QCOMPARE(times, 5);
        });
    }

    void saysThatItSleepsAndThatItIsAwake()
    {
        onBoth([] {
            calmDown();
            QStringList log;
            Object object;
            object.onTimer = [&](int id) {
                log.append(u"timer"_s);
                object.killTimer(id);
            };
            connect(dispatcher(), &QAbstractEventDispatcher::awake, &object, [&] { log.append(u"awake"_s); });
            connect(dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &object, [&] { log.append(u"sleeps"_s); });
            turn();
            QCOMPARE(log, QStringList{u"awake"_s});
            object.startTimer(1, Qt::PreciseTimer);
            while (!log.contains(u"timer"_s))
                waitingTurn();
            QCOMPARE(log.mid(0, 3), (QStringList{u"awake"_s, u"awake"_s, u"sleeps"_s}));
            QCOMPARE(log.count(u"timer"_s), 1);
            for (qsizetype i = 1; i + 1 < log.size(); ++i)
                QVERIFY2(log[i] != u"sleeps"_s || (log[i - 1] == u"awake"_s && log[i + 1] != u"sleeps"_s), qPrintable(log.join(u' ')));
        });
    }

    void aCallToWakeUpBeforeTheTurnCounts()
    {
        onBoth([] {
            calmDown();
            for (int i = 0; i < 100; ++i) {
                dispatcher()->wakeUp();
                dispatcher()->wakeUp();
                QVERIFY(waitingTurn());
                QVERIFY(!turn());
            }
        });
    }

    void noCallToWakeUpIsLost_data()
    {
        QTest::addColumn<bool>("withNotifiers");
        QTest::newRow("with notifiers") << true;
        QTest::newRow("without") << false;
    }

    void noCallToWakeUpIsLost()
    {
        QFETCH(bool, withNotifiers);
        const auto flags = withNotifiers ? QEventLoop::AllEvents : QEventLoop::ExcludeSocketNotifiers;
        onBoth([=] {
            whileAsleep([](QAbstractEventDispatcher *here) { here->wakeUp(); }, flags, 2000);
            whileAsleep([](QAbstractEventDispatcher *here) { here->interrupt(); }, flags, 2000);
            QVERIFY(turnsOfAnIdleMoment() < 20);
        });
    }

    void noPostedEventIsLost()
    {
        onBoth([] {
            constexpr int each = 20'000;
            Object object;
            int times = 0;
            object.onPosted = [&] {
                if (++times == 3 * each)
                    dispatcher()->interrupt();
            };
            std::vector<std::thread> others;
            for (int i = 0; i < 3; ++i) {
                others.emplace_back([&] {
                    for (int n = 0; n < each; ++n)
                        object.post();
                });
            }
            while (times < 3 * each)
                waitingTurn();
            for (std::thread &other : others)
                other.join();
            QCOMPARE(times, 3 * each);
        });
    }

    void eventLoopsEndFromOtherThreads()
    {
        onBoth([] {
            for (int i = 0; i < 1000; ++i) {
                QEventLoop loop;
                QSemaphore runs;
                Object object;
                object.onPosted = [&] { runs.release(); };
                object.post();
                std::thread other([&] {
                    runs.acquire();
                    loop.exit(7);
                });
                QCOMPARE(loop.exec(), 7);
                other.join();
            }
        });
    }

    void interruptEndsTheTurn()
    {
        onBoth([] {
            calmDown();
            Pair pair;
            pair.send();
            Watch watch(pair.own());
            Object object;
            object.onPosted = [] { dispatcher()->interrupt(); };
            object.post();
            QVERIFY(!waitingTurn());
            QCOMPARE(watch.told, 0);
            QVERIFY(waitingTurn());
            QCOMPARE(watch.told, 1);
        });
    }

    void leavesOutWhatItIsTold()
    {
        onBoth([] {
            Pair pair;
            pair.send();
            Watch watch(pair.own());
            Object object;
            int timers = 0;
            object.onTimer = [&](int) { ++timers; };
            object.startTimer(1, Qt::PreciseTimer);
            while (timers < 3)
                waitingTurn(QEventLoop::ExcludeSocketNotifiers);
            QCOMPARE(watch.told, 0);
            for (int i = 0; i < 10; ++i)
                waitingTurn(QEventLoop::X11ExcludeTimers);
            QCOMPARE(timers, 3);
            QVERIFY(watch.told > 0);
            while (timers < 4)
                turn();
        });
    }

    void readsWritesAndExceptionsOfOneDescriptor()
    {
        onBoth([] {
            QTcpServer server;
            QVERIFY(server.listen(QHostAddress::LocalHost));
            const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(server.serverPort());
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            QCOMPARE(::connect(client, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
            const int served = ::accept(static_cast<int>(server.socketDescriptor()), nullptr, nullptr);
            QVERIFY(served >= 0);
            server.close();
            ::send(client, "ab", 2, MSG_OOB);
            pollfd all{served, POLLPRI, 0};
            ::poll(&all, 1, 10'000);
            all.events = POLLIN;
            ::poll(&all, 1, 10'000);
            QStringList log;
            const Watch exception(served, QSocketNotifier::Exception, [&] { log.append(u"exception"_s); });
            const Watch write(served, QSocketNotifier::Write, [&] { log.append(u"write"_s); });
            const Watch read(served, QSocketNotifier::Read, [&] { log.append(u"read"_s); });
            turn();
            QCOMPARE(log, (QStringList{u"read"_s, u"write"_s, u"exception"_s}));
            read.notifier->setEnabled(false);
            turn();
            QCOMPARE(log.mid(3), (QStringList{u"write"_s, u"exception"_s}));
            write.notifier->setEnabled(false);
            exception.notifier->setEnabled(false);
            read.notifier->setEnabled(true);
            turn();
            QCOMPARE(log.mid(5), (QStringList{u"read"_s}));
            // The end of both directions is for all to know.
            ::close(client);
            all.events = 0;
            ::shutdown(served, SHUT_WR);
            ::poll(&all, 1, 10'000);
            log.clear();
            write.notifier->setEnabled(true);
            turn();
            QCOMPARE(log, (QStringList{u"read"_s, u"write"_s}));
            write.notifier->setEnabled(false);
            read.notifier->setEnabled(false);
            ::close(served);
            QVERIFY(turnsOfAnIdleMoment() < 20);
        });
    }

    void tellsAsLongAsThereIsSomething()
    {
        onBoth([] {
            const Pair pair;
            const Watch watch(pair.own());
            calmDown();
            QCOMPARE(watch.told, 0);
            pair.send(2);
            for (int i = 1; i <= 3; ++i) {
                QVERIFY(turn());
                QCOMPARE(watch.told, i);
            }
            QVERIFY(pair.takeByte() && pair.takeByte());
            QVERIFY(!turn());
            QCOMPARE(watch.told, 3);
        });
    }

    void enabledAndDisabledManyTimes()
    {
        onBoth([] {
            const Pair pair;
            const Watch read(pair.own());
            const Watch write(pair.own(), QSocketNotifier::Write);
            pair.send();
            for (int i = 0; i < 64; ++i) {
                const int wasRead = read.told;
                const int wasWritten = write.told;
                const bool reads = i & 1;
                const bool writes = i & 2;
                for (int times = 0; times <= (i >> 4); ++times) {
                    read.notifier->setEnabled(!reads);
                    write.notifier->setEnabled(!writes);
                    read.notifier->setEnabled(reads);
                    write.notifier->setEnabled(writes);
                }
                turn();
                QCOMPARE(read.told - wasRead, reads ? 1 : 0);
                QCOMPARE(write.told - wasWritten, writes ? 1 : 0);
            }
        });
    }

    void goesInItsOwnActivation()
    {
        onBoth([] {
            Pair pair;
            pair.send();
            std::unique_ptr<QSocketNotifier> notifier = std::make_unique<QSocketNotifier>(pair.own(), QSocketNotifier::Read);
            int told = 0;
            connect(notifier.get(), &QSocketNotifier::activated, notifier.get(), [&] {
                ++told;
                notifier.reset();
                pair.closeOwn();
            });
            turn();
            turn();
            QCOMPARE(told, 1);
            QVERIFY(turnsOfAnIdleMoment() < 20);
        });
    }

    void goesInAnothersActivation_data()
    {
        QTest::addColumn<bool>("comesBack");
        QTest::newRow("for good") << false;
        QTest::newRow("and comes back") << true;
    }

    void goesInAnothersActivation()
    {
        QFETCH(bool, comesBack);
        onBoth([=] {
            const Pair one;
            const Pair two;
            one.send();
            two.send();
            QSocketNotifier *first = nullptr;
            QSocketNotifier *second = nullptr;
            const auto turnOff = [comesBack](QSocketNotifier *other) {
                other->setEnabled(false);
                other->setEnabled(comesBack);
            };
            const Watch a(one.own(), QSocketNotifier::Read, [&] { turnOff(second); });
            const Watch b(two.own(), QSocketNotifier::Read, [&] { turnOff(first); });
            first = a.notifier.get();
            second = b.notifier.get();
            // What was seen of it before is forgotten.
            turn();
            QCOMPARE(a.told + b.told, 1);
            turn();
            QCOMPARE(a.told + b.told, 2);
        });
    }

    void comesInAnothersActivation()
    {
        onBoth([] {
            const Pair one;
            const Pair two;
            one.send();
            two.send();
            std::unique_ptr<Watch> added;
            const Watch first(one.own(), QSocketNotifier::Read, [&] {
                if (!added)
                    added = std::make_unique<Watch>(two.own());
            });
            turn();
            QCOMPARE(first.told, 1);
            QCOMPARE(added->told, 0);
            turn();
            QCOMPARE(added->told, 1);
        });
    }

    void aNumberIsUsedAgainInAnothersActivation()
    {
        onBoth([] {
            std::array<Pair, 2> pairs;
            Pair fresh;
            std::array<std::unique_ptr<Watch>, 2> watches;
            std::unique_ptr<Watch> again;
            for (size_t i = 0; i < 2; ++i) {
                pairs[i].send();
                watches[i] = std::make_unique<Watch>(pairs[i].own(), QSocketNotifier::Read, [&, i] {
                    const int number = pairs[1 - i].own();
                    watches[1 - i].reset();
                    pairs[1 - i].closeOwn();
                    fresh.renumber(number);
                    again = std::make_unique<Watch>(number);
                    watches[i]->notifier->setEnabled(false);
                });
            }
            turn();
            QVERIFY(again);
            turn();
            QCOMPARE(again->told, 0);
            fresh.send();
            turn();
            QCOMPARE(again->told, 1);
        });
    }

    void whatIsClosedUnderItsNotifier_data()
    {
        QTest::addColumn<bool>("handleLives");
        QTest::addColumn<bool>("numberIsUsedAgain");
        for (const bool handleLives : {false, true})
            for (const bool again : {false, true})
                QTest::addRow("%s, %s", handleLives ? "another handle lives" : "no other handle", again ? "number used again" : "number free") << handleLives << again;
    }

    /// Another handle keeps the file among those that epoll tells of, and nothing but a new beginning takes it out.
    void whatIsClosedUnderItsNotifier()
    {
        QFETCH(bool, handleLives);
        QFETCH(bool, numberIsUsedAgain);
        const Quiet quiet;
        onBoth([=] {
            for (int round = 0; round < 3; ++round) {
                Pair old;
                Pair fresh;
                const Pair bystander;
                const Watch beside(bystander.own());
                std::unique_ptr<Watch> watch = std::make_unique<Watch>(old.own());
                turn();
                const int number = old.own();
                const int handle = handleLives ? ::fcntl(number, F_DUPFD_CLOEXEC, 0) : -1;
                old.closeOwn();
                std::unique_ptr<Watch> again;
                if (numberIsUsedAgain) {
                    fresh.renumber(number);
                    if (round != 1)
                        watch.reset();
                    again = std::make_unique<Watch>(number);
                }
                watch.reset();
                if (round == 2)
                    turn();
                old.send();
                QVERIFY(turnsOfAnIdleMoment() < 20);
                if (again) {
                    QCOMPARE(again->told, 0);
                    fresh.send();
                    turn();
                    QCOMPARE(again->told, 1);
                    QVERIFY(fresh.takeByte());
                }
                QCOMPARE(beside.told, 0);
                bystander.send();
                turn();
                QCOMPARE(beside.told, 1);
                if (handle >= 0)
                    ::close(handle);
            }
        });
    }

    void whatIsClosedAndKeepsItsNotifierIsDisabled()
    {
        onBoth([] {
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"QSocketNotifier"_s));
            Pair old;
            const Pair bystander;
            const Watch watch(old.own());
            const Watch beside(bystander.own());
            turn();
            const int handle = ::fcntl(old.own(), F_DUPFD_CLOEXEC, 0);
            old.closeOwn();
            old.send();
            for (int turns = 0; turns < 1000 && watch.notifier->isEnabled(); ++turns)
                turn();
            QVERIFY(!watch.notifier->isEnabled());
            QVERIFY(turnsOfAnIdleMoment() < 20);
            bystander.send();
            turn();
            QCOMPARE(beside.told, 1);
            ::close(handle);
        });
    }

    void aDescriptorThatIsNoneIsDisabled()
    {
        onBoth([] {
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"QSocketNotifier"_s));
            Pair pair;
            const int number = pair.own();
            pair.closeOwn();
            const Watch watch(number);
            turn();
            QVERIFY(!watch.notifier->isEnabled());
            QCOMPARE(watch.told, 0);
            QVERIFY(turnsOfAnIdleMoment() < 20);
        });
    }

    void filesAreAlwaysReady()
    {
        onBoth([] {
            QTemporaryFile file;
            QVERIFY(file.open());
            const Pair pair;
            const Watch socket(pair.own());
            const Watch exception(file.handle(), QSocketNotifier::Exception);
            calmDown();
            // It waits beside what epoll does not take.
            whileAsleep([](QAbstractEventDispatcher *here) { here->wakeUp(); }, {}, 200);
            QVERIFY(turnsOfAnIdleMoment() < 20);
            pair.send();
            waitingTurn();
            QCOMPARE(socket.told, 1);
            {
                const Watch read(file.handle());
                const Watch write(file.handle(), QSocketNotifier::Write);
                for (int i = 1; i <= 3; ++i) {
                    QVERIFY(waitingTurn());
                    QCOMPARE(read.told, i);
                    QCOMPARE(write.told, i);
                    QCOMPARE(socket.told, i + 1);
                }
                read.notifier->setEnabled(false);
                turn();
                QCOMPARE(read.told, 3);
                QCOMPARE(write.told, 4);
            }
            QVERIFY(pair.takeByte());
            QCOMPARE(exception.told, 0);
            QVERIFY(turnsOfAnIdleMoment() < 20);
        });
    }

    void nestedLoopsGoOnWithWhatIsThere()
    {
        onBoth([] {
            std::array<Pair, 5> pairs;
            std::vector<std::unique_ptr<Watch>> watches;
            int depth = 0;
            int deepest = 0;
            for (const Pair &pair : pairs) {
                pair.send();
                watches.push_back(std::make_unique<Watch>(pair.own(), QSocketNotifier::Read, [&] {
                    deepest = std::max(deepest, ++depth);
                    pair.takeByte();
                    turn();
                    --depth;
                }));
            }
            turn();
            for (const auto &watch : watches)
                QCOMPARE(watch->told, 1);
            QCOMPARE(deepest, 5);
        });
    }

    void manyAtOnceKeepNobodyWaiting()
    {
        onBoth([] {
            constexpr size_t many = 700;
            std::array<Pair, many> pairs;
            std::vector<std::unique_ptr<Watch>> watches;
            size_t read = 0;
            for (const Pair &pair : pairs) {
                QVERIFY(pair.own() >= 0);
                pair.send();
                watches.push_back(std::make_unique<Watch>(pair.own(), QSocketNotifier::Read, [&] { read += pair.takeByte() ? 1 : 0; }));
            }
            Object object;
            int timers = 0;
            int posted = 0;
            object.onTimer = [&](int) { ++timers; };
            object.onPosted = [&] {
                ++posted;
                object.post();
            };
            object.startTimer(0);
            object.post();
            int turns = 0;
            for (; read < many && turns < 100; ++turns)
                turn();
            QCOMPARE(read, many);
            QCOMPARE(timers, turns);
            QCOMPARE(posted, turns);
        });
    }

    void busySocketsAndTimersStarveNobody()
    {
        onBoth([] {
            const Pair busy;
            busy.send();
            const Watch watch(busy.own());
            Object object;
            int zero = 0;
            int timed = 0;
            int shot = 0;
            const int zeroId = object.startTimer(0);
            object.onTimer = [&](int id) { ++(id == zeroId ? zero : timed); };
            object.startTimer(1, Qt::PreciseTimer);
            object.startTimer(30, Qt::CoarseTimer);
            QTimer::singleShot(25, &object, [&] { ++shot; });
            int turns = 0;
            for (; timed < 20 || shot == 0; ++turns)
                waitingTurn();
            QCOMPARE(watch.told, turns);
            QCOMPARE(zero, turns);
        });
    }

    void zeroTimersAreNoReasonToGoOn()
    {
        onBoth([] {
            Object object;
            int times = 0;
            object.onTimer = [&](int) { ++times; };
            object.startTimer(0);
            calmDown();
            times = 0;
            QVERIFY(!turn());
            QCOMPARE(times, 1);
            QVERIFY(!waitingTurn());
            QCOMPARE(times, 2);
        });
    }

    void timersComeInTheirOrder()
    {
        onBoth([] {
            Object object;
            QList<int> log;
            QList<int> started;
            object.onTimer = [&](int id) {
                log.append(id);
                object.killTimer(id);
            };
            for (int i = 0; i < 50; ++i)
                started.append(object.startTimer(5, Qt::PreciseTimer));
            // Where others go and ids come back.
            for (int i = 0; i < 50; i += 3)
                object.killTimer(started[i]);
            for (int i = 0; i < 50; i += 3)
                started.append(object.startTimer(5, Qt::PreciseTimer));
            for (int i = 48; i >= 0; i -= 3)
                started.removeAt(i);
            QVERIFY(until([&] { return log.size() == 50; }));
            QCOMPARE(log, started);
        });
    }

    void timersDoNotComeEarly()
    {
        onBoth([] {
            Object object;
            for (const auto type : {Qt::PreciseTimer, Qt::CoarseTimer}) {
                for (const int interval : {1, 2, 7, 20, 33, 120}) {
                    QElapsedTimer elapsed;
                    bool over = false;
                    object.onTimer = [&](int id) {
                        over = true;
                        object.killTimer(id);
                    };
                    elapsed.start();
                    object.startTimer(interval, type);
                    while (!over)
                        waitingTurn();
                    const double least = type == Qt::PreciseTimer ? interval : 0.95 * interval - 1;
                    QVERIFY2(static_cast<double>(elapsed.nsecsElapsed()) >= least * 1e6, qPrintable(QString::number(interval)));
                }
            }
        });
    }

    void aTimerDoesNotRecur_data()
    {
        QTest::addColumn<int>("interval");
        QTest::newRow("zero") << 0;
        QTest::newRow("short") << 1;
    }

    void aTimerDoesNotRecur()
    {
        QFETCH(int, interval);
        onBoth([=] {
            Object object;
            int depth = 0;
            int deepest = 0;
            int others = 0;
            int times = 0;
            int turns = 0;
            const int id = object.startTimer(interval, Qt::PreciseTimer);
            object.startTimer(2, Qt::PreciseTimer);
            object.onTimer = [&](int which) {
                if (which != id) {
                    ++others;
                    return;
                }
                ++times;
                deepest = std::max(deepest, ++depth);
                const int before = others;
                for (; others < before + 3; ++turns)
                    waitingTurn();
                --depth;
            };
            while (times < 3)
                waitingTurn();
            QCOMPARE(deepest, 1);
            QCOMPARE(depth, 0);
            // It waited for the others, and not for the one that is being told.
            QVERIFY2(turns < 100, qPrintable(QString::number(turns)));
        });
    }

    void aTimerThatIsToldMayGoAndComeBack()
    {
        onBoth([] {
            Object object;
            QTimer timer;
            int times = 0;
            bool inside = false;
            connect(&timer, &QTimer::timeout, &object, [&] {
                ++times;
                if (std::exchange(inside, true))
                    return;
                // The same id, most likely, and another timer: it is not being told.
                timer.start(1);
                const int before = times;
                while (times < before + 2)
                    waitingTurn();
                inside = false;
                timer.start(2);
            });
            timer.start(1);
            QVERIFY(until([&] { return times >= 6 && !inside; }));
            timer.stop();
            const int before = times;
            turnsOfAnIdleMoment();
            QCOMPARE(times, before);
        });
    }

    void timersGoInAnothersSlot()
    {
        onBoth([] {
            Object object;
            std::unique_ptr<Object> doomed = std::make_unique<Object>();
            int others = 0;
            int times = 0;
            const int first = object.startTimer(1, Qt::PreciseTimer);
            const int second = object.startTimer(1, Qt::PreciseTimer);
            const int third = doomed->startTimer(1, Qt::PreciseTimer);
            doomed->onTimer = [&](int) { ++others; };
            object.onTimer = [&](int id) {
                if (id != first) {
                    ++others;
                    return;
                }
                ++times;
                object.killTimer(second);
                doomed.reset();
                object.killTimer(first);
            };
            while (dispatcher()->remainingTime(third) > 0) { }
            turn();
            QCOMPARE(times, 1);
            QCOMPARE(others, 0);
        });
    }

    void objectsGoInTheirOwnSlot()
    {
        onBoth([] {
            auto *doomed = new Object;
            int times = 0;
            doomed->onTimer = [&times, doomed](int) {
                ++times;
                delete doomed;
            };
            doomed->startTimer(1);
            doomed->startTimer(1);
            doomed->startTimer(0);
            QVERIFY(until([&] { return times > 0; }));
            turnsOfAnIdleMoment();
            QCOMPARE(times, 1);
        });
    }

    void tellsOfItsTimers()
    {
        onBoth([] {
            Object object;
            QCOMPARE(dispatcher()->remainingTime(object.startTimer(0)), 0);
            const int id = object.startTimer(1'000'000, Qt::PreciseTimer);
            const int left = dispatcher()->remainingTime(id);
            QVERIFY(left > 0 && left <= 1'000'000);
            QCOMPARE(dispatcher()->registeredTimers(&object).size(), 2);
            QCOMPARE(dispatcher()->registeredTimers(QCoreApplication::instance()).size(), 0);
            for (const auto &timer : dispatcher()->registeredTimers(&object)) {
                if (timer.timerId != id)
                    continue;
                QCOMPARE(timer.interval, 1'000'000);
                QCOMPARE(timer.timerType, Qt::PreciseTimer);
            }
            object.killTimer(id);
            QCOMPARE(dispatcher()->remainingTime(id), -1);
            QVERIFY(!dispatcher()->unregisterTimer(id));
            QCOMPARE(dispatcher()->registeredTimers(&object).size(), 1);
            QVERIFY(dispatcher()->unregisterTimers(&object));
            QVERIFY(dispatcher()->registeredTimers(&object).isEmpty());
            QTimer timer;
            timer.setTimerType(Qt::PreciseTimer);
            timer.start(1'000'000);
            timer.setInterval(500'000);
            QVERIFY(timer.remainingTime() > 0 && timer.remainingTime() <= 500'000);
        });
        on(Kind::Ours, [] {
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"invalid timer"_s));
            Object object;
            dispatcher()->registerTimer(-1, Qt::CoarseTimer, &object);
            QVERIFY(dispatcher()->registeredTimers(&object).isEmpty());
        });
    }

    void timersMoveWithTheirObjects()
    {
        for (const Kind from : {Kind::Qts, Kind::Ours}) {
            for (const Kind to : {Kind::Qts, Kind::Ours}) {
                on(from, [to] {
                    Object object;
                    Pair pair;
                    pair.send();
                    QSocketNotifier notifier(pair.own(), QSocketNotifier::Read);
                    turn();
                    QThread *const here = QThread::currentThread();
                    QThread there;
                    if (to == Kind::Ours)
                        there.setEventDispatcher(makeEventDispatcher().release());
                    QSemaphore told;
                    QSemaphore activated;
                    object.onTimer = [&](int) {
                        if (QThread::currentThread() == &there)
                            told.release();
                    };
                    connect(&notifier, &QSocketNotifier::activated, &object, [&] {
                        if (QThread::currentThread() == &there)
                            activated.release();
                    });
                    object.startTimer(1, Qt::PreciseTimer);
                    object.startTimer(0);
                    object.moveToThread(&there);
                    notifier.moveToThread(&there);
                    there.start();
                    QVERIFY(told.tryAcquire(4, 20'000));
                    QVERIFY(activated.tryAcquire(2, 20'000));
                    QMetaObject::invokeMethod(&object, [&] {
                        object.moveToThread(here);
                        notifier.moveToThread(here);
                    }, Qt::BlockingQueuedConnection);
                    bool back = false;
                    object.onTimer = [&](int) { back = QThread::currentThread() == here; };
                    QVERIFY(until([&] { return back; }));
                    there.quit();
                    there.wait();
                });
            }
        }
    }

    void threadsEndWithWhatIsLeft()
    {
        const Quiet quiet;
        const int before = openDescriptors();
        for (int i = 0; i < 20; ++i) {
            std::unique_ptr<Object> object;
            std::unique_ptr<QSocketNotifier> notifier;
            Pair pair;
            on(Kind::Ours, [&] {
                object = std::make_unique<Object>();
                object->startTimer(0);
                object->post();
                pair.send();
                notifier = std::make_unique<QSocketNotifier>(pair.own(), QSocketNotifier::Read);
                turn();
            });
        }
        QCOMPARE(openDescriptors(), before);
    }

    void leavesQtItsOwnWhereDescriptorsAreUsedUp()
    {
        const int before = openDescriptors();
        const int next = ::fcntl(0, F_DUPFD_CLOEXEC, 0);
        ::close(next);
        rlimit limit{};
        getrlimit(RLIMIT_NOFILE, &limit);
        for (const int left : {0, 1, 2}) {
            const rlimit little{static_cast<rlim_t>(next + left), limit.rlim_max};
            setrlimit(RLIMIT_NOFILE, &little);
            const bool made = makeEventDispatcher() != nullptr;
            setrlimit(RLIMIT_NOFILE, &limit);
            QCOMPARE(made, left == 2);
            QCOMPARE(openDescriptors(), before);
        }
    }

    void carriesQtsSockets()
    {
        onBoth([] {
            constexpr int clients = 50;
            constexpr qint64 size = 40'000;
            QTcpServer server;
            QVERIFY(server.listen(QHostAddress::LocalHost));
            connect(&server, &QTcpServer::newConnection, &server, [&server] {
                while (QTcpSocket *socket = server.nextPendingConnection()) {
                    connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->write(socket->readAll()); });
                    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
                }
            });
            int done = 0;
            std::vector<std::unique_ptr<QTcpSocket>> sockets;
            for (int i = 0; i < clients; ++i) {
                sockets.push_back(std::make_unique<QTcpSocket>());
                QTcpSocket *const socket = sockets.back().get();
                socket->setReadBufferSize(i % 3 ? 0 : 1000);
                connect(socket, &QTcpSocket::connected, socket, [socket, i] {
                    socket->write(QByteArray(size / 2, char('a' + i % 26)));
                    if (i % 2)
                        socket->flush();
                    socket->write(QByteArray(size / 2, char('a' + i % 26)));
                });
                connect(socket, &QTcpSocket::readyRead, socket, [socket, &done, came = qint64(0)]() mutable {
                    came += socket->readAll().size();
                    if (came == size) {
                        ++done;
                        socket->disconnectFromHost();
                    }
                });
                socket->connectToHost(QHostAddress::LocalHost, server.serverPort());
            }
            QVERIFY(until([&] { return done == clients; }));
            QVERIFY(until([&] { return server.findChildren<QTcpSocket *>().isEmpty(); }));
        });
    }

    void doesAsQtsDoes_data();
    void doesAsQtsDoes();
};

// A plan of random operations. What an activation does depends on whose it is and which, not on what else has happened, so that whichever
// order the dispatcher chooses where none is promised, the same comes of it.
namespace {

quint32 mixed(quint32 a, quint32 b)
{
    quint32 x = a * 0x9e3779b1u ^ (b + 0x7f4a7c15u);
    x = (x ^ x >> 15) * 0x85ebca6bu;
    x = (x ^ x >> 13) * 0xc2b2ae35u;
    return x ^ x >> 16;
}

class Play
{
public:
    explicit Play(quint32 seed) : m_seed(seed) { }
    ~Play();

    void step();
    std::map<QString, int> tally; ///< How often each was told.
    QStringList faults;

private:
    struct Channel {
        quint32 id = 0;
        int generation = 0;
        Pair pair;
        std::unique_ptr<QSocketNotifier> read;
        std::unique_ptr<QSocketNotifier> write;
        int sent = 0;
        int got = 0;
        int extra = 0;
        int writes = 0;
        bool isClosed = false;
    };
    struct Clock : QObject {
        Play *play = nullptr;
        quint32 id = 0;
        int timer = 0;
        int left = 0;
        int generation = 0;
        bool isTold = false;
        quint64 batch = 0; ///< Of those that started together, in one order.
        int place = 0;
        void timerEvent(QTimerEvent *event) override { play->ticked(*this, event->timerId()); }
    };
    struct Box : QObject {
        Play *play = nullptr;
        std::map<int, int> last; ///< By who posts.
        bool event(QEvent *event) override;
    };
    struct Letter : QEvent {
        Letter(quint32 letterId, int from, int letterNumber, int depth)
            : QEvent(QEvent::User), id(letterId), poster(from), number(letterNumber), generation(depth) { }
        quint32 id;
        int poster;
        int number;
        int generation;
    };

    void open(quint32 id, int generation, int number);
    void watchForReading(Channel &channel);
    void readable(Channel &channel);
    void ticked(Clock &clock, int timer);
    void delivered(const Letter &letter);
    void act(quint32 choice, quint32 id, int generation, Channel *own);
    void closeAndReuse(Channel &channel, quint32 choice);
    void startClock(quint32 id, int generation, int interval, Qt::TimerType type, int times, quint64 batch = 0, int place = 0);
    bool isSettled() const;
    quint32 draw() { return mixed(m_seed, 0x10000u + ++m_draws); }
    void count(const char *what, quint32 id) { ++tally[QString::fromLatin1(what) + QString::number(id, 16)]; }

    const quint32 m_seed;
    quint32 m_draws = 0;
    std::vector<std::unique_ptr<Channel>> m_channels;
    std::vector<std::unique_ptr<Clock>> m_clocks;
    std::vector<int> m_handles; ///< Other handles of what is closed.
    Box m_box;
    std::map<quint64, int> m_batches;
    int m_posted = 0; ///< By this thread.
    int m_expected = 0;
    int m_delivered = 0;
    int m_ticks = 0; ///< Still to come.
    int m_writes = 0;
    int m_depth = 0;
    int m_steps = 0;
};

Play::~Play()
{
    for (const int handle : m_handles)
        ::close(handle);
}

bool Play::Box::event(QEvent *event)
{
    if (event->type() != QEvent::User)
        return QObject::event(event);
    const auto *letter = static_cast<const Letter *>(event);
    // Those of one poster come in their order.
    if (std::exchange(last[letter->poster], letter->number) >= letter->number)
        play->faults.append(u"a letter overtook another"_s);
    play->delivered(*letter);
    return true;
}

void Play::open(quint32 id, int generation, int number)
{
    m_channels.push_back(std::make_unique<Channel>());
    Channel &channel = *m_channels.back();
    channel.id = id;
    channel.generation = generation;
    if (number >= 0)
        channel.pair.renumber(number);
    watchForReading(channel);
}

void Play::watchForReading(Channel &channel)
{
    channel.read = std::make_unique<QSocketNotifier>(channel.pair.own(), QSocketNotifier::Read);
    QObject::connect(channel.read.get(), &QSocketNotifier::activated, channel.read.get(), [this, &channel] { readable(channel); });
}

void Play::readable(Channel &channel)
{
    if (channel.isClosed || !channel.read->isEnabled())
        faults.append(u"told of one that is closed or disabled"_s);
    if (channel.isClosed)
        return;
    if (!channel.pair.takeByte()) {
        faults.append(u"told of nothing to read"_s);
        return;
    }
    ++channel.got;
    count("read ", channel.id);
    act(mixed(m_seed, mixed(channel.id, static_cast<quint32>(channel.got))), channel.id, channel.generation, &channel);
}

void Play::ticked(Clock &clock, int timer)
{
    if (timer != clock.timer || clock.left == 0 || std::exchange(clock.isTold, true)) {
        faults.append(u"a timer came that was stopped or is being told"_s);
        return;
    }
    if (clock.batch != 0) {
        // Of equal intervals, who was started first comes first.
        if (std::exchange(m_batches[clock.batch], clock.place) >= clock.place)
            faults.append(u"a timer overtook another"_s);
        clock.batch = 0;
    }
    --m_ticks;
    --clock.left;
    count("tick ", clock.id);
    if (clock.left == 0)
        clock.killTimer(clock.timer);
    act(mixed(m_seed, mixed(clock.id, static_cast<quint32>(clock.left))), clock.id, clock.generation, nullptr);
    clock.isTold = false;
}

void Play::delivered(const Letter &letter)
{
    ++m_delivered;
    count("post ", letter.id);
    act(mixed(m_seed, letter.id), letter.id, letter.generation, nullptr);
}

void Play::startClock(quint32 id, int generation, int interval, Qt::TimerType type, int times, quint64 batch, int place)
{
    m_clocks.push_back(std::make_unique<Clock>());
    Clock &clock = *m_clocks.back();
    clock.play = this;
    clock.id = id;
    clock.generation = generation;
    clock.left = times;
    clock.batch = batch;
    clock.place = place;
    m_ticks += times;
    clock.timer = clock.startTimer(interval, type);
}

void Play::act(quint32 choice, quint32 id, int generation, Channel *own)
{
    const quint32 child = mixed(choice, id);
    const int next = generation + 1;
    switch (choice % 16) {
    case 0:
        if (next < 4)
            startClock(child, next, static_cast<int>(child % 4), child & 64 ? Qt::PreciseTimer : Qt::CoarseTimer, 1 + static_cast<int>(child >> 8) % 3);
        break;
    case 1:
        if (next < 4) {
            ++m_expected;
            QCoreApplication::postEvent(&m_box, new Letter(child, 0, ++m_posted, next));
        }
        break;
    case 2:
    case 3:
        if (m_depth < 3) {
            ++m_depth;
            turn(choice & 64 ? QEventLoop::ExcludeSocketNotifiers : QEventLoop::AllEvents);
            --m_depth;
        }
        break;
    case 4:
        if (own && own->read->isEnabled()) {
            own->read->setEnabled(false);
            own->read->setEnabled(true);
        }
        break;
    case 5: {
        Channel &other = *m_channels[choice / 16 % m_channels.size()];
        if (!other.isClosed && other.read->isEnabled()) {
            other.read->setEnabled(false);
            other.read->setEnabled(true);
        }
        break;
    }
    case 6:
        if (own && own->extra < 10) {
            ++own->extra;
            own->sent += 2;
            own->pair.send(2);
        }
        break;
    case 7:
        if (own && next < 4)
            closeAndReuse(*own, child);
        break;
    case 8: {
        // A timer that does nothing but come and go.
        QTimer timer;
        timer.start(static_cast<int>(child % 3));
        timer.start(static_cast<int>(child % 50));
        break;
    }
    default:
        break;
    }
}

void Play::closeAndReuse(Channel &channel, quint32 choice)
{
    const int number = channel.pair.own();
    // The activation that runs is the notifier's own.
    QSocketNotifier *const notifier = channel.read.release();
    channel.isClosed = true;
    if (channel.write) {
        m_writes -= channel.writes;
        tally.erase(u"write "_s + QString::number(channel.id, 16));
        channel.write.reset();
    }
    if (choice & 1)
        m_handles.push_back(::fcntl(number, F_DUPFD_CLOEXEC, 0));
    const bool late = choice & 2;
    if (!late)
        delete notifier;
    channel.pair.closeOwn();
    open(choice, channel.generation + 1, choice & 4 ? number : -1);
    if (late)
        delete notifier;
    Channel &fresh = *m_channels.back();
    fresh.sent = static_cast<int>(choice >> 8) % 4;
    if (fresh.sent > 0)
        fresh.pair.send(fresh.sent);
}

bool Play::isSettled() const
{
    if (m_delivered < m_expected || m_ticks > 0 || m_writes > 0)
        return false;
    return std::all_of(m_channels.begin(), m_channels.end(), [](const auto &channel) {
        return channel->isClosed || !channel->read->isEnabled() || channel->got == channel->sent;
    });
}

void Play::step()
{
    m_box.play = this;
    ++m_steps;
    for (int i = 0; i < 4; ++i)
        open(mixed(draw(), 1), 0, -1);
    std::vector<std::pair<Channel *, int>> fromOutside;
    std::vector<quint32> letters;
    for (const auto &channel : m_channels) {
        if (channel->isClosed)
            continue;
        const quint32 drawn = mixed(m_seed, mixed(channel->id, static_cast<quint32>(m_steps)));
        channel->read->setEnabled(drawn % 8 != 0);
        const int bytes = static_cast<int>(drawn >> 4) % 4;
        channel->sent += bytes;
        if (drawn & 0x100)
            fromOutside.emplace_back(channel.get(), bytes);
        else if (bytes > 0)
            channel->pair.send(bytes);
        if (!channel->write && drawn % 5 == 0) {
            channel->writes = 1 + static_cast<int>(drawn >> 12) % 3;
            m_writes += channel->writes;
            channel->write = std::make_unique<QSocketNotifier>(channel->pair.own(), QSocketNotifier::Write);
            QObject::connect(channel->write.get(), &QSocketNotifier::activated, channel->write.get(), [this, one = channel.get()] {
                if (one->writes <= 0)
                    faults.append(u"told of one to write that is disabled"_s);
                --m_writes;
                count("write ", one->id);
                if (--one->writes == 0)
                    one->write->setEnabled(false);
            });
        }
    }
    const int clocks = static_cast<int>(draw() % 6);
    const int interval = static_cast<int>(draw() % 6);
    for (int i = 0; i < clocks; ++i)
        startClock(draw(), 0, interval, Qt::PreciseTimer, 1 + static_cast<int>(draw() % 3), static_cast<quint64>(m_steps), i + 1);
    startClock(draw(), 0, static_cast<int>(20 + draw() % 10), Qt::CoarseTimer, 1);
    for (quint32 i = draw() % 5; i > 0; --i)
        letters.push_back(draw());
    m_expected += static_cast<int>(letters.size());

    std::thread outside([this, &fromOutside, &letters] {
        for (const auto &[channel, bytes] : fromOutside) {
            for (int i = 0; i < bytes; ++i)
                channel->pair.send(1);
        }
        int number = 0;
        for (const quint32 letter : letters)
            QCoreApplication::postEvent(&m_box, new Letter(letter, m_steps, ++number, 0));
    });
    if (!until([this] { return isSettled(); }))
        faults.append(u"something was never told"_s);
    outside.join();
    // Whoever is too many comes now.
    turn();
    turn();
    if (m_steps % 3 == 0)
        std::erase_if(m_clocks, [](const auto &clock) { return clock->left == 0 && !clock->isTold; });
    if (m_steps % 4 == 0 && !m_handles.empty()) {
        ::close(m_handles.back());
        m_handles.pop_back();
    }
}

} // namespace

void TestEventDispatcher::doesAsQtsDoes_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 40; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void TestEventDispatcher::doesAsQtsDoes()
{
    QFETCH(quint32, seed);
    const Quiet quiet;
    std::map<QString, int> expected;
    for (const Kind kind : {Kind::Qts, Kind::Ours}) {
        std::map<QString, int> told;
        QStringList faults;
        on(kind, [&] {
            Play play(seed);
            for (int i = 0; i < 8 && play.faults.isEmpty(); ++i)
                play.step();
            told = play.tally;
            faults = play.faults;
        });
        const QString whose = kind == Kind::Qts ? u"Qt's: "_s : u"ours: "_s;
        QVERIFY2(faults.isEmpty(), qPrintable(whose + faults.join(u"; "_s)));
        QVERIFY(told.size() > 20);
        if (kind == Kind::Qts)
            expected = told;
        for (const auto &[what, times] : expected)
            QVERIFY2(told[what] == times, qPrintable(u"%1: %2 instead of %3 times"_s.arg(what).arg(told[what]).arg(times)));
        QCOMPARE(told.size(), expected.size());
    }
}

QTEST_GUILESS_MAIN(TestEventDispatcher)
#include "tst_eventdispatcher.moc"
