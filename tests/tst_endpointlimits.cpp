#include "tests/support/rawclient.h"
#include "tests/support/routerfixture.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"

#include <QTest>

#include <algorithm>
#include <memory>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray question = R"({"model":"claude-x","stream":true,"messages":[]})";

/// Clients that have asked one after the other.
class Clients
{
public:
    explicit Clients(quint16 port) : m_port(port) { }

    void ask(int count)
    {
        for (int i = 0; i < count; ++i) {
            m_all.push_back(std::make_unique<RawClient>());
            m_all.back()->connectTo(m_port);
            m_all.back()->post("/v1/messages", question);
        }
    }
    RawClient &at(std::size_t index) { return *m_all.at(index); }
    /// How many have a good answer.
    int served() const
    {
        return int(std::ranges::count_if(m_all, [](const auto &client) { return client->response().complete && client->response().status == 200; }));
    }

private:
    quint16 m_port;
    std::vector<std::unique_ptr<RawClient>> m_all;
};

/// The most requests that `upstream` had at a time.
int mostAtOnce(const ScriptedUpstream &upstream)
{
    const QList<Arrived> all = upstream.arrived();
    qsizetype most = 0;
    for (const Arrived &one : all)
        most = std::max(most, std::ranges::count_if(all, [&one](const Arrived &other) { return other.headAtMs <= one.headAtMs && (other.answerEndedAtMs < 0 || other.answerEndedAtMs > one.headAtMs); }));
    return int(most);
}

} // namespace

class TestEndpointLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// An endpoint in disfavour is asked whatever it bears: who waits for room by its owner's limit is woken by that.
    void whoWaitsForTheLastResortIsWoken_data()
    {
        QTest::addColumn<bool>("forOneModel");
        QTest::newRow("it rests") << false;
        QTest::newRow("it rests for the model") << true;
    }

    void whoWaitsForTheLastResortIsWoken()
    {
        QFETCH(bool, forOneModel);
        RouterFixture f(1);
        f.config.clusters[0].endpoints[0].maxConcurrent = forOneModel ? 3 : 2;
        f.configure();
        const QString model = u"m"_s;
        const auto choose = [&] {
            Tries tries;
            tries.model = model;
            return f.choose(tries);
        };
        const auto end = [&](const Choice &choice, FailureClass failure) {
            f.router.attemptEnded(choice.route, {.failure = failure, .status = 429, .firstByteMs = 10.0, .retryAfter = 60s, .model = model}, {}, f.now);
        };
        const Choice first = choose(), second = choose();
        end(first, FailureClass::RateLimit);
        end(second, FailureClass::RateLimit);
        QCOMPARE(f.state(u"a"_s).concurrencyLimit, 1);
        if (forOneModel) {
            // Back after its rest, but not for this model.
            f.now += 61s;
            const Choice other = choose();
            end(other, FailureClass::Model);
            const Choice good = f.first();
            f.end(good.route, FailureClass::None);
            QCOMPARE(f.state(u"a"_s).rest, RestReason::None);
            QCOMPARE(f.state(u"a"_s).concurrencyLimit, 2);
            QCOMPARE(choose().kind, Choice::Go);
        }
        const Choice third = choose(), fourth = choose();
        QCOMPARE(third.kind, Choice::Go);
        QCOMPARE(fourth.kind, Choice::Go);
        QCOMPARE(choose().kind, Choice::Full);
        f.woken = 0;
        end(third, forOneModel ? FailureClass::Model : FailureClass::RateLimit);
        QCOMPARE(f.woken, 1);
        QCOMPARE(choose().kind, Choice::Go);
    }

    void init()
    {
        m_a = std::make_unique<ThreadedUpstream>();
        m_b = std::make_unique<ThreadedUpstream>();
        QVERIFY((*m_a)->listen() && (*m_b)->listen());
    }

    void beyondTheLimitTheNextEndpointServes()
    {
        hold(a());
        hold(b());
        TestProxy proxy({a().baseUrl(), b().baseUrl()}, TestProxy::patient());
        limit(proxy, 2, 0);
        Clients clients(proxy.port());
        clients.ask(4);
        QTRY_COMPARE(a().openStreams(), 2);
        QTRY_COMPARE(b().openStreams(), 2);
        // Both are full: the next one waits, and nobody is blamed.
        clients.ask(2);
        QTRY_COMPARE(proxy.plane().router.waiting(), 2);
        QCOMPARE(a().arrivedCount() + b().arrivedCount(), 4);
        for (const EndpointState &state : proxy.states()) {
            QVERIFY(state.isFull);
            QCOMPARE(state.inFlight, 2);
            QCOMPARE(state.consecutiveFailures, 0);
            QCOMPARE(state.breaker, BreakerState::Closed);
            QCOMPARE(state.rest, RestReason::None);
        }
        // A client leaves, and the first in line takes the place.
        clients.at(0).reset();
        QTRY_COMPARE(proxy.plane().router.waiting(), 1);
        QTRY_COMPARE(a().arrivedCount() + b().arrivedCount(), 5);
        // One in line leaves, and nothing is stuck.
        clients.at(5).reset();
        QTRY_COMPARE(proxy.plane().router.waiting(), 0);
        clients.at(1).reset();
        QTRY_VERIFY(std::ranges::any_of(proxy.states(), [](const EndpointState &state) { return !state.isFull; }));
    }

    /// Streams that end by themselves.
    void theLastEndpointMakesThemWait_data()
    {
        QTest::addColumn<int>("limited");
        QTest::addColumn<int>("streams");
        QTest::newRow("one at a time") << 1 << 5;
        QTest::newRow("two at a time") << 2 << 12;
    }

    void theLastEndpointMakesThemWait()
    {
        QFETCH(int, limited);
        QFETCH(int, streams);
        a().setDefaultScript("delay:20:60,ok");
        TestProxy proxy({a().baseUrl()}, TestProxy::patient());
        limit(proxy, limited, 0);
        Clients clients(proxy.port());
        clients.ask(streams);
        QTRY_COMPARE_WITH_TIMEOUT(clients.served(), streams, 20'000);
        QCOMPARE(a().arrivedCount(), streams);
        QCOMPARE(mostAtOnce(a()), limited);
        QTRY_COMPARE(proxy.records().size(), streams);
        for (const ExchangeRecord &record : proxy.records()) {
            QCOMPARE(record.outcome, Outcome::Complete);
            QCOMPARE(record.attempts.size(), 1);
        }
        const EndpointState state = proxy.states().begin().value();
        QCOMPARE(state.health, HealthStatus::Healthy);
        QVERIFY(!state.isFull);
        QCOMPARE(state.inFlight, 0);
    }

    void aMinuteHoldsSoMany()
    {
        TestClock clock;
        TestProxy proxy({a().baseUrl()}, TestProxy::patient(), {}, clock);
        limit(proxy, 0, 2);
        Clients clients(proxy.port());
        clients.ask(2);
        QTRY_COMPARE(clients.served(), 2);
        clock.advance(30s);
        clients.ask(3);
        QTRY_COMPARE(proxy.plane().router.waiting(), 3);
        const EndpointState state = proxy.states().begin().value();
        QVERIFY(state.isFull);
        QCOMPARE(state.beganWithinMinute, 2);
        QCOMPARE(state.health, HealthStatus::Healthy);
        clock.advance(29s);
        QCOMPARE(proxy.plane().router.waiting(), 3);
        clock.advance(1s);
        QTRY_COMPARE(clients.served(), 4);
        QTRY_COMPARE(proxy.plane().router.waiting(), 1);
        clock.advance(60s);
        QTRY_COMPARE(clients.served(), 5);
        QCOMPARE(a().arrivedCount(), 5);
    }

    void theNextEndpointServesWhatTheMinuteDoesNot()
    {
        TestClock clock;
        TestProxy proxy({a().baseUrl(), b().baseUrl()}, TestProxy::patient(), {}, clock);
        proxy.editEndpoints([](QList<Endpoint> &endpoints) { endpoints.first().requestsPerMinute = 1; });
        Clients clients(proxy.port());
        clients.ask(1);
        QTRY_COMPARE(clients.served(), 1);
        clients.ask(2);
        QTRY_COMPARE(clients.served(), 3);
        QCOMPARE(a().arrivedCount(), 1);
        QCOMPARE(b().arrivedCount(), 2);
        clock.advance(60s);
        clients.ask(1);
        QTRY_COMPARE(clients.served(), 4);
        QCOMPARE(a().arrivedCount(), 2);
    }

    void anEndpointInDisfavourKeepsItsLimitToo()
    {
        // Its only endpoint has failed and is open; what may be tried there is no more than before.
        a().setDefaultScript("status:500");
        Config config = TestProxy::patient();
        config.retry.maxAttempts = 1;
        config.breaker.failures = 1;
        TestProxy proxy({a().baseUrl()}, config);
        limit(proxy, 1, 0);
        Clients clients(proxy.port());
        clients.ask(1);
        QTRY_COMPARE(clients.at(0).finished(), 1);
        QTRY_COMPARE(proxy.states().begin().value().breaker, BreakerState::Open);
        hold(a());
        clients.ask(2);
        QTRY_COMPARE(a().openStreams(), 1);
        QTRY_COMPARE(proxy.plane().router.waiting(), 1);
        QCOMPARE(a().arrivedCount(), 2);
    }

    void aWaitHasTheEndOfTheWholeRequest()
    {
        hold(a());
        Config config = TestProxy::patient();
        config.timeouts.total = 60s;
        TestClock clock;
        TestProxy proxy({a().baseUrl()}, config, {}, clock);
        limit(proxy, 1, 0);
        Clients clients(proxy.port());
        clients.ask(2);
        QTRY_COMPARE(proxy.plane().router.waiting(), 1);
        clock.advance(60s);
        QTRY_COMPARE(clients.at(1).finished(), 1);
        QCOMPARE(clients.at(1).response().status, 504);
        QCOMPARE(proxy.plane().router.waiting(), 0);
    }

    /// Nothing has been tried, so nothing holds those that wait to what the endpoint was when they came.
    void whoWaitsGoesByTheConfigurationOfNow_data()
    {
        QTest::addColumn<bool>("replaced");
        QTest::newRow("another key") << false;
        QTest::newRow("another endpoint") << true;
    }
    void whoWaitsGoesByTheConfigurationOfNow()
    {
        QFETCH(bool, replaced);
        TestClock clock;
        TestProxy proxy({a().baseUrl()}, TestProxy::patient(), {}, clock);
        limit(proxy, 0, 1);
        Clients clients(proxy.port());
        clients.ask(1);
        QTRY_COMPARE(clients.served(), 1);
        clients.ask(3);
        QTRY_COMPARE(proxy.plane().router.waiting(), 3);
        proxy.editEndpoints([&](QList<Endpoint> &endpoints) {
            endpoints.first() = TestProxy::endpointAt(replaced ? b().baseUrl() : a().baseUrl(), replaced ? 1 : 0);
            endpoints.first().apiKey = "another-key";
            endpoints.first().id = endpointId(endpoints.first().baseUrl, "another-key");
        });
        QTRY_COMPARE(clients.served(), 4);
        ScriptedUpstream &now = replaced ? b() : a();
        QCOMPARE(now.arrivedAt(now.arrivedCount() - 1).header("x-api-key"), QByteArray("another-key"));
    }

    void whoWaitsTakesAnEndpointThatIsAdded()
    {
        hold(a());
        TestProxy proxy({a().baseUrl()}, TestProxy::patient());
        limit(proxy, 1, 0);
        Clients clients(proxy.port());
        clients.ask(2);
        QTRY_COMPARE(proxy.plane().router.waiting(), 1);
        proxy.editEndpoints([&](QList<Endpoint> &endpoints) { endpoints.append(TestProxy::endpointAt(b().baseUrl(), 1)); });
        QTRY_COMPARE(b().arrivedCount(), 1);
        QTRY_COMPARE(clients.served(), 1);
    }

    /// One hiccup, and the other endpoint is full: the first one is asked again rather than the other one waited for.
    void ratherThanWaitForOneThatIsFullTheFirstIsAskedAgain()
    {
        TestClock clock;
        TestProxy proxy({a().baseUrl(), b().baseUrl()}, TestProxy::patient(), {}, clock);
        proxy.editEndpoints([](QList<Endpoint> &endpoints) { endpoints.last().requestsPerMinute = 1; });
        a().setDefaultScript("status:500");
        Clients clients(proxy.port());
        clients.ask(1);
        QTRY_COMPARE(clients.served(), 1);
        QCOMPARE(b().arrivedCount(), 1);
        clients.ask(1);
        QTRY_COMPARE(a().arrivedCount(), 2);
        a().setDefaultScript({});
        QTRY_VERIFY((clock.advance(100ms), clients.served() == 2));
        QCOMPARE(a().arrivedCount(), 3);
        QCOMPARE(b().arrivedCount(), 1);
    }

    /// It came to the endpoint a moment before its end: that says nothing of the endpoint.
    void aPlaceThatCameTooLateIsNobodysFault()
    {
        a().setBehaviour([](const Arrived &) { return Script().stall(); });
        Config config = TestProxy::patient();
        config.timeouts.total = 60s;
        config.timeouts.read = 600s;
        config.breaker.failures = 1;
        TestClock clock;
        TestProxy proxy({a().baseUrl()}, config, {}, clock);
        limit(proxy, 1, 0);
        Clients clients(proxy.port());
        clients.ask(2);
        QTRY_COMPARE(proxy.plane().router.waiting(), 1);
        clock.advance(59s);
        clients.at(0).close();
        QTRY_COMPARE(a().arrivedCount(), 2);
        clock.advance(1s);
        QTRY_COMPARE(clients.at(1).finished(), 1);
        QCOMPARE(clients.at(1).response().status, 504);
        QVERIFY2(clients.at(1).response().body.contains("this endpoint had less than half of it"), clients.at(1).response().body.constData());
        const EndpointState state = proxy.states().begin().value();
        QCOMPARE(state.breaker, BreakerState::Closed);
        QCOMPARE(state.consecutiveFailures, 0);
        // One that has had its time is to blame.
        clients.ask(1);
        QTRY_COMPARE(a().arrivedCount(), 3);
        clock.advance(60s);
        QTRY_COMPARE(clients.at(2).finished(), 1);
        QTRY_COMPARE(proxy.states().begin().value().breaker, BreakerState::Open);
    }

    void aLimitThatIsLiftedLetsThemGo()
    {
        hold(a());
        TestProxy proxy({a().baseUrl()}, TestProxy::patient());
        limit(proxy, 1, 0);
        Clients clients(proxy.port());
        clients.ask(3);
        QTRY_COMPARE(proxy.plane().router.waiting(), 2);
        limit(proxy, 0, 0);
        QTRY_COMPARE(a().openStreams(), 3);
        QCOMPARE(proxy.plane().router.waiting(), 0);
    }

private:
    ScriptedUpstream &a() { return **m_a; }
    ScriptedUpstream &b() { return **m_b; }

    static void limit(TestProxy &proxy, int atOnce, int perMinute)
    {
        proxy.editEndpoints([&](QList<Endpoint> &endpoints) {
            for (Endpoint &endpoint : endpoints) {
                endpoint.maxConcurrent = atOnce;
                endpoint.requestsPerMinute = perMinute;
            }
        });
    }

    /// Answers begin and never end.
    static void hold(ScriptedUpstream &upstream)
    {
        upstream.setBehaviour([](const Arrived &) { return Script().streamHead().stall(); });
    }

    std::unique_ptr<ThreadedUpstream> m_a;
    std::unique_ptr<ThreadedUpstream> m_b;
};

QTEST_GUILESS_MAIN(TestEndpointLimits)
#include "tst_endpointlimits.moc"
