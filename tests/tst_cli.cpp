#include "core/config/config.h"
#include "core/http/http2session.h"
#include "tests/cli/program.h"
#include "tests/support/testcertificate.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QNetworkInterface>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

constexpr auto kKey = "sk-secret-0123456789abcdef"_L1;

QJsonObject config(const Program &qcc)
{
    QFile file(qcc.file(u"config.json"_s));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

Ended addEndpoint(const Program &qcc, const QString &cluster, const QString &name)
{
    return qcc.run({u"endpoint"_s, u"add"_s, cluster, u"--base-url"_s, u"https://%1.example/api"_s.arg(name),
                    u"--api-key"_s, kKey, u"--name"_s, name});
}

QJsonObject onlyEndpoint(const Program &qcc)
{
    const QJsonArray all = qcc.run("endpoint list --json").json().value("endpoints"_L1).toArray();
    return all.size() == 1 ? all.first().toObject() : QJsonObject();
}

} // namespace

class TestCli : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void endsWithTheRightCode_data();
    void endsWithTheRightCode();
    void errorsAreOneSentenceAndAHintOnStderr();
    void pipesGetNoColours();
    void firstClusterBecomesActive();
    void addingAClusterTwiceFails();
    void removingTheActiveClusterSaysSo();
    void switchesTheActiveClusterWithoutAProxy();
    void anUnknownClusterSuggestsTheNearest();
    void anEndpointThatLeadsBackIsRefused();
    void endpointAddMakesItsCluster();
    void keysAreMaskedEverywhere();
    void readsTheKeyFromStandardInput();
    void anEmptyStandardInputIsNoKey();
    void keysAndProxiesAreReadAsTheyWereMeant();
    void saysWhatIsOddAboutABaseUrl();
    void saysWhereHttp2WillNotBeSpoken();
    void anEndpointWithoutAKeyMustSaySo();
    void editsWhatIsNamedAndNothingElse();
    void aCaFileIsCheckedWhenItIsSaved();
    void ownHeadersAndParametersAreSetAndTakenBack();
    void limitsAreSetAndTakenBack();
    void aProgramTakesThePlaceOfTheKey();
    void aKeyFromTwoPlacesIsRefused();
    void aClientCertificateIsCheckedWhenItIsSaved();
    void modelMappingsCanBeTakenBack();
    void endpointsAreNamedByNameOrId();
    void disabledEndpointsAreCounted();
    void unknownKeysOfTheConfigurationSurvive();
    void aBrokenConfigurationIsNamedAndKept();
    void completionScriptsAreValid_data();
    void completionScriptsAreValid();
    void completesNamesFromTheConfiguration();
    void showsTheLogWithoutAProxy();
    void followsTheLog();
    void demoRunsOnceAndStops();
    void demoTakesTheNextFreePort();
    void demoLeavesAForeignClusterAlone();
};

void TestCli::initTestCase()
{
    QVERIFY(QFile::exists(QStringLiteral(QCC_PROGRAM)));
}

void TestCli::endsWithTheRightCode_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("exit");
    const auto row = [](const char *line, int exit) { QTest::newRow(line) << QString::fromUtf8(line) << exit; };
    row("--help", 0);
    row("--version", 0);
    row("help proxy start", 0);
    row("proxy start --help", 0);
    row("cluster list", 0);
    row("cluster list --json", 0);
    row("endpoint list --json", 0);
    row("cluster show nowhere", 1);
    row("cluster use nowhere", 1);
    row("cluster remove nowhere", 1);
    row("endpoint list nowhere", 1);
    row("endpoint remove nowhere x", 1);
    row("health", 1);
    row("health --cluster nowhere", 1);
    row("endpoint test nowhere", 1);
    row("endpoint reset nowhere", 1);
    row("proxy logs", 1);
    row("proxy", 2);
    row("help nothing", 2);
    row("proxy start --port x", 2);
    row("endpoint add work --base-url ftp://x --api-key k", 2);
    row("endpoint add work --base-url https://x.example --api-key k --proxy ftp://x", 2);
    row("proxy status", 3);
    row("proxy status --json", 3);
    row("proxy stop", 3);
    row("demo stop", 3);
}

void TestCli::endsWithTheRightCode()
{
    const Program qcc;
    QFETCH(QString, line);
    QFETCH(int, exit);
    const Ended ended = qcc.run(line.split(u' '));
    QCOMPARE(ended.exit, exit);
    QCOMPARE(ended.err.isEmpty(), exit == 0 || line.contains("status --json"_L1));
    QCOMPARE(ended.out.isEmpty(), exit != 0 && !line.contains("status --json"_L1));
}

