#include "core/journal/journal.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace qcc;

class TestHistogram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void quantilesAreWithinTwoPercentOfTheSortedSamples_data()
    {
        QTest::addColumn<std::vector<double>>("samples");
        std::mt19937 random(7);
        const auto draw = [&random](auto distribution) {
            std::vector<double> samples(20'000);
            std::ranges::generate(samples, [&] { return distribution(random); });
            return samples;
        };
        QTest::newRow("uniform") << draw(std::uniform_real_distribution(1.0, 1'000.0));
        QTest::newRow("long tail") << draw(std::lognormal_distribution(6.0, 2.0));
        QTest::newRow("microseconds") << draw(std::uniform_real_distribution(0.002, 0.5));
        QTest::newRow("hours") << draw(std::uniform_real_distribution(3.6e6, 8.0e7));
        QTest::newRow("all the same") << std::vector<double>(1'000, 812.4);
        QTest::newRow("single") << std::vector<double>{42.0};
        std::vector<double> twoPeaks(500, 3.0);
        twoPeaks.resize(1'000, 30'000.0);
        QTest::newRow("two peaks") << twoPeaks;
    }

    void quantilesAreWithinTwoPercentOfTheSortedSamples()
    {
        QFETCH(std::vector<double>, samples);
        Histogram histogram;
        for (const double sample : samples)
            histogram.add(sample);
        std::ranges::sort(samples);
        for (const double fraction : {0.0, 0.01, 0.5, 0.9, 0.99, 1.0}) {
            const auto rank = std::max(1.0, std::ceil(fraction * static_cast<double>(samples.size())));
            const double exact = samples[static_cast<std::size_t>(rank) - 1];
            const double found = histogram.quantile(fraction);
            QVERIFY2(std::abs(found - exact) <= 0.02 * exact,
                     qPrintable(QStringLiteral("p%1: %2 for %3").arg(fraction * 100).arg(found).arg(exact)));
        }
        QCOMPARE(histogram.count(), quint64(samples.size()));
    }

    void anEmptyOneAnswersZero()
    {
        const Histogram histogram;
        QCOMPARE(histogram.quantile(0.5), 0.0);
        QCOMPARE(histogram.mean(), 0.0);
        QCOMPARE(histogram.count(), quint64(0));
    }

    void valuesOutOfRangeCountAsItsEnds()
    {
        Histogram histogram;
        for (const double value : {-1.0, 0.0, std::numeric_limits<double>::quiet_NaN()})
            histogram.add(value);
        QCOMPARE(histogram.quantile(1), 0.001);
        histogram.add(std::numeric_limits<double>::infinity());
        QCOMPARE(histogram.quantile(1), 86'400'000.0);
        QCOMPARE(histogram.count(), quint64(4));
    }

    void meanIsExact()
    {
        Histogram histogram;
        for (const double value : {1.0, 2.0, 6.0})
            histogram.add(value);
        QCOMPARE(histogram.mean(), 3.0);
        QCOMPARE(histogram.sum(), 9.0);
    }
};

QTEST_GUILESS_MAIN(TestHistogram)
#include "tst_histogram.moc"
