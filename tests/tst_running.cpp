#include "core/config/configedit.h"
#include "core/config/configfile.h"
#include "core/control/controlclient.h"
#include "core/facts/exchangerecord.h"
#include "core/report/recordsjson.h"
#include "core/service/proxyservice.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testkeys.h"
#include "tests/support/testproxy.h"

#include <QJsonArray>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;


namespace {

const QByteArray streamRequest(R"JSON({"model":"claude-x","stream":true,"messages":[]})JSON");
const QByteArray opening("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n");
const QByteArray content("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"hi\"}}\n\n");

RunningExchange exchange(quint64 number)
{
    RunningExchange made;
    made.soFar.number = number;
    return made;
}

} // namespace

/// Exchanges that run, listed for whoever asks.
class TestRunning : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
        m_second = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_second->listen());
    }

    void listsNothingWhereNothingRuns()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        QVERIFY(asked(proxy).isEmpty()); // no worker yet
        RawClient client;
        client.connectTo(proxy.port());
        client.get("/v1/models");
        QTRY_VERIFY(client.response().complete);
        QVERIFY(asked(proxy).isEmpty()); // its connection is idle
    }

    void listsStreamsUntilTheyEnd()
    {
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
        m_upstream->setBehaviour([](const Arrived &) { return Script().streamHead().events({opening + content}, 0ms).stall(); });
        RawClient one;
        RawClient two;
        for (RawClient *client : {&one, &two}) {
            client->connectTo(proxy.port());
            client->post("/v1/messages?key=secret", streamRequest, {{"User-Agent", "claude-cli/2.1"}});
            QTRY_VERIFY(client->response().body.endsWith(content));
        }
        const Endpoint endpoint = TestProxy::endpointAt(m_upstream->baseUrl(), 0);
        const QJsonArray running = asked(proxy);
        QCOMPARE(running.size(), 2);
        for (int i = 0; i < 2; ++i) {
            const QJsonObject it = running.at(i).toObject();
            QCOMPARE(it.value("number"_L1).toInt(), i + 1);
            QCOMPARE(it.value("id"_L1).toString(), u"req-%1"_s.arg(i + 1));
            QCOMPARE(it.value("state"_L1).toString(), u"streaming"_s);
            QCOMPARE(it.value("endpoint_id"_L1).toString(), endpoint.id);
            QCOMPARE(it.value("endpoint_name"_L1).toString(), endpoint.name);
            QCOMPARE(it.value("attempts"_L1).toInt(), 1);
            QCOMPARE(it.value("method"_L1).toString(), u"POST"_s);
            QCOMPARE(it.value("path"_L1).toString(), u"/v1/messages"_s);
            QCOMPARE(it.value("client"_L1).toString(), u"claude-cli"_s);
            QCOMPARE(it.value("model"_L1).toString(), u"claude-x"_s);
            QVERIFY(!it.value("cluster"_L1).toString().isEmpty());
            QCOMPARE(it.value("answer_bytes"_L1).toInteger(), (opening + content).size());
            QVERIFY(it.value("first_byte_ms"_L1).toDouble() > 0);
            QVERIFY(it.value("age_ms"_L1).toDouble() >= it.value("first_byte_ms"_L1).toDouble());
            QVERIFY(QDateTime::fromString(it.value("started_at"_L1).toString(), Qt::ISODateWithMs).isValid());
        }
        one.close();
        QTRY_COMPARE(proxy.inFlight(), 1);
        QCOMPARE(asked(proxy).size(), 1);
        two.close();
        QTRY_COMPARE(proxy.inFlight(), 0);
        QVERIFY(asked(proxy).isEmpty());
    }

    void tellsHowFarAnExchangeIs_data()
    {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("second");
        QTest::addColumn<RunningState>("state");
        QTest::addColumn<int>("attempts");
        QTest::newRow("no head yet") << QByteArray("stall-before-head") << QByteArray() << RunningState::Attempting << 1;
        QTest::newRow("nothing of use yet") << QByteArray("stall-after-opening") << QByteArray() << RunningState::Holding << 1;
        QTest::newRow("in the answer") << QByteArray("stall-mid-stream") << QByteArray() << RunningState::Streaming << 1;
        QTest::newRow("failed over, no head yet") << QByteArray("status:503") << QByteArray("stall-before-head") << RunningState::Attempting << 2;
        QTest::newRow("failed over, in the answer") << QByteArray("status:503") << QByteArray("stall-mid-stream") << RunningState::Streaming << 2;
        QTest::newRow("between two attempts") << QByteArray("retry-after:503:30") << QByteArray("retry-after:503:30") << RunningState::Waiting << 2;
    }

    void tellsHowFarAnExchangeIs()
    {
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, second);
        QFETCH(RunningState, state);
        QFETCH(int, attempts);
        m_upstream->setDefaultScript(first);
        m_second->setDefaultScript(second);
        TestProxy proxy({m_upstream->baseUrl(), m_second->baseUrl()}, TestProxy::patient());
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(asked(proxy).at(0)["state"_L1].toString(), toWord(state));
        QTRY_COMPARE(asked(proxy).at(0)["attempts"_L1].toInt(), attempts);
        const QJsonValue it = asked(proxy).at(0);
        QCOMPARE(it["state"_L1].toString(), toWord(state));
        QCOMPARE(it["first_byte_ms"_L1].isNull(), state != RunningState::Streaming);
        const QByteArray at = attempts == 1 ? m_upstream->baseUrl() : m_second->baseUrl();
        QCOMPARE(it["endpoint_id"_L1].toString(), state == RunningState::Waiting ? QString() : TestProxy::endpointAt(at, attempts - 1).id);
    }

    void tellsWhoStandsInLine()
    {
        Config config = TestProxy::patient();
        config.pool.maxConnections = 1;
        config.pool.strategy = PoolStrategy::Adaptive;
        m_upstream->setDefaultScript("stall-before-head");
        TestProxy proxy({m_upstream->baseUrl()}, config);
        RawClient one;
        one.connectTo(proxy.port());
        one.post("/v1/messages", streamRequest);
        QTRY_COMPARE(m_upstream->arrivedCount(), 1);
        RawClient two;
        two.connectTo(proxy.port());
        two.post("/v1/messages", streamRequest);
        QTRY_COMPARE(asked(proxy).size(), 2);
        const QJsonArray running = asked(proxy);
        QCOMPARE(running.at(0)["state"_L1].toString(), u"attempting"_s);
        QCOMPARE(running.at(1)["state"_L1].toString(), u"waiting"_s);
        QCOMPARE(running.at(1)["attempts"_L1].toInt(), 0);
        QCOMPARE(running.at(1)["endpoint_name"_L1].toString(), QString());
    }

    void gathersFromAllWorkers()
    {
        constexpr int many = 60; // more than one worker takes
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
        m_upstream->setDefaultScript("stall-before-head");
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < many; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            clients.back()->post("/v1/messages", streamRequest);
        }
        QTRY_COMPARE(m_upstream->openStreams(), many);
        QSet<int> numbers;
        const QJsonArray running = asked(proxy);
        for (const QJsonValue &it : running)
            numbers.insert(it["number"_L1].toInt());
        QCOMPARE(numbers.size(), many);
    }

    void listsTheOldestAndNotAll()
    {
        QList<RunningExchange> exchanges;
        for (quint64 number = 300; number > 0; --number)
            exchanges.append(exchange(number));
        const QJsonArray running = runningJson(exchanges).value("running"_L1).toArray();
        QCOMPARE(running.size(), mostRunningListed);
        QCOMPARE(running.first()["number"_L1].toInt(), 1);
        QCOMPARE(running.last()["number"_L1].toInt(), 200);
    }

    void hasExactlyTheDocumentedKeys()
    {
        const QJsonObject it = runningJson({exchange(1)}).value("running"_L1).toArray().at(0).toObject();
        QCOMPARE(it.keys(), (QStringList{u"age_ms"_s, u"answer_bytes"_s, u"attempts"_s, u"class"_s, u"client"_s, u"cluster"_s, u"current"_s, u"endpoint_id"_s,
                                         u"endpoint_name"_s, u"first_byte_ms"_s, u"id"_s, u"method"_s, u"model"_s, u"number"_s,
                                         u"path"_s, u"route"_s, u"started_at"_s, u"state"_s, u"tried"_s}));
    }

    void whoAskedIsAnsweredWhenTheWorkersGo()
    {
        auto proxy = std::make_unique<TestProxy>(QList<QByteArray>{m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy->port());
        client.get("/v1/models");
        QTRY_VERIFY(client.response().complete);
        int answers = 0;
        for (int i = 0; i < 3; ++i)
            proxy->team().askRunning([&answers](const QList<RunningExchange> &) { ++answers; });
        QCOMPARE(answers, 0);
        proxy.reset();
        QCOMPARE(answers, 3);
    }

    void answersOverTheControlSocketWhileStopping()
    {
        QTemporaryDir folder;
        const Paths paths(folder.path());
        const Result<Config> edited = editConfig(paths.config(), [this](QJsonObject &json) -> Result<void> {
            if (const Result<void> added = addCluster(json, u"work"_s, Strategy::PriorityFailover); !added)
                return added;
            EndpointFields fields;
            fields.name = u"relay"_s;
            fields.baseUrl = QString::fromLatin1(m_upstream->baseUrl());
            fields.apiKey = u"sk-test"_s;
            return addEndpoint(json, u"work"_s, fields);
        });
        QVERIFY(edited);
        m_upstream->setDefaultScript("stall-mid-stream");
        TestKeys keys(paths);
        ProxyService service(paths, keys);
        StartOptions options;
        options.port = 0;
        QVERIFY(service.start(options));
        RawClient client;
        client.connectTo(service.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(m_upstream->openStreams(), 1);

        QSignalSpy stopped(&service, &ProxyService::stopped);
        service.stop(1h);
        ControlClient control(paths.controlSocket());
        std::optional<QJsonArray> running;
        control.call({{"cmd"_L1, "running"_L1}}, [&running](const Result<QJsonObject> &answer) {
            QVERIFY(answer);
            running = answer->value("running"_L1).toArray();
        });
        QTRY_VERIFY(running.has_value());
        QCOMPARE(running->size(), 1);
        QCOMPARE(running->at(0)["endpoint_name"_L1].toString(), u"relay"_s);
        client.close();
        QTRY_COMPARE(stopped.size(), 1);
    }

private:
    /// What the workers tell, as JSON.
    static QJsonArray asked(TestProxy &proxy)
    {
        std::optional<QJsonArray> running;
        proxy.team().askRunning([&running](const QList<RunningExchange> &told) { running = runningJson(told).value("running"_L1).toArray(); });
        const bool done = QTest::qWaitFor([&running] { return running.has_value(); });
        Q_UNUSED(done);
        return running.value_or(QJsonArray());
    }

    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<ScriptedUpstream> m_second;
};

QTEST_GUILESS_MAIN(TestRunning)
#include "tst_running.moc"
