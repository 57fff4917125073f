#include "core/routing/healthtracker.h"
#include "tests/support/routerfixture.h"

#include <QTest>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

/// What is known of one endpoint, at a time that is moved by hand.
class Known
{
public:
    HealthTracker health{Config::Breaker(), 100};
    HealthTracker::Time now = HealthTracker::Time{} + 24h;

    void end(FailureClass failure, std::optional<std::chrono::milliseconds> retryAfter = {})
    {
        end({.failure = failure, .status = failure == FailureClass::None ? 200 : 500, .retryAfter = retryAfter});
    }
    void end(const AttemptResult &result)
    {
        health.attemptStarted();
        health.attemptEnded(result, false, now);
    }
    RestReason rest() const { return health.state(now).rest; }
    double seconds() const { return health.state(now).reopensInS; }
};

} // namespace

/// What a failure is held against, and for how long: docs/answers.md, part 4.
class TestHealthTracker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsModelsApart()
    {
        Known known;
        known.end({.failure = FailureClass::Model, .status = 404, .model = QStringLiteral("m-1")});
        QCOMPARE(known.health.tier(known.now, QStringLiteral("m-1")), Tier::Resting);
        QCOMPARE(known.health.tier(known.now, QStringLiteral("m-2")), Tier::Healthy);
        QCOMPARE(known.health.tier(known.now), Tier::Healthy);
        QVERIFY(known.health.isWell());
        QCOMPARE(known.health.state(known.now).restingModels.size(), 1);
        QCOMPARE(known.health.state(known.now).restingModels.first().seconds, 600.0);
        known.now += HealthTracker::modelRest;
        QCOMPARE(known.health.tier(known.now, QStringLiteral("m-1")), Tier::Healthy);
        QVERIFY(known.health.state(known.now).restingModels.isEmpty());
    }

    void aModelThatIsServedAfterAllRestsNoLonger()
    {
        Known known;
        known.end({.failure = FailureClass::Model, .status = 404, .model = QStringLiteral("m-1")});
        known.end({.failure = FailureClass::None, .status = 200, .model = QStringLiteral("m-1")});
        QCOMPARE(known.health.tier(known.now, QStringLiteral("m-1")), Tier::Healthy);
    }

    void remembersNoMoreModelsThanItsBound()
    {
        Known known;
        for (int i = 0; i < 1000; ++i)
            known.end({.failure = FailureClass::Model, .status = 404, .model = QString::number(i)});
        QCOMPARE(known.health.state(known.now).restingModels.size(), HealthTracker::mostModels);
        known.now += HealthTracker::modelRest;
        known.end({.failure = FailureClass::Model, .status = 404, .model = QStringLiteral("new")});
        QCOMPARE(known.health.state(known.now).restingModels.size(), 1);
    }

    void keepsLoginsApart()
    {
        Known known;
        const auto refused = [](const QByteArray &login, std::optional<std::chrono::milliseconds> after = {}, FailureClass failure = FailureClass::RateLimit) {
            return AttemptResult{.failure = failure, .status = 429, .retryAfter = after, .login = login};
        };
        const auto tierOf = [&known](const QByteArray &login) { return known.health.tier(known.now, {}, login); };
        known.end(refused("one", std::chrono::seconds(90)));
        QCOMPARE(tierOf("one"), Tier::Resting);
        QCOMPARE(tierOf("two"), Tier::Healthy);
        // Nor is anything held against the endpoint, or its own key.
        QCOMPARE(tierOf({}), Tier::Healthy);
        QVERIFY(known.health.isWell() && known.health.health(known.now) == HealthStatus::Healthy);
        QCOMPARE(known.health.state(known.now).restingLogins, QList<double>{90});
        QCOMPARE(known.health.restsUntil(known.now, {}, "one"), std::optional(known.now + std::chrono::seconds(90)));
        QCOMPARE(known.health.restsUntil(known.now, {}, "two"), std::nullopt);
        known.now += std::chrono::seconds(90);
        QCOMPARE(tierOf("one"), Tier::Healthy);
        // A rest of the endpoint's own is everybody's.
        known.end({.failure = FailureClass::RateLimit, .status = 429, .retryAfter = std::chrono::seconds(5)});
        QCOMPARE(tierOf("two"), Tier::Resting);
    }

    void aLoginRestsLongerEachTimeUntilItIsTaken()
    {
        Known known;
        const AttemptResult refused{.failure = FailureClass::RateLimit, .status = 429, .login = "one"};
        for (const double seconds : {5.0, 10.0, 20.0}) {
            known.end(refused);
            QCOMPARE(known.health.state(known.now).restingLogins, QList<double>{seconds});
            known.now += std::chrono::seconds(int(seconds));
        }
        // What was on its way before the refusal says nothing against it.
        const HealthTracker::Time before = known.now - std::chrono::seconds(1);
        known.end({.failure = FailureClass::Quota, .status = 402, .login = "one"});
        known.end({.failure = FailureClass::None, .status = 200, .login = "one", .began = before});
        QCOMPARE(known.health.tier(known.now, {}, "one"), Tier::Resting);
        known.end({.failure = FailureClass::None, .status = 200, .login = "one", .began = known.now});
        QCOMPARE(known.health.tier(known.now, {}, "one"), Tier::Healthy);
        known.end(refused);
        QCOMPARE(known.health.state(known.now).restingLogins, QList<double>{5});
    }

    void remembersNoMoreLoginsThanItsBound()
    {
        Known known;
        for (int i = 0; i < 1000; ++i)
            known.end({.failure = FailureClass::RateLimit, .status = 429, .retryAfter = std::chrono::seconds(100 + i), .login = QByteArray::number(i)});
        QCOMPARE(known.health.state(known.now).restingLogins.size(), HealthTracker::mostLogins);
        // Those that rest longest are known.
        QCOMPARE(known.health.tier(known.now, {}, "999"), Tier::Resting);
        QCOMPARE(known.health.tier(known.now, {}, "0"), Tier::Healthy);
        known.health.reset();
        QVERIFY(known.health.state(known.now).restingLogins.isEmpty());
    }

    void aMilderRefusalNeverShortensALongerRest()
    {
        Known known;
        known.end(FailureClass::Quota);
        known.now += 1min;
        known.end(FailureClass::RateLimit, 5s);
        QCOMPARE(known.rest(), RestReason::Quota);
        QCOMPARE(known.seconds(), 29 * 60.0);
        known.now += 29min;
        QCOMPARE(known.rest(), RestReason::None);
    }

    void anAnswerThatWasOnItsWayEndsNoRest()
    {
        Known known;
        const HealthTracker::Time before = known.now;
        known.now += 10s;
        known.end(FailureClass::Quota);
        known.end({.failure = FailureClass::None, .status = 200, .began = before});
        QCOMPARE(known.rest(), RestReason::Quota);
        known.now += 1s;
        known.end({.failure = FailureClass::None, .status = 200, .began = known.now});
        QCOMPARE(known.rest(), RestReason::None);
    }

    void aKeyThatNeverWorkedIsOut()
    {
        Known known;
        known.end(FailureClass::Auth);
        QCOMPARE(known.health.tier(known.now), Tier::Out);
        QCOMPARE(known.seconds(), 0.0);
        known.now += 24h;
        QCOMPARE(known.health.tier(known.now), Tier::Out);
    }

    void aKeyThatHasWorkedRestsLongerEachTime()
    {
        Known known;
        known.health.keyHasWorked();
        for (const auto rest : {1min, 2min, 4min, 8min, 16min, 30min, 30min}) {
            known.end(FailureClass::Auth);
            QCOMPARE(known.rest(), RestReason::Auth);
            QCOMPARE(known.seconds(), double(std::chrono::seconds(rest).count()));
            QCOMPARE(known.health.verifyDue(), std::optional(known.now + rest)); // the background check decides
            known.now += rest;
            QCOMPARE(known.health.tier(known.now), Tier::Healthy);
        }
        known.end(FailureClass::None);
        known.end(FailureClass::Auth);
        QCOMPARE(known.seconds(), 60.0);
    }

    void theCheckDecides()
    {
        Known known;
        known.end(FailureClass::None);
        known.end(FailureClass::Auth);
        known.now += 1min;
        known.health.verified(true, true, known.now);
        QCOMPARE(known.seconds(), 120.0);
        known.now += 2min;
        known.health.verified(true, false, known.now);
        QCOMPARE(known.rest(), RestReason::None);
        QVERIFY(!known.health.verifyDue());
    }

    void aCheckThatIsForbiddenDecidesNothing()
    {
        Known known;
        known.end(FailureClass::None);
        known.health.verified(true, true, known.now); // refused although the key works
        known.end(FailureClass::Auth);
        known.now += 1min;
        known.health.verified(true, true, known.now);
        QCOMPARE(known.rest(), RestReason::None);
    }

    void whoIsNotReachedAfterARefusalIsNotCheckedForEver()
    {
        Known known;
        known.end(FailureClass::None);
        known.end(FailureClass::Auth);
        known.now += 1min;
        known.health.verified(false, false, known.now);
        QVERIFY(known.health.verifyDue() && *known.health.verifyDue() > known.now);
    }

    void whatIsNoQuestionToAModelBlamesNobody_data()
    {
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<bool>("blames");
        for (const FailureClass failure : {FailureClass::Transient, FailureClass::Auth, FailureClass::Quota, FailureClass::RateLimit, FailureClass::Timeout,
                                           FailureClass::Blocked, FailureClass::Misplaced, FailureClass::Model})
            QTest::addRow("%s", qPrintable(toWord(failure))) << failure << false;
        for (const FailureClass failure : {FailureClass::Connect, FailureClass::Broken})
            QTest::addRow("%s", qPrintable(toWord(failure))) << failure << true;
    }

    void whatIsNoQuestionToAModelBlamesNobody()
    {
        QFETCH(FailureClass, failure);
        Known known;
        known.end({.failure = failure, .status = 500, .auxiliary = true});
        QTEST(known.health.state(known.now).consecutiveFailures > 0 || known.rest() != RestReason::None, "blames");
    }

    void aListOfModelsVouchesForNothing()
    {
        Known known;
        known.end({.failure = FailureClass::None, .status = 200, .auxiliary = true});
        QVERIFY(!known.health.keyWorked());
        known.end(FailureClass::Auth);
        known.end({.failure = FailureClass::None, .status = 200, .auxiliary = true});
        QCOMPARE(known.health.tier(known.now), Tier::Out);
        Known resting;
        resting.end(FailureClass::Quota);
        resting.end({.failure = FailureClass::None, .status = 200, .auxiliary = true});
        QCOMPARE(resting.rest(), RestReason::Quota);
    }

    void aRefusedKeyIsSaidOnce()
    {
        RouterFixture f(1);
        f.router.keysHaveWorked({QStringLiteral("a")});
        for (int i = 0; i < 3; ++i) {
            f.go(FailureClass::Auth);
            f.now += 31min;
        }
        const auto refused = [&f] {
            return std::count_if(f.news.begin(), f.news.end(), [](const RoutingNews &news) { return news.kind == NewsKind::KeyRefused; });
        };
        QCOMPARE(refused(), 1);
        QVERIFY(f.news.first().seconds > 0);
        f.go(FailureClass::None);
        f.go(FailureClass::Auth);
        QCOMPARE(refused(), 2);
    }

    void tellsWhenAKeyWorksForTheFirstTime()
    {
        RouterFixture f(2);
        QStringList told;
        f.router.setKeyListener([&told](const Endpoint &endpoint) { told.append(endpoint.id); });
        f.router.keysHaveWorked({QStringLiteral("b")});
        f.go(FailureClass::None);
        f.go(FailureClass::None);
        QCOMPARE(told, QStringList{QStringLiteral("a")});
        f.go(FailureClass::Auth); // rests now
        QCOMPARE(f.go(FailureClass::None), QStringLiteral("b"));
        QCOMPARE(told.size(), 1);
    }

    void withoutAHistoryEveryKeyHasWorked()
    {
        RouterFixture f(1);
        f.router.allKeysHaveWorked();
        f.go(FailureClass::Auth);
        QVERIFY(f.router.states(f.now).value(QStringLiteral("a")).reopensInS > 0);
    }

    void theHintIsTheSoonestThatAnybodyNamed()
    {
        RouterFixture f(2);
        Tries tries;
        f.end(f.choose(tries).route, FailureClass::RateLimit, 90s);
        f.end(f.first().route, FailureClass::RateLimit, std::chrono::seconds(124'633));
        QCOMPARE(f.router.retryHint(QStringLiteral("work"), f.now), 90s);
        // Of one that merely failed the minute is the most, because it would be asked again.
        RouterFixture g(2);
        g.end(g.first().route, FailureClass::RateLimit, 90s);
        g.end(g.first().route, FailureClass::Transient);
        QCOMPARE(g.router.retryHint(QStringLiteral("work"), g.now), 60s);
        QCOMPARE(g.router.retryHint(QStringLiteral("work"), g.now, {}, 1500ms), 2s);
    }
};

QTEST_GUILESS_MAIN(TestHealthTracker)
#include "tst_healthtracker.moc"
