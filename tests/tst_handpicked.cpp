#include "tests/support/routerfixture.h"

#include <QTest>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

/// An endpoint that somebody picked by hand: first, but never alone.
class TestHandPicked : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEndpointPickedByHandComesFirst_data()
    {
        QTest::addColumn<Strategy>("strategy");
        QTest::newRow("priority_failover") << Strategy::PriorityFailover;
        QTest::newRow("weighted") << Strategy::Weighted;
        QTest::newRow("round_robin") << Strategy::RoundRobin;
        QTest::newRow("random") << Strategy::Random;
        QTest::newRow("least_connections") << Strategy::LeastConnections;
        QTest::newRow("fastest") << Strategy::Fastest;
    }

    void anEndpointPickedByHandComesFirst()
    {
        QFETCH(Strategy, strategy);
        RouterFixture f(3);
        f.config.clusters[0].strategy = strategy;
        f.config.clusters[0].endpoints[2].weight = 0;
        f.configure();
        QVERIFY(f.router.prefer(QStringLiteral("c")));
        QCOMPARE(f.router.preferred(), QStringLiteral("c"));
        for (int i = 0; i < 6; ++i)
            QCOMPARE(f.first().route.endpoint.id, QStringLiteral("c")); // though it gets ever busier
    }

    void aConversationFollowsTheHand()
    {
        RouterFixture f(3);
        const Choice before = f.first("talk");
        QCOMPARE(before.route.endpoint.id, QStringLiteral("a"));
        f.end(before.route, FailureClass::None, {}, "talk");
        QVERIFY(f.router.prefer(QStringLiteral("b")));
        const Choice after = f.first("talk");
        QCOMPARE(after.route.endpoint.id, QStringLiteral("b"));
        f.end(after.route, FailureClass::None, {}, "talk");
        QVERIFY(f.router.prefer(QString()));
        QCOMPARE(f.first("talk").route.endpoint.id, QStringLiteral("b")); // its cache is there now
        QCOMPARE(f.first().route.endpoint.id, QStringLiteral("a"));
    }

    void theOthersTakeOverForAnEndpointPickedByHand()
    {
        RouterFixture f(3);
        QVERIFY(f.router.prefer(QStringLiteral("b")));
        Tries tries;
        const Choice one = f.choose(tries);
        QCOMPARE(one.route.endpoint.id, QStringLiteral("b"));
        QVERIFY(one.route.othersLeft);
        failOn(tries, one, FailureClass::Transient, f.now);
        f.end(one.route, FailureClass::Transient);
        const Choice two = f.choose(tries);
        QCOMPARE(two.route.endpoint.id, QStringLiteral("a"));
        f.end(two.route, FailureClass::None);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b")); // one small failure does not overrule the hand
    }

    void anEndpointPickedByHandComesBack_data()
    {
        QTest::addColumn<FailureClass>("failure");
        QTest::newRow("rate limit") << FailureClass::RateLimit;
        QTest::newRow("quota") << FailureClass::Quota;
        QTest::newRow("key refused") << FailureClass::Auth;
        QTest::newRow("silent") << FailureClass::Timeout;
        QTest::newRow("out of reach") << FailureClass::Connect;
    }

    void anEndpointPickedByHandComesBack()
    {
        QFETCH(FailureClass, failure);
        RouterFixture f(3);
        QVERIFY(f.router.prefer(QStringLiteral("b")));
        QCOMPARE(f.go(failure), QStringLiteral("b"));
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
        QCOMPARE(f.router.preferred(), QStringLiteral("b"));
        f.now += 31min;
        f.router.verified(QStringLiteral("b"), true, false, f.now);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b"));
    }

    void anEndpointPickedByHandProvesItselfByOneProbe()
    {
        RouterFixture f(2);
        QVERIFY(f.router.prefer(QStringLiteral("b")));
        f.breakOpen(QStringLiteral("b"));
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
        f.router.verified(QStringLiteral("b"), true, false, f.now += 60s);
        const Choice probe = f.first();
        QCOMPARE(probe.route.endpoint.id, QStringLiteral("b"));
        QVERIFY(probe.route.probe);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
        f.end(probe.route, FailureClass::None);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b"));
    }

    void aFullEndpointPickedByHandLetsOthersServe()
    {
        RouterFixture f(2);
        f.config.pool.maxConnections = 1;
        f.configure();
        QVERIFY(f.router.prefer(QStringLiteral("b")));
        QCOMPARE(f.first().route.endpoint.id, QStringLiteral("b"));
        QCOMPARE(f.first().route.endpoint.id, QStringLiteral("a"));
        QCOMPARE(f.first().kind, Choice::Full);
    }

    void picksOnlyWhatCanBeUsed()
    {
        RouterFixture f(3);
        f.config.clusters[0].endpoints[1].enabled = false;
        f.configure();
        QVERIFY(f.router.prefer(QStringLiteral("c")));
        QVERIFY(!f.router.prefer(QStringLiteral("b")));      // disabled
        QVERIFY(!f.router.prefer(QStringLiteral("x")));      // of another cluster
        QVERIFY(!f.router.prefer(QStringLiteral("no such")));
        QCOMPARE(f.router.preferred(), QStringLiteral("c"));
        QVERIFY(!Router(1).prefer(QStringLiteral("a")));     // nothing is configured
    }

    void forgetsTheHandWhenItMeansNothingAnyMore_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<bool>("kept");
        QTest::newRow("nothing changed") << QStringLiteral("none") << true;
        QTest::newRow("it was renamed") << QStringLiteral("rename") << true;
        QTest::newRow("another cluster is in use") << QStringLiteral("switch") << false;
        QTest::newRow("it is disabled") << QStringLiteral("disable") << false;
        QTest::newRow("it is gone") << QStringLiteral("remove") << false;
        QTest::newRow("it has another key") << QStringLiteral("edit") << false;
        QTest::newRow("its cluster is gone") << QStringLiteral("remove cluster") << false;
    }

    void forgetsTheHandWhenItMeansNothingAnyMore()
    {
        QFETCH(QString, change);
        QFETCH(bool, kept);
        RouterFixture f(3);
        QVERIFY(f.router.prefer(QStringLiteral("b")));
        QVERIFY(f.router.prefer(QStringLiteral("b")));
        QCOMPARE(f.news.size(), 1);
        QCOMPARE(f.news.last().kind, NewsKind::Preferred);
        Endpoint &picked = f.config.clusters[0].endpoints[1];
        if (change == QLatin1String("rename"))
            picked.name = QStringLiteral("bee");
        else if (change == QLatin1String("switch"))
            f.config.activeCluster = QStringLiteral("other");
        else if (change == QLatin1String("disable"))
            picked.enabled = false;
        else if (change == QLatin1String("remove"))
            f.config.clusters[0].endpoints.remove(1);
        else if (change == QLatin1String("edit"))
            picked.id = QStringLiteral("b2");
        else if (change == QLatin1String("remove cluster"))
            f.config.clusters.removeFirst();
        f.configure();
        QCOMPARE(f.router.preferred(), kept ? QStringLiteral("b") : QString());
        QCOMPARE(f.news.size(), kept ? 1 : 2);
        if (!kept) {
            QCOMPARE(f.news.last().kind, NewsKind::NotPreferred);
            QCOMPARE(f.news.last().endpointName, QStringLiteral("b"));
        }
        f.config = RouterFixture(3).config;
        f.configure();
        QCOMPARE(f.router.preferred(), kept ? QStringLiteral("b") : QString()); // what is forgotten does not come back
    }
};

QTEST_GUILESS_MAIN(TestHandPicked)
#include "tst_handpicked.moc"
