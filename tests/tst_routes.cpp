#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QByteArray question(const QByteArray &model = "claude-x")
{
    return "{\"model\":\"" + model + "\",\"stream\":true,\"messages\":[]}";
}

Cluster clusterAt(const QString &name, const QList<QByteArray> &urls, int number)
{
    Cluster cluster;
    cluster.name = name;
    for (const QByteArray &url : urls) {
        cluster.endpoints.append(TestProxy::endpointAt(url, number++));
        cluster.endpoints.last().name = name + u'-' + QString::number(cluster.endpoints.size());
    }
    return cluster;
}

/// An answer of the API that has no such model. Source: platform.claude.com/docs/en/api/errors.
const QByteArray noSuchModel = R"({"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}})";

} // namespace

/// Requests of several clients in several clusters at once: by their path, by routes, and by neither.
class TestRoutes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        for (auto *upstream : {&m_work, &m_cheap, &m_other}) {
            *upstream = std::make_unique<ThreadedUpstream>();
            QVERIFY((**upstream)->listen());
        }
        m_proxy = std::make_unique<TestProxy>(QList<QByteArray>{work().baseUrl()}, TestProxy::patient());
        m_proxy->edit([this](Config &config) {
            config.clusters = {clusterAt(u"work"_s, {work().baseUrl()}, 0), clusterAt(u"cheap"_s, {cheap().baseUrl()}, 1), clusterAt(u"my other"_s, {other().baseUrl()}, 2)};
            config.activeCluster = u"work"_s;
        });
    }
    void cleanup()
    {
        m_proxy.reset();
        m_work.reset();
        m_cheap.reset();
        m_other.reset();
    }

    void aPathNamesItsCluster_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QString>("cluster");
        QTest::addColumn<QByteArray>("upstream");
        const auto row = [](const char *target, const char *cluster, const char *upstream) { QTest::newRow(target) << QByteArray(target) << QString::fromLatin1(cluster) << QByteArray(upstream); };
        row("/v1/messages", "work", "/v1/messages");
        row("/@work/v1/messages?beta=true", "work", "/v1/messages?beta=true");
        row("/@cheap/v1/messages", "cheap", "/v1/messages");
        row("/%40cheap/v1/messages", "cheap", "/v1/messages");
        row("/@my%20other/v1/messages?a=/@cheap", "my other", "/v1/messages?a=/@cheap");
    }
    void aPathNamesItsCluster()
    {
        QFETCH(QByteArray, target);
        QFETCH(QString, cluster);
        ask(target);
        QTEST(asked(cluster).rawTarget, "upstream");
        QCOMPARE(all(), 1);
        const ExchangeRecord record = m_proxy->last();
        QCOMPARE(record.outcome, Outcome::Complete);
        QCOMPARE(record.cluster, cluster);
        QCOMPARE(record.route, target.startsWith("/v1") ? QString() : u'@' + cluster);
        QVERIFY2(!record.path.contains("@"), record.path.constData());
    }

    void theKeyIsItsOwn()
    {
        ask("/@cheap/v1/messages", question(), {{"x-api-key", "the-client's"}});
        QCOMPARE(cheap().arrivedAt(0).header("x-api-key"), QByteArray("upstream-key-1"));
    }

    void aClusterThatIsNotThere_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QString>("says");
        QTest::newRow("Anthropic") << QByteArray("/@wrok/v1/messages") << u"qcc: no cluster is called \"wrok\": there are \"work\", \"cheap\", \"my other\""_s;
        QTest::newRow("OpenAI") << QByteArray("/@wrok/v1/responses") << u"qcc: no cluster is called \"wrok\": there are"_s;
        QTest::newRow("none") << QByteArray("/@/v1/messages") << u"qcc: no cluster is called \"\": there are"_s;
        QTest::newRow("other case") << QByteArray("/@Work/v1/messages") << u"qcc: no cluster is called \"Work\": there are"_s;
        QTest::newRow("a line break") << QByteArray("/@wo%0D%0Ax: y/v1/messages").replace(' ', "%20") << u"qcc: no cluster is called \"wo"_s;
        QTest::newRow("with dots") << QByteArray("/@work%2F../v1/messages") << u"qcc: no cluster is called \"work/..\": there are"_s;
        QTest::newRow("own pages") << QByteArray("/@work/__qcc__/stats") << u"qcc's own pages belong to no cluster"_s;
    }
    void aClusterThatIsNotThere()
    {
        QFETCH(QByteArray, target);
        QFETCH(QString, says);
        RawClient client;
        client.connectTo(m_proxy->port());
        client.post(target, question());
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 404);
        QVERIFY(!client.response().header("x-qcc-request-id").isEmpty());
        QVERIFY(client.response().header("retry-after").isEmpty());
        const QJsonObject body = QJsonDocument::fromJson(client.response().body).object();
        const QString message = body.value("error"_L1)["message"_L1].toString();
        QVERIFY2(message.contains(says), qPrintable(message));
        QVERIFY(!message.contains(u'\n') && !message.contains(u'\r'));
        QCOMPARE(body.contains("type"_L1), target.contains("messages") || target.contains("stats"));
        QCOMPARE(all(), 0);
        QTRY_COMPARE(m_proxy->last().outcome, Outcome::CallerError);
    }

    /// Who may ask is judged before where it goes: nothing is learnt of the clusters by who may not.
    void whoMayNotAskLearnsNothing_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        const auto row = [](const char *name, const QByteArray &target, const QByteArray &fields, int status) {
            QTest::newRow(name) << "POST " + target + " HTTP/1.1\r\n" + fields + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}" << status;
        };
        const QByteArray host = "Host: 127.0.0.1\r\n";
        for (const QByteArray &target : {QByteArray("/@cheap/v1/messages"), QByteArray("/%40cheap/v1/messages"), QByteArray("/@nowhere/v1/messages")}) {
            const auto named = [&target](const char *what) { return QByteArray(what) + ' ' + target; };
            row(named("a page of another site").constData(), target, host + "Origin: https://evil.example\r\nx-api-key: token\r\n", 403);
            row(named("a page's own request").constData(), target, host + "Sec-Fetch-Site: cross-site\r\nx-api-key: token\r\n", 403);
            row(named("a name that was turned").constData(), target, "Host: evil.example\r\nx-api-key: token\r\n", 403);
            row(named("no token").constData(), target, host, 401);
            row(named("another token").constData(), target, host + "x-api-key: nekot\r\n", 401);
            row(named("two lengths").constData(), target, host + "x-api-key: token\r\nContent-Length: 3\r\n", 400);
            row(named("length and chunks").constData(), target, host + "x-api-key: token\r\nTransfer-Encoding: chunked\r\n", 400);
        }
        row("the token", "/@cheap/v1/messages", host + "x-api-key: token\r\n", 200);
        row("the token, and no such cluster", "/@nowhere/v1/messages", host + "x-api-key: token\r\n", 404);
    }
    void whoMayNotAskLearnsNothing()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        m_proxy->edit([](Config &config) {
            config.listen.accessToken = "token";
            config.routes = {{.path = u"*"_s, .cluster = u"my other"_s}};
        });
        RawClient client;
        client.connectTo(m_proxy->port());
        client.expect("POST");
        client.send(request);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, status);
        QCOMPARE(all(), status == 200 ? 1 : 0);
        if (status != 404)
            QVERIFY2(!client.response().body.contains("my other"), client.response().body.constData());
        if (status == 200)
            QVERIFY(!cheap().arrivedAt(0).rawTarget.contains('@') && cheap().arrivedAt(0).header("x-api-key") == "upstream-key-1");
    }

    void aLongNameIsCutShort()
    {
        RawClient client;
        client.connectTo(m_proxy->port());
        client.post("/@" + QByteArray(5000, 'a') + "/v1/messages", question());
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 404);
        QVERIFY(client.response().body.size() < 500);
    }

    void manyAtOnceEachToItsOwn()
    {
        const QList<QByteArray> targets{"/@work/v1/messages", "/@cheap/v1/messages", "/@my%20other/v1/messages"};
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 60; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(m_proxy->port());
            clients.back()->post(targets.at(i % 3), question("model-" + QByteArray::number(i % 3)));
        }
        for (const auto &client : clients)
            QTRY_COMPARE(client->response().status, 200);
        int number = 0;
        for (const ScriptedUpstream *upstream : {&work(), &cheap(), &other()}) {
            QTRY_COMPARE(upstream->arrivedCount(), 20);
            for (const Arrived &arrived : upstream->arrived())
                QVERIFY(arrived.body.contains("model-" + QByteArray::number(number)));
            ++number;
        }
    }

    void theFirstRouteThatIsMetCounts_data()
    {
        QTest::addColumn<QByteArray>("userAgent");
        QTest::addColumn<QByteArray>("requestClass");
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QString>("cluster");
        QTest::addColumn<QString>("route");
        QTest::newRow("by class") << QByteArray("claude-cli/2.1 (external)") << QByteArray("subagent") << QByteArray("claude-opus-4") << u"cheap"_s << u"client=claude-code class=subagent"_s;
        QTest::newRow("another class") << QByteArray("claude-cli/2.1 (external)") << QByteArray("main") << QByteArray("claude-opus-4") << u"work"_s << QString();
        QTest::newRow("another client") << QByteArray("curl/8") << QByteArray("subagent") << QByteArray("claude-opus-4") << u"work"_s << QString();
        QTest::newRow("by model") << QByteArray("curl/8") << QByteArray() << QByteArray("gpt-5-mini") << u"my other"_s << u"model=gpt-*"_s;
        QTest::newRow("the first of two") << QByteArray("claude-cli/2.1") << QByteArray("subagent") << QByteArray("gpt-5") << u"cheap"_s << u"client=claude-code class=subagent"_s;
    }
    void theFirstRouteThatIsMetCounts()
    {
        setRoutes({{.client = u"claude-code"_s, .requestClass = u"subagent"_s, .cluster = u"cheap"_s}, {.model = u"gpt-*"_s, .cluster = u"my other"_s}});
        QFETCH(QByteArray, userAgent);
        QFETCH(QByteArray, requestClass);
        QFETCH(QByteArray, model);
        QFETCH(QString, cluster);
        RawHeaders headers{{"User-Agent", userAgent}};
        if (!requestClass.isEmpty())
            headers.append({"x-claude-code-request-class", requestClass});
        ask("/v1/messages", question(model), headers);
        QCOMPARE(asked(cluster).header("x-claude-code-request-class"), requestClass);
        QCOMPARE(all(), 1);
        const ExchangeRecord record = m_proxy->last();
        QCOMPARE(record.cluster, cluster);
        QTEST(record.route, "route");
        QCOMPARE(record.classes.value(0).toLatin1(), requestClass);
    }

    void aPathThatNamesAClusterGoesBeforeRoutes()
    {
        setRoutes({{.path = u"*"_s, .cluster = u"cheap"_s}});
        ask("/@my%20other/v1/messages");
        QCOMPARE(other().arrivedCount(), 1);
        ask("/v1/messages");
        QCOMPARE(cheap().arrivedCount(), 1);
    }

    /// A route that sets a model, before the endpoint's own names for it and in place of the override.
    void aRouteSetsTheModel_data()
    {
        QTest::addColumn<QString>("overridden");
        QTest::addColumn<QString>("mapped");
        QTest::addColumn<QByteArray>("upstream");
        QTest::newRow("alone") << QString() << QString() << QByteArray("small");
        QTest::newRow("mapped") << QString() << u"small-at-relay"_s << QByteArray("small-at-relay");
        QTest::newRow("with an override") << u"huge"_s << QString() << QByteArray("small");
    }
    void aRouteSetsTheModel()
    {
        QFETCH(QString, overridden);
        QFETCH(QString, mapped);
        m_proxy->edit([&](Config &config) {
            config.routes = {{.model = u"claude-haiku-*"_s, .cluster = u"cheap"_s, .setModel = u"small"_s}};
            if (!overridden.isEmpty())
                config.model = {ModelMode::Override, overridden};
            if (!mapped.isEmpty())
                config.clusters[1].endpoints[0].modelMap = {{u"small"_s, mapped}};
        });
        ask("/v1/messages", question("claude-haiku-4"));
        QTEST(QJsonDocument::fromJson(cheap().arrivedAt(0).body)["model"_L1].toString().toLatin1(), "upstream");
        QCOMPARE(m_proxy->last().model, u"claude-haiku-4"_s);
        QCOMPARE(m_proxy->last().attempts.first().model.toLatin1(), QByteArray(QTest::currentDataTag() == QByteArray("mapped") ? "small-at-relay" : "small"));
    }

    /// A large body is passed on while it comes; where the way goes by its model, that has to be there.
    void aModelThatComesLate()
    {
        setRoutes({{.model = u"claude-haiku-*"_s, .cluster = u"cheap"_s}});
        RawClient client;
        client.connectTo(m_proxy->port());
        const QByteArray body = "{\"stream\":true,\"messages\":[\"" + QByteArray(12'000'000, 'x') + "\"],\"model\":\"claude-haiku-4\"}";
        client.send("POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body.first(9'000'000));
        QVERIFY(m_proxy->comesTo(RunningState::Waiting));
        QCOMPARE(all(), 0);
        client.expect("POST");
        client.send(body.sliced(9'000'000));
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(cheap().arrivedCount(), 1);
        QCOMPARE(all(), 1);
    }

    void modelsAreAskedAboutWhereTheyGo_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("cluster");
        QTest::newRow("all models") << QByteArray("GET") << QByteArray("/v1/models?limit=1000") << QByteArray() << u"work"_s;
        QTest::newRow("one of the route") << QByteArray("GET") << QByteArray("/v1/models/claude-haiku-4") << QByteArray() << u"cheap"_s;
        QTest::newRow("one of none") << QByteArray("GET") << QByteArray("/v1/models/claude-opus-4") << QByteArray() << u"work"_s;
        QTest::newRow("its tokens") << QByteArray("POST") << QByteArray("/v1/messages/count_tokens") << QByteArray(R"({"model":"claude-haiku-4","messages":[]})") << u"cheap"_s;
        QTest::newRow("tokens of another") << QByteArray("POST") << QByteArray("/v1/messages/count_tokens") << QByteArray(R"({"model":"claude-opus-4","messages":[]})") << u"work"_s;
        QTest::newRow("Gemini's, in the path") << QByteArray("POST") << QByteArray("/v1beta/models/claude-haiku-4:generateContent") << QByteArray("{}") << u"cheap"_s;
    }
    void modelsAreAskedAboutWhereTheyGo()
    {
        setRoutes({{.model = u"claude-haiku-*"_s, .cluster = u"cheap"_s}});
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, body);
        QFETCH(QString, cluster);
        RawClient client;
        client.connectTo(m_proxy->port());
        client.request(method, target, {}, body);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(asked(cluster).rawTarget, target);
        QCOMPARE(all(), 1);
    }

    void aRouteToNoUsableEndpointIsPassedOver()
    {
        setRoutes({{.model = u"claude-*"_s, .cluster = u"cheap"_s}, {.path = u"/v1/*"_s, .cluster = u"my other"_s}});
        m_proxy->edit([](Config &config) { config.clusters[1].endpoints[0].enabled = false; });
        ask("/v1/messages");
        QCOMPARE(other().arrivedCount(), 1);
        QCOMPARE(m_proxy->last().route, u"path=/v1/*"_s);
        QCOMPARE(m_proxy->last().passedOver, QStringList{u"the route model=claude-* is passed over: cluster \"cheap\" has no usable endpoint"_s});
        m_proxy->edit([](Config &config) { config.clusters[2].endpoints[0].enabled = false; });
        ask("/v1/messages");
        QCOMPARE(work().arrivedCount(), 1);
        QCOMPARE(m_proxy->last().route, QString());
        QCOMPARE(m_proxy->last().passedOver.size(), 2);
    }

    /// Where it began, while that can serve it; and anew where it cannot.
    void aConversationStaysWhereItBegan()
    {
        setRoutes({{.requestClass = u"subagent"_s, .cluster = u"cheap"_s}});
        const RawHeaders agent{{"x-claude-code-session-id", "one"}, {"x-claude-code-request-class", "subagent"}};
        m_proxy->edit([](Config &config) { config.clusters[1].endpoints[0].enabled = false; });
        ask("/v1/messages", question(), agent);
        QCOMPARE(work().arrivedCount(), 1);
        m_proxy->edit([](Config &config) { config.clusters[1].endpoints[0].enabled = true; });
        ask("/v1/messages", question(), agent);
        QCOMPARE(work().arrivedCount(), 2);
        // Another kind of request of the same session has its own way, and another session begins where routes lead now.
        ask("/v1/messages", question(), {{"x-claude-code-session-id", "two"}, {"x-claude-code-request-class", "subagent"}});
        QCOMPARE(cheap().arrivedCount(), 1);
        m_proxy->edit([](Config &config) { config.clusters[0].endpoints[0].enabled = false; });
        ask("/v1/messages", question(), agent);
        QCOMPARE(cheap().arrivedCount(), 2);
    }

    void theKindsOfOneConversationGoTheirOwnWays()
    {
        setRoutes({{.requestClass = u"subagent"_s, .cluster = u"cheap"_s}});
        for (int i = 0; i < 3; ++i) {
            ask("/v1/messages", question(), {{"x-claude-code-session-id", "one"}, {"x-claude-code-request-class", "main"}});
            ask("/v1/messages", question(), {{"x-claude-code-session-id", "one"}, {"x-claude-code-request-class", "subagent"}});
        }
        QCOMPARE(work().arrivedCount(), 3);
        QCOMPARE(cheap().arrivedCount(), 3);
    }

    void aModelThatAllRefuseIsReplaced_data()
    {
        QTest::addColumn<QString>("fallback");
        QTest::addColumn<bool>("falls");
        QTest::newRow("to another") << u"claude-y"_s << true;
        QTest::newRow("to itself") << u"claude-x"_s << false;
        QTest::newRow("to none") << QString() << false;
    }
    void aModelThatAllRefuseIsReplaced()
    {
        QFETCH(QString, fallback);
        QFETCH(bool, falls);
        m_proxy->edit([&](Config &config) {
            config.clusters[0].endpoints.append(clusterAt(u"second"_s, {cheap().baseUrl()}, 5).endpoints);
            if (!fallback.isEmpty())
                config.clusters[0].modelFallback = {{u"claude-*"_s, fallback}};
        });
        const auto refusesX = [](const Arrived &arrived) {
            Script script;
            return arrived.body.contains("claude-x") ? script.answer(404, "application/json", noSuchModel) : script;
        };
        work().setBehaviour(refusesX);
        cheap().setBehaviour(refusesX);
        RawClient client;
        client.connectTo(m_proxy->port());
        client.post("/v1/messages", question());
        QTRY_VERIFY(client.response().complete);
        QTRY_COMPARE(m_proxy->records().size(), 1);
        const ExchangeRecord record = m_proxy->last();
        QCOMPARE(client.response().status, falls ? 200 : 404);
        if (!falls) {
            QCOMPARE(client.response().body, noSuchModel);
            return;
        }
        QCOMPARE(record.outcome, Outcome::Recovered);
        QCOMPARE(record.model, u"claude-x"_s);
        QCOMPARE(record.attempts.size(), 3);
        QCOMPARE(record.attempts[1].failure, FailureClass::Model);
        QCOMPARE(record.attempts[1].model, QString());
        QCOMPARE(record.attempts[2].failure, FailureClass::None);
        QCOMPARE(record.attempts[2].model, u"claude-y"_s);
        // The one that is known to be refused is not tried in vain again by the next one either: the fallback alone is.
        QCOMPARE(work().arrivedCount(), 2);
    }

    void aFailureOfAnotherKindIsNoReasonForAnotherModel()
    {
        m_proxy->edit([&](Config &config) {
            config.retry.maxAttemptsPerEndpoint = 1;
            config.clusters[0].endpoints.append(clusterAt(u"second"_s, {cheap().baseUrl()}, 5).endpoints);
            config.clusters[0].modelFallback = {{u"*"_s, u"claude-y"_s}};
        });
        work().setBehaviour([](const Arrived &) { return Script().answer(404, "application/json", noSuchModel); });
        cheap().setDefaultScript("status:500");
        RawClient client;
        client.connectTo(m_proxy->port());
        client.post("/v1/messages", question());
        QTRY_VERIFY(client.response().complete);
        for (const ScriptedUpstream *upstream : {&work(), &cheap()}) {
            for (const Arrived &arrived : upstream->arrived())
                QVERIFY(!arrived.body.contains("claude-y"));
        }
    }

    /// The fallback is refused as well: the client sees that, and it ends.
    void oneFallbackAndNoMore()
    {
        m_proxy->edit([&](Config &config) { config.clusters[0].modelFallback = {{u"claude-x"_s, u"claude-y"_s}, {u"claude-y"_s, u"claude-x"_s}}; });
        work().setBehaviour([](const Arrived &) { return Script().answer(404, "application/json", noSuchModel); });
        RawClient client;
        client.connectTo(m_proxy->port());
        client.post("/v1/messages", question());
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 404);
        QCOMPARE(work().arrivedCount(), 2);
    }

