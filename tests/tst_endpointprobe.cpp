#include "core/health/endpointprobe.h"
#include "core/health/healthprobes.h"
#include "core/report/recordsjson.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"

#include <QJsonDocument>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray key("sk-secret-0123456789");

Endpoint endpointAt(const QByteArray &baseUrl, AuthStyle auth = AuthStyle::Auto)
{
    Endpoint endpoint;
    endpoint.name = u"relay"_s;
    endpoint.baseUrl = baseUrl;
    endpoint.apiKey = key;
    endpoint.auth = auth;
    endpoint.id = endpointId(baseUrl, key);
    return endpoint;
}

/// The header without what every probe sends, names only.
QStringList telling(const HeaderList &headers)
{
    QStringList names;
    for (const HeaderField &field : headers) {
        if (!isNamed(field, "host") && !isNamed(field, "accept") && !isNamed(field, "user-agent")
            && !isNamed(field, "connection"))
            names.append(QString::fromLatin1(field.name.toLower()));
    }
    names.sort();
    return names;
}

} // namespace

class TestEndpointProbe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        m_probes = std::make_unique<DirectProbes>();
        Config::Pool pool;
        pool.strategy = PoolStrategy::Fixed; // every connection is the test's own
        m_budget = std::make_unique<ConnectionBudget>(pool);
        m_pool = std::make_unique<UpstreamPool>(*m_budget, m_hosts, m_alarms);
    }

    void cleanup()
    {
        m_pool.reset();
        m_budget.reset();
    }

    void asksForTheModelsAsTheEndpointWantsIt_data()
    {
        QTest::addColumn<QByteArray>("baseUrl");
        QTest::addColumn<AuthStyle>("auth");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QStringList>("headers");
        const auto row = [](const char *name, const char *baseUrl, AuthStyle auth, const char *target,
                            const QStringList &headers) {
            QTest::newRow(name) << QByteArray(baseUrl) << auth << QByteArray(target) << headers;
        };
        const QString version = u"anthropic-version"_s;
        const QString bearer = u"authorization"_s;
        const QString xApiKey = u"x-api-key"_s;
        const QString xGoogApiKey = u"x-goog-api-key"_s;
        const QStringList all{version, bearer, xApiKey};
        row("no path", "https://relay.example", AuthStyle::Auto, "/v1/models?limit=1", all);
        row("a base path", "https://relay.example/api", AuthStyle::Auto, "/api/v1/models?limit=1", all);
        row("a version already", "https://relay.example/v1", AuthStyle::Auto, "/v1/models?limit=1", all);
        row("a version and a slash", "https://relay.example/v1/", AuthStyle::Auto, "/v1/models?limit=1", all);
        row("another version", "https://relay.example/paas/v4", AuthStyle::Auto, "/paas/v4/models?limit=1", all);
        row("a word like a version", "https://relay.example/vault", AuthStyle::Auto, "/vault/v1/models?limit=1", all);
        row("a version before the end", "https://relay.example/v1/claude", AuthStyle::Auto,
            "/v1/claude/v1/models?limit=1", all);
        row("x-api-key", "https://relay.example", AuthStyle::XApiKey, "/v1/models?limit=1", {version, xApiKey});
        row("bearer", "https://relay.example", AuthStyle::Bearer, "/v1/models?limit=1", {bearer});
        row("both", "https://relay.example", AuthStyle::Both, "/v1/models?limit=1", all);
        row("api-key", "https://me.openai.azure.example/openai", AuthStyle::ApiKey, "/openai/v1/models?limit=1", {u"api-key"_s});
        row("none", "https://relay.example", AuthStyle::None, "/v1/models?limit=1", {});
        row("x-goog-api-key", "https://relay.example", AuthStyle::XGoogApiKey, "/v1beta/models?pageSize=1",
            {xGoogApiKey});
        row("Gemini", "https://generativelanguage.googleapis.com", AuthStyle::Auto, "/v1beta/models?pageSize=1",
            {xGoogApiKey});
        row("a whole path", "https://relay.example/v1/chat/completions", AuthStyle::Auto, "/v1/models?limit=1", all);
        row("OpenAI's API below another version", "https://generativelanguage.googleapis.com/v1beta/openai", AuthStyle::Bearer,
            "/v1beta/openai/models?limit=1", {bearer});
        row("Gemini by its path", "https://relay.example/gemini/v1beta", AuthStyle::Auto,
            "/gemini/v1beta/models?pageSize=1", {xGoogApiKey});
        row("Gemini with a bearer", "https://relay.example/v1beta", AuthStyle::Bearer, "/v1beta/models?pageSize=1",
            {bearer});
        row("Anthropic itself", "https://api.anthropic.com", AuthStyle::Auto, "/v1/models?limit=1", {version, xApiKey});
        row("OpenAI itself", "https://api.openai.com/v1", AuthStyle::Auto, "/v1/models?limit=1", {bearer});
        row("a name that ends alike", "https://notanthropic.com", AuthStyle::Auto, "/v1/models?limit=1", all);
    }

    void asksForTheModelsAsTheEndpointWantsIt()
    {
        QFETCH(QByteArray, baseUrl);
        QFETCH(AuthStyle, auth);
        const ProbeRequest request = probeRequest(endpointAt(baseUrl, auth));
        QTEST(request.target, "target");
        QTEST(telling(request.headers), "headers");
        for (const HeaderField &field : request.headers)
            QCOMPARE(field.value.contains("key"), false); // the stand-ins for the key stay behind
        if (contains(request.headers, "x-api-key"))
            QCOMPARE(firstValue(request.headers, "x-api-key"), key);
        if (contains(request.headers, "authorization"))
            QCOMPARE(firstValue(request.headers, "authorization"), "Bearer " + key);
        QCOMPARE(firstValue(request.headers, "accept"), QByteArray("application/json"));
        QCOMPARE(firstValue(request.headers, "user-agent"), QByteArray("qcc/" QCC_VERSION));
    }

    void sendsNoCredentialWithoutAKey()
    {
        Endpoint endpoint = endpointAt("https://relay.example");
        endpoint.apiKey.clear();
        QCOMPARE(telling(probeRequest(endpoint).headers), QStringList{u"anthropic-version"_s});
    }

    void judgesAnswers_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<FailureClass>("failure");
        for (const int status : {200, 204, 301, 400, 402, 404, 405, 408, 422, 429})
            QTest::addRow("%d", status) << status << QByteArray() << FailureClass::None;
        QTest::addRow("401") << 401 << QByteArray() << FailureClass::Auth;
        QTest::addRow("403 about the key") << 403 << QByteArray("{\"error\":{\"message\":\"Invalid API key\"}}") << FailureClass::Auth;
        // A guard before the API says nothing about the key.
        QTest::addRow("403 with a page") << 403 << QByteArray("<html><title>Just a moment</title></html>") << FailureClass::None;
        QTest::addRow("403 with nothing") << 403 << QByteArray() << FailureClass::None;
        QTest::addRow("503 with nothing") << 503 << QByteArray() << FailureClass::Blocked;
        for (const int status : {500, 501, 502, 504, 520, 529})
            QTest::addRow("%d", status) << status << QByteArray() << FailureClass::Transient;
    }

    void judgesAnswers()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        const ProbeResult result = verdictOn(status, readApiError(status, body));
        QTEST(result.failure, "failure");
        QCOMPARE(result.reachable, result.failure == FailureClass::None);
        QCOMPARE(result.error.isEmpty(), result.reachable);
        QCOMPARE(result.reachable || result.error.contains(QString::number(status)), true);
        QCOMPARE(result.status, status);
    }

    void judgesWhatNeverAnswered_data()
    {
        QTest::addColumn<UpstreamFault>("fault");
        QTest::addColumn<Phase>("phase");
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *name, UpstreamFault fault, Phase phase, FailureClass failure,
                            const QString &error) { QTest::newRow(name) << fault << phase << failure << error; };
        row("refused", UpstreamFault::Refused, Phase::Connect, FailureClass::Connect,
            u"the connection was refused"_s);
        row("no such host", UpstreamFault::HostNotFound, Phase::Dns, FailureClass::Connect,
            u"the host was not found"_s);
        row("TLS", UpstreamFault::TlsFailed, Phase::Tls, FailureClass::Connect,
            u"no TLS connection: detail"_s);
        row("proxy", UpstreamFault::ProxyFailed, Phase::Connect, FailureClass::Connect,
            u"no way through the proxy: detail"_s);
        row("closed while connecting", UpstreamFault::Closed, Phase::Tls, FailureClass::Connect,
            u"the connection was closed before the request"_s);
        row("closed", UpstreamFault::Closed, Phase::Headers, FailureClass::Broken,
            u"the connection was closed before an answer"_s);
        row("garbage", UpstreamFault::NoHttp, Phase::Headers, FailureClass::Broken,
            u"the answer is not HTTP: detail"_s);
        row("anything else", UpstreamFault::Failed, Phase::Connect, FailureClass::Connect,
            u"the connection failed: detail"_s);
        row("cancelled", UpstreamFault::Cancelled, Phase::Headers, FailureClass::Cancelled,
            u"the test was cancelled"_s);
    }

    void judgesWhatNeverAnswered()
    {
        QFETCH(UpstreamFault, fault);
        QFETCH(Phase, phase);
        const ProbeResult result = verdictOn(fault, phase, u"detail"_s);
        QVERIFY(!result.reachable);
        QTEST(result.failure, "failure");
        QTEST(result.error, "error");
        QCOMPARE(result.phase, phase);
    }

    void judgesSilenceByHowFarItCame_data()
    {
        QTest::addColumn<Phase>("phase");
        QTest::addColumn<FailureClass>("failure");
        QTest::newRow("no connection of ours was free") << Phase::Queue << FailureClass::Cancelled;
        QTest::newRow("dns") << Phase::Dns << FailureClass::Connect;
        QTest::newRow("connect") << Phase::Connect << FailureClass::Connect;
        QTest::newRow("tls") << Phase::Tls << FailureClass::Connect;
        QTest::newRow("headers") << Phase::Headers << FailureClass::Timeout;
    }

    void judgesSilenceByHowFarItCame()
    {
        QFETCH(Phase, phase);
        const ProbeResult result = verdictOnSilence(phase, 1500ms);
        QVERIFY(!result.reachable);
        QTEST(result.failure, "failure");
        QVERIFY2(result.error.endsWith("within 1.5 s"_L1), qPrintable(result.error));
    }

    void saysWhereTheBaseUrlIsToBlame_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<bool>("blamed");
        QTest::newRow("a version in its midst") << QByteArray("/v1/chat") << QByteArray("status:404") << true;
        QTest::newRow("another answer") << QByteArray("/v1/chat") << QByteArray("status:405") << true;
        QTest::newRow("where it serves nevertheless") << QByteArray("/v1/chat") << QByteArray("status:200") << false;
        QTest::newRow("a version at its end") << QByteArray("/v1") << QByteArray("status:404") << false;
    }

    void saysWhereTheBaseUrlIsToBlame()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, script);
        QVERIFY(m_upstream->listen());
        m_upstream->setDefaultScript(script);
        const ProbeResult result = probed(endpointAt(m_upstream->baseUrl() + path), 5s);
        QVERIFY(result.reachable);
        QTEST(!result.warning.isEmpty(), "blamed");
    }

    void tellsWhatAnEndpointDoes_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<bool>("reachable");
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<int>("status");
        QTest::addColumn<Phase>("phase");
        const auto row = [](const char *script, bool reachable, FailureClass failure, int status, Phase phase) {
            QTest::newRow(script) << QByteArray(script) << reachable << failure << status << phase;
        };
        row("status:200", true, FailureClass::None, 200, Phase::Body);
        row("status:404", true, FailureClass::None, 404, Phase::Body);
        row("status:429", true, FailureClass::None, 429, Phase::Body);
        row("status:401", false, FailureClass::Auth, 401, Phase::Body);
        row("status:403", false, FailureClass::Auth, 403, Phase::Body);
        row("status:500", false, FailureClass::Transient, 500, Phase::Body);
        row("early-hints-103", true, FailureClass::None, 200, Phase::Body);
        row("huge-body", true, FailureClass::None, 200, Phase::Body);
        row("stall-after-head", true, FailureClass::None, 200, Phase::Body);
        row("short-length-reset", true, FailureClass::None, 200, Phase::Body);
        row("stall-before-head", false, FailureClass::Timeout, 0, Phase::Headers);
        row("close-before-answer", false, FailureClass::Broken, 0, Phase::Headers);
        row("reset-before-answer", false, FailureClass::Broken, 0, Phase::Headers);
        row("garbage", false, FailureClass::Broken, 0, Phase::Headers);
    }

    void tellsWhatAnEndpointDoes()
    {
        QFETCH(QByteArray, script);
        QVERIFY(m_upstream->listen());
        m_upstream->setDefaultScript(script);
        const ProbeResult result = probed(endpointAt(m_upstream->baseUrl()), script.startsWith("stall") ? 700ms : 5s);
        QTEST(result.reachable, "reachable");
        QTEST(result.failure, "failure");
        QTEST(result.status, "status");
        QTEST(result.phase, "phase");
        QCOMPARE(result.error.isEmpty(), result.reachable);
        QCOMPARE(result.firstByteMs.has_value(), result.status != 0);
        QVERIFY(result.times.connect.has_value());
        QVERIFY(!result.times.tls.has_value());
        QVERIFY(result.totalMs >= result.firstByteMs.value_or(0));
        QCOMPARE(m_upstream->arrivedCount(), 1);
        QCOMPARE(m_upstream->arrivedAt(0).method, QByteArray("GET"));
        QCOMPARE(m_upstream->arrivedAt(0).rawTarget, QByteArray("/v1/models?limit=1"));
        QTRY_COMPARE(m_upstream->openConnections(), 0);
        const QJsonObject json = probeJson(u"work"_s, endpointAt(m_upstream->baseUrl()), result);
        QVERIFY(!QJsonDocument(json).toJson().contains(key));
    }

    void tellsThatNobodyListens()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const QByteArray baseUrl = "http://127.0.0.1:" + QByteArray::number(server.serverPort());
        server.close();
        const ProbeResult result = probed(endpointAt(baseUrl));
        QCOMPARE(result.failure, FailureClass::Connect);
        QCOMPARE(result.phase, Phase::Connect);
        QCOMPARE(result.error, u"the connection was refused"_s);
        QCOMPARE(result.fault, UpstreamFault::Refused);
        QVERIFY(!result.firstByteMs);
    }

    void tellsTheTimeOfTheOtherEnd()
    {
        QVERIFY(m_upstream->listen());
        m_upstream->setBehaviour([](const Arrived &) { return Script().answer(200, "application/json", "{}", {{"Date", "Wed, 21 Oct 2015 07:28:00 GMT"}}); });
        const ProbeResult told = probed(endpointAt(m_upstream->baseUrl()));
        QVERIFY(told.clockAhead && *told.clockAhead > std::chrono::years(10));
        QCOMPARE(told.address, u"127.0.0.1"_s);
        QCOMPARE(told.fault, UpstreamFault::None);
        m_upstream->setBehaviour({});
        QVERIFY(!probed(endpointAt(m_upstream->baseUrl())).clockAhead);
    }

    void tellsThatTlsFails()
    {
        m_upstream->useTls(TestCertificate::make());
        QVERIFY(m_upstream->listen());
        const ProbeResult result = probed(endpointAt(m_upstream->baseUrl()));
        QCOMPARE(result.failure, FailureClass::Connect);
        QCOMPARE(result.phase, Phase::Tls);
        QVERIFY2(result.error.startsWith("no TLS connection: "_L1), qPrintable(result.error));
        QVERIFY(result.times.connect.has_value());
        QCOMPARE(m_upstream->arrivedCount(), 0);
    }

    void neverReusesAConnection()
    {
        QVERIFY(m_upstream->listen());
        for (int i = 1; i <= 2; ++i) {
            // On a pool that keeps connections.
            EndpointProbe probe(*m_pool, endpointAt(m_upstream->baseUrl()), 5s);
            QSignalSpy finished(&probe, &EndpointProbe::finished);
            probe.start();
            QTRY_COMPARE(finished.size(), 1);
            QCOMPARE(m_upstream->connectionsAccepted(), i);
        }
    }

    void waitingForAConnectionBlamesNobody()
    {
        QVERIFY(m_upstream->listen());
        m_upstream->setDefaultScript("stall-before-head");
        Config::Pool limits;
        limits.maxConnections = 1;
        ConnectionBudget budget(limits);
        UpstreamPool pool(budget, m_hosts, m_alarms);
        EndpointProbe first(pool, endpointAt(m_upstream->baseUrl()), 5s);
        EndpointProbe second(pool, endpointAt(m_upstream->baseUrl()), 100ms);
        QSignalSpy finished(&second, &EndpointProbe::finished);
        first.start();
        second.start();
        QTRY_COMPARE(finished.size(), 1);
        const auto result = finished.first().first().value<ProbeResult>();
        QCOMPARE(result.failure, FailureClass::Cancelled);
        QCOMPARE(result.phase, Phase::Queue);
    }

    void mayBeDeletedWhenItTells()
    {
        QVERIFY(m_upstream->listen());
        auto *probe = new EndpointProbe(*m_pool, endpointAt(m_upstream->baseUrl()), 5s);
        int told = 0;
        connect(probe, &EndpointProbe::finished, this, [&told, probe] {
            ++told;
            delete probe;
        });
        probe->start();
        QTRY_COMPARE(told, 1);
        QTRY_COMPARE(m_budget->figures().busy, 0);
    }

    void aDeletedProbeLeavesNothingBehind()
    {
        QVERIFY(m_upstream->listen());
        m_upstream->setDefaultScript("stall-before-head");
        auto probe = std::make_unique<EndpointProbe>(*m_pool, endpointAt(m_upstream->baseUrl()), 5s);
        QSignalSpy finished(probe.get(), &EndpointProbe::finished);
        probe->start();
        QTRY_COMPARE(m_upstream->arrivedCount(), 1);
        probe.reset();
        QTRY_COMPARE(m_upstream->openConnections(), 0);
        QCOMPARE(m_budget->figures().open, 0);
        QCOMPARE(finished.size(), 0);
    }

    void probesEndWithTheirOwner()
    {
        QVERIFY(m_upstream->listen());
        m_upstream->setDefaultScript("stall-before-head");
        int ended = 0;
        m_probes->probe(endpointAt(m_upstream->baseUrl()), 5s, [&ended](const ProbeResult &) { ++ended; });
        QTRY_COMPARE(m_upstream->arrivedCount(), 1);
        m_probes.reset();
        QTRY_COMPARE(m_upstream->openConnections(), 0);
        QCOMPARE(ended, 0);
    }

    void theQueueTestsAFewAtATimeAndKeepsTheOrder()
    {
        QList<ProbeQueue::Answer> open;
        QStringList asked;
        ProbeQueue queue([&](const ProbeTarget &target, const ProbeQueue::Answer &answer) {
            asked.append(target.cluster);
            open.append(answer);
        });
        QList<ProbeTarget> targets;
        for (int i = 0; i < 12; ++i)
            targets.append({QString::number(i), {}, 1s});
        QList<qsizetype> progress;
        QJsonArray results;
        QJsonArray later;
        queue.test(
            targets, [&](const QJsonArray &all) { results = all; }, [&](qsizetype tested) { progress.append(tested); });
        queue.test({{u"later"_s, {}, 1s}}, [&](const QJsonArray &all) { later = all; });
        QCOMPARE(open.size(), ProbeQueue::atOnce);
        // The last that was asked answers first.
        while (!open.isEmpty()) {
            QVERIFY(open.size() <= ProbeQueue::atOnce);
            const QString cluster = asked.takeLast();
            open.takeLast()(QJsonObject{{u"cluster"_s, cluster}});
        }
        QCOMPARE(results.size(), 12);
        for (int i = 0; i < 12; ++i)
            QCOMPARE(results.at(i).toObject().value("cluster"_L1).toString(), QString::number(i));
        QCOMPARE(later, QJsonArray{QJsonObject({{u"cluster"_s, u"later"_s}})});
        QCOMPARE(progress.size(), 12);
        QVERIFY(std::is_sorted(progress.begin(), progress.end()));
    }

private:
    ProbeResult probed(const Endpoint &endpoint, std::chrono::milliseconds timeout = 5s)
    {
        std::optional<ProbeResult> found;
        m_probes->probe(endpoint, timeout, [&found](const ProbeResult &result) { found = result; });
        const bool ended = QTest::qWaitFor([&found] { return found.has_value(); }, 10'000);
        return ended ? *found : ProbeResult(); // which no row expects
    }

    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<DirectProbes> m_probes;
    Alarms m_alarms{Clock::system()};
    std::unique_ptr<ConnectionBudget> m_budget;
    HostResolver m_hosts;
    std::unique_ptr<UpstreamPool> m_pool;
};

QTEST_GUILESS_MAIN(TestEndpointProbe)
#include "tst_endpointprobe.moc"