void TestCli::errorsAreOneSentenceAndAHintOnStderr()
{
    const Program qcc;
    const Ended ended = qcc.run("proxy strat");
    QCOMPARE(ended.err, u"error: `qcc proxy` has no command \"strat\".\nhint: Did you mean \"start\"?\n"_s);
}

void TestCli::pipesGetNoColours()
{
    const Program qcc;
    QVERIFY(!qcc.run("help").out.contains(u'\033'));
    QVERIFY(!qcc.run("nothing").err.contains(u'\033'));
}

void TestCli::firstClusterBecomesActive()
{
    const Program qcc;
    const Ended first = qcc.run("cluster add work");
    QCOMPARE(first.exit, 0);
    QVERIFY(first.out.contains("now active"_L1));
    const Ended second = qcc.run("cluster add spare --strategy fastest");
    QCOMPARE(second.exit, 0);
    QVERIFY(!second.out.contains("active"_L1));
    const QJsonObject listed = qcc.run("cluster list --json").json();
    QCOMPARE(listed.value("active_cluster"_L1).toString(), u"work"_s);
    const QJsonObject spare = listed.value("clusters"_L1).toArray().at(1).toObject();
    QCOMPARE(spare.value("strategy"_L1).toString(), u"fastest"_s);
    QCOMPARE(spare.value("active"_L1).toBool(true), false);
    QCOMPARE(spare.value("endpoints"_L1).toInt(-1), 0);
}

void TestCli::addingAClusterTwiceFails()
{
    const Program qcc;
    QCOMPARE(qcc.run("cluster add work").exit, 0);
    const Ended again = qcc.run("cluster add work");
    QCOMPARE(again.exit, 1);
    QVERIFY(again.err.contains("work"_L1));
}

void TestCli::removingTheActiveClusterSaysSo()
{
    const Program qcc;
    QCOMPARE(qcc.run("cluster add work").exit, 0);
    QCOMPARE(qcc.run("cluster add spare").exit, 0);
    const Ended removed = qcc.run("cluster remove work");
    QCOMPARE(removed.exit, 0);
    QVERIFY(removed.out.contains("No cluster is active"_L1));
    QCOMPARE(qcc.run("cluster list --json").json().value("clusters"_L1).toArray().size(), 1);
}

void TestCli::switchesTheActiveClusterWithoutAProxy()
{
    const Program qcc;
    QCOMPARE(qcc.run("cluster add work").exit, 0);
    QCOMPARE(qcc.run("cluster add spare").exit, 0);
    QCOMPARE(qcc.run("cluster use spare").exit, 0);
    QCOMPARE(config(qcc).value("active_cluster"_L1).toString(), u"spare"_s);
}

void TestCli::anUnknownClusterSuggestsTheNearest()
{
    const Program qcc;
    QCOMPARE(qcc.run("cluster add work").exit, 0);
    const Ended ended = qcc.run("cluster use wrok");
    QCOMPARE(ended.exit, 1);
    QCOMPARE(ended.err, u"error: There is no cluster \"wrok\".\nhint: Did you mean \"work\"?\n"_s);
}

void TestCli::anEndpointThatLeadsBackIsRefused()
{
    const Program qcc;
    QHostAddress own;
    for (const QHostAddress &address : QNetworkInterface::allAddresses())
        if (!address.isLoopback() && address.protocol() == QAbstractSocket::IPv4Protocol)
            own = address;
    if (own.isNull())
        QSKIP("this computer has no address but loopback");
    QFile file(qcc.file(u"config.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"JSON({"version": 1, "listen": {"host": "0.0.0.0", "access_token": "secret-token"}})JSON");
    file.close();
    const QString url = u"http://%1:7860/api"_s.arg(own.toString());
    const auto refused = [&](const Ended &ended) {
        return ended.exit == 1 && ended.err.contains("leads back to qcc itself"_L1) && ended.err.contains("hint: "_L1);
    };
    const QJsonObject before = config(qcc);
    QVERIFY(refused(qcc.run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, url, u"--api-key"_s, kKey})));
    QCOMPARE(config(qcc), before);
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    QVERIFY(refused(qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, u"relay-a"_s, u"--base-url"_s, url})));
    // The same address on another port is another program.
    QCOMPARE(qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, u"relay-a"_s, u"--base-url"_s, u"http://%1:7861"_s.arg(own.toString())}).exit, 0);
}

