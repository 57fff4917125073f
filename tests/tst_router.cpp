#include "tests/support/routerfixture.h"

#include <QTest>

#include <deque>
#include <map>
#include <random>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

/// Exchanges in line at a router whose endpoints bear one attempt each.
class Line
{
public:
    explicit Line(int endpoints) : f(endpoints)
    {
        f.config.pool.maxConnections = 1;
        f.configure();
    }

    /// A new exchange that has failed on endpoint `failed` already, if it is not empty; it has not asked yet.
    int newcomer(const QString &failed)
    {
        m_exchanges.emplace_back();
        if (!failed.isEmpty())
            m_exchanges.back().tries.made.append({failed, FailureClass::Connect, Tries::Time::max()});
        m_exchanges.back().failed = failed;
        return static_cast<int>(m_exchanges.size()) - 1;
    }
    int join()
    {
        const int who = newcomer({});
        again(who);
        return who;
    }
    int joinAfterFailureOn(const Choice &choice)
    {
        const int who = newcomer(choice.route.endpoint.id);
        again(who);
        return who;
    }
    Choice again(int who)
    {
        Exchange &exchange = m_exchanges[static_cast<std::size_t>(who)];
        return f.router.choose(exchange.tries, {}, exchange.ticket, [this, who] { called.append(who); }, f.now);
    }
    /// The endpoints on which `who` has not failed.
    QStringList wants(int who) const
    {
        QStringList ids;
        for (const Endpoint &endpoint : f.config.clusters.first().endpoints) {
            if (endpoint.id != m_exchanges[static_cast<std::size_t>(who)].failed)
                ids.append(endpoint.id);
        }
        return ids;
    }

    RouterFixture f;
    QList<int> called;

private:
    struct Exchange {
        Tries tries;
        QString failed;
        quint64 ticket = 0;
    };
    std::deque<Exchange> m_exchanges;
};

} // namespace

