#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"

#include <QTcpServer>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

const QByteArray question(R"JSON({"model":"claude-x","max_tokens":1,"stream":true,"messages":[]})JSON");
const QByteArray messageStart("event: message_start\ndata: {\"message\":{\"id\":\"m\"},\"type\":\"message_start\"}\n\n");
const QByteArray delta("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"hi\"}}\n\n");
const QByteArray sign(": keep-alive\n\n");

/// An address at which nobody listens.
QByteArray deadUrl()
{
    QTcpServer closed;
    if (!closed.listen(QHostAddress::LocalHost))
        return {};
    return "http://127.0.0.1:" + QByteArray::number(closed.serverPort());
}

/// Whole seconds and nothing else: clients give up over a date, a fraction or a blank.
bool isWholeSeconds(const QByteArray &value)
{
    return !value.isEmpty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }) && value.toLongLong() >= 1;
}

} // namespace

/// What Claude Code's vendor asks of a gateway (docs/gateway-contract.md): how long the client is told to wait, and what keeps it waiting.
class TestGatewayWaits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
    }

    void anUpstreamsRetryAfterIsToldInWholeSeconds_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<RawHeaders>("sent");
        QTest::addColumn<QByteArray>("told");
        const auto row = [](const char *name, int status, const RawHeaders &sent, const QByteArray &told) { QTest::newRow(name) << status << sent << told; };
        row("429, seconds", 429, {{"retry-after", "17"}}, "17");
        row("429, a long time", 429, {{"retry-after", "900"}}, "900");
        row("429, longer than it is kept", 429, {{"retry-after", "7200"}}, "1800");
        row("429, no time at all", 429, {{"retry-after", "0"}}, "1");
        row("429, a fraction", 429, {{"retry-after", "1.2"}}, "2");
        row("429, milliseconds", 429, {{"retry-after-ms", "1700"}}, "2");
        row("429, a date", 429, {{"date", "Wed, 21 Oct 2015 07:28:00 GMT"}, {"retry-after", "Wed, 21 Oct 2015 07:28:20 GMT"}}, "20");
        row("429, a plan's end", 429, {{"date", "Wed, 21 Oct 2015 07:28:00 GMT"}, {"anthropic-ratelimit-unified-status", "rejected"}, {"anthropic-ratelimit-unified-reset", "1445412510"}}, "30");
        row("529, seconds", 529, {{"retry-after", "11"}}, "11");
        row("529, longer than it would be left alone", 529, {{"retry-after", "300"}}, "60");
    }

    void anUpstreamsRetryAfterIsToldInWholeSeconds()
    {
        QFETCH(int, status);
        QFETCH(RawHeaders, sent);
        m_upstream->setBehaviour([&](const Arrived &) { return Script().answer(status, "application/json", R"({"type":"error","error":{"type":"x","message":"no"}})", sent); });
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttempts = 1;
        TestClock clock;
        TestProxy proxy({m_upstream->baseUrl()}, config, {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, status);
        QCOMPARE(client.response().allHeaders("retry-after").size(), 1);
        QTEST(client.response().header("retry-after"), "told");
        QCOMPARE(client.response().header("retry-after-ms"), QByteArray());
    }

    void itsOwnAnswersSayWhenToComeBack_data()
    {
        QTest::addColumn<QByteArray>("base");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("most");
        QTest::newRow("nobody answers") << deadUrl() << 502 << 60;
        QTest::newRow("no cluster") << QByteArray() << 503 << 60;
    }

    void itsOwnAnswersSayWhenToComeBack()
    {
        QFETCH(QByteArray, base);
        QFETCH(int, most);
        TestProxy proxy(base.isEmpty() ? QList<QByteArray>() : QList<QByteArray>{base});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        QTRY_VERIFY_WITH_TIMEOUT(client.response().complete, 15'000);
        const RawResponse response = client.response();
        QTEST(response.status, "status");
        QCOMPARE(response.allHeaders("retry-after").size(), 1);
        QVERIFY2(isWholeSeconds(response.header("retry-after")), response.header("retry-after").constData());
        QVERIFY(response.header("retry-after").toInt() <= most);
    }

    void aRestIsToldAsLongAsItLasts()
    {
        // A rest of 40 s, of which 25 have gone: more than 15 would not be true.
        m_upstream->setBehaviour([](const Arrived &arrived) {
            return arrived.index == 0 ? Script().answer(429, "application/json", "{}", {{"retry-after", "40"}}) : Script().close();
        });
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttempts = 1;
        TestClock clock;
        TestProxy proxy({m_upstream->baseUrl()}, config, {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        QTRY_COMPARE(client.response().header("retry-after"), QByteArray("40"));
        clock.advance(25s);
        client.post("/v1/messages?beta=true", question);
        QTRY_COMPARE(client.finished(), 2);
        QCOMPARE(client.response(1).status, 502);
        QCOMPARE(client.response(1).header("retry-after"), QByteArray("15"));
    }

    void whatAWaitCannotMendNamesNone_data()
    {
        // Those that are refused while an attempt is under way: tst_uploads.
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        QTest::newRow("too large") << QByteArray("POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3000000000\r\n\r\n") << 413;
        QTest::newRow("bad bytes") << QByteArray("POST /v1/messages HTTP/1.1\nHost: 127.0.0.1\r\n\r\n") << 400;
        QTest::newRow("a web page's") << QByteArray("POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://page.example\r\nContent-Length: 0\r\n\r\n") << 403;
    }

    void whatAWaitCannotMendNamesNone()
    {
        QFETCH(QByteArray, request);
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.send(request);
        QTRY_VERIFY(client.response().complete);
        QTEST(client.response().status, "status");
        QVERIFY(client.response().body.contains("\"error\""));
        QCOMPARE(client.response().header("retry-after"), QByteArray());
    }

    void aSilentStreamIsKeptAlive_data()
    {
        QTest::addColumn<QByteArrayList>("said");
        QTest::newRow("nothing but its head") << QByteArrayList{};
        QTest::newRow("no content yet") << QByteArrayList{messageStart};
        QTest::newRow("in the middle") << QByteArrayList{messageStart, delta};
    }

    void aSilentStreamIsKeptAlive()
    {
        // Claude Code counts every byte: with nothing for as long as its watchdog has, it would ask anew.
        QFETCH(QByteArrayList, said);
        m_upstream->setBehaviour([said](const Arrived &) { return Script().streamHead().events(said, 0ms).stall(); });
        Config config = TestProxy::patient();
        config.timeouts.read = 3600s;
        config.client.sseKeepalive = 5s;
        TestClock clock;
        TestProxy proxy({m_upstream->baseUrl()}, config, {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        QByteArray body = said.join();
        if (!said.contains(delta)) {
            QVERIFY(proxy.comesTo(RunningState::Holding));
            clock.advance(10s); // as long as another attempt may replace it
        }
        QTRY_COMPARE(client.response().body, body);
        QTRY_VERIFY(client.response().headComplete);
        for (int i = 0; i < 5; ++i) {
            QVERIFY(proxy.comesTo(RunningState::Streaming));
            clock.advance(5s);
            body += sign;
            QTRY_COMPARE(client.response().body, body);
        }
    }

    void nothingIsAddedWhereItIsOff()
    {
        m_upstream->setBehaviour([](const Arrived &) { return Script().streamHead().events({messageStart, delta}, 0ms).stall(); });
        Config config = TestProxy::patient();
        config.timeouts.read = 3600s;
        TestClock clock;
        TestProxy proxy({m_upstream->baseUrl()}, config, {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        QTRY_COMPARE(client.response().body, messageStart + delta);
        for (int i = 0; i < 5; ++i) {
            QVERIFY(proxy.comesTo(RunningState::Streaming));
            clock.advance(60s);
        }
        QVERIFY(proxy.comesTo(RunningState::Streaming));
        QCOMPARE(client.response().body, messageStart + delta);
    }

private:
    std::unique_ptr<ScriptedUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestGatewayWaits)
#include "tst_gatewaywaits.moc"