void TestCli::endpointAddMakesItsCluster()
{
    const Program qcc;
    const Ended added = addEndpoint(qcc, u"work"_s, u"relay-a"_s);
    QCOMPARE(added.exit, 0);
    QVERIFY(added.out.contains("Made the cluster \"work\", which is now active"_L1));
    QVERIFY(added.out.contains("Added the endpoint \"relay-a\""_L1));
    const Ended second = addEndpoint(qcc, u"work"_s, u"relay-b"_s);
    QCOMPARE(second.exit, 0);
    QVERIFY(!second.out.contains("Made"_L1));
    QCOMPARE(qcc.run("endpoint list work --json").json().value("endpoints"_L1).toArray().size(), 2);
}

void TestCli::keysAreMaskedEverywhere()
{
    const Program qcc;
    QVERIFY(!addEndpoint(qcc, u"work"_s, u"relay-a"_s).out.contains(kKey));
    for (const char *line : {"endpoint list", "endpoint list --json", "cluster show work", "cluster show work --json",
                             "cluster list --json", "endpoint edit work relay-a --weight 5",
                             "endpoint add work --base-url https://relay-a.example/api --name relay-a --api-key "
                             "sk-secret-0123456789abcdef",
                             "endpoint disable work relay-a", "endpoint remove work relay-a"}) {
        const Ended ended = qcc.run(line);
        QVERIFY2(!ended.out.contains("secret-0123456789"_L1) && !ended.err.contains("secret-0123456789"_L1), line);
        QVERIFY2(!ended.out.isEmpty() || !ended.err.isEmpty(), line);
    }
}

void TestCli::readsTheKeyFromStandardInput()
{
    const Program qcc;
    const Ended ended = qcc.run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, u"https://a.example"_s,
                                 u"--api-key-stdin"_s},
                                "sk-from-stdin\r\nsecond line\n");
    QCOMPARE(ended.exit, 0);
    const QJsonObject cluster = config(qcc).value("clusters"_L1).toArray().first().toObject();
    const QJsonObject endpoint = cluster.value("endpoints"_L1).toArray().first().toObject();
    QVERIFY(endpoint.value("api_key"_L1).isObject());
    // Its id is made of URL and key.
    QCOMPARE(onlyEndpoint(qcc).value("id"_L1).toString(), qcc::endpointId("https://a.example", "sk-from-stdin"));
    QCOMPARE(endpoint.value("name"_L1).toString(), u"a.example"_s);
}

void TestCli::anEmptyStandardInputIsNoKey()
{
    const Program qcc;
    const Ended ended = qcc.run("endpoint add work --base-url https://a.example --api-key-stdin");
    QCOMPARE(ended.exit, 2);
    QVERIFY(!QFile::exists(qcc.file(u"config.json"_s)));
}

void TestCli::keysAndProxiesAreReadAsTheyWereMeant()
{
    const Program qcc;
    const auto add = [&qcc](const QString &name, const QString &key, const QString &proxy, const QByteArray &input = {}) {
        QStringList line{u"endpoint"_s, u"add"_s, u"work"_s, u"--name"_s, name, u"--base-url"_s, u"https://%1.example"_s.arg(name), u"--proxy"_s, proxy};
        line += key.isEmpty() ? QStringList{u"--api-key-stdin"_s} : QStringList{u"--api-key"_s, key};
        return qcc.run(line, input);
    };
    const Ended added = add(u"a"_s, u"\u201cBearer \uff53\uff4b-1234567890abcdef\u200b\u201d"_s, u"127.0.0.1:7890"_s);
    QCOMPARE(added.exit, 0);
    QCOMPARE(added.err, QString());
    QCOMPARE(add(u"b"_s, {}, u"socks5h://127.0.0.1:1080"_s, " 'sk-1234567890abcdeg' \r\n").exit, 0);
    const QJsonValue endpoints = qcc.run("endpoint list --json").json().value("endpoints"_L1);
    QCOMPARE(endpoints[0]["api_key"_L1].toString(), u"sk-…cdef"_s);
    QCOMPARE(endpoints[0]["proxy"_L1].toString(), u"http://127.0.0.1:7890"_s);
    QCOMPARE(endpoints[1]["api_key"_L1].toString(), u"sk-…cdeg"_s);
    QCOMPARE(endpoints[1]["proxy"_L1].toString(), u"socks5h://127.0.0.1:1080"_s);

    const Ended refused = add(u"c"_s, u"sk-secret sk-other"_s, u"none"_s);
    QCOMPARE(refused.exit, 2);
    QVERIFY2(refused.err.contains("The key holds a space"_L1) && !refused.err.contains("secret"_L1), qPrintable(refused.err));
    QCOMPARE(add(u"c"_s, {}, u"none"_s, "sk-\xe2\x80\xa6" "cdef\n").exit, 2);
    QCOMPARE(add(u"c"_s, {}, u"none"_s, "\xef\xbb\xbf\n").exit, 2);
    QCOMPARE(qcc.run("endpoint list --json").json().value("endpoints"_L1).toArray().size(), 2);
}

