#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"

#include <QTcpServer>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

const QByteArray question(R"JSON({"model":"claude-x","max_tokens":1,"messages":[]})JSON");
const QByteArray list("{\"data\": [ {\"id\":\"claude-zed-5\",\"display_name\":\"Zed \\u2116 5\",\"type\":\"model\"},{\"id\":\"gpt-6\"} ],\"has_more\":false}\n");
const RawHeaders discovery{{"anthropic-version", "2023-06-01"}, {"User-Agent", "claude-code/2.1.332"}};

} // namespace

/// What Claude Code's vendor asks of a gateway (docs/gateway-contract.md): the paths beside that of messages.
class TestGatewayPaths : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_first = std::make_unique<ScriptedUpstream>();
        m_second = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_first->listen());
        QVERIFY(m_second->listen());
    }

    void aGreetingIsPassedOn_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("/api/hello") << QByteArray("/api/hello");
        QTest::newRow("older ones'") << QByteArray("/");
    }

    void aGreetingIsPassedOn()
    {
        QFETCH(QByteArray, path);
        m_first->setBehaviour([](const Arrived &) { return Script().head(200, {{"Content-Type", "application/json"}, {"Content-Length", "19"}, {"x-from", "upstream"}}); });
        TestProxy proxy({m_first->baseUrl() + "/relay", m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.request("HEAD", path);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(m_first->arrivedAt(0).method, QByteArray("HEAD"));
        QCOMPARE(m_first->arrivedAt(0).rawTarget, "/relay" + path);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(client.response().header("x-from"), QByteArray("upstream"));
        QCOMPARE(client.response().header("content-length"), QByteArray("19"));
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
        QCOMPARE(m_second->arrivedCount(), 0);
    }

    void aGreetingThatFailsIsNobodysFault_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("script");
        for (const int status : {301, 307, 401, 402, 403, 404, 405, 429, 500, 503, 529})
            QTest::addRow("%d", status) << QByteArray("/api/hello") << "status:" + QByteArray::number(status) + ":empty";
        QTest::newRow("a page") << QByteArray("/") << QByteArray("status:403:html");
        QTest::newRow("closed") << QByteArray("/api/hello") << QByteArray("close-before-answer");
        QTest::newRow("reset") << QByteArray("/api/hello") << QByteArray("reset-before-answer");
        QTest::newRow("silent") << QByteArray("/") << QByteArray("stall-before-head");
    }

    void aGreetingThatFailsIsNobodysFault()
    {
        // A relay that does not know this path is none the worse for it, nor is the user to be told of it at each start of his client.
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, script);
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        for (int i = 0; i < 4; ++i) {
            client.request("HEAD", path, {{"x-script", script}});
            QTRY_COMPARE(client.finished(), i + 1);
            const RawResponse response = client.response(i);
            QCOMPARE(response.status, 200);
            QVERIFY(!response.header("x-qcc-request-id").isEmpty());
            QCOMPARE(response.header("location"), QByteArray());
            QCOMPARE(response.header("retry-after"), QByteArray());
            QTRY_COMPARE(proxy.records().size(), i + 1);
            QCOMPARE(proxy.last().outcome, Outcome::Complete);
            QCOMPARE(proxy.last().error, QString());
            QCOMPARE(proxy.last().attempts.size(), 1);
        }
        QCOMPARE(m_first->arrivedCount(), 4);
        const QString id = TestProxy::endpointAt(m_first->baseUrl(), 0).id;
        const EndpointState state = proxy.states().value(id);
        QCOMPARE(state.consecutiveFailures, 0);
        QCOMPARE(state.health, HealthStatus::Unknown);
        // And it still is the one that is asked.
        client.post("/v1/messages?beta=true", question);
        QTRY_COMPARE(client.finished(), 5);
        QCOMPARE(m_first->arrivedCount(), 5);
        QCOMPARE(m_second->arrivedCount(), 0);
    }

    void aGreetingIsAnsweredWhereNobodyIsReached_data()
    {
        QTest::addColumn<bool>("isConfigured");
        QTest::newRow("nobody listens") << true;
        QTest::newRow("no cluster") << false;
    }

    void aGreetingIsAnsweredWhereNobodyIsReached()
    {
        QFETCH(bool, isConfigured);
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        const QByteArray dead = "http://127.0.0.1:" + QByteArray::number(closed.serverPort());
        closed.close();
        TestProxy proxy(isConfigured ? QList<QByteArray>{dead} : QList<QByteArray>());
        RawClient client;
        client.connectTo(proxy.port());
        client.request("HEAD", "/api/hello");
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
        if (isConfigured) {
            QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Cancelled);
            QVERIFY(!proxy.last().attempts.first().error.isEmpty());
            QCOMPARE(proxy.states().value(TestProxy::endpointAt(dead, 0).id).consecutiveFailures, 0);
        }
    }

    void aGreetingOutlivesNoLimit()
    {
        m_first->setDefaultScript("stall-before-head");
        Config config = TestProxy::patient();
        config.timeouts.total = 5s;
        TestClock clock;
        TestProxy proxy({m_first->baseUrl()}, config, {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.request("HEAD", "/api/hello");
        QVERIFY(proxy.comesTo(RunningState::Attempting));
        clock.advance(5s);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
    }

    void aGreetingMendsNothingEither()
    {
        // The page that answers it may be another machine's than the API.
        m_first->setDefaultScript("status:500");
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttempts = 1;
        config.breaker.failures = 2;
        TestProxy proxy({m_first->baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        client.request("HEAD", "/", {{"x-script", "ok"}});
        client.post("/v1/messages?beta=true", question);
        QTRY_COMPARE(client.finished(), 3);
        QCOMPARE(client.response(1).status, 200);
        const EndpointState state = proxy.states().value(TestProxy::endpointAt(m_first->baseUrl(), 0).id);
        QCOMPARE(state.consecutiveFailures, 2);
        QCOMPARE(state.breaker, BreakerState::Open);
    }

    void modelsAreThoseOfTheEndpointThatIsAskedNext()
    {
        m_first->setBehaviour([](const Arrived &) { return Script().answer(200, "application/json", list, {{"request-id", "r"}}); });
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.get("/v1/models?limit=1000", discovery);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(client.response().body, list);
        QCOMPARE(m_first->arrivedAt(0).rawTarget, QByteArray("/v1/models?limit=1000"));
        QCOMPARE(m_first->arrivedAt(0).header("anthropic-version"), QByteArray("2023-06-01"));
        QCOMPARE(m_second->arrivedCount(), 0);
    }

    void aRedirectOfModelsIsPassedOver()
    {
        m_first->setBehaviour([](const Arrived &) { return Script().answer(302, "text/html", "<a>", {{"Location", "https://login.example/"}}); });
        m_second->setBehaviour([](const Arrived &) { return Script().answer(200, "application/json", list); });
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.get("/v1/models?limit=1000", discovery);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(client.response().body, list);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Misplaced);
        // Whoever lists no models may serve them all the same.
        QCOMPARE(proxy.states().value(TestProxy::endpointAt(m_first->baseUrl(), 0).id).consecutiveFailures, 0);
    }

    void noRedirectOfModelsReachesTheClient_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {301, 302, 303, 307, 308})
            QTest::addRow("%d", status) << status;
    }

    void noRedirectOfModelsReachesTheClient()
    {
        QFETCH(int, status);
        m_first->setBehaviour([status](const Arrived &) { return Script().answer(status, "text/html", "<a>", {{"Location", "/v1/models/"}, {"x-a", "1"}}); });
        TestProxy proxy({m_first->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.get("/v1/models?limit=1000", discovery);
        QTRY_VERIFY(client.response().complete);
        QVERIFY(client.response().status >= 300);
        QCOMPARE(client.response().header("location"), QByteArray());
        QCOMPARE(client.response().header("x-a"), QByteArray("1"));
        QCOMPARE(m_first->arrivedCount(), 1);
        // Files, which are often elsewhere, are redirected as ever.
        client.get("/v1/files/f/content");
        QTRY_COMPARE(client.finished(), 2);
        QCOMPARE(client.response(1).status, status);
        QCOMPARE(client.response(1).header("location"), QByteArray("/v1/models/"));
    }

    void anEndpointWithoutAListSaysSoItself()
    {
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.get("/v1/models?limit=1000", discovery + RawHeaders{{"x-script", "status:404"}});
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 404);
        QCOMPARE(client.response().header("x-qcc-request-id"), QByteArray());
        QCOMPARE(proxy.last().outcome, Outcome::CallerError);
        QCOMPARE(m_second->arrivedCount(), 0);
    }

private:
    std::unique_ptr<ScriptedUpstream> m_first;
    std::unique_ptr<ScriptedUpstream> m_second;
};

QTEST_GUILESS_MAIN(TestGatewayPaths)
#include "tst_gatewaypaths.moc"
