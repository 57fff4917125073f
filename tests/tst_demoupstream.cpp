#include "core/demo/demoupstream.h"
#include "tests/support/rawclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qcc;
using namespace qcc::test;

namespace {

const QByteArray question(R"JSON({"model":"claude-x","stream":false,"messages":[
    {"role":"user","content":"old question"},{"role":"assistant","content":"old answer"},
    {"role":"user","content":[{"type":"image"},{"type":"text","text":"Wie geht’s?"}]}]})JSON");

QByteArray streamed(QByteArray body)
{
    return body.replace("\"stream\":false", "\"stream\":true");
}

QJsonObject jsonOf(const RawResponse &response)
{
    return QJsonDocument::fromJson(response.body).object();
}

/// The text of a stream's events, whatever the dialect.
QString textOfStream(const QByteArray &body)
{
    QString text;
    for (const QByteArray &line : body.split('\n')) {
        if (!line.startsWith("data: {"))
            continue;
        const QJsonObject data = QJsonDocument::fromJson(line.mid(6)).object();
        text += data[u"delta"_s].toObject()[u"text"_s].toString() + data[u"delta"_s].toString()
            + data[u"choices"_s][0][u"delta"_s][u"content"_s].toString()
            + data[u"candidates"_s][0][u"content"_s][u"parts"_s][0][u"text"_s].toString();
    }
    return text;
}

} // namespace

class TestDemoUpstream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void answersInEveryDialect_data();
    void answersInEveryDialect();
    void streamsInEveryDialect_data();
    void streamsInEveryDialect();
    void pacesItsWords();
    void quotesOnlyABitOfALongMessage();
    void countsTokens();
    void listsModels();
    void answersTheProbeOfClaudeCode();
    void refusesInTheDialectOfThePath_data();
    void refusesInTheDialectOfThePath();
    void keepsTheConnectionAndTheOrder();
    void closesWhenAsked_data();
    void closesWhenAsked();
    void takesChunkedBodies();
    void continuesWhenExpected();
    void refusesTooLargeABody();
    void survivesGarbage_data();
    void survivesGarbage();
    void survivesAClientThatLeavesMidStream();
    void saysThatThePortIsTaken();

private:
    std::unique_ptr<DemoUpstream> m_demo;
};

void TestDemoUpstream::init()
{
    m_demo = std::make_unique<DemoUpstream>();
    m_demo->setPace(1ms);
    const Result<quint16> port = m_demo->listen(0);
    QVERIFY(port);
    QCOMPARE(*port, m_demo->port());
}

void TestDemoUpstream::answersInEveryDialect_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addRow("anthropic") << QByteArray("/v1/messages?beta=true") << question;
    QTest::addRow("chat") << QByteArray("/v1/chat/completions") << question;
    QTest::addRow("responses") << QByteArray("/v1/responses") << QByteArray(question).replace("messages", "input");
    QTest::addRow("responses, text") << QByteArray("/v1/responses")
                                     << QByteArray("{\"model\":\"claude-x\",\"stream\":false,\"input\":\"Wie geht’s?\"}");
    QTest::addRow("gemini") << QByteArray("/v1beta/models/g:generateContent")
                            << QByteArray("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Wie geht’s?\"}]}]}");
}

void TestDemoUpstream::answersInEveryDialect()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    RawClient client;
    client.connectTo(m_demo->port());
    client.post(path, body);
    QTRY_VERIFY(client.response().complete);
    const RawResponse response = client.response();
    QCOMPARE(response.status, 200);
    QCOMPARE(response.header("content-type"), "application/json"_ba);
    const QJsonObject answer = jsonOf(response);
    const QString text = answer[u"content"_s][0][u"text"_s].toString()
        + answer[u"output"_s][0][u"content"_s][0][u"text"_s].toString()
        + answer[u"choices"_s][0][u"message"_s][u"content"_s].toString()
        + answer[u"candidates"_s][0][u"content"_s][u"parts"_s][0][u"text"_s].toString();
    QVERIFY2(text.contains(u"demo"_s), qPrintable(text));
    QVERIFY2(text.contains(u"“Wie geht’s?”"_s), qPrintable(text));
    QVERIFY(!text.contains(u"old"_s));
}

void TestDemoUpstream::streamsInEveryDialect_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("ending");
    QTest::addRow("anthropic") << QByteArray("/v1/messages") << streamed(question)
                               << QByteArray("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    QTest::addRow("chat") << QByteArray("/v1/chat/completions") << streamed(question) << QByteArray("data: [DONE]\n\n");
    QTest::addRow("responses") << QByteArray("/v1/responses") << streamed(QByteArray(question).replace("messages", "input"))
                               << QByteArray("\"type\":\"response.completed\"}\n\n");
    QTest::addRow("gemini") << QByteArray("/v1beta/models/g:streamGenerateContent?alt=sse")
                            << QByteArray("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Wie geht’s?\"}]}]}")
                            << QByteArray("\n\n");
}