void TestCli::saysWhatIsOddAboutABaseUrl()
{
    const Program qcc;
    const auto add = [&qcc](const char *url) {
        return qcc.run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, QString::fromLatin1(url), u"--api-key"_s, kKey});
    };
    QCOMPARE(add("https://a.example/api/paas/v4").err, QString());
    const Ended twice = add("https://b.example/v1");
    QCOMPARE(twice.exit, 0);
    QVERIFY2(twice.err.startsWith("warning: The base URL ends in /v1, which requests name themselves"_L1), qPrintable(twice.err));
    QVERIFY(add("https://c.example/v1/chat").err.startsWith("warning: The base URL names v1 in its midst"_L1));
    const Ended edited = qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, u"a.example"_s, u"--base-url"_s, u"https://a.example/v1/messages/"_s});
    QCOMPARE(edited.exit, 0);
    QVERIFY2(edited.err.startsWith("warning: The base URL ends in /v1/messages"_L1), qPrintable(edited.err));
}

void TestCli::saysWhereHttp2WillNotBeSpoken()
{
    const Program qcc;
    const auto http2 = [&qcc](const char *name) { return qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, QString::fromLatin1(name), u"--http2"_s, u"on"_s}); };
    for (const auto &[url, name] : {std::pair{u"https://a.example"_s, u"a"_s}, std::pair{u"http://b.example"_s, u"b"_s}})
        qcc.run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, url, u"--api-key"_s, kKey, u"--name"_s, name});
    const QString always = qcc::Http2Session::isBuiltIn() ? QString() : u"warning: This qcc was built without HTTP/2; the endpoint will be asked over HTTP/1.1.\n"_s;
    QCOMPARE(http2("a").err, always);
    QCOMPARE(http2("b").err, always.isEmpty() ? u"warning: HTTP/2 is spoken over https alone; the endpoint will be asked over HTTP/1.1.\n"_s : always);
}

void TestCli::anEndpointWithoutAKeyMustSaySo()
{
    const Program qcc;
    const Ended without = qcc.run("endpoint add work --base-url https://a.example");
    QCOMPARE(without.exit, 2);
    QVERIFY(without.err.contains("--auth none"_L1));
    QCOMPARE(qcc.run("endpoint add work --base-url https://a.example --auth none").exit, 0);
}

void TestCli::editsWhatIsNamedAndNothingElse()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    QJsonObject expected = onlyEndpoint(qcc);
    QCOMPARE(qcc.run("endpoint edit work relay-a --priority 7 --auth bearer --http2 on --proxy none").exit, 0);
    expected.insert("priority"_L1, 7);
    expected.insert("auth"_L1, u"bearer"_s);
    expected.insert("http2"_L1, true);
    expected.insert("proxy"_L1, u"none"_s);
    QCOMPARE(onlyEndpoint(qcc), expected);
    QCOMPARE(qcc.run("endpoint edit work relay-a").exit, 2);
}

void TestCli::aCaFileIsCheckedWhenItIsSaved()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    const QString path = qcc.file(u"ours.pem"_s);
    const Ended missing = qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, u"relay-a"_s, u"--ca-file"_s, path});
    QCOMPARE(missing.exit, 2);
    QVERIFY2(missing.err.contains(path + u" does not exist"_s) && missing.err.contains("PEM"_L1), qPrintable(missing.err));
    QCOMPARE(onlyEndpoint(qcc).value("ca_file"_L1), QJsonValue(QJsonValue::Null));

    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(qcc::test::TestCertificate::make().certificatePem) > 0);
    file.close();
    QCOMPARE(qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, u"relay-a"_s, u"--ca-file"_s, path}).exit, 0);
    QCOMPARE(onlyEndpoint(qcc).value("ca_file"_L1).toString(), path);
    QCOMPARE(qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, u"relay-a"_s, u"--ca-file"_s, u"none"_s}).exit, 0);
    QCOMPARE(onlyEndpoint(qcc).value("ca_file"_L1), QJsonValue(QJsonValue::Null));
}

