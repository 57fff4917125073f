#include "core/history/historyreader.h"
#include "tests/cli/program.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QTest>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

// Signs that percent-encoding changes, and a length that base64 pads.
const QByteArray keyOfTls = "sk-tls+/0123456789=TLSTLSTLS";
const QByteArray keyOfEcho = "sk-echo+/0123456789=ECHOECHO";
const QByteArray keyOfStream = "sk-stream+/0123456789=STREAMS";
const QByteArray keyOfGood = "sk-good+/0123456789=GOODGOOD";
const QByteArray keyOfClient = "sk-client+/0123456789=CLIENT";
const QByteArray keyInQuery = "sk-query+/0123456789=QUERYQUE";
const QByteArray token = "token+/0123456789=TOKENTOKEN";

/// Every form in which a key must not be seen, by what to call it.
QHash<QByteArray, QByteArray> forbidden()
{
    QHash<QByteArray, QByteArray> forms;
    for (const QByteArray &key : {keyOfTls, keyOfEcho, keyOfStream, keyOfGood, keyOfClient, keyInQuery, token}) {
        forms.insert(key, key);
        forms.insert(key.toPercentEncoding(), key + " (percent-encoded)");
        forms.insert(key.toPercentEncoding("+/"), key + " (percent-encoded in part)");
        forms.insert(key.toBase64(QByteArray::OmitTrailingEquals), key + " (base64)");
        forms.insert(key.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals), key + " (base64url)");
        QByteArray escaped = key;
        forms.insert(escaped.replace('/', "\\/"), key + " (escaped)");
        // A part tells as much as the whole, but for what masking shows.
        forms.insert(key.first(key.size() / 2), key + " (in part)");
    }
    return forms;
}

/// Which keys `bytes` holds.
QByteArrayList keysIn(const QByteArray &bytes)
{
    QByteArrayList found;
    const auto forms = forbidden();
    for (auto form = forms.begin(); form != forms.end(); ++form) {
        if (bytes.contains(form.key()))
            found.append(form.value());
    }
    return found;
}

QByteArray quoting(const QByteArray &key)
{
    QByteArray escaped = key;
    escaped.replace('/', "\\/");
    return R"({"error":{"type":"bad_)" + key + R"(","message":"Key )" + key + " or " + escaped + ", url ?key=" + key.toPercentEncoding() + ", basic "
        + key.toBase64() + R"( is refused"}})";
}

/// An error that is longer than what is kept of it, so that its end falls into the key.
QByteArray quotingLate(const QByteArray &key)
{
    QByteArray text;
    while (text.size() < 1'000)
        text += key + ' ';
    return R"({"error":{"type":"server_error","message":")" + text + R"("}})";
}

} // namespace

/// The built program with keys that are easy to find again: in no file and in no output is one of them.
class TestKeysNowhere : public QObject
{
    Q_OBJECT

private:
    Program m_qcc;
    ScriptedUpstream m_echo;
    ScriptedUpstream m_stream;
    ScriptedUpstream m_good;
    ScriptedUpstream m_tls;
    ScriptedUpstream m_plan; ///< Gets the client's own.
    quint16 m_port = 0;
    QByteArray m_outputs; ///< Of everything that may be seen.

    QString run(const QStringList &arguments, const QByteArray &input = {})
    {
        const Ended ended = m_qcc.run(arguments, input);
        m_outputs += (ended.out + ended.err).toUtf8();
        return ended.out + ended.err;
    }

