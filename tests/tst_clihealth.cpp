#include "app/cli/endpointtests.h"
#include "app/cli/terminal.h"
#include "tests/cli/program.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"

#include <QJsonArray>
#include <QTcpServer>
#include <QRegularExpression>
#include <QTest>

#include <cstdio>
#include <functional>
#include <memory>

using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

constexpr auto kKey = "sk-secret-0123456789abcdef"_L1;

/// A base URL where nobody listens.
QString nobodysUrl()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return u"http://127.0.0.1:%1"_s.arg(server.serverPort());
}

void addEndpoint(const Program &qcc, const QString &cluster, const QString &name, const QString &baseUrl)
{
    const Ended added = qcc.run(
        {u"endpoint"_s, u"add"_s, cluster, u"--base-url"_s, baseUrl, u"--api-key"_s, kKey, u"--name"_s, name});
    QCOMPARE(added.err, QString());
}

QJsonArray results(const Ended &ended)
{
    return ended.json().value("results"_L1).toArray();
}

/// What the running proxy says of the endpoint `name`.
QJsonObject listed(const Program &qcc, const QString &name)
{
    const QJsonArray endpoints = qcc.run("endpoint list --json").json().value("endpoints"_L1).toArray();
    for (const QJsonValue &endpoint : endpoints) {
        if (endpoint["name"_L1].toString() == name)
            return endpoint.toObject();
    }
    return {};
}

QString health(const Program &qcc, const QString &name)
{
    return listed(qcc, name).value("health_status"_L1)["status"_L1].toString();
}

void stopProxy(const Program &qcc, QProcess &)
{
    QCOMPARE(qcc.run("proxy stop").exit, 0);
}

void killIt(const Program &, QProcess &process)
{
    process.kill();
}

/// What was written to `file`, which is closed.
QString contents(std::FILE *file)
{
    std::rewind(file);
    QByteArray text(4096, '\0');
    text.resize(static_cast<qsizetype>(std::fread(text.data(), 1, 4096, file)));
    std::fclose(file);
    return QString::fromUtf8(text);
}

QStringList printed(const QJsonArray &of, int width)
{
    std::FILE *file = std::tmpfile();
    if (!file)
        return {};
    qcc::cli::Terminal terminal(file, stderr, false, false, false, width);
    qcc::cli::printHealth(of, terminal);
    return contents(file).split(u'\n', Qt::SkipEmptyParts);
}

} // namespace

