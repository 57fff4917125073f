#include "tests/support/faults.h"
#include "tests/support/rawclient.h"
#include "tests/support/residentmemory.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"

#include <QCryptographicHash>
#include <QRandomGenerator>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

const QByteArray streamRequest(R"JSON({"model":"claude-x","stream":true,"messages":[]})JSON");

QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

/// Takes a sample of the resident memory; true when the last few hardly differ.
bool standsStill(QList<qint64> &samples)
{
    constexpr int enough = 6;
    samples.append(residentBytes());
    if (samples.size() < enough)
        return false;
    const auto [least, most] = std::minmax_element(samples.end() - enough, samples.end());
    return *most - *least < 500'000;
}

} // namespace

/// The data plane over real sockets: a scripted upstream on one side, raw clients on the other.
class TestProxyPlane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
    }

    void passesMethodAndTargetByteForByte_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        const auto row = [](QByteArray method, QByteArray target) {
            QTest::newRow((method + ' ' + target.left(40)).constData()) << method << target;
        };
        row("GET", "/v1/models");
        row("GET", "/a/%2e%2e/b/../c?x=%41&y=%&z=%zz#f");
        row("GET", "//double//slash");
        row("GET", "/utf8/\xc3\xa9?\xff\xfe={}|^\"<>");
        row("GET", "/?");
        row("GET", "/a;b=c,d?e=f+g%20h");
        row("DELETE", "/v1/files/1");
        row("PUT", "/v1/x");
        row("PATCH", "/v1/x");
        row("OPTIONS", "/v1/x");
        row("OPTIONS", "*");
        row("TRACE", "/v1/x");
        row("PROPFIND", "/v1/x");
        row("brew", "/coffee");
        row("GET", "/" + QByteArray(20'000, 'x'));
    }

    void passesMethodAndTargetByteForByte()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.request(method, target);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(m_upstream->arrivedCount(), 1);
        QCOMPARE(m_upstream->arrivedAt(0).method, method);
        QCOMPARE(m_upstream->arrivedAt(0).rawTarget, target);
    }

    void passesBodiesByteForByte_data()
    {
        QTest::addColumn<QByteArray>("framing");
        QTest::addColumn<qint64>("size");
        QTest::newRow("empty") << QByteArray("length") << qint64(0);
        QTest::newRow("one byte") << QByteArray("length") << qint64(1);
        QTest::newRow("49 KB") << QByteArray("length") << qint64(49'000);
        QTest::newRow("the largest that goes with its head") << QByteArray("length") << qint64(64 * 1024);
        QTest::newRow("one more than that") << QByteArray("length") << qint64(64 * 1024 + 1);
        QTest::newRow("exactly one piece") << QByteArray("length") << qint64(256 * 1024);
        QTest::newRow("one more than a piece") << QByteArray("length") << qint64(256 * 1024 + 1);
        QTest::newRow("more than goes out in a turn") << QByteArray("length") << qint64(5'000'000);
        QTest::newRow("100 MB") << QByteArray("length") << qint64(100'000'000);
        QTest::newRow("chunked") << QByteArray("chunked") << qint64(300'000);
        QTest::newRow("chunked 20 MB") << QByteArray("chunked") << qint64(20'000'000);
    }

    void passesBodiesByteForByte()
    {
        QFETCH(QByteArray, framing);
        QFETCH(qint64, size);
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
        QByteArray body(size, Qt::Uninitialized);
        for (qsizetype i = 0; i < body.size(); ++i)
            body[i] = static_cast<char>((i * 7 + i / 251) & 0xff);
        RawClient client;
        client.connectTo(proxy.port());
        if (framing == "chunked") {
            client.send("POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (qsizetype at = 0; at < body.size(); at += 77'777)
                client.send(chunkBytes(body.sliced(at, qMin<qsizetype>(77'777, body.size() - at))));
            client.send("0\r\n\r\n");
        } else {
            client.post("/echo", body);
        }
        QTRY_VERIFY_WITH_TIMEOUT(client.response().complete, 60'000);
        const Arrived arrived = m_upstream->arrivedAt(0);
        QCOMPARE(arrived.bodyBytes, size);
        QCOMPARE(arrived.bodySha256, sha256(body));
        // One that is sent on while nobody knows its size goes on as it came.
        const bool sentOnEarly = framing == "chunked" && size > BodyStore::mostInMemory;
        QCOMPARE(arrived.header("content-length"), sentOnEarly ? QByteArray() : QByteArray::number(size));
        QCOMPARE(arrived.header("transfer-encoding"), sentOnEarly ? QByteArray("chunked") : QByteArray());
        QCOMPARE(proxy.last().requestBytes, size);
    }

    void keepsAnswerHeadersAndBodyAsTheyAre()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        const QByteArray gzip("\x1f\x8b\x08\x00not really gzip\x00\xff", 21);
        m_upstream->setBehaviour([gzip](const Arrived &) {
            return Script().answer(307, "application/octet-stream", gzip,
                                   {{"Location", "http://127.0.0.1:1/elsewhere"}, {"Set-Cookie", "a=1"}, {"X-Odd-CASE", "q"},
                                    {"Set-Cookie", "b=2"}, {"retry-after", "7"}, {"request-id", "r1"}, {"Content-Encoding", "gzip"}});
        });
        RawClient client;
        client.connectTo(proxy.port());
        client.get("/x", {{"Cookie", "c=1"}, {"Accept-Encoding", "gzip, br"}, {"X-Two", "1"}, {"x-two", "2"}, {"Authorization", "Bearer mine"}});
        client.get("/x");
        QTRY_COMPARE(client.finished(), 2);
        const RawResponse response = client.response();
        QCOMPARE(response.status, 307);
        QCOMPARE(response.body, gzip);
        QCOMPARE(response.allHeaders("set-cookie"), (QList<QByteArray>{"a=1", "b=2"}));
        QVERIFY(response.rawHead.contains("X-Odd-CASE: q\r\n"));
        QCOMPARE(response.header("retry-after"), QByteArray("7"));
        QCOMPARE(response.header("content-encoding"), QByteArray("gzip"));
        QCOMPARE(m_upstream->arrivedCount(), 2); // no redirect was followed

        const Arrived first = m_upstream->arrivedAt(0);
        QCOMPARE(first.header("accept-encoding"), QByteArray("gzip, br"));
        QVERIFY(first.header("cookie").isEmpty()); // a credential of the client's
        QCOMPARE(first.header("authorization"), QByteArray("Bearer upstream-key-0"));
        QCOMPARE(first.header("host"), "127.0.0.1:" + QByteArray::number(m_upstream->port()));
        QByteArrayList two;
        for (const auto &field : first.headers)
            if (field.first.toLower() == "x-two")
                two.append(field.first + '=' + field.second);
        QCOMPARE(two, (QByteArrayList{"X-Two=1", "x-two=2"}));
        const Arrived second = m_upstream->arrivedAt(1);
        QVERIFY(second.header("cookie").isEmpty()); // none are kept
        QVERIFY(second.header("accept-encoding").isEmpty());
        QVERIFY(second.header("user-agent").isEmpty()); // none are invented
    }

    void answersClientsOfEveryKind_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<Fault>("fault");
        QTest::addColumn<bool>("closes");
        QTest::addColumn<bool>("chunked");
        const auto row = [](const char *name, QByteArray request, Fault fault, bool closes, bool chunked) {
            QTest::newRow(name) << request << fault << closes << chunked;
        };
        row("1.1, length", "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", Fault::DuplicateHeaders, false, false);
        row("1.1, close", "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", Fault::DuplicateHeaders, true, false);
        row("1.1, until close", "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", Fault::CloseDelimited, false, true);
        row("1.0, length", "GET /x HTTP/1.0\r\n\r\n", Fault::DuplicateHeaders, true, false);
        row("1.0, keep-alive", "GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", Fault::DuplicateHeaders, false, false);
        row("1.0, until close", "GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", Fault::CloseDelimited, true, false);
        row("1.0, chunked upstream", "GET /x HTTP/1.0\r\n\r\n", Fault::ChunkExtensions, true, false);
    }

    void answersClientsOfEveryKind()
    {
        QFETCH(QByteArray, request);
        QFETCH(Fault, fault);
        QFETCH(bool, closes);
        m_upstream->setDefaultScript(wordOf(fault));
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.send(request);
        QTRY_VERIFY(client.response().complete);
        const RawResponse response = client.response();
        QCOMPARE(response.status, 200);
        QVERIFY(response.body.size() > 100);
        QCOMPARE(response.header("connection"), closes ? QByteArray("close") : QByteArray("keep-alive"));
        QTEST(response.header("transfer-encoding") == "chunked", "chunked");
        if (closes) {
            QTRY_VERIFY(client.isClosed());
            QVERIFY(!client.wasReset());
        } else {
            client.get("/again");
            QTRY_COMPARE(client.finished(), 2);
        }
    }

    void showsABrokenAnswerToAClientWithoutFraming()
    {
        m_upstream->setDefaultScript(wordOf(Fault::ChunkCutReset));
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.send("GET /x HTTP/1.0\r\n\r\n");
        QTRY_VERIFY(client.isClosed());
        QVERIFY(client.wasReset());
        QVERIFY(!client.response().complete);
    }

    void answersPipelinedRequestsInOrder()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        m_upstream->setBehaviour([](const Arrived &arrived) {
            // The first takes longest.
            const bool first = arrived.rawTarget == "/0";
            return Script().delay(first ? 80ms : 0ms).answer(200, "text/plain", arrived.rawTarget + arrived.body);
        });
        RawClient client;
        client.connectTo(proxy.port());
        for (int i = 0; i < 12; ++i)
            client.post('/' + QByteArray::number(i), QByteArray(i * 1000, 'b'));
        QTRY_COMPARE(client.finished(), 12);
        for (int i = 0; i < 12; ++i)
            QCOMPARE(client.response(i).body, '/' + QByteArray::number(i) + QByteArray(i * 1000, 'b'));
    }

    void refusesAfterTheAnswersThatCameBefore()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.send("GET /ok HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                    "POST /bad HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    "GET /never HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(client.finished(), 2);
        QCOMPARE(client.response(0).status, 200);
        QCOMPARE(client.response(1).status, 400);
        QVERIFY(client.response(1).body.contains("qcc: "));
        QCOMPARE(m_upstream->arrivedCount(), 1);
    }

    void aRefusalReachesAClientThatIsStillSending()
    {
        Config config = TestProxy::shortDeadlines();
        config.client.maxBodyBytes = 1024 * 1024;
        TestProxy proxy({m_upstream->baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", QByteArray(30'000'000, 'x'));
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 413);
        QCOMPARE(client.response().header("connection"), QByteArray("close"));
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(m_upstream->arrivedCount(), 0);
        QTRY_COMPARE(proxy.connections(), 0);
    }

    void keepsNoBodyThatAPageWasSent_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::addColumn<int>("status");
        QTest::newRow("refused") << QByteArray("POST /__qcc__/stats") << 405;
        QTest::newRow("a stream") << QByteArray("GET /__qcc__/events") << 200;
    }

    void keepsNoBodyThatAPageWasSent()
    {
        QFETCH(QByteArray, start);
        QFETCH(int, status);
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.expect("GET");
        client.send(start + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3000000\r\n\r\n" + QByteArray(3'000'000, 'x'));
        QTRY_COMPARE(client.response().status, status);
        QTRY_COMPARE(proxy.plane().bodies.held(), 0);
        QVERIFY(!client.isClosed());
    }

    void asksForTheBodyWhenTheClientWaits()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.send("POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        QTRY_VERIFY(client.bytesReceived() > 0);
        client.send("hello");
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().interim.size(), 1);
        QCOMPARE(client.response().interim.first().status, 100);
        QCOMPARE(m_upstream->arrivedAt(0).body, QByteArray("hello"));
        QVERIFY(m_upstream->arrivedAt(0).header("expect").isEmpty());
    }

    void asksForTheAccessTokenWhereOneIsSet_data()
    {
        QTest::addColumn<RawHeaders>("headers");
        QTest::addColumn<int>("status");
        QTest::newRow("none") << RawHeaders{} << 401;
        QTest::newRow("wrong") << RawHeaders{{"x-api-key", "token-x"}} << 401;
        QTest::newRow("too long") << RawHeaders{{"x-api-key", "token-12"}} << 401;
        QTest::newRow("basic") << RawHeaders{{"Authorization", "Basic token-1"}} << 401;
        QTest::newRow("short authorization") << RawHeaders{{"Authorization", "x"}} << 401;
        QTest::newRow("x-api-key") << RawHeaders{{"x-api-key", "token-1"}} << 200;
        QTest::newRow("bearer") << RawHeaders{{"Authorization", "bearer token-1"}} << 200;
        QTest::newRow("x-goog-api-key") << RawHeaders{{"x-goog-api-key", "token-1"}} << 200;
        QTest::newRow("x-qcc-token") << RawHeaders{{"X-Qcc-Token", "token-1"}} << 200;
    }

    void asksForTheAccessTokenWhereOneIsSet()
    {
        QFETCH(RawHeaders, headers);
        Config config = TestProxy::shortDeadlines();
        config.listen.accessToken = "token-1";
        TestProxy proxy({m_upstream->baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest, headers);
        QTRY_VERIFY(client.response().complete);
        QTEST(client.response().status, "status");
        QCOMPARE(m_upstream->arrivedCount(), client.response().status == 200 ? 1 : 0);
        if (m_upstream->arrivedCount() > 0)
            for (const auto &field : m_upstream->arrivedAt(0).headers)
                QVERIFY(!field.second.contains("token-1"));
    }

    void passesEachEventBeforeTheNextIsSent()
    {
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
        m_upstream->setBehaviour([](const Arrived &) { return Script().streamHead().events({"data: 1\n\n"}, 0ms).stall(); });
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(client.response().body, QByteArray("data: 1\n\n"));
        QVERIFY(!client.response().complete);
        QCOMPARE(m_upstream->openStreams(), 1);
        client.close();
        QTRY_COMPARE(m_upstream->openStreams(), 0);
        QTRY_COMPARE(proxy.last().outcome, Outcome::ClientCancelled);
        QCOMPARE(proxy.last().status, 499);
    }

    void recordsWhatTheUpstreamSaysOfTokens_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<bool>("inputKnown");
        QTest::addColumn<bool>("outputKnown");
        const QByteArray whole("{\"model\":\"m\"}");
        QTest::newRow("messages, stream") << QByteArray("/v1/messages") << streamRequest << QByteArray() << true << true;
        QTest::newRow("messages, JSON") << QByteArray("/v1/messages") << whole << QByteArray() << true << true;
        QTest::newRow("messages, broken off") << QByteArray("/v1/messages") << streamRequest << wordOf(Fault::StreamEndsAfterContent) << true << false;
        QTest::newRow("chat, stream that was not asked") << QByteArray("/v1/chat/completions") << streamRequest << QByteArray() << false << false;
        QTest::newRow("chat, JSON") << QByteArray("/v1/chat/completions") << whole << QByteArray() << true << true;
        QTest::newRow("responses, stream") << QByteArray("/v1/responses") << streamRequest << QByteArray() << true << true;
        QTest::newRow("gemini, stream") << QByteArray("/v1beta/models/m:streamGenerateContent?alt=sse") << whole << QByteArray() << true << true;
        QTest::newRow("an error") << QByteArray("/v1/messages") << whole << QByteArray("status:503") << false << false;
    }

    void recordsWhatTheUpstreamSaysOfTokens()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, script);
        QFETCH(bool, inputKnown);
        QFETCH(bool, outputKnown);
        m_upstream->setDefaultScript(script);
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post(path, body);
        QTRY_COMPARE(client.finished(), 1);
        const ExchangeRecord record = proxy.last();
        QCOMPARE(record.inputTokens, inputKnown ? std::optional<qint64>(body.size() / 4 + 1) : std::nullopt);
        QCOMPARE(record.outputTokens, outputKnown ? std::optional<qint64>(8) : std::nullopt);
    }

    void abortsTheUpstreamWhenTheClientLeaves_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<bool>("reset");
        for (const bool reset : {false, true}) {
            const QByteArray how = reset ? ", reset" : ", close";
            QTest::newRow(("before the head" + how).constData()) << wordOf(Fault::StallBeforeHead) << reset;
            QTest::newRow(("after the head" + how).constData()) << wordOf(Fault::StallAfterHead) << reset;
            QTest::newRow(("in mid-stream" + how).constData()) << wordOf(Fault::StallMidStream) << reset;
        }
    }

    void abortsTheUpstreamWhenTheClientLeaves()
    {
        QFETCH(QByteArray, script);
        QFETCH(bool, reset);
        m_upstream->setDefaultScript(script);
        Config config = TestProxy::patient();
        config.retry.maxAttempts = 1; // so that nothing is held back
        TestProxy proxy({m_upstream->baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(m_upstream->openStreams(), 1);
        if (script != wordOf(Fault::StallBeforeHead))
            QTRY_VERIFY(client.response().headComplete);
        reset ? client.reset() : client.close();
        QTRY_COMPARE(m_upstream->openStreams(), 0);
        QTRY_COMPARE(proxy.records().size(), 1);
        QCOMPARE(proxy.last().outcome, Outcome::ClientCancelled);
        QTRY_COMPARE(proxy.connections(), 0);
        QCOMPARE(proxy.inFlight(), 0);
    }

    void holdsASlowReaderInBoundedMemory_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("length") << 0;
        QTest::newRow("chunked") << 1;
        QTest::newRow("until close") << 2;
        QTest::newRow("HTTP/1.0 client") << 3;
        QTest::newRow("an error status") << 4;
        QTest::newRow("a 401") << 5;
    }

    void holdsASlowReaderInBoundedMemory()
    {
        QFETCH(int, kind);
        constexpr qint64 size = 150'000'000;
        ThreadedUpstream upstream;
        QVERIFY(upstream->listen());
        upstream->setBehaviour([kind](const Arrived &) {
            if (kind == 1)
                return Script().head(200, {{"Transfer-Encoding", "chunked"}}).repeatChunked(patternBlock(), size).lastChunk();
            if (kind == 2)
                return Script().head(200, {{"Connection", "close"}}).repeat(patternBlock(), size).close();
            const int status = kind == 4 ? 500 : kind == 5 ? 401 : 200;
            return Script().head(status, {{"Content-Length", QByteArray::number(size)}}).repeat(patternBlock(), size);
        });
        TestProxy proxy({upstream->baseUrl()}, TestProxy::patient());
        RawClient client;
        client.connectTo(proxy.port());
        client.pauseReading();
        const qint64 before = residentBytes();
        client.send(kind == 3 ? "GET /big HTTP/1.0\r\n\r\n" : "GET /big HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        // Everything between the two ends fills up, then stands still.
        QTRY_COMPARE_WITH_TIMEOUT(upstream->openStreams(), 1, 5000);
        QList<qint64> samples;
        QTRY_VERIFY_WITH_TIMEOUT(standsStill(samples), 10'000);
        QCOMPARE(proxy.inFlight(), 1);
        QVERIFY2(residentBytes() - before < 24'000'000 + sanitizerBytes, QByteArray::number(residentBytes() - before).constData());
        client.resumeReading();
        QTRY_VERIFY_WITH_TIMEOUT(client.response().complete, 60'000);
        QCOMPARE(client.response().bodyBytes, size);
        // The client itself keeps the first 16 MiB.
        QVERIFY2(residentBytes() - before < 120'000'000 + sanitizerBytes, QByteArray::number(residentBytes() - before).constData());
        QTRY_COMPARE(proxy.inFlight(), 0);
    }

    void survivesClientsThatLeaveAtAnyMoment()
    {
        constexpr int total = 1000;
        ThreadedUpstream upstream;
        QVERIFY(upstream->listen());
        upstream->setBehaviour([](const Arrived &arrived) {
            const int kind = arrived.index % 3;
            if (kind == 0)
                return Script().stall();
            return Script().delay(0ms, 10ms).streamHead().events(QList<QByteArray>(20, "data: x\n\n"), 3ms).lastChunk();
        });
        TestProxy proxy({upstream->baseUrl()}, TestProxy::patient());
        auto *random = QRandomGenerator::global();
        int left = 0;
        int started = 0;
        std::function<void()> start = [&] {
            if (started++ >= total)
                return;
            auto *client = new RawClient(this);
            client->connectTo(proxy.port());
            client->post("/v1/messages", streamRequest);
            QTimer::singleShot(random->bounded(40), client, [&, client] {
                random->bounded(2) ? client->reset() : client->close();
                client->deleteLater();
                ++left;
                start();
            });
        };
        for (int i = 0; i < 100; ++i)
            start();
        QTRY_COMPARE_WITH_TIMEOUT(left, total, 40'000);
        QTRY_COMPARE_WITH_TIMEOUT(upstream->openStreams(), 0, 10'000);
        QTRY_COMPARE(proxy.connections(), 0);
        QTRY_COMPARE(proxy.inFlight(), 0);
        QTRY_COMPARE(proxy.pool().busy, 0);
        QCOMPARE(proxy.pool().queued, 0);
        // Nor is a connection left that was made just when nobody wanted it any more.
        QTRY_COMPARE(upstream->openConnections(), proxy.pool().open);
        // And it still works.
        upstream->setBehaviour([](const Arrived &) { return Script().answer(200, "text/plain", "fine"); });
        RawClient client;
        client.connectTo(proxy.port());
        client.get("/x");
        QTRY_COMPARE(client.response().body, QByteArray("fine"));
    }

    void finishesRunningAnswersWhenDraining()
    {
        m_upstream->setBehaviour([](const Arrived &) { return Script().delay(100ms).answer(200, "text/plain", "done"); });
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient busy, idle;
        idle.connectTo(proxy.port());
        idle.get("/before");
        QTRY_VERIFY(idle.response().complete);
        busy.connectTo(proxy.port());
        busy.get("/x");
        QTRY_COMPARE(m_upstream->arrivedCount(), 2);
        QTRY_COMPARE(proxy.connections(), 2);
        QSignalSpy drained(&proxy.team(), &WorkerTeam::drained);
        proxy.team().drain();
        QTRY_VERIFY(idle.isClosed());
        QTRY_VERIFY(busy.response().complete);
        QCOMPARE(busy.response().body, QByteArray("done"));
        QTRY_VERIFY(busy.isClosed());
        QTRY_COMPARE(drained.size(), 1);
    }

    void endsEverythingWhenTheGraceIsOver()
    {
        m_upstream->setDefaultScript(wordOf(Fault::StallMidStream));
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(m_upstream->openStreams(), 1);
        QSignalSpy drained(&proxy.team(), &WorkerTeam::drained);
        proxy.team().drain();
        proxy.team().endNow();
        QTRY_COMPARE(drained.size(), 1);
        QTRY_VERIFY(client.isClosed());
        QVERIFY2(client.response().body.contains("event: error"), client.response().body.constData());
        QVERIFY(!client.response().complete);
        QTRY_COMPARE(m_upstream->openStreams(), 0);
        QCOMPARE(proxy.last().outcome, Outcome::Truncated);
        QVERIFY2(proxy.last().error.contains(QLatin1String("stopped")), qPrintable(proxy.last().error));
    }

    void aConnectionThatIsGivenBackGoesOnElsewhere()
    {
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
        Worker *worker = nullptr;
        connect(&proxy.team(), &WorkerTeam::workerAdded, this, [&worker](Worker *added) { worker = worker ? worker : added; });
        std::array<RawClient, 2> clients;
        for (RawClient &client : clients) {
            client.connectTo(proxy.port());
            client.get("/x");
            QTRY_VERIFY(client.response().complete);
        }
        QCOMPARE(worker->load(), 2);
        QSignalSpy gaveBack(worker, &Worker::gaveBack);
        QMetaObject::invokeMethod(worker, [worker] { worker->giveBack(1); }, Qt::QueuedConnection);
        for (int round = 1; round <= 3; ++round) {
            for (RawClient &client : clients) {
                client.get("/x");
                QTRY_COMPARE(client.responses().size(), round + 1);
                QVERIFY(client.isConnected());
            }
        }
        QCOMPARE(gaveBack.size(), 1);
        QTRY_COMPARE(proxy.connections(), 2);
    }

    void sharesABurstWhereHandshakesAreDue()
    {
        if (QThread::idealThreadCount() < 2)
            QSKIP("One processor has one worker.");
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
        QSignalSpy workers(&proxy.team(), &WorkerTeam::workerAdded);
        std::array<RawClient, 12> clients;
        for (RawClient &client : clients) {
            client.connectTo(proxy.port());
            client.get("/x");
        }
        for (RawClient &client : clients)
            QTRY_VERIFY(client.response().complete);
        QCOMPARE(workers.size(), 1);

        proxy.team().expectHandshakes({QStringLiteral("e1")});
        m_upstream->setBehaviour([](const Arrived &) { return Script().stall(); });
        std::array<RawClient, 12> more;
        for (RawClient &client : more) {
            client.connectTo(proxy.port());
            client.get("/x");
        }
        QTRY_COMPARE(proxy.connections(), 24);
        QVERIFY(workers.size() > 1);
    }

    void noticesAWorkerThatHangs()
    {
        FixedTimeouts fixedTimeouts;
        fixedTimeouts.workerSilence = 400ms;
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient(), fixedTimeouts);
        QList<Worker *> workers;
        connect(&proxy.team(), &WorkerTeam::workerAdded, this, [&workers](Worker *worker) { workers.append(worker); });
        QSignalSpy stuck(&proxy.team(), &WorkerTeam::workerStuck);
        QSignalSpy back(&proxy.team(), &WorkerTeam::workerBack);
        RawClient before;
        before.connectTo(proxy.port());
        before.get("/x");
        QTRY_VERIFY(before.response().complete);
        QCOMPARE(workers.size(), 1);

        QSemaphore release;
        QMetaObject::invokeMethod(workers.first(), [&release] { release.acquire(); }, Qt::QueuedConnection);
        // Nothing is posted to it, so nobody looks.
        QTest::qWait(800);
        QCOMPARE(stuck.size(), 0);
        RawClient unlucky;
        unlucky.connectTo(proxy.port());
        unlucky.get("/x");
        QTRY_COMPARE(stuck.size(), 1);
        QCOMPARE(stuck.first().first().toString(), QStringLiteral("io-1"));
        QCOMPARE(proxy.team().stuck(), 1);
        // Others are served by another one, and the question what runs is answered without it.
        RawClient lucky;
        lucky.connectTo(proxy.port());
        lucky.get("/x");
        QTRY_VERIFY(lucky.response().complete);
        QCOMPARE(workers.size(), 2);
        std::optional<qsizetype> running;
        proxy.team().askRunning([&running](const QList<RunningExchange> &all) { running = all.size(); });
        QTRY_COMPARE(running, std::optional<qsizetype>(0));
        QVERIFY(!unlucky.response().complete);

        release.release();
        QTRY_COMPARE(back.size(), 1);
        QTRY_VERIFY(unlucky.response().complete);
        QCOMPARE(proxy.team().stuck(), 0);
        QCOMPARE(stuck.size(), 1);
    }

    void noticesOneThatHangsWhileItsRequestsRun()
    {
        m_upstream->setDefaultScript(wordOf(Fault::StallBeforeHead));
        FixedTimeouts fixedTimeouts;
        fixedTimeouts.workerSilence = 400ms;
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient(), fixedTimeouts);
        Worker *worker = nullptr;
        connect(&proxy.team(), &WorkerTeam::workerAdded, this, [&worker](Worker *added) { worker = added; });
        QSignalSpy stuck(&proxy.team(), &WorkerTeam::workerStuck);
        RawClient client;
        client.connectTo(proxy.port());
        client.get("/x");
        QTRY_COMPARE(m_upstream->arrivedCount(), 1);
        QSemaphore release;
        QMetaObject::invokeMethod(worker, [&release] { release.acquire(); }, Qt::QueuedConnection);
        QTRY_COMPARE(stuck.size(), 1);
        release.release();
    }

    void leavesAHangingWorkerBehind()
    {
        QSemaphore release;
        std::atomic<bool> over = false;
        {
            FixedTimeouts fixedTimeouts;
            fixedTimeouts.workerSilence = 300ms;
            TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient(), fixedTimeouts);
            Worker *worker = nullptr;
            connect(&proxy.team(), &WorkerTeam::workerAdded, this, [&worker](Worker *added) { worker = added; });
            RawClient client;
            client.connectTo(proxy.port());
            client.post("/v1/messages", streamRequest, {{"x-gap-ms", "100000"}});
            QTRY_COMPARE(m_upstream->arrivedCount(), 1);
            connect(worker->thread(), &QThread::finished, worker->thread(), [&over] { over = true; }, Qt::DirectConnection);
            QMetaObject::invokeMethod(worker, [&release] { release.acquire(); }, Qt::QueuedConnection);
            QSignalSpy drained(&proxy.team(), &WorkerTeam::drained);
            proxy.team().drain();
            proxy.team().endNow();
            QVERIFY(!drained.wait(500));
            proxy.team().leaveBehind();
            QCOMPARE(drained.size(), 1);
            QVERIFY(proxy.team().hasLeftBehind());
        }
        QVERIFY(!over);
        // When it comes round, all that it needs is still there, and nobody is told who has gone.
        release.release();
        QTRY_VERIFY(over);
    }

    void closesAFloodOfPipelinedRequests()
    {
        m_upstream->setDefaultScript(wordOf(Fault::StallBeforeHead));
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
        RawClient client;
        client.connectTo(proxy.port());
        client.get("/first");
        QTRY_COMPARE(m_upstream->arrivedCount(), 1);
        client.send(QByteArray("GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").repeated(5000));
        QTRY_VERIFY(client.isClosed());
        QTRY_COMPARE(proxy.connections(), 0);
        QCOMPARE(m_upstream->arrivedCount(), 1);
    }

private:
    std::unique_ptr<ScriptedUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestProxyPlane)
#include "tst_proxy.moc"