    void add(const QString &name, const ScriptedUpstream &upstream, const QByteArray &key, int priority)
    {
        const QString said = run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, QString::fromLatin1(upstream.baseUrl()), u"--name"_s, name,
                                  u"--priority"_s, QString::number(priority), u"--api-key-stdin"_s},
                                 key + '\n');
        QVERIFY2(said.contains(u"Added the endpoint"_s), qPrintable(said));
    }

    RawHeaders credentials() const
    {
        return {{"x-qcc-token", token}, {"Authorization", "Bearer " + keyOfClient}, {"x-api-key", keyOfClient}};
    }

    RawResponse ask(const QByteArray &method, const QByteArray &target, const QByteArray &body = {})
    {
        RawClient client;
        client.connectTo(m_port);
        client.request(method, target, credentials(), body);
        const bool done = QTest::qWaitFor([&client] { return client.response().complete || client.isClosed(); }, 15'000);
        return done ? client.response() : RawResponse();
    }
    RawResponse message(const QByteArray &query = {}, bool stream = false)
    {
        return ask("POST", "/v1/messages" + query, stream ? R"({"model":"m","stream":true,"messages":[]})" : R"({"model":"m","messages":[]})");
    }

    /// Every reset makes all endpoints eligible again.
    void reset() { run({u"endpoint"_s, u"reset"_s, u"work"_s}); }

private Q_SLOTS:
    void initTestCase();
    void requestsOfEveryKind();
    void aLoginThatIsQuotedBack();
    void surfaces();
    void commands();
    void outputsAndFilesHoldNoKey();
};

