#include "core/service/watches.h"
#include "core/upstream/networkwatch.h"

#include <QSignalSpy>
#include <QTest>

#include <ctime>
#include <optional>

using namespace qcc;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(std::chrono::milliseconds)

class TestSleepWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsSleepFromEverythingElse_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("wall");
        QTest::addColumn<std::chrono::milliseconds>("steady");
        QTest::addColumn<int>("slept");
        const auto row = [](const char *name, std::chrono::milliseconds wall, std::chrono::milliseconds steady, int slept) {
            QTest::newRow(name) << wall << steady << slept;
        };
        row("awake", 10s, 10s, 0);
        row("a late timer", 14s, 14s, 0);
        row("the clock was corrected a little", 12s, 10s, 0);
        row("the clock was set back", -1h, 10s, 0);
        row("asleep, the steady clock stood still", 310s, 10s, 300);
        row("asleep, nobody looked", 310s, 310s, 300);
        row("asleep for a moment", 15s, 10s, 0);
        row("asleep just long enough", 20s, 10s, 10);
        row("the clock was set forward", 24h, 10s, 86'390);
        row("set back while asleep, nobody looked", -1h, 310s, 300);
    }

    void tellsSleepFromEverythingElse()
    {
        QFETCH(std::chrono::milliseconds, wall);
        QFETCH(std::chrono::milliseconds, steady);
        const ClockReading before{std::chrono::system_clock::now(), std::chrono::steady_clock::now()};
        const ClockReading now{before.wall + wall, before.steady + steady};
        QTEST(static_cast<int>(sleptBetween(before, now, 10s).value_or(0s).count()), "slept");
    }

    void saysOnceThatTheComputerWokeUp()
    {
        ClockReading clocks{std::chrono::system_clock::now(), std::chrono::steady_clock::now()};
        SleepWatch watch([&clocks] { return clocks; });
        QList<std::chrono::seconds> heard;
        connect(&watch, &SleepWatch::woke, this, [&heard](std::chrono::seconds slept) { heard.append(slept); });
        watch.look();
        QVERIFY(heard.isEmpty());
        clocks.wall += 1h + 10s;
        clocks.steady += 10s;
        watch.look();
        QCOMPARE(heard, QList<std::chrono::seconds>{3600s});
        clocks.wall += 10s;
        clocks.steady += 10s;
        watch.look();
        QCOMPARE(heard.size(), 1);
    }

    void theSystemTellsThatTheClockWasSet()
    {
        int heard = 0;
        const auto source = ClockSource::open([&heard] { ++heard; });
        if (!source)
            QSKIP("This system does not tell.");
        for (int times = 1; times <= 2; ++times) {
            timespec now{};
            QCOMPARE(::clock_gettime(CLOCK_REALTIME, &now), 0);
            if (::clock_settime(CLOCK_REALTIME, &now) != 0)
                QSKIP("Only root may set the clock, and not everywhere.");
            QTRY_COMPARE(heard, times);
        }
    }
};

QTEST_GUILESS_MAIN(TestSleepWatch)
#include "tst_sleepwatch.moc"