void TestCli::ownHeadersAndParametersAreSetAndTakenBack()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    const QString id = onlyEndpoint(qcc).value("id"_L1).toString();
    const auto edit = [&qcc](const QStringList &options) {
        return qcc.run(QStringList{u"endpoint"_s, u"edit"_s, u"work"_s, u"relay-a"_s} + options);
    };
    const auto stored = [&qcc] {
        QFile file(qcc.file(u"config.json"_s));
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()["clusters"_L1][0]["endpoints"_L1][0].toObject() : QJsonObject();
    };
    QCOMPARE(edit({u"--header"_s, u"X-Team: blue: green"_s, u"--header"_s, u"Cf-Access-Client-Secret: hush-hush"_s, u"--query"_s, u"api-version=a=b c"_s}).exit, 0);
    QCOMPARE(stored().value("headers"_L1).toObject(), (QJsonObject{{u"X-Team"_s, u"blue: green"_s}, {u"Cf-Access-Client-Secret"_s, u"hush-hush"_s}}));
    QCOMPARE(stored().value("query"_L1).toObject(), (QJsonObject{{u"api-version"_s, u"a=b c"_s}}));
    // Nothing shows what is in them.
    QCOMPARE(onlyEndpoint(qcc).value("headers"_L1).toObject(), (QJsonObject{{u"X-Team"_s, u"…"_s}, {u"Cf-Access-Client-Secret"_s, u"…"_s}}));
    QCOMPARE(onlyEndpoint(qcc).value("query"_L1).toObject(), (QJsonObject{{u"api-version"_s, u"…"_s}}));
    QCOMPARE(onlyEndpoint(qcc).value("id"_L1).toString(), id);
    // Under another spelling it is the same header.
    QCOMPARE(edit({u"--header"_s, u"x-team: red"_s, u"--header"_s, u"cf-access-client-secret:"_s, u"--query"_s, u"api-version="_s}).exit, 0);
    QCOMPARE(stored().value("headers"_L1).toObject(), (QJsonObject{{u"x-team"_s, u"red"_s}}));
    QVERIFY(!stored().contains("query"_L1));
    for (const QString &wrong : {u"Authorization: Bearer hush"_s, u"Host: hush"_s, u"no colon, hush"_s, u"X Y: hush"_s, u"X-Y: hush\nhush"_s}) {
        const Ended refused = edit({u"--header"_s, wrong});
        QVERIFY2(refused.exit == 2 && !refused.err.contains("hush"_L1) && refused.err.contains(u"qcc help endpoint edit"_s), qPrintable(wrong + refused.err));
    }
    QCOMPARE(stored().value("headers"_L1).toObject(), (QJsonObject{{u"x-team"_s, u"red"_s}}));
}

void TestCli::limitsAreSetAndTakenBack()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    QCOMPARE(qcc.run("endpoint edit work relay-a --max-concurrent 2 --requests-per-minute 30").exit, 0);
    QCOMPARE(onlyEndpoint(qcc).value("max_concurrent"_L1).toInt(), 2);
    QCOMPARE(onlyEndpoint(qcc).value("requests_per_minute"_L1).toInt(), 30);
    QCOMPARE(qcc.run("endpoint edit work relay-a --max-concurrent 0").exit, 0);
    QCOMPARE(onlyEndpoint(qcc).value("max_concurrent"_L1).toInt(), 0);
    QVERIFY(!config(qcc)["clusters"_L1][0]["endpoints"_L1][0].toObject().contains("max_concurrent"_L1));
    QCOMPARE(qcc.run("endpoint edit work relay-a --max-concurrent -1").exit, 2);
    QCOMPARE(qcc.run("endpoint edit work relay-a --requests-per-minute 10001").exit, 2);
}

void TestCli::aProgramTakesThePlaceOfTheKey()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    const QString id = onlyEndpoint(qcc).value("id"_L1).toString();
    const auto edit = [&qcc](const QStringList &options) {
        return qcc.run(QStringList{u"endpoint"_s, u"edit"_s, u"work"_s, u"relay-a"_s} + options);
    };
    const auto stored = [&qcc] { return config(qcc)["clusters"_L1][0]["endpoints"_L1][0].toObject(); };
    QCOMPARE(edit({u"--api-key-command"_s, u"pass show \"my relay\" --token=abcdefgh0123456789"_s, u"--api-key-ttl"_s, u"60"_s}).exit, 0);
    QCOMPARE(stored()["api_key_command"_L1].toArray(), (QJsonArray{u"pass"_s, u"show"_s, u"my relay"_s, u"--token=abcdefgh0123456789"_s}));
    QCOMPARE(stored()["api_key_ttl_s"_L1].toInt(), 60);
    QVERIFY(!stored().contains("api_key"_L1));
    const QString shown = onlyEndpoint(qcc).value("api_key_command"_L1).toString();
    QCOMPARE(shown, u"pass …"_s);
    QVERIFY(onlyEndpoint(qcc).value("id"_L1).toString() != id);
    QVERIFY(qcc.run("endpoint list").out.contains(u"(program)"_s));
    QCOMPARE(qcc.run("config check").exit, 0);
    // A key takes its place again, and is the same endpoint as before.
    QCOMPARE(edit({u"--api-key"_s, QString(kKey)}).exit, 0);
    QVERIFY(!stored().contains("api_key_command"_L1));
    QCOMPARE(onlyEndpoint(qcc).value("id"_L1).toString(), id);
    QCOMPARE(edit({u"--api-key"_s, QString(kKey), u"--api-key-command"_s, u"pass"_s}).exit, 2);
    QCOMPARE(edit({u"--api-key-command"_s, u" "_s}).exit, 2);
    QCOMPARE(qcc.run({u"endpoint"_s, u"add"_s, u"other"_s, u"--base-url"_s, u"https://b.example"_s, u"--api-key-command"_s, u"pass show b"_s}).exit, 0);
}