void TestKeysNowhere::initTestCase()
{
    m_tls.useTls(TestCertificate::make());
    for (ScriptedUpstream *upstream : {&m_tls, &m_echo, &m_stream, &m_good, &m_plan})
        QVERIFY(upstream->listen());
    m_echo.setBehaviour([](const Arrived &arrived) {
        const QByteArray body = arrived.rawTarget.contains("late") ? quotingLate(keyOfEcho) : quoting(keyOfEcho);
        const int status = arrived.rawTarget.contains("late") ? 500 : arrived.rawTarget.contains("caller") ? 400 : 401;
        return Script().answer(status, "application/json", body, {{"x-echo", keyOfEcho}});
    });
    m_stream.setBehaviour([](const Arrived &) {
        return Script().streamHead().chunk("event: error\ndata: " + quoting(keyOfStream) + "\n\n").lastChunk();
    });
    add(u"tls"_s, m_tls, keyOfTls, 1);
    add(u"echo"_s, m_echo, keyOfEcho, 2);
    add(u"stream"_s, m_stream, keyOfStream, 3);
    add(u"good"_s, m_good, keyOfGood, 4);
    // As an editor would set the rest. The token lies there in the open until the next edit.
    QFile file(m_qcc.file(u"config.json"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QJsonObject config = QJsonDocument::fromJson(file.readAll()).object();
    file.close();
    config.insert(u"listen"_s, QJsonObject{{u"access_token"_s, QString::fromLatin1(token)}});
    config.insert(u"log"_s, QJsonObject{{u"level"_s, u"debug"_s}});
    config.insert(u"pool"_s, QJsonObject{{u"strategy"_s, u"fixed"_s}});
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(QJsonDocument(config).toJson());
    file.close();
    QVERIFY(run({u"cluster"_s, u"add"_s, u"other"_s}).contains(u"other"_s));

    const QString started = run({u"proxy"_s, u"start"_s, u"--port"_s, u"0"_s});
    QVERIFY2(started.contains(u"http://127.0.0.1:"_s), qPrintable(started));
    m_port = quint16(m_qcc.run("proxy status --json").json().value("port"_L1).toInt());
    QVERIFY(m_port > 0);
}

void TestKeysNowhere::requestsOfEveryKind()
{
    // Past a TLS failure, a refusal that quotes the key and a stream that does, to the good one.
    const RawResponse first = message("?key=" + keyInQuery.toPercentEncoding() + "&x=" + keyOfClient.toPercentEncoding());
    QCOMPARE(first.status, 200);
    QCOMPARE(m_echo.arrivedCount(), 1);
    QCOMPARE(m_stream.arrivedCount(), 1);
    QCOMPARE(keysIn(first.body + first.rawHead), QByteArrayList());
    QCOMPARE(message({}, true).status, 200);
    reset();
    QCOMPARE(message("?late", true).status, 200);
    // The client gets what the upstream said, as it said it, except for the key word for word: what else is made of it is there, and the
    // search finds it.
    reset();
    const RawResponse verbatim = message("?caller");
    QCOMPARE(verbatim.status, 400);
    QCOMPARE(verbatim.body, quoting(keyOfEcho).replace(keyOfEcho, QByteArray(keyOfEcho.size(), '*')));
    QVERIFY(!verbatim.rawHead.contains(keyOfEcho));
    QVERIFY(keysIn(verbatim.body).size() >= 3);
    QVERIFY(keysIn(quoting(keyOfEcho)).size() > keysIn(verbatim.body).size());
    // Without the token, and with a wrong one.
    RawClient stranger;
    stranger.connectTo(m_port);
    stranger.post("/v1/messages?key=" + keyInQuery, "{}", {{"x-api-key", keyOfClient}});
    QTRY_VERIFY(stranger.response().complete);
    QCOMPARE(keysIn(stranger.response().body + stranger.response().rawHead), QByteArrayList());
    // Bytes that are no request.
    RawClient broken;
    broken.connectTo(m_port);
    broken.send("GET /" + keyInQuery + " HTTP/1.1\r\nAuthorization: Bearer " + keyOfClient + "\r\n bad\r\n\r\n");
    QTRY_VERIFY(broken.response().complete || broken.isClosed());
    m_outputs += broken.response().body;
    // All fail: qcc's own answer.
    reset();
    m_good.setBehaviour([](const Arrived &) { return Script().answer(503, "application/json", quoting(keyOfGood)); });
    message();
    for (ScriptedUpstream *upstream : {&m_stream, &m_good})
        upstream->setBehaviour([](const Arrived &) { return Script().close(); });
    reset();
    const RawResponse own = message();
    QCOMPARE(own.status, 502);
    QVERIFY2(own.body.contains("qcc: "), own.body.constData());
    QVERIFY2(own.body.contains("***"), own.body.constData());
    m_outputs += own.rawHead + own.body;
}

void TestKeysNowhere::aLoginThatIsQuotedBack()
{
    const QString added = run({u"endpoint"_s, u"add"_s, u"plan"_s, u"--base-url"_s, QString::fromLatin1(m_plan.baseUrl()), u"--name"_s, u"plan"_s, u"--auth"_s,
                               u"passthrough"_s, u"--passthrough-anywhere"_s, u"on"_s});
    QVERIFY2(added.contains(u"passthrough_anywhere"_s), qPrintable(added));
    run({u"cluster"_s, u"use"_s, u"plan"_s});
    // A key that it takes for the model, and every other way to say it back.
    m_plan.setBehaviour([](const Arrived &arrived) {
        const QByteArray named = R"({"type":"message","model":")" + keyOfClient + R"(","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}})";
        if (arrived.rawTarget.contains("good"))
            return Script().answer(200, "application/json", named);
        if (arrived.rawTarget.contains("stream"))
            return Script().streamHead().chunk("event: error\ndata: " + quoting(keyOfClient) + "\n\n").lastChunk();
        if (arrived.rawTarget.contains("redirect"))
            return Script().answer(307, "text/plain", {}, {{"Location", "https://elsewhere.example/" + keyOfClient}});
        if (arrived.rawTarget.contains("nothttp"))
            return Script().send(keyOfClient + " is no HTTP\r\n\r\n").close();
        return Script().answer(arrived.rawTarget.contains("late") ? 500 : 401, "application/json", arrived.rawTarget.contains("late") ? quotingLate(keyOfClient) : quoting(keyOfClient),
                               {{"x-echo", keyOfClient}});
    });
    // The client gets what is said of its own login as it was said.
    QTRY_COMPARE(message("?refused").body, quoting(keyOfClient));
    QVERIFY(m_plan.arrivedAt(m_plan.arrivedCount() - 1).header("authorization") == "Bearer " + keyOfClient);
    for (const char *query : {"?good", "?stream", "?redirect", "?nothttp", "?late"}) {
        const RawResponse answer = message(query, QByteArrayView(query) == "?stream");
        QVERIFY2(answer.status > 0, query);
        // What qcc says itself is seen by others, too.
        if (answer.body.contains("qcc: "))
            m_outputs += answer.body;
        reset();
        run({u"endpoint"_s, u"reset"_s, u"plan"_s});
    }
    for (const Arrived &arrived : m_plan.arrived()) {
        for (const auto &[name, value] : arrived.headers)
            QVERIFY2(!value.contains(token) && name.toLower() != "x-qcc-token", name.constData());
    }
    run({u"endpoint"_s, u"test"_s, u"plan"_s, u"--message"_s});
    run({u"cluster"_s, u"use"_s, u"work"_s});
    for (const ScriptedUpstream *upstream : {&m_echo, &m_stream, &m_good}) {
        for (const Arrived &arrived : upstream->arrived()) {
            for (const auto &[name, value] : arrived.headers)
                QVERIFY2(!value.contains(keyOfClient), name.constData());
        }
    }
}

