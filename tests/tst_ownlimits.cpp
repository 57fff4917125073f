#include "core/routing/ownlimits.h"

#include <QTest>

using namespace qcc;
using namespace std::chrono_literals;

class TestOwnLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutLimitsThereIsAlwaysRoom()
    {
        OwnLimits limits;
        for (int i = 0; i < 10'000; ++i)
            limits.began(at(0s));
        QCOMPARE(limits.room(10'000, at(0s)), OwnLimits::noLimit);
        QVERIFY(!limits.minuteHasRoomAt(100, at(0s)));
        QCOMPARE(limits.beganWithinMinute(at(0s)), 0);
    }

    void countsWhatRuns()
    {
        OwnLimits limits;
        limits.set(2, 0);
        QCOMPARE(limits.room(0, at(0s)), 2);
        QCOMPARE(limits.room(1, at(0s)), 1);
        QCOMPARE(limits.room(2, at(0s)), 0);
        QCOMPARE(limits.room(3, at(0s)), 0); // the limit was lowered while they ran
        QVERIFY(!limits.minuteHasRoomAt(5, at(0s))); // time does not help
    }

    void noMinuteHoldsMoreThanIsAllowed()
    {
        OwnLimits limits;
        limits.set(0, 3);
        int begun = 0;
        QList<OwnLimits::Time> times;
        for (int second = 0; second < 600; second += 7) {
            while (limits.room(begun, at(std::chrono::seconds(second))) > 0) {
                limits.began(at(std::chrono::seconds(second)));
                times.append(at(std::chrono::seconds(second)));
                ++begun;
            }
        }
        QVERIFY(begun >= 3 * 9);
        for (qsizetype i = 0; i + 3 < times.size(); ++i)
            QVERIFY(times[i + 3] - times[i] >= OwnLimits::minute);
    }

    void tellsWhenTheMinuteHasRoom()
    {
        OwnLimits limits;
        limits.set(0, 3);
        QVERIFY(!limits.minuteHasRoomAt(0, at(0s)));
        limits.began(at(0s));
        limits.began(at(10s));
        QVERIFY(!limits.minuteHasRoomAt(0, at(10s)));
        QCOMPARE(limits.minuteHasRoomAt(1, at(10s)), at(60s));
        QCOMPARE(limits.minuteHasRoomAt(2, at(10s)), at(70s));
        limits.began(at(20s));
        QCOMPARE(limits.room(0, at(20s)), 0);
        QCOMPARE(limits.minuteHasRoomAt(0, at(20s)), at(60s));
        QCOMPARE(limits.minuteHasRoomAt(1, at(20s)), at(70s));
        QCOMPARE(limits.minuteHasRoomAt(2, at(20s)), at(80s));
        QCOMPARE(limits.minuteHasRoomAt(99, at(20s)), at(80s));
        // At that very time it has.
        QCOMPARE(limits.room(0, at(60s)), 1);
        QVERIFY(!limits.minuteHasRoomAt(0, at(60s)));
    }

    void bothHold()
    {
        OwnLimits limits;
        limits.set(2, 3);
        limits.began(at(0s));
        limits.began(at(0s));
        QCOMPARE(limits.room(0, at(1s)), 1);
        QCOMPARE(limits.room(2, at(1s)), 0);
        QCOMPARE(limits.room(2, at(61s)), 0);
        QCOMPARE(limits.room(0, at(61s)), 2);
    }

    void aNewLimitCountsWhatHasBegun()
    {
        OwnLimits limits;
        limits.set(0, 4);
        for (int i = 0; i < 4; ++i)
            limits.began(at(std::chrono::seconds(i)));
        limits.set(0, 2);
        QCOMPARE(limits.room(0, at(4s)), 0);
        QCOMPARE(limits.minuteHasRoomAt(0, at(4s)), at(62s));
        limits.set(0, 5);
        QCOMPARE(limits.room(0, at(4s)), 3); // those that were forgotten stay so
        limits.set(0, 0);
        QCOMPARE(limits.room(0, at(4s)), OwnLimits::noLimit);
        limits.set(0, -1);
        QCOMPARE(limits.room(0, at(4s)), OwnLimits::noLimit);
    }

    void clocksOfSeveralThreadsAreNoMatter()
    {
        OwnLimits limits;
        limits.set(0, 2);
        limits.began(at(10s));
        limits.began(at(9s));
        QCOMPARE(limits.room(0, at(9s)), 0);
        QCOMPARE(limits.room(0, at(69s)), 0);
        QCOMPARE(limits.room(0, at(70s)), 2);
    }

private:
    static OwnLimits::Time at(std::chrono::seconds time) { return OwnLimits::Time{} + 1000h + time; }
};

QTEST_APPLESS_MAIN(TestOwnLimits)
#include "tst_ownlimits.moc"
