#include "core/routing/strategy.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

constexpr std::array strategies{Strategy::PriorityFailover, Strategy::Weighted,         Strategy::RoundRobin,
                                Strategy::Random,           Strategy::LeastConnections, Strategy::Fastest};

Candidate named(const QString &id)
{
    Candidate candidate;
    candidate.id = id;
    return candidate;
}

Candidate weighing(const QString &id, int weight)
{
    Candidate candidate = named(id);
    candidate.weight = weight;
    return candidate;
}

/// a, b, c, …, one for each weight.
QList<Candidate> weighing(const QList<int> &weights)
{
    QList<Candidate> candidates;
    for (const int weight : weights)
        candidates.append(weighing(QString(QChar(int(u'a' + candidates.size()))), weight));
    return candidates;
}

QList<Candidate> alike(int count)
{
    return weighing(QList<int>(count, 100));
}

/// The ids of `count` picks, one after the other.
QString picks(Selector &selector, Strategy strategy, const QList<Candidate> &candidates, int count)
{
    QString ids;
    for (int i = 0; i < count; ++i)
        ids += candidates[selector.pick(strategy, candidates, 0).value()].id;
    return ids;
}

QHash<QString, int> shares(Selector &selector, Strategy strategy, const QList<Candidate> &candidates, int count)
{
    QHash<QString, int> counts;
    for (int i = 0; i < count; ++i)
        ++counts[candidates[selector.pick(strategy, candidates, 0).value()].id];
    return counts;
}

void addStrategyRows()
{
    QTest::addColumn<Strategy>("strategy");
    QTest::newRow("priority failover") << Strategy::PriorityFailover;
    QTest::newRow("weighted") << Strategy::Weighted;
    QTest::newRow("round robin") << Strategy::RoundRobin;
    QTest::newRow("random") << Strategy::Random;
    QTest::newRow("least connections") << Strategy::LeastConnections;
    QTest::newRow("fastest") << Strategy::Fastest;
}

} // namespace

