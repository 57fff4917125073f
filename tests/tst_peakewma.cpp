#include "core/routing/strategy.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

using namespace qcc;
using namespace std::chrono_literals;
using Ms = std::chrono::duration<double, std::milli>;
using Time = PeakEwma::Time;

namespace {

const Time start{std::chrono::hours(1)};

bool about(double value, double expected)
{
    return std::abs(value - expected) <= 1e-6 * std::abs(expected);
}

} // namespace

class TestPeakEwma : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isZeroBeforeTheFirstSample()
    {
        QCOMPARE(PeakEwma().value(start), 0.0);
        QCOMPARE(PeakEwma().value(start + 10'000h), 0.0);
    }

    void believesAPeakAtOnce()
    {
        PeakEwma average;
        average.add(Ms(100), start);
        average.add(Ms(5'000), start);
        QCOMPARE(average.value(start), 5'000.0);
    }

    void believesBetterSamplesWithTime()
    {
        PeakEwma average;
        average.add(Ms(1'000), start);
        average.add(Ms(100), start);
        QCOMPARE(average.value(start), 1'000.0); // no time has passed
        // After one time constant the new sample has the weight 1 - 1/e.
        const double sunk = 1'000 * std::exp(-10.0 / 300);
        average.add(Ms(100), start + 10s);
        QVERIFY(about(average.value(start + 10s), sunk / std::numbers::e + 100 * (1 - 1 / std::numbers::e)));
    }

    void manySmallStepsAreAsLongAsOneGreatOne()
    {
        PeakEwma average;
        average.add(Ms(10'000), start);
        Time now = start;
        for (int i = 0; i < 600; ++i)
            average.add(Ms(200), now += 100ms);
        QVERIFY(average.value(now) < 240);
        QVERIFY(average.value(now) >= 199);
    }

    void staysBetweenTheExtremesOfItsSamples()
    {
        std::mt19937_64 random(5);
        std::lognormal_distribution sample(6.0, 1.5);
        std::uniform_int_distribution gap(0, 3'000);
        for (int run = 0; run < 200; ++run) {
            PeakEwma average;
            Time now = start;
            double least = std::numeric_limits<double>::infinity();
            double greatest = 0;
            for (int i = 0; i < 200; ++i) {
                now += std::chrono::milliseconds(gap(random));
                const double ms = sample(random);
                average.add(Ms(ms), now);
                least = std::min(least, ms);
                greatest = std::max(greatest, ms);
                const double value = average.value(now);
                QVERIFY(value >= ms * (1 - 1e-9)); // never better than what was just seen
                QVERIFY(value >= least * (1 - 1e-9) && value <= greatest);
            }
        }
    }

    void sinksSlowlyWithoutSamples()
    {
        PeakEwma average;
        average.add(Ms(1'000), start);
        QVERIFY(average.value(start + 60s) > 800);
        QVERIFY(about(average.value(start + 300s), 1'000 / std::numbers::e));
        QVERIFY(average.value(start + 48h) > 0); // known is not unknown
    }

    void anEarlierTimeChangesNothing()
    {
        PeakEwma average;
        average.add(Ms(1'000), start);
        QCOMPARE(average.value(start - 60s), 1'000.0);
        average.add(Ms(10), start - 60s);
        QCOMPARE(average.value(start), 1'000.0);
    }

    void leavesOutWhatIsNoDuration_data()
    {
        QTest::addColumn<double>("ms");
        QTest::newRow("zero") << 0.0;
        QTest::newRow("negative") << -1.0;
        QTest::newRow("infinite") << std::numeric_limits<double>::infinity();
        QTest::newRow("not a number") << std::numeric_limits<double>::quiet_NaN();
    }

    void leavesOutWhatIsNoDuration()
    {
        QFETCH(double, ms);
        PeakEwma average;
        average.add(Ms(ms), start);
        QCOMPARE(average.value(start), 0.0);
        average.add(Ms(100), start);
        average.add(Ms(ms), start + 1h);
        QCOMPARE(average.value(start), 100.0);
    }
};

QTEST_GUILESS_MAIN(TestPeakEwma)
#include "tst_peakewma.moc"