void TestCli::aKeyFromTwoPlacesIsRefused()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    QJsonObject json = config(qcc);
    QJsonArray clusters = json["clusters"_L1].toArray();
    QJsonObject cluster = clusters[0].toObject();
    QJsonArray endpoints = cluster["endpoints"_L1].toArray();
    QJsonObject endpoint = endpoints[0].toObject();
    endpoint.insert("api_key_command"_L1, u"pass show relay"_s);
    cluster.insert("endpoints"_L1, QJsonArray{endpoint});
    json.insert("clusters"_L1, QJsonArray{cluster});
    QFile file(qcc.file(u"config.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(json).toJson()) > 0);
    file.close();
    const Ended checked = qcc.run("config check");
    QCOMPARE(checked.exit, 1);
    QVERIFY2(checked.err.contains(u"clusters[0].endpoints[0].api_key_command"_s) && checked.err.contains(u"must not stand beside api_key"_s), qPrintable(checked.err));
}

void TestCli::aClientCertificateIsCheckedWhenItIsSaved()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    const auto edit = [&qcc](const QStringList &options) {
        return qcc.run(QStringList{u"endpoint"_s, u"edit"_s, u"work"_s, u"relay-a"_s} + options);
    };
    const auto save = [&qcc](const QString &name, const QByteArray &bytes) {
        QFile file(qcc.file(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName() : QString();
    };
    const auto own = qcc::test::TestCertificate::make();
    const auto other = qcc::test::TestCertificate::make();
    const QString certificate = save(u"me.pem"_s, own.certificatePem), key = save(u"me.key"_s, own.keyPem), wrongKey = save(u"other.key"_s, other.keyPem);
    const Ended refused = edit({u"--client-cert"_s, certificate, u"--client-key"_s, wrongKey});
    QCOMPARE(refused.exit, 2);
    QVERIFY2(refused.err.contains(u"The client key %1 does not belong to the client certificate."_s.arg(wrongKey)), qPrintable(refused.err));
    QCOMPARE(onlyEndpoint(qcc).value("client_cert"_L1), QJsonValue(QJsonValue::Null));
    QCOMPARE(edit({u"--client-cert"_s, certificate, u"--client-key"_s, key}).exit, 0);
    QCOMPARE(onlyEndpoint(qcc).value("client_cert"_L1).toString(), certificate);
    QCOMPARE(onlyEndpoint(qcc).value("client_key"_L1).toString(), key);
    // Either is checked together with the other that is there.
    QCOMPARE(edit({u"--client-key"_s, wrongKey}).exit, 2);
    QCOMPARE(edit({u"--client-cert"_s, u"none"_s}).exit, 0);
    QCOMPARE(onlyEndpoint(qcc).value("client_key"_L1), QJsonValue(QJsonValue::Null));
}

void TestCli::modelMappingsCanBeTakenBack()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    QCOMPARE(qcc.run("endpoint edit work relay-a --model-map a=x --model-map b=y=z").exit, 0);
    QCOMPARE(qcc.run("endpoint edit work relay-a --model-map a=").exit, 0);
    QCOMPARE(onlyEndpoint(qcc).value("model_map"_L1).toObject(), (QJsonObject{{u"b"_s, u"y=z"_s}}));
}

void TestCli::endpointsAreNamedByNameOrId()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    const QString id = onlyEndpoint(qcc).value("id"_L1).toString();
    QCOMPARE(id.size(), 8);
    QCOMPARE(qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, id, u"--name"_s, u"relay-b"_s}).exit, 0);
    QCOMPARE(onlyEndpoint(qcc).value("name"_L1).toString(), u"relay-b"_s);
    const Ended unknown = qcc.run("endpoint remove work relay-c");
    QCOMPARE(unknown.exit, 1);
    QVERIFY(unknown.err.contains("Did you mean \"relay-b\"?"_L1));
    QCOMPARE(qcc.run("endpoint remove work relay-b").exit, 0);
    QVERIFY(onlyEndpoint(qcc).isEmpty());
}

