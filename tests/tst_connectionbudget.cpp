#include "core/plane/workerteam.h"
#include "core/upstream/connectionbudget.h"

#include <QDeadlineTimer>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <thread>

using namespace qcc;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Config::Pool limits(int connections, int keepalive)
{
    Config::Pool pool;
    pool.maxConnections = connections;
    pool.maxKeepaliveConnections = keepalive;
    return pool;
}

const ConnectionBudget::Clock::time_point start{};
const QString endpoint = QStringLiteral("a");

} // namespace

class TestConnectionBudget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servesTheLineInTheOrderOfArrival()
    {
        ConnectionBudget budget(limits(2, 2));
        QList<int> granted;
        const int a = budget.join({[&](const QString &) { granted.append(0); }, {}});
        const int b = budget.join({[&](const QString &) { granted.append(1); }, {}});
        QVERIFY(budget.acquire(a, endpoint, start));
        QVERIFY(budget.acquire(a, endpoint, start));
        QVERIFY(!budget.acquire(b, endpoint, start));
        QVERIFY(!budget.acquire(a, endpoint, start));
        QVERIFY(!budget.acquire(b, endpoint, start));
        budget.release(endpoint);
        budget.release(endpoint);
        budget.release(endpoint);
        QCOMPARE(granted, (QList<int>{1, 0, 1}));
        QCOMPARE(budget.held(), 2);
    }

    void nobodyOvertakesTheLine()
    {
        ConnectionBudget budget(limits(1, 1));
        int granted = 0;
        const int a = budget.join({[&](const QString &) { ++granted; }, {}});
        const int b = budget.join({});
        QVERIFY(budget.acquire(a, endpoint, start));
        QVERIFY(!budget.acquire(a, endpoint, start));
        budget.release(endpoint); // goes to the one who waited
        QCOMPARE(granted, 1);
        QVERIFY(!budget.acquire(b, endpoint, start));
    }

    void asksForAnIdleConnectionWhenFull()
    {
        ConnectionBudget budget(limits(2, 2));
        int drops = 0;
        int granted = 0;
        const int rich = budget.join({{}, [&] { ++drops; }});
        const int poor = budget.join({[&](const QString &) { ++granted; }, {}});
        QVERIFY(budget.acquire(rich, endpoint, start));
        QVERIFY(budget.acquire(rich, endpoint, start));
        QVERIFY(budget.addIdle(rich, endpoint));
        QVERIFY(!budget.acquire(poor, endpoint, start));
        QCOMPARE(drops, 1);
        QVERIFY(!budget.acquire(poor, endpoint, start)); // only one is idle: not asked twice for it
        QCOMPARE(drops, 1);
        budget.removeIdle(rich, endpoint);
        budget.release(endpoint);
        QCOMPARE(granted, 1);
    }

    void keepsNoMoreIdleThanAllowedAndNoneWhileSomebodyWaits()
    {
        ConnectionBudget budget(limits(3, 1));
        const int a = budget.join({});
        for (int i = 0; i < 3; ++i)
            QVERIFY(budget.acquire(a, endpoint, start));
        QVERIFY(budget.addIdle(a, endpoint));
        QVERIFY(!budget.addIdle(a, endpoint));
        budget.removeIdle(a, endpoint);
        QVERIFY(!budget.acquire(a, endpoint, start));
        QVERIFY(!budget.addIdle(a, endpoint));
    }

    void yieldsOnlyToThoseWhoWaitedMuchLonger()
    {
        ConnectionBudget budget(limits(1, 1));
        const int a = budget.join({});
        const int b = budget.join({});
        QVERIFY(budget.acquire(a, endpoint, start));
        QVERIFY(!budget.acquire(b, endpoint, start));
        QVERIFY(!budget.mustYield(a, start + ConnectionBudget::longestJump));
        QVERIFY(budget.mustYield(a, start + ConnectionBudget::longestJump + 1ms));
        QVERIFY(!budget.mustYield(b, start + 1h));
    }

    void followsChangedLimits()
    {
        ConnectionBudget budget(limits(1, 1));
        int granted = 0;
        const int a = budget.join({[&](const QString &) { ++granted; }, {}});
        QVERIFY(budget.acquire(a, endpoint, start));
        for (int i = 0; i < 5; ++i)
            QVERIFY(!budget.acquire(a, endpoint, start));
        budget.setLimits(limits(4, 1));
        QCOMPARE(granted, 3);
        budget.setLimits(limits(2, 1));
        QVERIFY(budget.mustYield(a, start)); // above the limit: close rather than reuse
        budget.release(endpoint);
        budget.release(endpoint);
        QCOMPARE(granted, 3);
        budget.release(endpoint);
        QCOMPARE(granted, 4);
    }

    void forgetsMembersThatLeave()
    {
        ConnectionBudget budget(limits(1, 1));
        int granted = 0;
        const int a = budget.join({});
        const int b = budget.join({[&](const QString &) { ++granted; }, {}});
        QVERIFY(budget.acquire(a, endpoint, start));
        QVERIFY(!budget.acquire(b, endpoint, start));
        budget.leave(b);
        budget.release(endpoint);
        QCOMPARE(granted, 0);
        QCOMPARE(budget.held(), 0);
    }

    void takesBackThePermitOnTheWayToOneThatLeaves()
    {
        ConnectionBudget budget(limits(1, 1));
        int granted = 0;
        const int a = budget.join({});
        const int leaver = budget.join({[&](const QString &) { ++granted; }, {}});
        int next = 0;
        const int b = budget.join({[&](const QString &) { ++next; }, {}});
        QVERIFY(budget.acquire(a, endpoint, start));
        QVERIFY(!budget.acquire(leaver, endpoint, start));
        QVERIFY(!budget.acquire(b, endpoint, start));
        budget.release(endpoint);
        QCOMPARE(granted, 1); // posted, and never to arrive
        budget.leave(leaver);
        QCOMPARE(next, 1);
        budget.grantArrived(b, endpoint);
        budget.release(endpoint);
        QCOMPARE(budget.held(), 0);
    }

    void callsNobodyWhoHasLeft()
    {
        // One thread gives permits back while the other's members come and go.
        ConnectionBudget budget(limits(1, 1));
        const int holder = budget.join({});
        QVERIFY(budget.acquire(holder, endpoint, start));
        std::atomic<bool> over = false;
        std::atomic<int> late = 0;
        std::thread releaser([&] {
            while (!over) {
                budget.release(endpoint);
                while (!over && !budget.acquireSpare(holder, endpoint))
                    std::this_thread::yield();
                if (!over)
                    budget.removeIdle(holder, endpoint);
            }
        });
        for (int i = 0; i < 20'000; ++i) {
            auto here = std::make_shared<std::atomic<bool>>(true);
            const int member = budget.join({[here, &late](const QString &) { late += *here ? 0 : 1; }, {}});
            if (budget.acquire(member, endpoint, start))
                budget.release(endpoint);
            budget.leave(member);
            *here = false;
        }
        over = true;
        releaser.join();
        QCOMPARE(late, 0);
    }

    void neverExceedsTheLimitWhateverHappens()
    {
        // A model of a few pools that acquire, cancel, idle and release at random.
        QRandomGenerator random(7);
        ConnectionBudget budget(limits(5, 2));
        struct Pool { int id = 0, permits = 0, waiting = 0, idle = 0; };
        std::array<Pool, 3> pools;
        for (Pool &pool : pools)
            pool.id = budget.join({[&pool](const QString &) { --pool.waiting; ++pool.permits; }, {}});
        for (int step = 0; step < 20'000; ++step) {
            Pool &pool = pools[random.bounded(3u)];
            switch (random.bounded(5)) {
            case 0:
                budget.acquire(pool.id, endpoint, start) ? ++pool.permits : ++pool.waiting;
                break;
            case 1:
                if (pool.waiting > 0) {
                    budget.cancelWait(pool.id, endpoint);
                    --pool.waiting;
                }
                break;
            case 2:
                if (pool.permits > pool.idle) {
                    --pool.permits;
                    budget.release(endpoint);
                }
                break;
            case 3:
                if (pool.permits > pool.idle && budget.addIdle(pool.id, endpoint))
                    ++pool.idle;
                break;
            default:
                if (pool.idle > 0) {
                    budget.removeIdle(pool.id, endpoint);
                    --pool.idle;
                    if (random.bounded(2)) {
                        --pool.permits;
                        budget.release(endpoint);
                    }
                }
            }
            const int permits = pools[0].permits + pools[1].permits + pools[2].permits;
            const int waiting = pools[0].waiting + pools[1].waiting + pools[2].waiting;
            QVERIFY(permits <= 5);
            QCOMPARE(budget.held(), permits);
            QCOMPARE(budget.figures().idle, pools[0].idle + pools[1].idle + pools[2].idle);
            QVERIFY(budget.figures().idle <= 2);
            QVERIFY(waiting == 0 || permits == 5); // nobody waits while there is room
        }
    }

    void anEndpointBelowItsShareDoesNotWaitForOthers()
    {
        ConnectionBudget budget(limits(8, 8)); // a share is 4
        QStringList granted;
        const int member = budget.join({[&](const QString &whose) { granted.append(whose); }, {}});
        for (int i = 0; i < 8; ++i)
            QVERIFY(budget.acquire(member, u"hangs"_s, start));
        QVERIFY(!budget.acquire(member, u"hangs"_s, start));
        for (int i = 0; i < 4; ++i)
            QVERIFY(budget.acquire(member, u"answers"_s, start));
        QVERIFY(!budget.acquire(member, u"answers"_s, start));
        QCOMPARE(budget.held(), 12);
        // One that comes back to a share is given away at once, to who waits for that share.
        budget.release(u"answers"_s);
        QCOMPARE(granted, QStringList{u"answers"_s});
        budget.grantArrived(member, u"answers"_s);
        // Those that come back otherwise first make up for what was given beyond the limit.
        for (int i = 0; i < 4; ++i)
            budget.release(u"hangs"_s);
        QCOMPARE(granted.size(), 1);
        QCOMPARE(budget.held(), 8);
        budget.release(u"hangs"_s);
        QCOMPARE(granted, (QStringList{u"answers"_s, u"hangs"_s}));
    }

    void whoCannotBeServedHoldsNobodyUp()
    {
        ConnectionBudget budget(limits(2, 2));
        QStringList granted;
        const int member = budget.join({[&](const QString &whose) { granted.append(whose); }, {}});
        QVERIFY(budget.acquire(member, u"a"_s, start));
        QVERIFY(budget.acquire(member, u"a"_s, start));
        QVERIFY(!budget.acquire(member, u"a"_s, start));
        QVERIFY(budget.acquire(member, u"b"_s, start));
        QVERIFY(budget.acquire(member, u"b"_s, start));
        QVERIFY(!budget.acquire(member, u"b"_s, start));
        budget.release(u"b"_s); // the first in line waits for another
        QCOMPARE(granted, QStringList{u"b"_s});
        budget.leave(member);
        QCOMPARE(budget.held(), 3); // what was on its way has come back
    }

    void givesSparesOnlyWhatNobodyNeeds()
    {
        Config::Pool limits;
        limits.maxConnections = 3;
        limits.maxKeepaliveConnections = 1;
        ConnectionBudget budget(limits);
        const int member = budget.join({});
        QVERIFY(budget.acquire(member, endpoint, {}));
        QVERIFY(budget.acquireSpare(member, endpoint));
        QCOMPARE(budget.held(), 2);
        QCOMPARE(budget.figures().idle, 1);
        QVERIFY(!budget.acquireSpare(member, endpoint)); // one idle connection is all there may be
        QVERIFY(budget.acquire(member, endpoint, {}));
        QVERIFY(!budget.acquire(member, endpoint, {}));
        budget.removeIdle(member, endpoint);
        QVERIFY(!budget.acquireSpare(member, endpoint)); // somebody waits
        QCOMPARE(budget.held(), 3);
    }

    void picksTheFirstWorkerWithRoom_data()
    {
        using Loads = std::vector<WorkerLoad>;
        QTest::addColumn<Loads>("loads");
        QTest::addColumn<bool>("handshakes");
        QTest::addColumn<size_t>("picked");
        QTest::newRow("none yet") << Loads{} << true << size_t(0);
        QTest::newRow("first has room") << Loads{{255}, {0}} << false << size_t(0);
        QTest::newRow("second has room") << Loads{{256}, {3}} << false << size_t(1);
        QTest::newRow("all full, one more allowed") << Loads{{256}, {300}} << false << size_t(2);
        QTest::newRow("all full, no more allowed") << Loads{{390}, {360}, {370}, {380}} << false << size_t(1);
        QTest::newRow("few have much to do") << Loads{{3, 0, 80}, {3, 0, 79}} << false << size_t(1);
        QTest::newRow("few have much to do, one more allowed") << Loads{{3, 0, 99}} << false << size_t(1);
        QTest::newRow("a burst without handshakes") << Loads{{40, 40}} << false << size_t(0);
        QTest::newRow("a burst with them") << Loads{{40, 4}} << true << size_t(1);
        QTest::newRow("a burst with them, everywhere") << Loads{{9, 9}, {8, 8}, {8, 7}, {20, 8}} << true << size_t(2);
        QTest::newRow("whoever hangs gets nothing") << Loads{{1, 0, 0, true}, {0}} << false << size_t(1);
        QTest::newRow("whoever hangs comes last") << Loads{{1, 0, 0, true}, {400}, {500}, {600}} << false << size_t(1);
    }

    void picksTheFirstWorkerWithRoom()
    {
        QFETCH(std::vector<WorkerLoad>, loads);
        QFETCH(bool, handshakes);
        QTEST(pickWorker(loads, 4, handshakes), "picked");
    }

    void tellsOfTheFirstExchangeWhenSomebodyWantsToHear()
    {
        SharedState shared;
        int told = 0;
        shared.news.setReaders({.becameBusy = [&told] { ++told; }});
        shared.becameBusy();
        QCOMPARE(told, 1);
        // One thing asked after the other.
        shared.becameBusy();
        QCOMPARE(told, 1);
        shared.expectBusy();
        QCOMPARE(told, 1);
        shared.becameBusy();
        QCOMPARE(told, 2);
        // One that has begun meanwhile is told at once.
        shared.inFlight = 1;
        shared.expectBusy();
        QCOMPARE(told, 3);
    }

    void knowsHowLongAThreadWasBusy()
    {
        BusyTime time;
        QVERIFY(!time.soFar());
        time.begin();
        const auto begin = time.soFar();
        if (!begin)
            QSKIP("This system does not tell.");
        const auto isBusyFor = [&](std::chrono::milliseconds wanted) { return *time.soFar() - *begin >= wanted; };
        const QDeadlineTimer deadline(5'000);
        while (!isBusyFor(std::chrono::milliseconds(20)) && !deadline.hasExpired()) { }
        QVERIFY(isBusyFor(std::chrono::milliseconds(20)));
        // Asked by another thread, it is still the first one's.
        std::optional<std::chrono::nanoseconds> elsewhere;
        std::thread([&] { elsewhere = time.soFar(); }).join();
        QVERIFY(elsewhere && *elsewhere - *begin >= std::chrono::milliseconds(20));
    }

    void relievesWhoIsFullOfWork_data()
    {
        using Loads = std::vector<WorkerLoad>;
        QTest::addColumn<Loads>("loads");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("connections");
        QTest::newRow("nobody") << Loads{} << 0 << 0;
        QTest::newRow("one has time") << Loads{{32, 0, 79}} << 0 << 0;
        QTest::newRow("one has none, and may get another beside it") << Loads{{32, 0, 95}} << 0 << 16;
        QTest::newRow("a single connection cannot be shared out") << Loads{{1, 0, 99}} << 0 << 0;
        QTest::newRow("of two") << Loads{{2, 0, 99}} << 0 << 1;
        QTest::newRow("the other has time") << Loads{{20, 0, 10}, {32, 0, 95}} << 1 << 6;
        QTest::newRow("the other has hardly more") << Loads{{20, 0, 70}, {32, 0, 95}} << 0 << 0;
        QTest::newRow("the other has more connections that do nothing") << Loads{{200, 0, 10}, {32, 0, 95}} << 1 << 1;
        QTest::newRow("the other hangs") << Loads{{20, 0, 0, true}, {32, 0, 95}} << 0 << 0;
    }

    void relievesWhoIsFullOfWork()
    {
        QFETCH(std::vector<WorkerLoad>, loads);
        const WorkerRelief relief = reliefFor(loads, 2);
        QTEST(int(relief.from), "from");
        QTEST(relief.connections, "connections");
    }
};

QTEST_GUILESS_MAIN(TestConnectionBudget)
#include "tst_connectionbudget.moc"
