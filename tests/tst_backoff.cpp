#include "core/routing/breaker.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace qcc;
using namespace std::chrono_literals;

class TestBackoff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void halfIsCertainAndTheRestIsDrawn_data()
    {
        QTest::addColumn<int>("failures");
        QTest::addColumn<std::chrono::milliseconds>("most");
        QTest::newRow("first") << 1 << 250ms;
        QTest::newRow("second") << 2 << 500ms;
        QTest::newRow("third") << 3 << 1'000ms;
        QTest::newRow("fifth") << 5 << 4'000ms;
        QTest::newRow("sixth") << 6 << 8'000ms;
        QTest::newRow("seventh") << 7 << 8'000ms;
        QTest::newRow("more than there are bits") << 100 << 8'000ms;
        QTest::newRow("as many as there are") << std::numeric_limits<int>::max() << 8'000ms;
    }

    void halfIsCertainAndTheRestIsDrawn()
    {
        QFETCH(int, failures);
        QFETCH(std::chrono::milliseconds, most);
        std::mt19937_64 random(3);
        std::chrono::milliseconds least = most;
        std::chrono::milliseconds greatest = 0ms;
        std::chrono::milliseconds sum = 0ms;
        constexpr int draws = 100'000;
        for (int i = 0; i < draws; ++i) {
            const std::chrono::milliseconds delay = backoff(failures, random());
            least = std::min(least, delay);
            greatest = std::max(greatest, delay);
            sum += delay;
        }
        // Both ends are reached (to a percent, where they are thousands of milliseconds apart) and never passed.
        QVERIFY(least >= most / 2 && least <= most / 2 + most / 100);
        QVERIFY(greatest <= most && greatest >= most - most / 100);
        const double mean = double(sum.count()) / draws;
        QVERIFY(std::abs(mean - 0.75 * double(most.count())) < 0.01 * double(most.count()));
    }

    void bothEndsCanBeDrawn()
    {
        QCOMPARE(backoff(1, 0), 125ms);
        QCOMPARE(backoff(1, 125), 250ms);
        QCOMPARE(backoff(1, 126), 125ms);
        QCOMPARE(backoff(6, 4'000), 8'000ms);
    }

    void nothingFailedMeansNoDelay_data()
    {
        QTest::addColumn<int>("failures");
        QTest::newRow("none") << 0;
        QTest::newRow("fewer than none") << -1;
        QTest::newRow("least") << std::numeric_limits<int>::min();
    }

    void nothingFailedMeansNoDelay()
    {
        QFETCH(int, failures);
        QCOMPARE(backoff(failures, std::numeric_limits<quint64>::max()), 0ms);
    }
};

QTEST_GUILESS_MAIN(TestBackoff)
#include "tst_backoff.moc"
