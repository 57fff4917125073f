#include "core/base/clock.h"
#include "tests/support/testclock.h"

#include <QSemaphore>
#include <QTest>
#include <QThread>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

class TestAlarms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ringsOnceAtItsTime()
    {
        TestClock clock;
        Alarms alarms(clock);
        int rung = 0;
        Alarm alarm(alarms, [&rung] { ++rung; });
        alarm.start(10s);
        clock.advance(9999ms);
        QCOMPARE(rung, 0);
        QVERIFY(alarm.isRunning());
        clock.advance(1ms);
        QCOMPARE(rung, 1);
        QVERIFY(!alarm.isRunning());
        clock.advance(1h);
        QCOMPARE(rung, 1);
    }

    void startsAnew()
    {
        TestClock clock;
        Alarms alarms(clock);
        int rung = 0;
        Alarm alarm(alarms, [&rung] { ++rung; });
        alarm.start(1s);
        clock.advance(500ms);
        alarm.start(1s);
        clock.advance(999ms);
        QCOMPARE(rung, 0);
        clock.advance(1ms);
        QCOMPARE(rung, 1);
    }

    void saysNothingOnceItIsStoppedOrGone()
    {
        TestClock clock;
        Alarms alarms(clock);
        int rung = 0;
        Alarm stopped(alarms, [&rung] { ++rung; });
        stopped.start(1s);
        {
            Alarm gone(alarms, [&rung] { ++rung; });
            gone.start(1s);
        }
        stopped.stop();
        clock.advance(1h);
        QCOMPARE(rung, 0);
    }

    void ringsInTheOrderOfTheirTimes()
    {
        TestClock clock;
        Alarms alarms(clock);
        QByteArray order;
        Alarm a(alarms, [&order] { order += 'a'; });
        Alarm b(alarms, [&order] { order += 'b'; });
        Alarm c(alarms, [&order] { order += 'c'; });
        a.start(2s);
        b.start(1s);
        c.start(1s);
        clock.advance(1h);
        QCOMPARE(order, QByteArray("bca"));
    }

    void oneMayStopAnotherThatIsDue()
    {
        TestClock clock;
        Alarms alarms(clock);
        int rung = 0;
        Alarm second(alarms, [&rung] { ++rung; });
        Alarm first(alarms, [&second] { second.stop(); });
        first.start(1s);
        second.start(1s);
        clock.advance(1s);
        QCOMPARE(rung, 0);
    }

    void oneThatStartsItselfHasItsTurnLater()
    {
        TestClock clock;
        Alarms alarms(clock);
        int rung = 0;
        std::unique_ptr<Alarm> alarm;
        alarm = std::make_unique<Alarm>(alarms, [&rung, &alarm] {
            if (++rung < 3)
                alarm->start(0ms);
        });
        alarm->start(-5ms);
        clock.advance(0ms);
        QCOMPARE(rung, 1);
        // What is due without the clock being moved rings, too.
        QTRY_COMPARE(rung, 3);
    }

    void ringsByTheSystemsClock()
    {
        Alarms alarms(Clock::system());
        QByteArray order;
        Alarm late(alarms, [&order] { order += 'l'; });
        Alarm early(alarms, [&order] { order += 'e'; });
        Alarm stopped(alarms, [&order] { order += 's'; });
        const Clock::Time began = alarms.now();
        stopped.start(5ms);
        late.start(60ms);
        early.start(20ms);
        stopped.stop();
        QTRY_COMPARE(order, QByteArray("el"));
        QVERIFY(alarms.now() - began >= 60ms);
    }

    void ringsOnItsOwnThread()
    {
        TestClock clock;
        QThread thread;
        QObject there;
        there.moveToThread(&thread);
        thread.start();
        std::unique_ptr<Alarms> alarms;
        std::unique_ptr<Alarm> alarm;
        QThread *rangOn = nullptr;
        QSemaphore rang;
        QMetaObject::invokeMethod(&there, [&] {
            alarms = std::make_unique<Alarms>(clock);
            alarm = std::make_unique<Alarm>(*alarms, [&] {
                rangOn = QThread::currentThread();
                rang.release();
            });
            alarm->start(1h);
        }, Qt::BlockingQueuedConnection);
        clock.advance(1h);
        QVERIFY(rang.tryAcquire(1, 10'000));
        QCOMPARE(rangOn, &thread);
        QMetaObject::invokeMethod(&there, [&] {
            alarm.reset();
            alarms.reset();
        }, Qt::BlockingQueuedConnection);
        thread.quit();
        QVERIFY(thread.wait(10'000));
    }
};

QTEST_GUILESS_MAIN(TestAlarms)
#include "tst_alarms.moc"