void TestCli::disabledEndpointsAreCounted()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-b"_s).exit, 0);
    QCOMPARE(qcc.run("endpoint disable work relay-b").exit, 0);
    QVERIFY(qcc.run("cluster list").out.contains("1 of 2 enabled"_L1));
    QCOMPARE(qcc.run("endpoint enable work relay-b").exit, 0);
    QVERIFY(!qcc.run("cluster list").out.contains("enabled"_L1));
}

void TestCli::unknownKeysOfTheConfigurationSurvive()
{
    const Program qcc;
    QFile file(qcc.file(u"config.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"version\":1,\"from_the_future\":{\"a\":1},\"clusters\":[]}");
    file.close();
    QCOMPARE(qcc.run("cluster add work").exit, 0);
    QCOMPARE(config(qcc).value("from_the_future"_L1).toObject(), (QJsonObject{{u"a"_s, 1}}));
}

void TestCli::aBrokenConfigurationIsNamedAndKept()
{
    const Program qcc;
    const QByteArray broken = "{\n  \"clusters\": 3\n}\n";
    QFile file(qcc.file(u"config.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(broken);
    file.close();
    const Ended ended = qcc.run("cluster list");
    QCOMPARE(ended.exit, 1);
    QVERIFY(ended.err.contains("clusters"_L1));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), broken);
}

void TestCli::completionScriptsAreValid_data()
{
    QTest::addColumn<QString>("shell");
    QTest::newRow("bash") << u"bash"_s;
    QTest::newRow("zsh") << u"zsh"_s;
    QTest::newRow("fish") << u"fish"_s;
}

void TestCli::completionScriptsAreValid()
{
    QFETCH(QString, shell);
    const Program qcc;
    const Ended script = qcc.run({u"completion"_s, shell});
    QCOMPARE(script.exit, 0);
    QVERIFY(script.out.contains("qcc __complete"_L1));
    const QString program = QStandardPaths::findExecutable(shell);
    if (program.isEmpty())
        QSKIP("This shell is not installed here");
    QFile file(qcc.file(u"script"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(script.out.toUtf8());
    file.close();
    QProcess check;
    QSignalSpy finished(&check, &QProcess::finished);
    check.start(program, {u"-n"_s, file.fileName()});
    QVERIFY(!finished.isEmpty() || finished.wait());
    QCOMPARE(check.readAllStandardError(), QByteArray());
    QCOMPARE(check.exitCode(), 0);
}

void TestCli::completesNamesFromTheConfiguration()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"work"_s, u"relay-a"_s).exit, 0);
    QCOMPARE(qcc.run({u"__complete"_s, u"cluster"_s, u"use"_s, QString()}).out, u"work\n"_s);
    QCOMPARE(qcc.run({u"__complete"_s, u"endpoint"_s, u"edit"_s, u"work"_s, u"re"_s}).out, u"relay-a\n"_s);
}