void TestDemoUpstream::streamsInEveryDialect()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, ending);
    RawClient client;
    client.connectTo(m_demo->port());
    client.post(path, body);
    QTRY_VERIFY(client.response().complete);
    const RawResponse response = client.response();
    QVERIFY(response.header("content-type").startsWith("text/event-stream"));
    QVERIFY2(response.body.endsWith(ending), response.body.right(200).constData());
    QVERIFY(textOfStream(response.body).endsWith(u"You wrote: “Wie geht’s?”"_s));
    QVERIFY(response.pieces.size() > 5);
}

void TestDemoUpstream::pacesItsWords()
{
    m_demo->setPace(20ms);
    RawClient client;
    client.connectTo(m_demo->port());
    client.post("/v1/messages", streamed(question));
    QTRY_VERIFY(client.response().complete);
    const RawResponse response = client.response();
    const double events = double(response.body.count("\n\n"));
    QVERIFY(response.pieces.last().atMs - response.pieces.first().atMs > (events - 1) * 15);
}

void TestDemoUpstream::quotesOnlyABitOfALongMessage()
{
    const QString smile = QString::fromUcs4(U"\U0001F642", 1);
    const QJsonObject message{{u"role"_s, u"user"_s}, {u"content"_s, u"  x\n"_s + smile.repeated(5000)}};
    const QJsonObject request{{u"messages"_s, QJsonArray{message}}};
    RawClient client;
    client.connectTo(m_demo->port());
    client.post("/v1/messages", QJsonDocument(request).toJson());
    QTRY_VERIFY(client.response().complete);
    const QString text = jsonOf(client.response())[u"content"_s][0][u"text"_s].toString();
    QVERIFY2(text.endsWith(smile + u"…”"_s), qPrintable(text));
    QVERIFY(text.size() < 400);
}

void TestDemoUpstream::countsTokens()
{
    RawClient client;
    client.connectTo(m_demo->port());
    client.post("/v1/messages/count_tokens", question);
    QTRY_VERIFY(client.response().complete);
    QVERIFY(jsonOf(client.response())[u"input_tokens"_s].toInt() > 10);
}

void TestDemoUpstream::listsModels()
{
    RawClient client;
    client.connectTo(m_demo->port());
    client.get("/v1/models");
    QTRY_VERIFY(client.response().complete);
    QCOMPARE(jsonOf(client.response())[u"data"_s][0][u"id"_s].toString(), u"qcc-demo"_s);
}

void TestDemoUpstream::answersTheProbeOfClaudeCode()
{
    RawClient client;
    client.connectTo(m_demo->port());
    client.request("HEAD", "/");
    client.get("/");
    QTRY_COMPARE(client.finished(), 2);
    QCOMPARE(client.response(0).status, 200);
    QCOMPARE(client.response(0).header("content-length"), client.response(1).header("content-length"));
    QVERIFY(client.response(1).bodyBytes > 0);
}

void TestDemoUpstream::refusesInTheDialectOfThePath_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("has");
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &path, const QByteArray &body, int status,
                        const QByteArray &has) { QTest::addRow("%s", name) << method << path << body << status << has; };
    row("anthropic, wrong method", "GET", "/v1/messages", {}, 404, "not_found_error");
    row("anthropic, no JSON", "POST", "/v1/messages", "hello", 400, "invalid_request_error");
    row("anthropic, not offered", "POST", "/v1/messages/batches", "{}", 404, "not_found_error");
    row("anthropic, by Vertex", "POST", "/v1/models/claude:rawPredict", "{}", 404, "not_found_error");
    row("openai, older completions", "POST", "/v1/completions", "{}", 404, "\"param\":null");
    row("openai, not offered", "POST", "/v1/embeddings", "{}", 404, "\"param\":null");
    row("responses, not offered", "GET", "/v1/responses/resp_1", {}, 404, "\"param\":null");
    row("gemini, not offered", "POST", "/v1beta/models/g:countTokens", "{}", 404, "NOT_FOUND");
    row("unknown", "DELETE", "/elsewhere", {}, 404, "\"type\":\"error\"");
}

void TestDemoUpstream::refusesInTheDialectOfThePath()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, has);
    RawClient client;
    client.connectTo(m_demo->port());
    client.request(method, path, {}, body);
    QTRY_VERIFY(client.response().complete);
    QTEST(client.response().status, "status");
    QVERIFY2(client.response().body.contains(has), client.response().body.constData());
}

void TestDemoUpstream::keepsTheConnectionAndTheOrder()
{
    RawClient client;
    client.connectTo(m_demo->port());
    client.post("/v1/messages", streamed(question));
    client.get("/v1/models");
    client.post("/v1/chat/completions", streamed(question));
    client.get("/nowhere");
    QTRY_COMPARE(client.finished(), 4);
    QVERIFY(client.response(0).body.contains("message_stop"));
    QVERIFY(client.response(1).body.contains("qcc-demo"));
    QVERIFY(client.response(2).body.contains("[DONE]"));
    QCOMPARE(client.response(3).status, 404);
    QVERIFY(client.isConnected());
}