/// Which endpoint an exchange gets, and when it gets none: rules only, no socket and no waiting.
class TestRouter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void triesEachEndpointBeforeOneTwice()
    {
        RouterFixture f(3);
        Tries tries;
        QStringList order;
        for (int i = 0; i < 5; ++i) {
            const Choice choice = f.choose(tries);
            QCOMPARE(choice.kind, Choice::Go);
            order.append(choice.route.endpoint.id);
            failOn(tries, choice, FailureClass::Transient, f.now);
            f.end(choice.route, FailureClass::Cancelled); // keeps their standing out of this
        }
        QCOMPARE(order, (QStringList{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("a"), QStringLiteral("b")}));
        QCOMPARE(f.choose(tries).kind, Choice::None); // max_attempts 5
    }

    void staysWithinTheAttemptsAllowed_data()
    {
        QTest::addColumn<int>("endpoints");
        QTest::addColumn<int>("most");
        QTest::addColumn<int>("mostEach");
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<int>("attempts");
        QTest::newRow("one endpoint, transient") << 1 << 5 << 2 << FailureClass::Transient << 2;
        QTest::newRow("one endpoint, broken") << 1 << 5 << 3 << FailureClass::Broken << 3;
        QTest::newRow("one endpoint, refused") << 1 << 5 << 2 << FailureClass::Connect << 1;
        QTest::newRow("one endpoint, silent") << 1 << 5 << 2 << FailureClass::Timeout << 1;
        QTest::newRow("one endpoint, bad answer") << 1 << 5 << 2 << FailureClass::BadAnswer << 1;
        QTest::newRow("one endpoint, rate limit") << 1 << 5 << 2 << FailureClass::RateLimit << 1;
        QTest::newRow("two endpoints, refused") << 2 << 5 << 2 << FailureClass::Connect << 4;
        QTest::newRow("three endpoints, silent") << 3 << 5 << 2 << FailureClass::Timeout << 5;
        QTest::newRow("three endpoints, key refused") << 3 << 9 << 3 << FailureClass::Auth << 3;
        QTest::newRow("three endpoints, quota spent") << 3 << 9 << 3 << FailureClass::Quota << 3;
        QTest::newRow("eight attempts, three each") << 3 << 8 << 3 << FailureClass::Transient << 8;
        QTest::newRow("a single attempt") << 3 << 1 << 2 << FailureClass::Transient << 1;
    }

    void staysWithinTheAttemptsAllowed()
    {
        QFETCH(int, endpoints);
        QFETCH(FailureClass, failure);
        Config rules;
        QFETCH(int, most);
        QFETCH(int, mostEach);
        rules.retry.maxAttempts = most;
        rules.retry.maxAttemptsPerEndpoint = mostEach;
        RouterFixture f(endpoints, rules);
        Tries tries;
        int attempts = 0;
        for (Choice choice = f.choose(tries); choice.kind == Choice::Go; choice = f.choose(tries)) {
            ++attempts;
            const bool more = f.router.couldTry(tries, {choice.route.endpoint.id, failure, f.now}, f.now);
            failOn(tries, choice, failure, f.now);
            f.end(choice.route, FailureClass::Cancelled);
            Tries copy = tries;
            const Choice peeked = f.choose(copy);
            QCOMPARE(peeked.kind == Choice::Go, more); // the promise that holding back rests on
            if (more)
                f.end(peeked.route, FailureClass::Cancelled);
        }
        QTEST(attempts, "attempts");
    }

    void asksTheSameEndpointOnlyAfterItsPause()
    {
        RouterFixture f(1);
        Tries tries;
        const Choice one = f.choose(tries);
        failOn(tries, one, FailureClass::Transient, f.now + 400ms);
        f.end(one.route, FailureClass::Transient);
        const Choice wait = f.choose(tries);
        QCOMPARE(wait.kind, Choice::Wait);
        QCOMPARE(wait.pause, 400ms);
        f.now += 400ms;
        QCOMPARE(f.choose(tries).kind, Choice::Go);
    }

    void obeysRetryAfterUpToAMinute_data()
    {
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<int>("askedMs");
        QTest::addColumn<int>("pauseMs");
        QTest::newRow("seven seconds") << FailureClass::Transient << 7000 << 7000;
        QTest::newRow("a minute") << FailureClass::RateLimit << 60'000 << 60'000;
        QTest::newRow("more than a minute") << FailureClass::Transient << 60'001 << -1;
        QTest::newRow("no wish") << FailureClass::Transient << -1 << 400;
        QTest::newRow("at once, but not in a hurry") << FailureClass::Transient << 0 << 100;
        QTest::newRow("a wish that means nothing here") << FailureClass::Broken << 7000 << 400;
    }

    void obeysRetryAfterUpToAMinute()
    {
        QFETCH(int, askedMs);
        QFETCH(FailureClass, failure);
        const auto asked = askedMs < 0 ? std::nullopt : std::optional(std::chrono::milliseconds(askedMs));
        const auto pause = pauseAfter(failure, asked, 400ms);
        QTEST(pause ? int(pause->count()) : -1, "pauseMs");
    }

    void prefersEndpointsInFavour()
    {
        RouterFixture f(3);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
        QCOMPARE(f.go(FailureClass::Transient), QStringLiteral("a"));
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b")); // a is degraded for a second
        f.now += 1s;
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
    }

    void leavesASlowFailureToTheBackgroundCheck()
    {
        RouterFixture f(2);
        QCOMPARE(f.go(FailureClass::Timeout), QStringLiteral("a"));
        QCOMPARE(f.checksWanted, 1);
        f.now += 5s;
        QCOMPARE(f.router.verificationsDue(f.now).size(), 1);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b")); // nobody pays for finding out
        f.router.verified(QStringLiteral("a"), true, false, f.now);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
        QVERIFY(f.router.verificationsDue(f.now + 1h).isEmpty());
    }

    void opensAnEndpointThatTheCheckFindsDead()
    {
        RouterFixture f(2);
        f.go(FailureClass::Timeout);
        f.router.verified(QStringLiteral("a"), false, false, f.now += 1s);
        QCOMPARE(f.state(QStringLiteral("a")).breaker, BreakerState::Closed);
        f.router.verified(QStringLiteral("a"), false, false, f.now += 2s);
        QCOMPARE(f.state(QStringLiteral("a")).breaker, BreakerState::Open);
        QCOMPARE(f.news.last().kind, NewsKind::Opened);
        QVERIFY(f.news.last().seconds > 59);
    }

    void comesBackToThePreferredEndpointByOneProbe()
    {
        RouterFixture f(2);
        f.breakOpen(QStringLiteral("a"));
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b"));
        f.now += 60s;
        QCOMPARE(f.router.verificationsDue(f.now).first().id, QStringLiteral("a"));
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b")); // not by a live request's luck
        f.router.verified(QStringLiteral("a"), true, false, f.now);
        QCOMPARE(f.state(QStringLiteral("a")).breaker, BreakerState::HalfOpen);
        const Choice probe = f.first();
        QCOMPARE(probe.route.endpoint.id, QStringLiteral("a"));
        QVERIFY(probe.route.probe);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b")); // one at a time
        f.end(probe.route, FailureClass::Cancelled);             // the client left: the lease is free again
        const Choice again = f.first();
        QVERIFY(again.route.probe);
        f.end(again.route, FailureClass::None);
        QCOMPARE(f.state(QStringLiteral("a")).breaker, BreakerState::Closed);
        QCOMPARE(f.news.last().kind, NewsKind::Returned);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
    }

    void checksAtOnceWhenTheNetworkChanges()
    {
        RouterFixture f(2);
        f.breakOpen(QStringLiteral("a"));
        QVERIFY(f.router.verificationsDue(f.now + 30s).isEmpty());
        f.router.checkSoon(f.now);
        QCOMPARE(f.router.verificationsDue(f.now + 1s).size(), 1);
        f.router.verified(QStringLiteral("a"), false, false, f.now += 1s);
        QVERIFY(f.router.verificationsDue(f.now + 100s).isEmpty()); // once; then by the usual pace
    }

    void neverWithholdsTheLastEndpoint()
    {
        for (const Strategy strategy : {Strategy::PriorityFailover, Strategy::Weighted, Strategy::RoundRobin, Strategy::Random,
                                        Strategy::LeastConnections, Strategy::Fastest}) {
            RouterFixture f(2);
            f.config.clusters[0].strategy = strategy;
            f.configure();
            f.breakOpen(QStringLiteral("a"));
            f.breakOpen(QStringLiteral("b"));
            const Choice choice = f.first();
            QCOMPARE(choice.kind, Choice::Go);
            f.end(choice.route, FailureClass::None); // it works again: that is proof enough
            QCOMPARE(f.state(choice.route.endpoint.id).breaker, BreakerState::Closed);
        }
    }

    void restsAnEndpointAsLongAsItAsks()
    {
        RouterFixture f(2);
        const Choice choice = f.first();
        f.end(choice.route, FailureClass::RateLimit, 90s);
        QCOMPARE(f.state(QStringLiteral("a")).rest, RestReason::RateLimit);
        QCOMPARE(f.state(QStringLiteral("a")).breaker, BreakerState::Closed);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b"));
        f.now += 89s;
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b"));
        f.now += 1s;
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
        f.end(f.first().route, FailureClass::RateLimit, 24h);
        QVERIFY(f.state(QStringLiteral("a")).reopensInS <= 30 * 60); // the ceiling
        f.end(f.first().route, FailureClass::Quota);
        QCOMPARE(f.state(QStringLiteral("b")).rest, RestReason::Quota);
        QCOMPARE(f.state(QStringLiteral("b")).reopensInS, 30.0 * 60);
    }

    void tellsOfShortRestsOnceAMinute()
    {
        RouterFixture f(1);
        const auto limitedAt = [&f](std::chrono::milliseconds after, std::chrono::milliseconds rest) {
            f.now += after;
            f.end(f.first().route, FailureClass::RateLimit, rest);
            return f.news.size();
        };
        QCOMPARE(limitedAt(0s, 1s), 1);
        QCOMPARE(f.news.last().kind, NewsKind::RateLimited);
        QCOMPARE(f.news.last().seconds, 1.0);
        for (int i = 0; i < 10; ++i)
            QCOMPARE(limitedAt(5s, 1s), 1);
        QCOMPARE(limitedAt(5s, 5min), 2); // that is another matter
        QCOMPARE(limitedAt(6min, 1s), 3);
        QCOMPARE(limitedAt(59s, 1s), 3);
        QCOMPARE(limitedAt(1s, 1s), 4);
        // Nor of what comes back from a rest that nobody was told of.
        f.end(f.first().route, FailureClass::None);
        QCOMPARE(f.news.size(), 5);
        QCOMPARE(f.news.last().kind, NewsKind::Returned);
        QCOMPARE(limitedAt(5s, 1s), 5);
        f.end(f.first().route, FailureClass::None);
        QCOMPARE(f.news.size(), 5);
    }

    void leavesARefusedKeyAloneUntilEditedOrTested()
    {
        RouterFixture f(2);
        f.end(f.first().route, FailureClass::Auth);
        QCOMPARE(f.news.last().kind, NewsKind::KeyRefused);
        f.now += 24h;
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b"));
        f.router.verified(QStringLiteral("a"), true, false, f.now);
        QCOMPARE(f.go(FailureClass::Auth), QStringLiteral("a"));
        f.config.clusters[0].endpoints[0].auth = AuthStyle::Bearer;
        f.configure();
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
    }

    void takesAWorkingKeyForGoodThoughTheCheckIsForbidden()
    {
        RouterFixture f(2);
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("a"));
        f.breakOpen(QStringLiteral("a"));
        f.now += 60s;
        f.router.verified(QStringLiteral("a"), false, true, f.now);
        QCOMPARE(f.state(QStringLiteral("a")).breaker, BreakerState::HalfOpen);
        QCOMPARE(f.state(QStringLiteral("a")).rest, RestReason::None);
    }

    void touchesNobodysHealthForTheCallersFault()
    {
        RouterFixture f(2);
        for (const FailureClass failure : {FailureClass::Caller, FailureClass::Cancelled, FailureClass::Stale})
            QCOMPARE(f.go(failure), QStringLiteral("a"));
        QCOMPARE(f.state(QStringLiteral("a")).health, HealthStatus::Unknown);
        QCOMPARE(f.state(QStringLiteral("a")).consecutiveFailures, 0);
    }

    void keepsAConversationOnItsEndpointWhileThatIsUsable()
    {
        RouterFixture f(3);
        f.config.clusters[0].strategy = Strategy::RoundRobin;
        f.configure();
        const QString home = f.first("talk").route.endpoint.id;
        for (int i = 0; i < 10; ++i)
            QCOMPARE(f.first("talk").route.endpoint.id, home);
        QVERIFY(f.first().route.endpoint.id != home || f.first().route.endpoint.id != home); // others go round
        f.breakOpen(home);
        const Choice moved = f.first("talk");
        QVERIFY(moved.route.endpoint.id != home);
        f.end(moved.route, FailureClass::None, {}, "talk");
        f.router.reset(home);
        QCOMPARE(f.first("talk").route.endpoint.id, moved.route.endpoint.id); // its cache is there now
    }

    void finishesAnExchangeWhereItBegan()
    {
        RouterFixture f(2);
        Tries tries;
        const Choice one = f.choose(tries);
        failOn(tries, one, FailureClass::Connect, f.now);
        f.config.activeCluster = QStringLiteral("other");
        f.configure();
        QCOMPARE(f.choose(tries).route.endpoint.id, QStringLiteral("b"));
        QCOMPARE(f.first().route.endpoint.id, QStringLiteral("x"));
    }

    void saysWhetherAnotherEndpointCouldTakeOver()
    {
        RouterFixture f(2);
        Tries tries;
        const Choice one = f.choose(tries);
        QVERIFY(one.route.othersLeft);
        RouterFixture alone(1);
        QVERIFY(!alone.first().route.othersLeft);
        Config once;
        once.retry.maxAttempts = 1;
        RouterFixture single(2, once);
        QVERIFY(!single.first().route.othersLeft);
    }

    void spillsOverWhenAnEndpointBearsNoMore()
    {
        RouterFixture f(2);
        f.config.pool.maxConnections = 3;
        f.configure();
        QStringList used;
        for (int i = 0; i < 6; ++i)
            used.append(f.first().route.endpoint.id);
        QCOMPARE(used.count(QStringLiteral("a")), 3);
        QCOMPARE(used.count(QStringLiteral("b")), 3);
        QCOMPARE(f.first().kind, Choice::Full);
        QCOMPARE(f.router.waiting(), 1);
    }

    void servesTheLineInOrder()
    {
        RouterFixture f(1);
        f.config.pool.maxConnections = 1;
        f.configure();
        const Choice running = f.first();
        QList<int> served;
        std::map<int, quint64> tickets;
        std::map<int, Tries> tries;
        for (int i = 0; i < 3; ++i) {
            const Choice full = f.router.choose(tries[i], {}, tickets[i], [&served, i] { served.append(i); }, f.now);
            QCOMPARE(full.kind, Choice::Full);
        }
        f.router.leaveLine(tickets[1]); // its client left
        f.end(running.route, FailureClass::None);
        QCOMPARE(served, QList<int>{0});
        QCOMPARE(f.first().kind, Choice::Full); // a newcomer does not take the place of the one who was called
        const Choice first = f.router.choose(tries[0], {}, tickets[0], {}, f.now);
        QCOMPARE(first.kind, Choice::Go);
        QCOMPARE(tickets[0], quint64(0));
        f.end(first.route, FailureClass::None);
        QCOMPARE(f.router.choose(tries[2], {}, tickets[2], {}, f.now).kind, Choice::Go);
        QVERIFY(served.contains(2));
    }

    void standsInLineForItsOwnEndpointsAlone()
    {
        Line line(2);
        const Choice onA = line.f.first();
        const Choice onB = line.f.first();
        QCOMPARE(onB.route.endpoint.id, QStringLiteral("b"));
        // Each has failed on the one endpoint and waits for the other.
        const int forA = line.joinAfterFailureOn(onB);
        const int forB = line.joinAfterFailureOn(onA);
        QCOMPARE(line.f.first().kind, Choice::Full); // for either, behind both
        line.f.end(onB.route, FailureClass::None);
        QCOMPARE(line.called, QList<int>{forB}); // the first who can go, not the first
        QCOMPARE(line.again(forB).route.endpoint.id, QStringLiteral("b"));
        line.f.end(onA.route, FailureClass::None);
        QCOMPARE(line.called, (QList<int>{forB, forA}));
        QCOMPARE(line.again(forA).route.endpoint.id, QStringLiteral("a"));
    }

    void letsNewcomersPassThoseWhoWaitForAnother()
    {
        Line line(2);
        const Choice onA = line.f.first();
        const Choice onB = line.f.first();
        line.joinAfterFailureOn(onB);
        line.f.end(onB.route, FailureClass::None);
        QVERIFY(line.called.isEmpty());
        const Choice newcomer = line.f.first();
        QCOMPARE(newcomer.kind, Choice::Go);
        QCOMPARE(newcomer.route.endpoint.id, QStringLiteral("b"));
    }

    void letsNobodyPassThoseWhoWaitForTheSame()
    {
        Line line(2);
        const Choice onA = line.f.first();
        const Choice onB = line.f.first();
        const int forA = line.joinAfterFailureOn(onB);
        line.f.end(onA.route, FailureClass::None);
        QCOMPARE(line.called, QList<int>{forA});
        // Before it has come.
        QCOMPARE(line.f.first().kind, Choice::Full);
        QCOMPARE(line.again(forA).kind, Choice::Go);
        line.f.end(onB.route, FailureClass::None);
        QCOMPARE(line.f.woken, 1);
        QCOMPARE(line.f.first().route.endpoint.id, QStringLiteral("b"));
    }

    void aSwitchLeavesTheOldClustersLineBehind()
    {
        Line line(1);
        const Choice running = line.f.first();
        const int old = line.join();
        line.f.config.activeCluster = QStringLiteral("other");
        line.f.configure();
        QCOMPARE(line.again(old).kind, Choice::Full); // it is bound to the cluster that it began with
        const Choice newcomer = line.f.first();
        QCOMPARE(newcomer.kind, Choice::Go);
        QCOMPARE(newcomer.route.endpoint.id, QStringLiteral("x"));
        line.called.clear();
        line.f.end(running.route, FailureClass::None);
        QCOMPARE(line.called, QList<int>{old});
        QCOMPARE(line.again(old).route.endpoint.id, QStringLiteral("a"));
    }

    void callsWhoWaitsWhenAnotherEndpointComesIntoQuestion()
    {
        Line line(2);
        line.f.breakOpen(QStringLiteral("b"));
        line.f.first();
        const int waiter = line.join();
        line.f.router.reset(QStringLiteral("b"));
        QCOMPARE(line.called, QList<int>{waiter});
        QCOMPARE(line.again(waiter).route.endpoint.id, QStringLiteral("b"));
    }

    void asksAgainWhenTheRestOfAnotherEndpointEnds()
    {
        Line line(2);
        const Choice onA = line.f.first();
        const Choice onB = line.f.first();
        line.f.end(onB.route, FailureClass::RateLimit, 7000ms);
        Tries tries;
        const Choice full = line.f.choose(tries);
        QCOMPARE(full.kind, Choice::Full);
        QCOMPARE(full.pause, 7000ms);
        line.f.now += full.pause;
        QCOMPARE(line.f.choose(tries).route.endpoint.id, QStringLiteral("b"));
    }

    void losesNoPlaceInALongLine()
    {
        // At random, in any order of coming back: nobody goes beyond a limit, and nobody waits for ever while there is room.
        std::mt19937 random(7);
        Line line(3);
        line.f.config.pool.maxConnections = 2;
        line.f.configure();
        QList<Route> running;
        QList<int> waiting;
        int gone = 0;
        for (int step = 0; step < 20'000; ++step) {
            if (random() % 2 == 0 && waiting.size() < 12) {
                const int who = line.newcomer(random() % 3 == 0 ? QString(QLatin1Char(static_cast<char>('a' + random() % 3))) : QString());
                const Choice choice = line.again(who);
                if (choice.kind == Choice::Go)
                    running.append(choice.route);
                else if (choice.kind == Choice::Full)
                    waiting.append(who);
            } else if (!running.isEmpty()) {
                line.f.end(running.takeAt(static_cast<qsizetype>(random() % static_cast<unsigned>(running.size()))), FailureClass::None);
            }
            while (!line.called.isEmpty()) {
                const int who = line.called.takeAt(static_cast<qsizetype>(random() % static_cast<unsigned>(line.called.size())));
                const Choice choice = line.again(who);
                if (choice.kind != Choice::Go)
                    continue;
                running.append(choice.route);
                waiting.removeOne(who);
                ++gone;
            }
            QHash<QString, int> load;
            for (const Route &route : std::as_const(running))
                QVERIFY(++load[route.endpoint.id] <= 2);
            // Whoever is still in line finds no room among what it wants.
            for (const int who : std::as_const(waiting)) {
                for (const QString &id : line.wants(who))
                    QCOMPARE(load.value(id), 2);
            }
        }
        QVERIFY2(gone > 1000, qPrintable(QString::number(gone)));
    }

    void holdsNoLimitOfItsOwnWhenFixed()
    {
        RouterFixture f(1);
        f.config.pool.maxConnections = 1;
        f.config.pool.strategy = PoolStrategy::Fixed;
        f.configure();
        for (int i = 0; i < 5; ++i)
            QCOMPARE(f.first().kind, Choice::Go); // the pool's own line takes them
        QCOMPARE(f.state(QStringLiteral("a")).concurrencyLimit, 0);
    }

    void lowersTheLimitOfAnOverloadedEndpoint()
    {
        RouterFixture f(1);
        QList<Route> running;
        for (int i = 0; i < 20; ++i)
            running.append(f.first().route);
        f.end(running.takeLast(), FailureClass::RateLimit, 0ms);
        QCOMPARE(f.state(QStringLiteral("a")).concurrencyLimit, 14);
        QCOMPARE(f.first().kind, Choice::Full);
    }

    void tellsWhenToAskAgain()
    {
        RouterFixture f(2);
        QCOMPARE(f.router.retryHint(QStringLiteral("work"), f.now), 5s);
        f.breakOpen(QStringLiteral("a"));
        f.breakOpen(QStringLiteral("b"));
        f.now += 50s;
        QCOMPARE(f.router.retryHint(QStringLiteral("work"), f.now), 10s);
        QCOMPARE(f.router.retryHint(QStringLiteral("no such"), f.now), 5s);
    }

    void forgetsEndpointsThatAreGone()
    {
        RouterFixture f(2);
        f.breakOpen(QStringLiteral("a"));
        f.config.clusters[0].endpoints.removeFirst();
        f.configure();
        QVERIFY(!f.router.states(f.now).contains(QStringLiteral("a")));
        QVERIFY(!f.router.nextVerification());
    }

    void checksAnEndpointThatHasADisabledCopy()
    {
        RouterFixture f(2);
        Endpoint copy = f.config.clusters[0].endpoints[0];
        copy.name = QStringLiteral("copy");
        copy.enabled = false;
        f.config.clusters[0].endpoints.insert(1, copy);
        f.configure();
        f.breakOpen(QStringLiteral("a"));
        QCOMPARE(f.router.verificationsDue(f.now + 1h).size(), 1);
        QCOMPARE(f.router.verificationsDue(f.now + 1h).first().name, QStringLiteral("a"));
    }

    void forgivesAnEndpointOfTwoClustersOnlyWhenItIsEdited()
    {
        RouterFixture f(2);
        f.config.clusters[1].endpoints = {f.config.clusters[0].endpoints[0]};
        f.config.clusters[1].endpoints[0].priority = 7;
        f.configure();
        f.breakOpen(QStringLiteral("a"));
        f.configure();
        QCOMPARE(f.state(QStringLiteral("a")).breaker, BreakerState::Open);
        f.config.clusters[1].endpoints[0].priority = 8;
        f.configure();
        QCOMPARE(f.state(QStringLiteral("a")).breaker, BreakerState::Closed);
    }

    void doesNotCheckWhatIsSwitchedOff()
    {
        RouterFixture f(2);
        f.breakOpen(QStringLiteral("a"));
        f.config.clusters[0].endpoints[0].enabled = false;
        f.configure();
        QVERIFY(f.router.verificationsDue(f.now + 1h).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestRouter)
#include "tst_router.moc"
