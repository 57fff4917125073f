#include "core/config/configedit.h"
#include "core/config/configparser.h"
#include "core/config/settings.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

// moc 6.4 loses a class whose body holds raw strings, and one behind a raw string that holds two slashes in a row:
// the tests with raw strings are defined below the class, and JSON allows to escape slashes.

// Lines count from 1; the brace is line 1.
const QByteArray documented = R"({
  "version": 1,
  "listen": { "host": "127.0.0.1", "port": 7861, "access_token": null },
  "active_cluster": "test",
  "clusters": [
    { "name": "test", "strategy": "round_robin",
      "endpoints": [
        { "name": "relay-a", "base_url": "https:\/\/relay-a.example/api/", "api_key": "sk-1", "auth": "bearer",
          "priority": 2, "weight": 50, "enabled": false, "proxy": "none", "http2": true, "ca_file": "/etc/ours.pem", "model_map": {"a": "b"},
          "headers": {"X-Team": "blue"}, "query": {"api-version": "2024-10-21"}, "max_concurrent": 2, "requests_per_minute": 30 },
        { "base_url": "http:\/\/relay-b.example:8080" } ] } ],
  "pool":     { "max_connections": 10, "max_keepalive_connections": 2, "keepalive_expiry_s": 3, "strategy": "fixed" },
  "timeouts": { "connect_s": 6, "connect_failover_s": 1.5, "read_s": 30, "total_s": 5 },
  "retry":    { "max_attempts": 4, "max_attempts_per_endpoint": 1, "retry_statuses": [418], "pass_statuses": [503] },
  "breaker":  { "failures": 4, "window_s": 61, "open_s": 62, "max_open_s": 301 },
  "affinity": { "ttl_s": 17 },
  "model":    { "mode": "override", "override": "m" },
  "client":   { "sse_keepalive_s": 5, "max_body_mb": 8 },
  "log":      { "level": "debug", "max_mb": 1, "files": 2 },
  "history":  { "enabled": false, "days": 3 }
})";

QString keyOf(const QString &message)
{
    return message.section(u' ', 1, 1);
}

} // namespace

class TestConfigParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryDocumentedKey()
    {
        const Result<Config> parsed = parseConfig(documented);
        QVERIFY2(parsed.has_value(), qPrintable(parsed.has_value() ? QString() : parsed.error().message));
        const Config &c = *parsed;
        QCOMPARE(c.listen.host, u"127.0.0.1"_s);
        QCOMPARE(c.listen.port, quint16(7861));
        QVERIFY(c.listen.accessToken.isEmpty());
        QCOMPARE(c.activeCluster, u"test"_s);
        const Cluster *cluster = c.cluster(u"test"_s);
        QVERIFY(cluster);
        QVERIFY(!c.cluster(u"other"_s));
        QCOMPARE(cluster->strategy, Strategy::RoundRobin);
        QCOMPARE(cluster->endpoints.size(), 2);
        const Endpoint &a = cluster->endpoints.at(0);
        QCOMPARE(a.name, u"relay-a"_s);
        QCOMPARE(a.baseUrl, QByteArray("https://relay-a.example/api"));
        QCOMPARE(a.apiKey, QByteArray("sk-1"));
        QCOMPARE(a.auth, AuthStyle::Bearer);
        QCOMPARE(a.priority, 2);
        QCOMPARE(a.weight, 50);
        QVERIFY(!a.enabled);
        QCOMPARE(a.proxy, u"none"_s);
        QVERIFY(a.http2);
        QCOMPARE(a.caFile, QStringLiteral("/etc/ours.pem"));
        QCOMPARE(a.modelMap.value(u"a"_s), u"b"_s);
        QCOMPARE(a.headers, (QMap<QString, QString>{{u"X-Team"_s, u"blue"_s}}));
        QCOMPARE(a.maxConcurrent, 2);
        QCOMPARE(a.requestsPerMinute, 30);
        QCOMPARE(a.query, (QMap<QString, QString>{{u"api-version"_s, u"2024-10-21"_s}}));
        const Endpoint &b = cluster->endpoints.at(1);
        QCOMPARE(b.name, u"relay-b.example"_s);
        QVERIFY(b.enabled);
        QCOMPARE(b.proxy, u"system"_s);
        QCOMPARE(c.pool.maxConnections, 10);
        QCOMPARE(c.pool.maxKeepaliveConnections, 2);
        QCOMPARE(c.pool.keepaliveExpiry, std::chrono::seconds(3));
        QCOMPARE(c.pool.strategy, PoolStrategy::Fixed);
        QCOMPARE(c.timeouts.connect, std::chrono::milliseconds(6'000));
        QCOMPARE(c.timeouts.connectFailover, std::chrono::milliseconds(1'500));
        QCOMPARE(c.timeouts.read, std::chrono::milliseconds(30'000));
        QCOMPARE(c.timeouts.total, std::chrono::milliseconds(5'000));
        QCOMPARE(c.retry.maxAttempts, 4);
        QCOMPARE(c.retry.maxAttemptsPerEndpoint, 1);
        QCOMPARE(c.retry.retryStatuses, QList<int>{418});
        QCOMPARE(c.retry.passStatuses, QList<int>{503});
        QCOMPARE(c.breaker.failures, 4);
        QCOMPARE(c.breaker.window, std::chrono::seconds(61));
        QCOMPARE(c.breaker.open, std::chrono::seconds(62));
        QCOMPARE(c.breaker.maxOpen, std::chrono::seconds(301));
        QCOMPARE(c.affinity.ttl, std::chrono::seconds(17));
        QCOMPARE(c.model.mode, ModelMode::Override);
        QCOMPARE(c.model.override, u"m"_s);
        QCOMPARE(c.client.sseKeepalive, std::chrono::seconds(5));
        QCOMPARE(c.client.maxBodyBytes, qint64(8) * 1024 * 1024);
        QCOMPARE(c.log.level, LogLevel::Debug);
        QCOMPARE(c.log.maxMb, 1);
        QCOMPARE(c.log.files, 2);
        QVERIFY(!c.history.enabled);
        QCOMPARE(c.history.days, 3);
    }

    void fillsMissingKeysWithTheDocumentedDefaults()
    {
        const Result<Config> fromNothing = parseConfig("{}");
        QVERIFY(fromNothing.has_value());
        QVERIFY(*fromNothing == Config());
        const Result<Config> fromDefaults = parseConfig(QJsonDocument(defaultConfigJson()).toJson());
        QVERIFY(fromDefaults.has_value());
        QVERIFY(*fromDefaults == Config());
    }

    void ignoresKeysItDoesNotKnow();

    void acceptsAByteOrderMark()
    {
        QVERIFY(parseConfig("\xEF\xBB\xBF{}").has_value());
        const Result<Config> bad = parseConfig("\xEF\xBB\xBF{\n\"version\": 2}");
        QVERIFY(!bad.has_value());
        QVERIFY2(bad.error().message.contains("(line 2)"_L1), qPrintable(bad.error().message));
    }

    void derivesIdsFromUrlAndKey()
    {
        // printf 'https://relay-a.example/api|sk-1' | sha256sum
        const QString id = endpointId("https://relay-a.example/api", "sk-1");
        QCOMPARE(id, u"7f7bbf8f"_s);
        const Result<Config> parsed = parseConfig(documented);
        QVERIFY(parsed.has_value());
        QCOMPARE(parsed->clusters.at(0).endpoints.at(0).id, id);
    }

    void acceptsSoundAddresses_data();

    void acceptsSoundAddresses()
    {
        QFETCH(QByteArray, text);
        const Result<Config> parsed = parseConfig(text);
        QVERIFY2(parsed.has_value(), qPrintable(parsed.has_value() ? QString() : parsed.error().message));
    }

    void namesKeyAndLineOfAFault_data();

    void namesKeyAndLineOfAFault()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, key);
        QFETCH(int, line);
        const Result<Config> parsed = parseConfig(text);
        QVERIFY(!parsed.has_value());
        QCOMPARE(parsed.error().code, ErrorCode::InvalidConfig);
        const QString &message = parsed.error().message;
        QVERIFY2(message.startsWith("config.json: "_L1), qPrintable(message));
        QCOMPARE(keyOf(message), key);
        QVERIFY2(message.contains(u" (line %1): "_s.arg(line)), qPrintable(message));
    }

    void wordsAFaultAsDocumented()
    {
        const Result<Config> parsed
            = parseConfig("{\"clusters\": [{\"name\": \"a\", \"endpoints\": [{\n\"base_url\": \"x\"}]}]}");
        QVERIFY(!parsed.has_value());
        QCOMPARE(parsed.error().message,
                 u"config.json: clusters[0].endpoints[0].base_url (line 2): must be an http:// or https:// URL"_s);
    }

    void namesTheLineOfASyntaxError_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::newRow("empty") << QByteArray() << 1;
        QTest::newRow("missing comma") << QByteArray("{\n\"version\": 1\n\"x\": 2}") << 3;
        QTest::newRow("unterminated") << QByteArray("{\n\n\"version\": 1\n") << 4;
        QTest::newRow("no object") << QByteArray("[]") << 1;
    }

    void namesTheLineOfASyntaxError()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        const Result<Config> parsed = parseConfig(text);
        QVERIFY(!parsed.has_value());
        QCOMPARE(parsed.error().code, ErrorCode::InvalidConfig);
        QVERIFY2(parsed.error().message.contains(u"(line %1)"_s.arg(line)), qPrintable(parsed.error().message));
    }

    void neverQuotesAKey();
    void keysAreReadAsTheyWereMeant_data();
    void keysAreReadAsTheyWereMeant();
    void proxiesAreReadAsTheyWereMeant();

    void findsLinesBehindEscapesAndNesting()
    {
        const QByteArray text = "{ \"a\\\"}\": \"x\\\\\",\r\n \"b\": [ [1,\n2], "
                                "{\n\"c\\u0064\": \"]}\" } ],\n\"e\": 1.5e3\n, \"f\": true}";
        QVERIFY(!QJsonDocument::fromJson(text).isNull());
        const JsonLines lines(text);
        QCOMPARE(lines.lineOf(u"a\"}"_s), 1);
        QCOMPARE(lines.lineOf(u"b"_s), 2);
        QCOMPARE(lines.lineOf(u"b[0][1]"_s), 3);
        QCOMPARE(lines.lineOf(u"b[1].cd"_s), 4);
        QCOMPARE(lines.lineOf(u"b[1].cd.missing"_s), 4);
        QCOMPARE(lines.lineOf(u"e"_s), 5);
        QCOMPARE(lines.lineOf(u"f"_s), 6);
        QCOMPARE(lines.lineOf(u"missing"_s), 1);
    }

    void findsLinesOfLongKeysAndOfElementsThatStandTwice()
    {
        const QByteArray longKey = "\\u0061" + QByteArray(300, 'b');
        const QByteArray text = "{\n\"x\": {\n\"" + longKey + "\": 1},\n\"list\": [1],\n\"list\": [\n2]}";
        QVERIFY(!QJsonDocument::fromJson(text).isNull());
        const JsonLines lines(text);
        QCOMPARE(lines.lineOf(u"x.a"_s + QString(300, u'b')), 3);
        QCOMPARE(lines.lineOf(u"list[0]"_s), 6); // the last one is what is read
    }

    void wordsAndValuesMatch()
    {
        for (const QString &word : allWords<Strategy>())
            QCOMPARE(toWord(*fromWord<Strategy>(word)), word);
        for (const QString &word : allWords<AuthStyle>())
            QCOMPARE(toWord(*fromWord<AuthStyle>(word)), word);
        QCOMPARE(toWord(Strategy::Fastest), u"fastest"_s);
        QCOMPARE(toWord(AuthStyle::XGoogApiKey), u"x-goog-api-key"_s);
        QCOMPARE(toWord(AuthStyle::ApiKey), u"api-key"_s);
        QCOMPARE(fromWord<LogLevel>(u"WARNING"), LogLevel::Warning);
        QVERIFY(!fromWord<LogLevel>(u"loud"));
    }
};

void TestConfigParser::ignoresKeysItDoesNotKnow()
{
    QVERIFY(parseConfig(R"({"x": {"y": [1, {"z": null}]}, "log": {"colour": 1}})").has_value());
}

void TestConfigParser::acceptsSoundAddresses_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto url = [](const char *base) {
        return QByteArray(R"({"clusters":[{"name":"c","endpoints":[{"base_url":")") + base + "\"}]}]}";
    };
    QTest::newRow("https with path") << url("https://a.example/x/y");
    QTest::newRow("upper-case scheme") << url("HTTPS://a.example");
    QTest::newRow("IPv6 literal") << url("http://[2001:db8::1]:81/v1");
    QTest::newRow("another port of this computer") << url("http://127.0.0.1:9000");
    QTest::newRow("localhost") << QByteArray(R"({"listen":{"host":"localhost"}})");
    QTest::newRow("IPv6 loopback") << QByteArray(R"({"listen":{"host":"::1"}})");
    QTest::newRow("open address with token") << QByteArray(R"({"listen":{"host":"0.0.0.0","access_token":"t"}})");
    QTest::newRow("active cluster before any") << QByteArray(R"({"active_cluster":"later","clusters":[]})");
    QTest::newRow("proxy") << QByteArray(
        R"({"clusters":[{"name":"c","endpoints":[{"base_url":"http:\/\/a","proxy":"socks5:\/\/127.0.0.1:1080"}]}]})");
}

void TestConfigParser::namesKeyAndLineOfAFault_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("key");
    QTest::addColumn<int>("line");
    const auto row = [](const char *name, const QByteArray &text, const QString &key, int line) {
        QTest::newRow(name) << text << key << line;
    };
    row("unknown version", "{\n\"version\": 2}", u"version"_s, 2);
    row("fractional version", "{\n\"version\": 1.5}", u"version"_s, 2);
    row("section is no object", "{\n\n\"listen\": 3}", u"listen"_s, 3);
    row("port too low", "{\"listen\": {\n\"port\": 0}}", u"listen.port"_s, 2);
    row("port too high", "{\"listen\": {\n\"port\": 65536}}", u"listen.port"_s, 2);
    row("port as text", "{\"listen\": {\n\"port\": \"7860\"}}", u"listen.port"_s, 2);
    row("host name", "{\"listen\": {\n\"host\": \"example.org\"}}", u"listen.host"_s, 2);
    row("open address without token", "{\"listen\": {\n\"host\": \"0.0.0.0\"}}", u"listen.host"_s, 2);
    row("token with control character", "{\"listen\": {\n\"access_token\": \"a\\r\\nb\"}}",
        u"listen.access_token"_s, 2);
    row("clusters is no list", "{\n\"clusters\": {}}", u"clusters"_s, 2);
    row("cluster is no object", "{\"clusters\": [\n3]}", u"clusters[0]"_s, 2);
    row("cluster without name", "{\"clusters\": [\n\n{}]}", u"clusters[0].name"_s, 3);
    row("cluster name with spaces around", "{\"clusters\": [\n{\"name\": \" a\"}]}", u"clusters[0].name"_s, 2);
    row("cluster name twice", "{\"clusters\": [{\"name\": \"a\"},\n{\"name\": \"a\"}]}", u"clusters[1].name"_s, 2);
    row("unknown strategy", "{\"clusters\": [{\"name\": \"a\",\n\"strategy\": \"best\"}]}",
        u"clusters[0].strategy"_s, 2);
    row("a route to nowhere", "{\"clusters\": [{\"name\": \"a\"}],\n\"routes\": [{\"model\": \"x\", \"cluster\": \"a\"},\n{\"model\": \"x\", \"cluster\": \"b\"}]}", u"routes[1].cluster"_s, 3);
    row("a route without a cluster", "{\"clusters\": [{\"name\": \"a\"}],\n\"routes\": [{\"model\": \"x\"}]}", u"routes[0].cluster"_s, 2);
    row("a route for everything", "{\"clusters\": [{\"name\": \"a\"}],\n\"routes\": [{\"cluster\": \"a\", \"set_model\": \"m\"}]}", u"routes[0]"_s, 2);
    row("a route that is none", "{\"clusters\": [{\"name\": \"a\"}],\n\"routes\": [\"a\"]}", u"routes[0]"_s, 2);
    row("unknown active cluster", "{\"clusters\": [{\"name\": \"a\"}],\n\"active_cluster\": \"b\"}",
        u"active_cluster"_s, 2);

    const auto endpoint = [&row](const char *name, const QByteArray &members, const char *key) {
        row(name,
            "{\"clusters\": [{\"name\": \"a\", \"endpoints\": [\n{\"base_url\": \"http://a\"},\n{\n" + members
                + "}]}]}",
            u"clusters[0].endpoints[1]."_s + QLatin1String(key), 4);
    };
    endpoint("base_url of another scheme", R"("base_url": "ftp:\/\/x")", "base_url");
    endpoint("base_url without scheme", R"("base_url": "relay.example")", "base_url");
    endpoint("base_url without host", R"("base_url": "https:\/\/")", "base_url");
    endpoint("base_url with query", R"("base_url": "https:\/\/x/?a=1")", "base_url");
    endpoint("base_url with empty query", R"("base_url": "https:\/\/x/?")", "base_url");
    endpoint("base_url with fragment", R"("base_url": "https:\/\/x/#f")", "base_url");
    endpoint("base_url with user", R"("base_url": "https:\/\/u:p@x")", "base_url");
    endpoint("base_url with space", R"("base_url": "https:\/\/x/a b")", "base_url");
    endpoint("base_url with bad port", R"("base_url": "https:\/\/x:99999")", "base_url");
    endpoint("base_url with port 0", R"("base_url": "https:\/\/x:0")", "base_url");
    endpoint("base_url is qcc itself", R"("base_url": "http:\/\/localhost:7860")", "base_url");
    endpoint("base_url is a number", R"("base_url": 5)", "base_url");
    endpoint("api_key as a number", R"("base_url": "http:\/\/x", "api_key": 5)", "api_key");
    endpoint("endpoint name twice", R"("base_url": "http:\/\/x", "name": "a")", "name");
    endpoint("unknown auth", R"("base_url": "http:\/\/x", "auth": "basic")", "auth");
    endpoint("negative weight", R"("base_url": "http:\/\/x", "weight": -1)", "weight");
    endpoint("fractional priority", R"("base_url": "http:\/\/x", "priority": 1.5)", "priority");
    endpoint("enabled as text", R"("base_url": "http:\/\/x", "enabled": "yes")", "enabled");
    endpoint("CA file of a relative path", R"("base_url": "http:\/\/x", "ca_file": "ca.pem")", "ca_file");
    endpoint("http2 as number", R"("base_url": "http:\/\/x", "http2": 1)", "http2");
    endpoint("unknown proxy", R"("base_url": "http:\/\/x", "proxy": "ftp:\/\/y")", "proxy");
    endpoint("proxy without host", R"("base_url": "http:\/\/x", "proxy": "http:\/\/")", "proxy");
    endpoint("model map to a number", R"("base_url": "http:\/\/x", "model_map": {"m": 1})", "model_map.m");
    endpoint("headers as a list", R"("base_url": "http:\/\/x", "headers": ["X-A: b"])", "headers");
    endpoint("header as a number", R"("base_url": "http:\/\/x", "headers": {"X-A": 1})", "headers.X-A");
    endpoint("header without a value", R"("base_url": "http:\/\/x", "headers": {"X-A": " "})", "headers.X-A");
    endpoint("header that splits the request", R"("base_url": "http:\/\/x", "headers": {"X-A": "b\r\nX-C: d"})", "headers.X-A");
    endpoint("header with a name that is none", R"("base_url": "http:\/\/x", "headers": {"X@A": "b"})", "headers.X@A");
    endpoint("header without a name", R"("base_url": "http:\/\/x", "headers": {"": "b"})", "headers.");
    endpoint("header twice", R"("base_url": "http:\/\/x", "headers": {"X-A": "b", "x-a": "c"})", "headers.x-a");
    for (const char *name : {"Host", "Connection", "TE", "Transfer-Encoding", "Content-Length", "Content-Encoding", "Expect", "Proxy-Authorization",
                             "Authorization", "X-API-Key", "api-key", "x-goog-api-key", "x-qcc-hop"}) {
        endpoint(qPrintable(u"own header "_s + QLatin1String(name)), R"("base_url": "http:\/\/x", "headers": {")" + QByteArray(name) + R"(": "v"})",
                 qPrintable(u"headers."_s + QLatin1String(name)));
    }
    endpoint("key from two places", R"("base_url": "http:\/\/x", "api_key": "k", "api_key_command": "pass show x")", "api_key_command");
    endpoint("key program of a number", R"("base_url": "http:\/\/x", "api_key_command": 5)", "api_key_command");
    endpoint("key program without a name", R"("base_url": "http:\/\/x", "api_key_command": ["", "x"])", "api_key_command");
    endpoint("key program that is blank", R"("base_url": "http:\/\/x", "api_key_command": " ")", "api_key_command");
    endpoint("time of a key that is none", R"("base_url": "http:\/\/x", "api_key_ttl_s": 0)", "api_key_ttl_s");
    endpoint("client certificate of a relative path", R"("base_url": "http:\/\/x", "client_cert": "me.pem")", "client_cert");
    endpoint("client key alone", R"("base_url": "http:\/\/x", "client_key": "/etc/me.key")", "client_key");
    endpoint("limit below 0", R"("base_url": "http:\/\/x", "max_concurrent": -1)", "max_concurrent");
    endpoint("limit by halves", R"("base_url": "http:\/\/x", "requests_per_minute": 0.5)", "requests_per_minute");
    endpoint("query as a text", R"("base_url": "http:\/\/x", "query": "a=b")", "query");
    endpoint("parameter as a switch", R"("base_url": "http:\/\/x", "query": {"beta": true})", "query.beta");
    endpoint("parameter without a name", R"("base_url": "http:\/\/x", "query": {"": "b"})", "query.");
    endpoint("parameter with a line break", R"("base_url": "http:\/\/x", "query": {"a": "b\nc"})", "query.a");
    row("endpoint without base_url", "{\"clusters\": [{\"name\": \"a\", \"endpoints\": [\n{}]}]}",
        u"clusters[0].endpoints[0].base_url"_s, 2);
    row("two endpoints of one host without names",
        "{\"clusters\": [{\"name\": \"a\", \"endpoints\": [{\"base_url\": \"http://a/1\"},\n"
        "{\"base_url\": \"http://a/2\"}]}]}",
        u"clusters[0].endpoints[1].name"_s, 2);

    const auto number = [&row](const char *section, const char *key, const char *value) {
        const QByteArray text = QByteArray("{\"") + section + "\": {\n\"" + key + "\": " + value + "}}";
        row(qPrintable(QLatin1String(key) + u' ' + QLatin1String(value)), text,
            QLatin1String(section) + u'.' + QLatin1String(key), 2);
    };
    number("pool", "max_connections", "0");
    number("pool", "max_connections", "10001");
    number("pool", "max_keepalive_connections", "-1");
    number("pool", "keepalive_expiry_s", "-1");
    number("pool", "strategy", "\"magic\"");
    number("timeouts", "connect_s", "0");
    number("timeouts", "connect_failover_s", "0");
    number("timeouts", "read_s", "0");
    number("timeouts", "total_s", "-1");
    number("retry", "max_attempts", "0");
    number("retry", "max_attempts", "21");
    number("retry", "max_attempts_per_endpoint", "0");
    number("retry", "retry_statuses", "429");
    number("breaker", "failures", "0");
    number("breaker", "window_s", "0");
    number("breaker", "open_s", "0");
    number("breaker", "max_open_s", "59");
    number("affinity", "ttl_s", "-1");
    number("model", "mode", "\"guess\"");
    number("client", "sse_keepalive_s", "-1");
    number("client", "max_body_mb", "0");
    number("log", "level", "\"loud\"");
    number("log", "max_mb", "0");
    number("log", "files", "0");
    number("history", "enabled", "1");
    number("history", "days", "0");
    row("override without a model", "{\"model\": {\n\"mode\": \"override\"}}", u"model.override"_s, 1);
    row("status that is none", "{\"retry\": {\"retry_statuses\": [429,\n9]}}", u"retry.retry_statuses[1]"_s, 2);
    row("status in both lists", "{\"retry\": {\"retry_statuses\": [429],\n\"pass_statuses\": [429]}}",
        u"retry.pass_statuses"_s, 2);
}

void TestConfigParser::neverQuotesAKey()
{
    const Result<Config> parsed
        = parseConfig(R"({"clusters":[{"name":"a","endpoints":[{"base_url":"http:\/\/x","api_key":"sk-secret\nsk-other"}]}]})");
    QVERIFY(parsed.has_value());
    const QString fault = parsed->clusters.first().endpoints.first().keyFault;
    QVERIFY(!fault.isEmpty() && !fault.contains("sk-"_L1));
    const Result<Config> token = parseConfig(R"({"listen":{"access_token":"sk-secret\n"}})");
    QVERIFY(!token.has_value());
    QVERIFY(!token.error().message.contains("sk-secret"_L1));
}

void TestConfigParser::keysAreReadAsTheyWereMeant_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("fault");
    QTest::newRow("clean") << u"sk-a"_s << QString();
    QTest::newRow("a line break after it") << u"sk-a\n"_s << QString();
    QTest::newRow("a character without width") << u"\u200bsk-a\ufeff"_s << QString();
    QTest::newRow("full width") << u"\uff53\uff4b-a"_s << QString();
    QTest::newRow("quotes and Bearer") << u"\"Bearer sk-a\""_s << QString();
    QTest::newRow("two lines") << u"sk-a\nsk-b"_s << u"its key holds a line break (were two lines copied?). Set the key anew."_s;
    QTest::newRow("a letter of another script") << u"s\u043a-a"_s << u"its key holds \"\u043a\", which no key has. Set the key anew."_s;
    QTest::newRow("as it is shown") << u"sk-\u2026a"_s << u"its key is masked, as it is shown somewhere, and not the key itself. Set the key anew."_s;
}

void TestConfigParser::keysAreReadAsTheyWereMeant()
{
    QFETCH(QString, text);
    QFETCH(QString, fault);
    const QJsonObject dirty{{u"name"_s, u"dirty"_s}, {u"base_url"_s, u"https://a.example"_s}, {u"api_key"_s, text}};
    const QJsonObject other{{u"name"_s, u"other"_s}, {u"base_url"_s, u"https://b.example"_s}, {u"api_key"_s, u"sk-b"_s}};
    const QJsonArray clusters{QJsonObject{{u"name"_s, u"c"_s}, {u"endpoints"_s, QJsonArray{dirty, other}}}};
    const Result<Config> config = parseConfig(QJsonDocument(QJsonObject{{u"clusters"_s, clusters}}).toJson());
    QVERIFY2(config.has_value(), config ? "" : qPrintable(config.error().message));
    const Endpoint &read = config->clusters.first().endpoints.first();
    QCOMPARE(read.keyFault, fault);
    QCOMPARE(read.mayServe(), fault.isEmpty());
    QCOMPARE(read.apiKey, fault.isEmpty() ? QByteArray("sk-a") : QByteArray());
    if (fault.isEmpty())
        QCOMPARE(read.id, endpointId("https://a.example", "sk-a"));
    QVERIFY(config->clusters.first().endpoints.last().mayServe());
}

void TestConfigParser::proxiesAreReadAsTheyWereMeant()
{
    const auto proxy = [](const char *text) {
        const QJsonObject endpoint{{u"base_url"_s, u"https://a.example"_s}, {u"proxy"_s, QString::fromLatin1(text)}};
        const QJsonArray clusters{QJsonObject{{u"name"_s, u"c"_s}, {u"endpoints"_s, QJsonArray{endpoint}}}};
        const Result<Config> config = parseConfig(QJsonDocument(QJsonObject{{u"clusters"_s, clusters}}).toJson());
        return config ? config->clusters.first().endpoints.first().proxy : config.error().message;
    };
    QCOMPARE(proxy("socks5h://127.0.0.1:1080"), u"socks5h://127.0.0.1:1080"_s);
    QCOMPARE(proxy("127.0.0.1:7890"), u"http://127.0.0.1:7890"_s);
    QCOMPARE(proxy(" System"), u"system"_s);
    QVERIFY(proxy("https://127.0.0.1:7890").contains("proxy (line"_L1));
}

QTEST_GUILESS_MAIN(TestConfigParser)
#include "tst_configparser.moc"