private:
    ScriptedUpstream &work() { return **m_work; }
    ScriptedUpstream &cheap() { return **m_cheap; }
    ScriptedUpstream &other() { return **m_other; }
    Arrived asked(const QString &cluster) { return (cluster == "work"_L1 ? work() : cluster == "cheap"_L1 ? cheap() : other()).arrivedAt(0); }
    int all() { return work().arrivedCount() + cheap().arrivedCount() + other().arrivedCount(); }

    void setRoutes(const QList<RouteRule> &routes)
    {
        m_proxy->edit([&routes](Config &config) { config.routes = routes; });
    }

    /// Asks, and waits for a good answer and its record.
    void ask(const QByteArray &target, const QByteArray &body = question(), const RawHeaders &headers = {})
    {
        const qsizetype before = m_proxy->records().size();
        RawClient client;
        client.connectTo(m_proxy->port());
        client.post(target, body, headers);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QTRY_COMPARE(m_proxy->records().size(), before + 1);
    }

    std::unique_ptr<ThreadedUpstream> m_work;
    std::unique_ptr<ThreadedUpstream> m_cheap;
    std::unique_ptr<ThreadedUpstream> m_other;
    std::unique_ptr<TestProxy> m_proxy;
};

QTEST_GUILESS_MAIN(TestRoutes)
#include "tst_routes.moc"