void TestKeysNowhere::surfaces()
{
    for (const char *page : {"stats", "requests", "logs?lines=1000", "logs?level=debug&lines=1000", "metrics", "health", "nothing"}) {
        const RawResponse answer = ask("GET", QByteArray("/__qcc__/") + page);
        QVERIFY2(answer.status == 200 || answer.status == 404, page);
        m_outputs += answer.rawHead + answer.body;
    }
    // What the upstreams said is there, without the keys.
    QVERIFY2(m_outputs.contains("Key *** or ***"), m_outputs.constData());
    RawClient events;
    events.connectTo(m_port);
    events.get("/__qcc__/events", credentials());
    QTRY_VERIFY(events.response().body.contains("stats"));
    message();
    const qint64 soFar = events.response().bodyBytes;
    QTRY_VERIFY(events.response().bodyBytes > soFar || events.response().body.contains("total_requests"));
    m_outputs += events.response().body;
}

void TestKeysNowhere::commands()
{
    for (const QString &line : {u"proxy status"_s, u"proxy status --json"_s, u"proxy logs --lines 1000"_s, u"proxy logs --level debug"_s, u"cluster list"_s,
                                u"cluster list --json"_s, u"cluster show work"_s, u"cluster show work --json"_s, u"cluster use work"_s, u"endpoint list"_s,
                                u"endpoint list --json"_s, u"endpoint test work"_s, u"endpoint test work --json"_s, u"health"_s, u"health --json"_s,
                                u"config path"_s, u"config check"_s, u"config secure"_s, u"import --dry-run"_s, u"import --dry-run --json"_s,
                                u"endpoint disable work good"_s, u"endpoint enable work good"_s, u"__complete endpoint edit work "_s, u"history"_s, u"history --json"_s,
                                u"requests --limit 1000"_s, u"requests --limit 1000 --json"_s, u"requests --limit 1000 --csv"_s, u"requests --grep Key"_s, u"doctor"_s, u"doctor --json"_s})
        QVERIFY2(!run(line.split(u' ')).isEmpty(), qPrintable(line));
    // It lies among the files that are looked through.
    run({u"doctor"_s, u"--save"_s, m_qcc.file(u"report.json"_s)});
    // Refused, with the key on the command line.
    run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, u"ftp://x"_s, u"--api-key"_s, QString::fromLatin1(keyOfGood)});
    run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, u"https://x"_s, u"--api-key"_s, QString::fromLatin1(keyOfGood) + u'\n'});
    run({u"endpoint"_s, u"edit"_s, u"work"_s, u"nobody"_s, u"--api-key"_s, QString::fromLatin1(keyOfGood)});
    run({u"proxy"_s, u"stop"_s});
}

void TestKeysNowhere::outputsAndFilesHoldNoKey()
{
    QVERIFY(m_outputs.size() > 10'000);
    QCOMPARE(keysIn(m_outputs), QByteArrayList());
    QStringList seen;
    QDirIterator files(m_qcc.home(), QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
        const QByteArrayList found = keysIn(file.readAll());
        QVERIFY2(found.isEmpty(), qPrintable(file.fileName() + u": "_s + QString::fromUtf8(found.join(", "))));
        seen.append(files.fileName());
    }
    for (const QString &name : {u"config.json"_s, u"proxy.log"_s, u"history.db"_s, u"secret.key"_s, u"report.json"_s})
        QVERIFY2(seen.contains(name), qPrintable(seen.join(u", "_s)));
    // The requests are in there, with what the upstreams said.
    HistoryReader history(m_qcc.file(u"history.db"_s));
    QVERIFY(history.open());
    const Result<HistoryPage> all = history.page({});
    QVERIFY(all && all->exchanges.size() >= 6);
    const Result<HistoryPage> quoting = history.page({.text = u"Key *** or ***"_s});
    QVERIFY(quoting && !quoting->exchanges.isEmpty());
}

QTEST_GUILESS_MAIN(TestKeysNowhere)
#include "tst_keysnowhere.moc"