void TestDemoUpstream::closesWhenAsked_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addRow("connection: close") << QByteArray(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    QTest::addRow("HTTP/1.0") << QByteArray(" HTTP/1.0\r\n");
    QTest::addRow("HTTP/1.0 with keep-alive") << QByteArray(" HTTP/1.0\r\nConnection: keep-alive\r\n");
}

void TestDemoUpstream::closesWhenAsked()
{
    QFETCH(QByteArray, head);
    const QByteArray body = streamed(question);
    RawClient client;
    client.connectTo(m_demo->port());
    client.send("POST /v1/messages" + head + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QTRY_VERIFY(client.isClosed());
    QVERIFY(!client.wasReset());
    QVERIFY(client.response().complete);
    QCOMPARE(client.response().header("connection"), "close"_ba);
    QVERIFY(client.response().body.endsWith("data: {\"type\":\"message_stop\"}\n\n"));
}

void TestDemoUpstream::takesChunkedBodies()
{
    RawClient client;
    client.connectTo(m_demo->port());
    const QByteArray half = question.first(100);
    const QByteArray rest = question.sliced(100);
    client.send("POST /v1/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + QByteArray::number(100, 16)
                + "\r\n" + half + "\r\n");
    client.send(QByteArray::number(rest.size(), 16) + ";ext\r\n" + rest + "\r\n0\r\ntrailer: 1\r\n\r\n");
    QTRY_COMPARE(client.response().status, 200);
    QTRY_VERIFY(client.response().body.contains("Wie geht"));
    client.get("/v1/models");
    QTRY_COMPARE(client.response(1).status, 200);
}

void TestDemoUpstream::continuesWhenExpected()
{
    RawClient client;
    client.connectTo(m_demo->port());
    client.send("POST /v1/messages HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
                + QByteArray::number(question.size()) + "\r\n\r\n");
    QTRY_COMPARE(client.response().interim.size(), 1);
    client.send(question);
    QTRY_VERIFY(client.response().complete);
    QCOMPARE(client.response().status, 200);
}

void TestDemoUpstream::refusesTooLargeABody()
{
    RawClient client;
    client.connectTo(m_demo->port());
    client.send("POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 17000000\r\n\r\n");
    client.send(QByteArray(16 * 1024 * 1024 + 1, ' '));
    QTRY_COMPARE(client.response().status, 413);
    QVERIFY(client.response().body.contains("request_too_large"));
    QTRY_VERIFY(client.isClosed());
}

void TestDemoUpstream::survivesGarbage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addRow("no HTTP") << QByteArray("\x16\x03\x01 hello\r\n\r\n");
    QTest::addRow("no colon") << QByteArray("GET / HTTP/1.1\r\nnonsense\r\n\r\n");
    QTest::addRow("bad length") << QByteArray("POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n");
    QTest::addRow("length no number") << QByteArray("POST / HTTP/1.1\r\nContent-Length: 0x10\r\n\r\n");
    QTest::addRow("bad chunk size") << QByteArray("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n");
    QTest::addRow("chunk too long") << QByteArray("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n");
    QTest::addRow("endless line") << "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + QByteArray(100'000, '1');
    QTest::addRow("endless head") << QByteArray(700'000, 'x');
}

void TestDemoUpstream::survivesGarbage()
{
    QFETCH(QByteArray, bytes);
    RawClient client;
    client.connectTo(m_demo->port());
    client.send(bytes);
    QTRY_VERIFY(client.isClosed());
    QVERIFY(client.response().complete);
    QVERIFY(client.response().status == 400 || client.response().status == 431);

    RawClient next;
    next.connectTo(m_demo->port());
    next.get("/v1/models");
    QTRY_COMPARE(next.response().status, 200);
}

void TestDemoUpstream::survivesAClientThatLeavesMidStream()
{
    m_demo->setPace(5ms);
    RawClient client;
    client.connectTo(m_demo->port());
    client.post("/v1/messages", streamed(question));
    QTRY_VERIFY(client.response().bodyBytes > 0);
    QCOMPARE(m_demo->children().size(), 2);
    client.reset();
    QTRY_COMPARE(m_demo->children().size(), 1); // Only the server is left.
}

void TestDemoUpstream::saysThatThePortIsTaken()
{
    DemoUpstream second;
    const Result<quint16> result = second.listen(m_demo->port());
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::PortInUse);
    QVERIFY(result.error().message.contains(QString::number(m_demo->port())));
    QCOMPARE(second.port(), 0);
}

QTEST_GUILESS_MAIN(TestDemoUpstream)
#include "tst_demoupstream.moc"
