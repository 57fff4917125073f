#include "tests/support/faults.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/scriptwords.h"
#include "tests/support/silentaddress.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

#include <memory>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

const QByteArray body("{\"model\":\"claude-sonnet-4\",  \"messages\":[] , \"note\":\"model\"}");

QByteArray received(const RawResponse &response, const char *member)
{
    return QJsonDocument::fromJson(response.body).object().value(QLatin1String(member)).toString().toLatin1();
}

} // namespace

/// What an exchange does between its attempts, and how each attempt's request is made for its endpoint.
class TestAttempts : public QObject
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

    void waitsAsLongAsTheOnlyEndpointAsks_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<std::chrono::milliseconds>("least");
        QTest::addColumn<std::chrono::milliseconds>("most");
        QTest::newRow("in seconds") << QByteArray("retry-after:503:20|ok") << std::chrono::milliseconds(20s) << std::chrono::milliseconds(20s);
        QTest::newRow("not at all") << QByteArray("status:503|ok") << 100ms << 900ms;
        QTest::newRow("broken, not asked") << QByteArray("close-before-answer|ok") << 100ms << 900ms;
    }

    void waitsAsLongAsTheOnlyEndpointAsks()
    {
        QFETCH(QByteArray, script);
        QFETCH(std::chrono::milliseconds, least);
        QFETCH(std::chrono::milliseconds, most);
        TestClock clock;
        TestProxy proxy({m_first->baseUrl()}, TestProxy::shortDeadlines(), {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", body, {{"x-script", script}, {"x-case", "1"}});
        QVERIFY(proxy.comesTo(RunningState::Waiting) && m_first->arrivedCount() == 1);
        clock.advance(least - 1ms);
        QVERIFY(proxy.comesTo(RunningState::Waiting));
        clock.advance(most - least + 1ms);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(proxy.last().outcome, Outcome::Recovered);
        QCOMPARE(m_first->arrivedCount(), 2);
    }

    void passesOnARefusalThatAsksForTooLong()
    {
        TestProxy proxy({m_first->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", body, {{"x-script", "retry-after:503:61"}});
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 503);
        QCOMPARE(client.response().header("retry-after"), QByteArray("60")); // it would be asked again
        QCOMPARE(m_first->arrivedCount(), 1);
    }

    void stopsTryingWhenTheClientLeaves()
    {
        TestClock clock;
        TestProxy proxy({m_first->baseUrl()}, TestProxy::shortDeadlines(), {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", body, {{"x-script", "retry-after:503:1"}});
        QTRY_COMPARE(m_first->arrivedCount(), 1);
        QVERIFY(proxy.comesTo(RunningState::Waiting));
        client.close();
        QTRY_COMPARE(proxy.last().outcome, Outcome::ClientCancelled);
        clock.advance(1min);
        QCOMPARE(proxy.running().size(), 0);
        QCOMPARE(m_first->arrivedCount(), 1);
        QCOMPARE(proxy.inFlight(), 0);
    }

    void stopsTryingAtTheTotalDeadline()
    {
        Config config = TestProxy::shortDeadlines();
        config.timeouts.total = 20s;
        TestClock clock;
        TestProxy proxy({m_first->baseUrl()}, config, {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", body, {{"x-script", "retry-after:503:30"}});
        QTRY_COMPARE(m_first->arrivedCount(), 1);
        QVERIFY(proxy.comesTo(RunningState::Waiting));
        clock.advance(20s);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 504);
        QVERIFY(client.response().body.contains("HTTP 503"));
        QCOMPARE(m_first->arrivedCount(), 1);
    }

    void connectsWithLessPatienceWhereAnotherCanTakeOver()
    {
        Config config = TestProxy::patient();
        config.timeouts.connect = 30s;
        config.timeouts.connectFailover = 300ms;
        SilentAddress hole;
        QVERIFY(hole.listen());
        TestProxy proxy({"http://127.0.0.1:" + QByteArray::number(hole.port()), m_second->baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", body);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Connect);
        QCOMPARE(proxy.last().attempts.first().error, QStringLiteral("no connection within 0.3 s"));
    }

    void keepsAConversationWhereItsCacheIs()
    {
        Config config = TestProxy::shortDeadlines();
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()}, config);
        proxy.setStrategy(Strategy::RoundRobin);
        RawClient client;
        client.connectTo(proxy.port());
        int sent = 0;
        const auto endpointOf = [&](const RawHeaders &headers) {
            client.post("/v1/messages", body, headers);
            if (!QTest::qWaitFor([&] { return client.finished() == sent + 1; }))
                return QString();
            ++sent;
            return proxy.last().attempts.last().endpointId;
        };
        const QString home = endpointOf({{"X-Claude-Code-Session-Id", "one"}});
        QVERIFY(!home.isEmpty());
        QSet<QString> others;
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(endpointOf({{"X-Claude-Code-Session-Id", "one"}}), home);
            others.insert(endpointOf({}));
        }
        QCOMPARE(others.size(), 2); // who has no conversation goes round
    }

    void changesTheModelsNameAndNothingElse_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<QByteArray>("overrideBy");
        QTest::addColumn<QByteArray>("arrivesAt");
        QTest::addColumn<QByteArray>("arrives");
        const QByteArray messages("/v1/messages?beta=true");
        QTest::newRow("mapped") << messages << body << QByteArray() << messages
                                << QByteArray("{\"model\":\"glm-5\",  \"messages\":[] , \"note\":\"model\"}");
        QTest::newRow("another model") << messages << QByteArray("{\"model\":\"gpt-9\"}") << QByteArray() << messages << QByteArray("{\"model\":\"gpt-9\"}");
        QTest::newRow("no model") << messages << QByteArray("{\"x\":1}") << QByteArray() << messages << QByteArray("{\"x\":1}");
        QTest::newRow("overridden") << messages << QByteArray("{\"model\":\"gpt-9\",\"a\":[1]}") << QByteArray("my \"own\"") << messages
                                    << QByteArray("{\"model\":\"my \\\"own\\\"\",\"a\":[1]}");
        QTest::newRow("in Gemini's path") << QByteArray("/v1beta/models/claude-sonnet-4:generateContent?x=%41") << QByteArray("{\"contents\":[]}") << QByteArray()
                                          << QByteArray("/v1beta/models/glm-5:generateContent?x=%41") << QByteArray("{\"contents\":[]}");
    }

    void changesTheModelsNameAndNothingElse()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, sent);
        QFETCH(QByteArray, overrideBy);
        Config config = TestProxy::shortDeadlines();
        if (!overrideBy.isEmpty())
            config.model = {ModelMode::Override, QString::fromUtf8(overrideBy)};
        TestProxy proxy({m_first->baseUrl()}, config);
        proxy.setModelMap({{QStringLiteral("claude-sonnet-*"), QStringLiteral("glm-5")}});
        RawClient client;
        client.connectTo(proxy.port());
        client.post(target, sent, {{"content-type", "application/json"}});
        QTRY_VERIFY(client.response().complete);
        QTEST(m_first->arrivedAt(0).rawTarget, "arrivesAt");
        QTEST(m_first->arrivedAt(0).body, "arrives");
    }

    void estimatesTokensWhereTheEndpointCannot_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("estimated");
        for (const int status : {404, 405, 501})
            QTest::addRow("%d", status) << status << true;
        // Whatever it refuses with.
        for (const int status : {400, 401, 403, 429, 500, 503})
            QTest::addRow("%d", status) << status << true;
    }

    void estimatesTokensWhereTheEndpointCannot()
    {
        QFETCH(int, status);
        QFETCH(bool, estimated);
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages/count_tokens", body, {{"x-script", "status:" + QByteArray::number(status)}});
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, estimated ? 200 : status);
        QCOMPARE(client.response().header("x-qcc-estimate"), estimated ? QByteArray("true") : QByteArray());
        if (estimated)
            QVERIFY(QJsonDocument::fromJson(client.response().body).object().value(QLatin1String("input_tokens")).toInt() > 0);
        QCOMPARE(proxy.last().outcome, estimated ? Outcome::Complete : Outcome::CallerError);
        QCOMPARE(m_first->arrivedCount() + m_second->arrivedCount(), 1);
    }

    void letsRequestsWaitWhereAnEndpointBearsNoMore()
    {
        Config config = TestProxy::patient();
        config.pool.strategy = PoolStrategy::Adaptive;
        config.pool.maxConnections = 2;
        m_first->setDefaultScript("delay:200,ok");
        TestProxy proxy({m_first->baseUrl()}, config);
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 6; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            clients.back()->post("/v1/messages", body);
        }
        QTRY_COMPARE(proxy.plane().router.waiting(), 4);
        clients[5]->close(); // gives up its place
        QTRY_COMPARE(proxy.plane().router.waiting(), 3);
        for (size_t i = 0; i < 5; ++i) {
            QTRY_COMPARE(clients[i]->finished(), 1);
            QCOMPARE(clients[i]->response().status, 200);
        }
        QCOMPARE(proxy.plane().router.waiting(), 0);
        QCOMPARE(m_first->arrivedCount(), 5);
    }

    void asksNobodyTwiceAtOnce()
    {
        // A refusal whose body comes slowly is left behind; its connection must not carry the next attempt meanwhile.
        m_first->setDefaultScript("status:503");
        m_second->setDefaultScript("status:503");
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", body);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 503);
        QCOMPARE(m_first->arrivedCount(), 2);
        QCOMPARE(m_second->arrivedCount(), 2);
        QCOMPARE(proxy.last().attempts.size(), 4);
        for (const AttemptRecord &attempt : proxy.last().attempts) {
            QCOMPARE(attempt.failure, FailureClass::Transient);
            QVERIFY(attempt.fromUpstream);
            QVERIFY(!attempt.upstreamError.isEmpty());
        }
        QCOMPARE(received(client.response(), "type"), QByteArray("error")); // the upstream's own words
    }

private:
    std::unique_ptr<ScriptedUpstream> m_first;
    std::unique_ptr<ScriptedUpstream> m_second;
};

QTEST_GUILESS_MAIN(TestAttempts)
#include "tst_attempts.moc"