void TestCli::showsTheLogWithoutAProxy()
{
    const Program qcc;
    QFile file(qcc.file(u"proxy.log"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    // More than one block of the reader.
    for (int i = 0; i < 5'000; ++i) {
        file.write("2026-11-23 10:00:00,000 - " + QByteArray(i % 100 == 0 ? "WARNING" : "INFO") + " - [req-"
                   + QByteArray::number(i) + "] ✓ 响应成功\n");
    }
    file.write("half a line");
    file.close();
    QCOMPARE(qcc.run("proxy logs").out.count(u'\n'), 50);
    QCOMPARE(qcc.run("proxy logs --lines 2").out,
             u"2026-11-23 10:00:00,000 - INFO - [req-4998] ✓ 响应成功\n"
             "2026-11-23 10:00:00,000 - INFO - [req-4999] ✓ 响应成功\n"_s);
    QCOMPARE(qcc.run("proxy logs --lines 100 --level warning").out.count(u'\n'), 50);
    QCOMPARE(qcc.run("proxy logs --lines 9999").out.count(u'\n'), 5'000);
    QCOMPARE(qcc.run("proxy logs --grep [req-77]").out, u"2026-11-23 10:00:00,000 - INFO - [req-77] ✓ 响应成功\n"_s);
}

void TestCli::followsTheLog()
{
    const Program qcc;
    QFile file(qcc.file(u"proxy.log"_s));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    file.write("2026-11-23 10:00:00,000 - INFO - [req-1] one\n");
    QProcess follower;
    qcc.start(follower, {u"proxy"_s, u"logs"_s, u"-f"_s, u"--grep"_s, u"[req-1]"_s});
    QByteArray seen;
    connect(&follower, &QProcess::readyReadStandardOutput, this,
            [&] { seen += follower.readAllStandardOutput(); });
    QTRY_VERIFY(seen.endsWith("one\n"));
    file.write("2026-11-23 10:00:01,000 - INFO - [req-1] two\n2026-11-23 10:00:02,000 - INFO - [req-2] abc\n");
    QTRY_VERIFY(seen.endsWith("two\n"));
    file.close();
    QVERIFY(file.rename(qcc.file(u"proxy.1.log"_s)));
    QFile next(qcc.file(u"proxy.log"_s));
    QVERIFY(next.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    next.write("2026-11-23 10:00:03,000 - INFO - [req-1] four\n");
    QTRY_VERIFY(seen.endsWith("four\n"));
    // One that somebody removes begins anew.
    QVERIFY(next.remove());
    QFile anew(qcc.file(u"proxy.log"_s));
    QVERIFY(anew.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    anew.write("2026-11-23 10:00:04,000 - INFO - [req-1] five\n");
    QTRY_VERIFY(seen.endsWith("five\n"));
    QCOMPARE(seen.count('\n'), 4);
    QSignalSpy finished(&follower, &QProcess::finished);
    follower.kill();
    QVERIFY(finished.wait());
}

void TestCli::demoRunsOnceAndStops()
{
    const Program qcc;
    const Ended first = qcc.run("demo --port 0");
    QCOMPARE(first.err, QString());
    QCOMPARE(first.exit, 0);
    QVERIFY(first.out.contains("qcc proxy start --cluster demo"_L1));
    QVERIFY(first.out.contains("/v1/messages"_L1));

    QFile file(qcc.file(u"demo.pid"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject pid = QJsonDocument::fromJson(file.readAll()).object();
    const int port = pid.value("port"_L1).toInt();
    QCOMPARE(onlyEndpoint(qcc).value("base_url"_L1).toString(), u"http://127.0.0.1:%1"_s.arg(port));
    QCOMPARE(config(qcc).value("active_cluster"_L1).toString(), u"demo"_s);
    QTcpSocket socket;
    QSignalSpy connected(&socket, &QTcpSocket::connected);
    socket.connectToHost(u"127.0.0.1"_s, static_cast<quint16>(port));
    QVERIFY(connected.wait());

    const Ended second = qcc.run("demo");
    QCOMPARE(second.exit, 0);
    QVERIFY(second.out.contains("running already"_L1));
    QCOMPARE(qcc.run("demo --foreground").exit, 4);

    QCOMPARE(qcc.run("demo stop").exit, 0);
    QVERIFY(!QFile::exists(qcc.file(u"demo.pid"_s)));
    QCOMPARE(qcc.run("demo stop").exit, 3);
    QCOMPARE(QDir(qcc.home()).entryList({u"launch-*"_s}), QStringList());
}

void TestCli::demoTakesTheNextFreePort()
{
    const Program qcc;
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    const QString port = QString::number(taken.serverPort());
    const Ended refused = qcc.run({u"demo"_s, u"--port"_s, port});
    QCOMPARE(refused.exit, 1);
    QVERIFY(refused.err.contains(port));

    // 7861 itself may be anybody's on this computer.
    QTcpServer first;
    first.listen(QHostAddress::LocalHost, 7861);
    const Ended ended = qcc.run("demo");
    QCOMPARE(ended.exit, 0);
    const QString url = onlyEndpoint(qcc).value("base_url"_L1).toString();
    QVERIFY(!url.endsWith(":7861"_L1));
    QCOMPARE(qcc.run("demo stop").exit, 0);
}

void TestCli::demoLeavesAForeignClusterAlone()
{
    const Program qcc;
    QCOMPARE(addEndpoint(qcc, u"demo"_s, u"relay-a"_s).exit, 0);
    const QJsonObject before = config(qcc);
    const Ended ended = qcc.run("demo --port 0");
    QCOMPARE(ended.exit, 1);
    QVERIFY(ended.err.contains("of your own"_L1));
    QCOMPARE(config(qcc), before);
    QVERIFY(!QFile::exists(qcc.file(u"demo.pid"_s)));
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