/// `health`, `endpoint test` and `endpoint reset`: the real program, real sockets.
class TestCliHealth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
        m_url = QString::fromLatin1(m_upstream->baseUrl());
    }

    void testsEverythingWithoutAProxy()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        addEndpoint(qcc, u"spare"_s, u"dead"_s, nobodysUrl());
        const Ended ended = qcc.run("health");
        QCOMPARE(ended.exit, 1);
        QCOMPARE(ended.err, QString());
        const QStringList lines = ended.out.split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 3);
        QVERIFY2(lines.at(0).startsWith("CLUSTER  ENDPOINT  RESULT"_L1), qPrintable(ended.out));
        QVERIFY2(lines.at(1).startsWith(u"work     good      ✓ reachable    200"_s), qPrintable(ended.out));
        QVERIFY2(lines.at(2).startsWith(u"spare    dead      ✗ unreachable  -"_s), qPrintable(ended.out));
        QVERIFY2(lines.at(2).endsWith("the connection was refused"_L1), qPrintable(ended.out));
        QVERIFY(!ended.out.contains(u'\033'));
        QCOMPARE(m_upstream->arrivedCount(), 1);
    }

    void endsWithZeroWhenAllAreReachable()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        m_upstream->setDefaultScript("status:404");
        const Ended ended = qcc.run("health --json");
        QCOMPARE(ended.exit, 0);
        QCOMPARE(results(ended).size(), 1);
        const QJsonValue result = results(ended).first();
        QCOMPARE(result["cluster"_L1].toString(), u"work"_s);
        QCOMPARE(result["name"_L1].toString(), u"good"_s);
        QCOMPARE(result["base_url"_L1].toString(), m_url);
        QCOMPARE(result["status"_L1].toInt(), 404);
        QCOMPARE(result["reachable"_L1].toBool(), true);
        QVERIFY(result["connect_ms"_L1].isDouble());
        QVERIFY(result["first_byte_ms"_L1].isDouble());
        QVERIFY(result["tls_ms"_L1].isNull());
        QVERIFY(!ended.out.contains(kKey));
    }

    void aBaseUrlThatIsToBlameIsNotJustReachable()
    {
        const Program qcc;
        const Ended added = qcc.run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, m_url + "/v1/chat"_L1, u"--api-key"_s, kKey});
        QVERIFY2(added.err.startsWith("warning: The base URL names v1 in its midst"_L1), qPrintable(added.err));
        m_upstream->setDefaultScript("status:404");
        const Ended ended = qcc.run("health");
        QVERIFY2(ended.out.contains(u"⚠ wrong path?"_s) && ended.out.contains("its base URL names v1 in its midst"_L1), qPrintable(ended.out));
        QVERIFY2(!ended.out.contains(u"✓"_s), qPrintable(ended.out));
        QVERIFY(results(qcc.run("health --json")).first()["warning"_L1].toString().contains("/v1/chat/v1/messages"_L1));
    }

    void choosesTheEndpoints_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QStringList>("tested");
        const auto row = [](const char *line, const QStringList &tested) {
            QTest::newRow(line) << QString::fromLatin1(line) << tested;
        };
        row("health", {u"work/a"_s, u"work/b"_s, u"spare/a"_s});
        row("health a", {u"work/a"_s, u"spare/a"_s});
        row("health off", {u"work/off"_s});
        row("health --cluster work", {u"work/a"_s, u"work/b"_s});
        row("health a --cluster spare", {u"spare/a"_s});
        row("endpoint test work", {u"work/a"_s, u"work/b"_s});
        row("endpoint test work off", {u"work/off"_s});
        row("endpoint test spare a", {u"spare/a"_s});
    }

    void choosesTheEndpoints()
    {
        QFETCH(QString, line);
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"a"_s, m_url + "/work/a"_L1);
        addEndpoint(qcc, u"work"_s, u"b"_s, m_url + "/work/b"_L1);
        addEndpoint(qcc, u"work"_s, u"off"_s, m_url + "/work/off"_L1);
        addEndpoint(qcc, u"spare"_s, u"a"_s, m_url + "/spare/a"_L1);
        QCOMPARE(qcc.run("endpoint disable work off").exit, 0);
        const Ended ended = qcc.run(QString(line + " --json"_L1).split(u' '));
        QCOMPARE(ended.exit, 0);
        QStringList tested;
        for (const QJsonValue &result : results(ended))
            tested.append(result["cluster"_L1].toString() + u'/' + result["name"_L1].toString());
        QTEST(tested, "tested");
        QCOMPARE(m_upstream->arrivedCount(), tested.size());
    }

    void anEndpointIsNamedByItsIdToo()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"a"_s, m_url);
        const QString id = listed(qcc, u"a"_s).value("id"_L1).toString();
        QCOMPARE(results(qcc.run({u"health"_s, id, u"--json"_s})).size(), 1);
        QCOMPARE(qcc.run({u"endpoint"_s, u"test"_s, u"work"_s, id}).exit, 0);
    }

    void saysWhatIsMissing_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *line, const char *message) {
            QTest::newRow(line) << QString::fromLatin1(line) << QString::fromUtf8(message);
        };
        row("health relay-b", "error: There is no endpoint \"relay-b\".\nhint: Did you mean \"relay-a\"?\n");
        row("health --cluster wrok", "error: There is no cluster \"wrok\".\nhint: Did you mean \"work\"?\n");
        row("health relay-b --cluster work",
            "error: The cluster \"work\" has no endpoint \"relay-b\".\nhint: Did you mean \"relay-a\"?\n");
        row("endpoint test wrok", "error: There is no cluster \"wrok\".\nhint: Did you mean \"work\"?\n");
        row("endpoint test work relay-b",
            "error: The cluster \"work\" has no endpoint \"relay-b\".\nhint: Did you mean \"relay-a\"?\n");
        row("endpoint test empty",
            "error: The cluster \"empty\" has no endpoint.\nhint: `qcc endpoint add empty` adds one.\n");
        row("endpoint test asleep",
            "error: All endpoints of the cluster \"asleep\" are disabled.\n"
            "hint: Name one to test it all the same; `qcc endpoint enable` uses it again.\n");
        row("endpoint reset wrok", "error: There is no cluster \"wrok\".\nhint: Did you mean \"work\"?\n");
        row("endpoint reset work relay-b",
            "error: The cluster \"work\" has no endpoint \"relay-b\".\nhint: Did you mean \"relay-a\"?\n");
        row("endpoint reset empty",
            "error: The cluster \"empty\" has no endpoint.\nhint: `qcc endpoint add empty` adds one.\n");
    }

    void saysWhatIsMissing()
    {
        QFETCH(QString, line);
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"relay-a"_s, m_url);
        QCOMPARE(qcc.run("cluster add empty").exit, 0);
        addEndpoint(qcc, u"asleep"_s, u"quiet"_s, m_url + "/q"_L1);
        QCOMPARE(qcc.run("endpoint disable asleep quiet").exit, 0);
        const Ended ended = qcc.run(line.split(u' '));
        QTEST(ended.err, "message");
        QCOMPARE(ended.exit, 1);
        QCOMPARE(ended.out, QString());
        QCOMPARE(m_upstream->arrivedCount(), 0);
    }

    void aFreshInstallationHasNothingToTest()
    {
        const Program qcc;
        const Ended ended = qcc.run("health");
        QCOMPARE(ended.exit, 1);
        QCOMPARE(ended.err, u"error: There is no endpoint yet.\nhint: `qcc endpoint add` adds one.\n"_s);
    }

    void aTestEndsInTime()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"silent"_s, m_url);
        m_upstream->setDefaultScript("stall-before-head");
        const Ended ended = qcc.run("health --timeout 1 --json");
        QCOMPARE(ended.exit, 1);
        const QJsonValue result = results(ended).first();
        QCOMPARE(result["failure"_L1].toString(), u"timeout"_s);
        QCOMPARE(result["phase"_L1].toString(), u"headers"_s);
        QCOMPARE(result["error"_L1].toString(), u"no answer within 1 s"_s);
        const double took = result["total_ms"_L1].toDouble();
        QVERIFY2(took > 900 && took < 5'000, QByteArray::number(took).constData()); // Qt's timers may be 5 % early
    }

    void aRunningProxyTestsAndLearns()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
        QCOMPARE(health(qcc, u"good"_s), u"unknown"_s);
        QCOMPARE(qcc.run("health").exit, 0);
        QCOMPARE(health(qcc, u"good"_s), u"healthy"_s);

        m_upstream->setDefaultScript("status:500");
        const Ended failing = qcc.run("endpoint test work");
        QCOMPARE(failing.exit, 1);
        QVERIFY2(failing.out.contains(u"✗ failing"_s), qPrintable(failing.out));
        QCOMPARE(health(qcc, u"good"_s), u"degraded"_s);
        QCOMPARE(m_upstream->arrivedCount(), 2);

        // One that the proxy may not have read yet.
        addEndpoint(qcc, u"fresh"_s, u"new"_s, m_url + "/new"_L1);
        m_upstream->setDefaultScript("status:200");
        QCOMPARE(qcc.run("endpoint test fresh").exit, 0);
        QCOMPARE(m_upstream->arrivedCount(), 3);
    }

    void aProxyThatStopsMeanwhileIsDoneWithout()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
        m_upstream->setDefaultScript("stall-before-head|ok");
        QCOMPARE(interrupted(qcc, "health --json", stopProxy).exit, 0);
        QCOMPARE(m_upstream->arrivedCount(), 2);
    }

    void aProxyOutlivesTheOneWhoAsked()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
        m_upstream->setDefaultScript("delay:300,status:200");
        interrupted(qcc, "health", killIt);
        QTRY_COMPARE(health(qcc, u"good"_s), u"healthy"_s);
    }

    void aMessageShowsTimeAndWords()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        const Ended ended = qcc.run("endpoint test work --message");
        QCOMPARE(ended.exit, 0);
        QCOMPARE(ended.err, QString());
        const QStringList lines = ended.out.split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 2);
        QVERIFY2(lines.at(0).startsWith("CLUSTER  ENDPOINT  RESULT"_L1) && lines.at(0).contains(QRegularExpression(u" TOTAL +ANSWER$"_s)), qPrintable(ended.out));
        QVERIFY2(lines.at(1).startsWith(u"work     good      ✓ answered  200     claude-haiku-4-5"_s), qPrintable(ended.out));
        QVERIFY2(lines.at(1).contains("\"w0"_L1), qPrintable(ended.out));
        QCOMPARE(m_upstream->arrivedAt(0).rawTarget, QByteArray("/v1/messages"));

        const QJsonValue result = results(qcc.run("endpoint test work --message --model other --json")).first();
        QCOMPARE(result["message"_L1]["model"_L1].toString(), u"other"_s);
        QCOMPARE(result["message"_L1]["path"_L1].toString(), u"/v1/messages"_s);
        QVERIFY(result["message"_L1]["output_tokens"_L1].isDouble());
        QVERIFY(!results(qcc.run("endpoint test work --json")).first().toObject().contains("message"_L1));
    }

    void anEndpointThatFailsOnMessagesIsSeen_data()
    {
        QTest::addColumn<bool>("proxyRuns");
        QTest::newRow("without a proxy") << false;
        QTest::newRow("by the proxy") << true;
    }

    void anEndpointThatFailsOnMessagesIsSeen()
    {
        QFETCH(bool, proxyRuns);
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"bad"_s, m_url + "/bad"_L1);
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        if (proxyRuns)
            QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
        m_upstream->setBehaviour([](const Arrived &arrived) {
            const QByteArray error = "{\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy, and your key is sk-secret-0123456789abcdef\"}}";
            return arrived.rawTarget.startsWith("/bad/v1/messages") ? Script().answer(529, "application/json", error) : Script();
        });
        QCOMPARE(qcc.run("endpoint test work").exit, 0);
        const Ended ended = qcc.run("endpoint test work --message");
        QCOMPARE(ended.exit, 1);
        QVERIFY2(ended.out.contains(u"✗ failing"_s) && ended.out.contains(u"✓ answered"_s), qPrintable(ended.out));
        QVERIFY2(ended.out.contains("HTTP 529: overloaded_error: busy, and your key is ***"_L1), qPrintable(ended.out));
        QVERIFY(!ended.out.contains(kKey));
        if (proxyRuns)
            QCOMPARE(health(qcc, u"bad"_s), u"degraded"_s);
    }

    void aMessageAsksForWhatClientsAskedOfLate()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
        RawClient client;
        client.connectTo(static_cast<quint16>(qcc.run("proxy status --json").json().value("port"_L1).toInt()));
        client.post("/v1/responses", "{\"model\":\"gpt-asked\",\"input\":\"hello\"}", {{"Content-Type", "application/json"}});
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        const QJsonValue message = results(qcc.run("endpoint test work --message --json")).first()["message"_L1];
        QCOMPARE(message["path"_L1].toString(), u"/v1/responses"_s);
        QCOMPARE(message["model"_L1].toString(), u"gpt-asked"_s);
    }

    void aModelWithoutAMessageIsAMistake()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        const Ended ended = qcc.run("endpoint test work --model m");
        QCOMPARE(ended.exit, 2);
        QVERIFY2(ended.err.startsWith("error: --model needs --message."_L1), qPrintable(ended.err));
        QCOMPARE(m_upstream->arrivedCount(), 0);
    }

    void aMessageEndsWithTheOneWhoAsked()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
        m_upstream->setDefaultScript("stall-before-head");
        interrupted(qcc, "endpoint test work --message", killIt);
        QTRY_COMPARE(m_upstream->openConnections(), 0);
        QCOMPARE(health(qcc, u"good"_s), u"unknown"_s);
    }

    void aMessageThatTheProxyMayHaveSentIsNotSentAgain()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
        m_upstream->setDefaultScript("stall-before-head|ok");
        const Ended ended = interrupted(qcc, "endpoint test work --message --json", stopProxy);
        QCOMPARE(ended.exit, 1);
        QVERIFY2(ended.out.contains("the test was cancelled: "_L1), qPrintable(ended.out + ended.err));
        QCOMPARE(m_upstream->arrivedCount(), 1);
    }

    void resetForgets()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"a"_s, m_url + "/a"_L1);
        addEndpoint(qcc, u"work"_s, u"b"_s, m_url + "/b"_L1);
        const Ended early = qcc.run("endpoint reset work");
        QCOMPARE(early.exit, 3);
        QCOMPARE(early.err, u"error: qcc is not running.\nhint: `qcc proxy start` starts it.\n"_s);

        QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
        m_upstream->setDefaultScript("status:500");
        QCOMPARE(qcc.run("endpoint test work").exit, 1);
        QCOMPARE(health(qcc, u"a"_s), u"degraded"_s);
        const Ended one = qcc.run("endpoint reset work a");
        QCOMPARE(one.exit, 0);
        QCOMPARE(one.out, u"Reset the endpoint \"a\" of the cluster \"work\".\n"_s);
        QCOMPARE(health(qcc, u"a"_s), u"unknown"_s);
        QCOMPARE(health(qcc, u"b"_s), u"degraded"_s);
        const Ended all = qcc.run("endpoint reset work");
        QCOMPARE(all.out, u"Reset the endpoints \"a\", \"b\" of the cluster \"work\".\n"_s);
        QCOMPARE(health(qcc, u"b"_s), u"unknown"_s);
    }

    void theListShowsHealthWhileTheProxyRuns()
    {
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"good"_s, m_url);
        addEndpoint(qcc, u"spare"_s, u"other"_s, m_url + "/other"_L1);
        QVERIFY(!qcc.run("endpoint list").out.contains("HEALTH"_L1));
        QVERIFY(!listed(qcc, u"good"_s).contains("health_status"_L1));
        QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
        QCOMPARE(qcc.run("endpoint test work").exit, 0);
        const QStringList lines = qcc.run("endpoint list").out.split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 3);
        QVERIFY2(lines.at(0).endsWith("HEALTH   BREAKER"_L1), qPrintable(lines.at(0)));
        QVERIFY2(lines.at(1).endsWith("healthy  closed"_L1), qPrintable(lines.at(1)));
        QVERIFY2(lines.at(2).endsWith("-        -"_L1), qPrintable(lines.at(2)));
        QVERIFY(listed(qcc, u"good"_s).value("breaker"_L1).isObject());
        QVERIFY(!listed(qcc, u"other"_s).contains("breaker"_L1));
    }

    void completesEndpoints_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("offered");
        QTest::newRow("of all clusters") << QStringList{u"health"_s, QString()} << u"a\nb\n"_s;
        QTest::newRow("of the option's cluster")
            << QStringList{u"health"_s, u"--cluster"_s, u"spare"_s, QString()} << u"b\n"_s;
        QTest::newRow("of the option's cluster, in one word")
            << QStringList{u"health"_s, u"--cluster=work"_s, QString()} << u"a\n"_s;
        QTest::newRow("of the first argument's cluster")
            << QStringList{u"endpoint"_s, u"test"_s, u"spare"_s, QString()} << u"b\n"_s;
    }

    void completesEndpoints()
    {
        QFETCH(QStringList, words);
        const Program qcc;
        addEndpoint(qcc, u"work"_s, u"a"_s, m_url);
        addEndpoint(qcc, u"spare"_s, u"b"_s, m_url);
        QTEST(qcc.run(QStringList{u"__complete"_s} + words).out, "offered");
    }

    void reasonsStandBelowWhereTheTerminalIsNarrow()
    {
        const QJsonArray both{QJsonObject{{u"cluster"_s, u"工作"_s},
                                          {u"name"_s, u"a"_s},
                                          {u"enabled"_s, true},
                                          {u"reachable"_s, true},
                                          {u"status"_s, 200},
                                          {u"connect_ms"_s, 4.26},
                                          {u"tls_ms"_s, 41.5},
                                          {u"first_byte_ms"_s, 1234.0}},
                              QJsonObject{{u"cluster"_s, u"w"_s},
                                          {u"name"_s, u"b"_s},
                                          {u"enabled"_s, false},
                                          {u"reachable"_s, false},
                                          {u"failure"_s, u"auth"_s},
                                          {u"status"_s, 401},
                                          {u"error"_s, u"the key was refused (HTTP 401)"_s}}};
        const QString heading = u"CLUSTER  ENDPOINT      RESULT         STATUS  CONNECT  TLS    FIRST BYTE"_s;
        const QString good = u"工作     a             ✓ reachable    200     4.3 ms   42 ms  1.2 s"_s;
        const QString bad = u"w        b (disabled)  ✗ key refused  401     -        -      -"_s;
        QCOMPARE(printed(both, 80), QStringList({heading, good, bad, u"  the key was refused (HTTP 401)"_s}));
        const QStringList wide{heading + u"  ERROR"_s, good, bad + u"           the key was refused (HTTP 401)"_s};
        QCOMPARE(printed(both, 120), wide);
        QCOMPARE(printed(both, 0), wide);
        QCOMPARE(printed({both.first()}, 0).first().contains("ERROR"_L1), false);
    }

    void aStatusTakesThePlaceOfTheOneBefore()
    {
        std::FILE *file = std::tmpfile();
        QVERIFY(file);
        qcc::cli::Terminal terminal(stdout, file, false, false, true);
        for (const QString &text : {u"three"_s, u"中"_s, QString()})
            terminal.status(text);
        QCOMPARE(contents(file), u"\rthree\r中   \b\b\b\r  \r"_s);
    }

private:
    /// Runs "qcc `line`", and does something about it once its test has arrived at the upstream.
    Ended interrupted(const Program &qcc, const char *line, const std::function<void(const Program &, QProcess &)> &how) const
    {
        return qcc.run(QString::fromLatin1(line).split(u' '), [&](QProcess &process) {
            QTRY_COMPARE(m_upstream->arrivedCount(), 1);
            how(qcc, process);
        });
    }

    std::unique_ptr<ScriptedUpstream> m_upstream;
    QString m_url;
};

QTEST_GUILESS_MAIN(TestCliHealth)
#include "tst_clihealth.moc"