class TestStrategy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsChosenOnlyFromNothing_data() { addStrategyRows(); }

    void nothingIsChosenOnlyFromNothing()
    {
        QFETCH(Strategy, strategy);
        Selector selector;
        QVERIFY(!selector.pick(strategy, {}, 7));
        for (const Tier tier : {Tier::Healthy, Tier::Degraded, Tier::Unhealthy, Tier::Resting, Tier::Open, Tier::Out}) {
            Candidate only = weighing(u"a"_s, 0);
            only.tier = tier;
            QCOMPARE(selector.pick(strategy, {only}, 7), std::optional<qsizetype>(0));
        }
    }

    /// 120 000 calls in all, with candidates that come, go and change.
    void neverTakesAWorseTierAndNeverLeavesTheList_data() { addStrategyRows(); }

    void neverTakesAWorseTierAndNeverLeavesTheList()
    {
        QFETCH(Strategy, strategy);
        std::mt19937_64 random(20261123);
        const auto below = [&random](int end) { return std::uniform_int_distribution(0, end - 1)(random); };
        Selector selector;
        for (int call = 0; call < 20'000; ++call) {
            QList<Candidate> candidates(1 + below(6));
            for (Candidate &candidate : candidates) {
                candidate.id = QString::number(below(50));
                candidate.tier = static_cast<Tier>(below(6));
                candidate.priority = below(4) - 1;
                candidate.weight = std::array{-5, 0, 1, 100, std::numeric_limits<int>::max()}[std::size_t(below(5))];
                candidate.inFlight = below(4) - 1;
                candidate.firstByteMs = below(3) == 0 ? 0 : below(10'000);
            }
            const std::optional<qsizetype> chosen = selector.pick(strategy, candidates, random());
            QVERIFY(chosen && *chosen >= 0 && *chosen < candidates.size());
            const Tier best = std::ranges::min(candidates, {}, &Candidate::tier).tier;
            QCOMPARE(candidates[*chosen].tier, best);
        }
    }

    void theSameCallsChooseTheSame()
    {
        for (const Strategy strategy : strategies) {
            std::mt19937_64 random(1);
            Selector one;
            Selector other;
            for (int i = 0; i < 1'000; ++i) {
                const quint64 bits = random();
                const QList<Candidate> candidates = weighing({5, 3, 1, 1});
                QCOMPARE(one.pick(strategy, candidates, bits), other.pick(strategy, candidates, bits));
            }
        }
    }

    void rememberedIdsAreBounded_data() { addStrategyRows(); }

    void rememberedIdsAreBounded()
    {
        QFETCH(Strategy, strategy);
        std::mt19937_64 random(2);
        Selector selector;
        qsizetype most = 0;
        for (int i = 0; i < 5'000; ++i) {
            const QList<Candidate> candidates{named(QString::number(i)), named(QString::number(i + 1))};
            selector.pick(strategy, candidates, random());
            most = std::max(most, selector.remembered());
        }
        QVERIFY(most > 2 && most <= Selector::rememberedIds);
    }

    void forgettingSparesWhatIsInUse()
    {
        Selector selector;
        const QList<Candidate> inUse = weighing({3, 1});
        QString ids;
        for (int i = 0; i < 10'000; ++i) {
            ids += picks(selector, Strategy::Weighted, inUse, 1);
            selector.pick(Strategy::Weighted, {named(QString::number(i))}, 0);
        }
        QCOMPARE(ids.count(u'a'), qsizetype(7'500));
    }

    void priorityFailoverTakesTheLowestNumberThenAsListed()
    {
        QList<Candidate> candidates = alike(4);
        candidates[0].priority = 2;
        candidates[3].priority = 0;
        candidates[3].tier = Tier::Degraded;
        Selector selector;
        QCOMPARE(picks(selector, Strategy::PriorityFailover, candidates, 3), u"bbb"_s);
        candidates[1].tier = Tier::Open;
        QCOMPARE(picks(selector, Strategy::PriorityFailover, candidates, 1), u"c"_s);
    }

    void weightedSpreadsEvenly_data()
    {
        QTest::addColumn<QList<int>>("weights");
        QTest::addColumn<QString>("order");
        // The first is the example of the source.
        QTest::newRow("5 1 1") << QList{5, 1, 1} << u"aabacaaaabacaa"_s;
        QTest::newRow("alike") << QList{100, 100, 100} << u"abcabcabc"_s;
        QTest::newRow("3 2 1") << QList{3, 2, 1} << u"abacbaabacba"_s;
        QTest::newRow("one has none") << QList{1, 0, 1} << u"acacac"_s;
        QTest::newRow("none has any") << QList{0, 0, 0} << u"abcabc"_s;
        QTest::newRow("less than none") << QList{-3, 1} << u"bbb"_s;
    }

    void weightedSpreadsEvenly()
    {
        QFETCH(QList<int>, weights);
        QFETCH(QString, order);
        Selector selector;
        QCOMPARE(picks(selector, Strategy::Weighted, weighing(weights), int(order.size())), order);
    }

    void weightsAreHonoured_data()
    {
        QTest::addColumn<QList<int>>("weights");
        QTest::newRow("alike") << QList{100, 100, 100};
        QTest::newRow("one rules") << QList{1'000, 1, 1};
        QTest::newRow("steps") << QList{5, 4, 3, 2, 1};
        QTest::newRow("primes") << QList{97, 89, 53, 31, 7, 2};
        QTest::newRow("two") << QList{70, 30};
        QTest::newRow("many small") << (QList{1'000} + QList<int>(40, 25));
        QTest::newRow("as great as they get") << QList{2'147'483'647, 2'147'483'647, 1'073'741'823};
    }

    /// Within 2 % of the picks is what users are told; within three picks is what an even spread gives.
    void weightsAreHonoured()
    {
        QFETCH(QList<int>, weights);
        constexpr int count = 10'000;
        const QList<Candidate> candidates = weighing(weights);
        double total = 0;
        for (const int weight : weights)
            total += weight;
        Selector selector;
        const QHash<QString, int> counts = shares(selector, Strategy::Weighted, candidates, count);
        for (const Candidate &candidate : candidates) {
            const double expected = count * (candidate.weight / total);
            const double off = std::abs(counts.value(candidate.id) - expected);
            QVERIFY2(off <= 3 && off <= 0.02 * count, qPrintable(u"%1 is off by %2"_s.arg(candidate.id).arg(off)));
        }
    }

    /// Every candidate has its share of those picks that it took part in, whoever else did.
    void weightsAreHonouredAmongCandidatesThatComeAndGo()
    {
        const QList<Candidate> all = weighing({50, 30, 10, 5, 5});
        constexpr int count = 30'000;
        std::mt19937_64 random(9);
        Selector selector;
        QHash<QString, double> expected;
        QHash<QString, int> counts;
        for (int i = 0; i < count; ++i) {
            QList<Candidate> present = all;
            present.removeIf([&random](const Candidate &) { return random() % 3 == 0; });
            if (present.isEmpty())
                continue;
            double total = 0;
            for (const Candidate &candidate : std::as_const(present))
                total += candidate.weight;
            for (const Candidate &candidate : std::as_const(present))
                expected[candidate.id] += candidate.weight / total;
            ++counts[present[selector.pick(Strategy::Weighted, present, 0).value()].id];
        }
        for (const Candidate &candidate : all) {
            const double off = counts.value(candidate.id) - expected.value(candidate.id);
            QVERIFY2(std::abs(off) <= 0.02 * expected.value(candidate.id),
                     qPrintable(u"%1 is off by %2"_s.arg(candidate.id).arg(off)));
        }
    }

    void theRestStaysEvenWhenOneLeaves_data()
    {
        QTest::addColumn<int>("weight"); // of the one that leaves; the other two have 1
        QTest::addColumn<int>("before");
        for (const int weight : {1, 10, 1'000, 1'000'000})
            for (const int before : {1, 7, 500, 2'001})
                QTest::addRow("%d after %d", weight, before) << weight << before;
    }

    void theRestStaysEvenWhenOneLeaves()
    {
        QFETCH(int, weight);
        QFETCH(int, before);
        Selector selector;
        picks(selector, Strategy::Weighted, weighing({weight, 1, 1}), before);
        const QString rest = picks(selector, Strategy::Weighted, {weighing(u"b"_s, 1), weighing(u"c"_s, 1)}, 20);
        QVERIFY2(std::abs(rest.count(u'b') - rest.count(u'c')) <= 4, qPrintable(rest));
    }

    void aNewcomerIsNotKeptWaiting_data()
    {
        QTest::addColumn<int>("weight"); // of one that leaves when the newcomer comes
        for (const int weight : {1, 100, 1'000'000})
            QTest::addRow("%d", weight) << weight;
    }

    void aNewcomerIsNotKeptWaiting()
    {
        QFETCH(int, weight);
        Selector selector;
        picks(selector, Strategy::Weighted, weighing({weight, 1, 1}), 777);
        const QList<Candidate> after{weighing(u"b"_s, 1), weighing(u"c"_s, 1), weighing(u"n"_s, 1)};
        QVERIFY(picks(selector, Strategy::Weighted, after, 9).contains(u'n'));
        const QString later = picks(selector, Strategy::Weighted, after, 30);
        for (const QChar id : u"bcn"_s)
            QVERIFY2(std::abs(later.count(id) - 10) <= 2, qPrintable(later));
    }

    void aChangedWeightAppliesAtOnce()
    {
        Selector selector;
        picks(selector, Strategy::Weighted, weighing({10'000, 1}), 4'000);
        const QString ids = picks(selector, Strategy::Weighted, weighing({1, 1}), 20);
        QVERIFY2(std::abs(ids.count(u'a') - 10) <= 2, qPrintable(ids));
    }

    void roundRobinTakesTurns_data()
    {
        QTest::addColumn<int>("count");
        for (const int count : {1, 2, 3, 7, 24})
            QTest::addRow("%d", count) << count;
    }

    void roundRobinTakesTurns()
    {
        QFETCH(int, count);
        const QList<Candidate> candidates = alike(count);
        Selector selector;
        const QString ids = picks(selector, Strategy::RoundRobin, candidates, 10 * count);
        for (qsizetype i = 0; i < ids.size(); ++i)
            QCOMPARE(ids[i], candidates[i % count].id.front());
    }

    void roundRobinIsFairToCandidatesThatComeAndGo()
    {
        const QList<Candidate> all = alike(6);
        std::mt19937_64 random(4);
        Selector selector;
        QHash<QString, int> passedOver; // picks since its last turn in which it was there
        for (int i = 0; i < 10'000; ++i) {
            QList<Candidate> present = all;
            present.removeIf([&random](const Candidate &) { return random() % 3 == 0; });
            if (present.isEmpty())
                continue;
            const QString chosen = present[selector.pick(Strategy::RoundRobin, present, 0).value()].id;
            for (const Candidate &candidate : std::as_const(present))
                ++passedOver[candidate.id];
            // Whoever is chosen twice in between was away longer; each of the others comes before it once at most.
            QVERIFY(passedOver.value(chosen) <= all.size());
            passedOver[chosen] = 0;
        }
    }

    void randomIsUniform()
    {
        constexpr int count = 100'000;
        for (const int endpoints : {2, 3, 7}) {
            std::mt19937_64 random(6);
            const QList<Candidate> candidates = alike(endpoints);
            QList<int> counts(endpoints);
            Selector selector;
            for (int i = 0; i < count; ++i)
                ++counts[selector.pick(Strategy::Random, candidates, random()).value()];
            for (const int chosen : std::as_const(counts))
                QVERIFY(std::abs(chosen - count / endpoints) < count / 100);
        }
    }

    void leastConnectionsTakesTheFewestThenTheWeightiestThenTheLongestAgo()
    {
        Selector selector;
        QList<Candidate> candidates = weighing({100, 200, 200});
        candidates[0].inFlight = 1;
        candidates[1].inFlight = 2;
        candidates[2].inFlight = 2;
        QCOMPARE(picks(selector, Strategy::LeastConnections, candidates, 2), u"aa"_s);
        candidates[0].inFlight = 2;
        QCOMPARE(picks(selector, Strategy::LeastConnections, candidates, 4), u"bcbc"_s);
    }

    void leastConnectionsLevelsTheLoad()
    {
        std::mt19937_64 random(8);
        QList<Candidate> candidates = alike(5);
        Selector selector;
        for (int i = 0; i < 10'000; ++i) {
            ++candidates[selector.pick(Strategy::LeastConnections, candidates, 0).value()].inFlight;
            const auto [least, most] = std::ranges::minmax(candidates, {}, &Candidate::inFlight);
            QVERIFY(most.inFlight - least.inFlight <= 1);
            if (i >= 40) // ends one where there are most, so that the level stays a level
                --std::ranges::max_element(candidates, {}, &Candidate::inFlight)->inFlight;
        }
    }

    void fastestTakesTheBetterOfTwo_data()
    {
        QTest::addColumn<double>("firstByteA");
        QTest::addColumn<int>("inFlightA");
        QTest::addColumn<double>("firstByteB");
        QTest::addColumn<int>("inFlightB");
        QTest::addColumn<QString>("chosen");
        QTest::newRow("lower time") << 900.0 << 0 << 300.0 << 0 << u"b"_s;
        QTest::newRow("busy") << 300.0 << 3 << 900.0 << 0 << u"b"_s;
        QTest::newRow("less busy") << 300.0 << 1 << 900.0 << 0 << u"a"_s;
        QTest::newRow("unknown first") << 1.0 << 0 << 0.0 << 0 << u"b"_s;
        QTest::newRow("unknown, but being tried") << 5'000.0 << 9 << 0.0 << 1 << u"a"_s;
        QTest::newRow("both unknown, one being tried") << 0.0 << 1 << 0.0 << 0 << u"b"_s;
        QTest::newRow("both unknown and being tried") << 0.0 << 2 << 0.0 << 1 << u"b"_s;
    }

    void fastestTakesTheBetterOfTwo()
    {
        QFETCH(double, firstByteA);
        QFETCH(int, inFlightA);
        QFETCH(double, firstByteB);
        QFETCH(int, inFlightB);
        QFETCH(QString, chosen);
        QList<Candidate> candidates = alike(2);
        candidates[0].firstByteMs = firstByteA;
        candidates[0].inFlight = inFlightA;
        candidates[1].firstByteMs = firstByteB;
        candidates[1].inFlight = inFlightB;
        std::mt19937_64 random(3);
        Selector selector;
        for (int i = 0; i < 100; ++i)
            QCOMPARE(candidates[selector.pick(Strategy::Fastest, candidates, random()).value()].id, chosen);
    }

    void fastestTakesTurnsAmongEquals()
    {
        QList<Candidate> candidates = alike(2);
        std::mt19937_64 random(3);
        Selector selector;
        QString ids;
        for (int i = 0; i < 10; ++i)
            ids += candidates[selector.pick(Strategy::Fastest, candidates, random()).value()].id;
        QCOMPARE(ids, u"ababababab"_s);
    }

    /// With two draws of n, the k-th best is chosen when it is drawn and the other one is worse: 2(n-k) of n(n-1) pairs. The
    /// slowest is never chosen, since there is always another one beside it.
    void fastestDrawsEveryPairAlike()
    {
        constexpr int count = 100'000;
        constexpr int endpoints = 5;
        QList<Candidate> candidates = alike(endpoints);
        for (int i = 0; i < endpoints; ++i)
            candidates[i].firstByteMs = 100 * (i + 1);
        std::mt19937_64 random(12);
        QList<int> counts(endpoints);
        Selector selector;
        for (int i = 0; i < count; ++i)
            ++counts[selector.pick(Strategy::Fastest, candidates, random()).value()];
        for (int i = 0; i < endpoints; ++i) {
            const double expected = count * 2.0 * (endpoints - 1 - i) / (endpoints * (endpoints - 1));
            QVERIFY(std::abs(counts[i] - expected) <= 0.01 * count);
        }
        QCOMPARE(counts.last(), 0);
    }
};

QTEST_GUILESS_MAIN(TestStrategy)
#include "tst_strategy.moc"
