#include "core/api/dialect.h"
#include "tests/support/coding.h"
#include "tests/support/faults.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"

#include <QTest>

#include <array>
#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

const QByteArray streamRequest(R"JSON({"model":"claude-x","stream":true,"messages":[]})JSON");
const QByteArray messageStart("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"content\":[]}}\n\n");
const QByteArray delta("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                       "\"delta\":{\"type\":\"text_delta\",\"text\":\"hello\"}}\n\n");
const QByteArray finalDelta("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                            "\"usage\":{\"output_tokens\":1}}\n\n");
const QByteArray messageStop("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");

const QByteArray plainRequest(R"JSON({"model":"m"})JSON");
const QByteArray keyRefused(R"JSON({"error":{"message":"Incorrect API key provided: upstream-key-0.","type":"invalid_request_error"}})JSON");

struct JsonRow {
    const char *name;
    const char *path;
    const char *body;
    bool good;
};
// Above the class: moc loses one that holds such strings.
const std::array jsonRows{
    JsonRow{"a message", "/v1/messages", R"JSON({"id":"msg_1","type":"message","content":[],"stop_reason":"end_turn"})JSON", true},
    JsonRow{"a message without anything", "/v1/messages", R"JSON({"id":"msg_1","type":"message","content":[],"usage":{"output_tokens":0}})JSON", false},
    JsonRow{"another API's answer", "/v1/messages", R"JSON({"choices":[]})JSON", false},
    JsonRow{"Anthropic's error", "/v1/messages", R"JSON({"type":"error","error":{"type":"overloaded_error","message":"busy"}})JSON", false},
    JsonRow{"OpenAI's error", "/v1/chat/completions", R"JSON( {"error": {"message":"busy"}})JSON", false},
    JsonRow{"a null error", "/v1/responses", R"JSON({"error":null,"output":[],"usage":{"output_tokens":3}})JSON", true},
    JsonRow{"a stored response that failed", "/v1/responses/resp_1", R"JSON({"id":"resp_1","error":{"code":"server_error"},"output":[]})JSON", true},
    JsonRow{"Gemini's stream as an array", "/v1beta/models/g:streamGenerateContent",
            R"JSON([{"candidates":[{"content":{"parts":[{"text":"hello, hello"}]},"finishReason":"STOP"}]}])JSON", true},
    JsonRow{"Gemini's error in an array", "/v1beta/models/g:streamGenerateContent",
            R"JSON([{"error":{"code":503,"message":"overloaded, try later"}}])JSON", false},
    JsonRow{"an error that the text speaks of", "/v1/messages", "{\"id\":\"m\",\"content\":[{\"text\":\"{\\\"error\\\":1}\"}]}", true},
    JsonRow{"an unknown API's error", "/anything", R"JSON({"error":{"message":"busy"}})JSON", true},
};

Config oneAttempt()
{
    Config config = TestProxy::patient();
    config.retry.maxAttempts = 1;
    return config;
}

} // namespace

/// When an answer begins to count: what is held back before the commit, and how a stream ends after it.
class TestHoldBack : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_first = std::make_unique<ScriptedUpstream>();
        m_second = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_first->listen());
        QVERIFY(m_second->listen());
    }

    void holdsOpeningEventsUntilTheFirstContent()
    {
        m_first->setBehaviour([](const Arrived &) { return Script().streamHead().chunk(messageStart).stall(); });
        TestClock clock;
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()}, TestProxy::patient(), {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QVERIFY(proxy.comesTo(RunningState::Holding));
        clock.advance(FixedTimeouts().holdBack - 1ms);
        QVERIFY(proxy.comesTo(RunningState::Holding));
        QCOMPARE(client.bytesReceived(), 0);
    }

    void holdsNothingWhenNoOtherAttemptIsPossible_data()
    {
        QTest::addColumn<bool>("second");
        QTest::addColumn<int>("attempts");
        QTest::addColumn<int>("perEndpoint");
        QTest::newRow("a single endpoint") << false << 5 << 1;
        QTest::newRow("a single attempt") << true << 1 << 2;
    }

    void holdsNothingWhenNoOtherAttemptIsPossible()
    {
        QFETCH(bool, second);
        QFETCH(int, attempts);
        m_first->setBehaviour([](const Arrived &) { return Script().streamHead().chunk(messageStart).stall(); });
        Config config = TestProxy::patient();
        QFETCH(int, perEndpoint);
        config.retry.maxAttempts = attempts;
        config.retry.maxAttemptsPerEndpoint = perEndpoint;
        TestProxy proxy(second ? QList<QByteArray>{m_first->baseUrl(), m_second->baseUrl()} : QList<QByteArray>{m_first->baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(client.response().body, messageStart);
    }

    void holdsNoLongerThanItsPatience()
    {
        m_first->setBehaviour([](const Arrived &) { return Script().streamHead().chunk(messageStart).stall(); });
        TestClock clock;
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()}, TestProxy::patient(), {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QVERIFY(proxy.comesTo(RunningState::Holding));
        clock.advance(FixedTimeouts().holdBack);
        QTRY_COMPARE(client.response().body, messageStart);
        QCOMPARE(m_second->arrivedCount(), 0);
    }

    void holdsNoMoreThanItsBytes()
    {
        const QByteArray comment = ": " + QByteArray(20'000, 'x') + "\n\n";
        m_first->setBehaviour([comment](const Arrived &) {
            return Script().streamHead().chunk(comment).chunk(comment).chunk(comment).chunk(comment).stall();
        });
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()}, TestProxy::patient());
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(client.response().body.size(), 4 * comment.size());
        QCOMPARE(m_second->arrivedCount(), 0);
    }

    void passesTheHeldBytesOnUnchanged()
    {
        const QByteArray whole = messageStart + delta + finalDelta + messageStop;
        m_first->setBehaviour([whole](const Arrived &) {
            Script script = Script().streamHead();
            for (const char c : whole)
                script.chunk(QByteArray(1, c));
            return script.lastChunk();
        });
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()}, TestProxy::patient());
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().body, whole);
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
        QCOMPARE(m_second->arrivedCount(), 0);
    }

    void judgesAJsonAnswerWhole_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("good");
        for (const JsonRow &row : jsonRows)
            QTest::newRow(row.name) << QByteArray(row.path) << QByteArray(row.body) << row.good;
    }

    void judgesAJsonAnswerWhole()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, body);
        QFETCH(bool, good);
        m_first->setBehaviour([body](const Arrived &) { return Script().answer(200, "application/json", body); });
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post(path, plainRequest);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(proxy.last().outcome, good ? Outcome::Complete : Outcome::Recovered);
        QCOMPARE(client.response().body == body, good);
        if (!good)
            QVERIFY(proxy.last().attempts.first().failure == FailureClass::BadAnswer || proxy.last().attempts.first().failure == FailureClass::Transient);
    }

    void repairsAJsonAnswerThatBreaksOff()
    {
        m_first->setDefaultScript("short-length-close");
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", plainRequest);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(proxy.last().outcome, Outcome::Recovered);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Broken);
    }

    void suppliesTheLastEventThatARelayForgets_data()
    {
        QTest::addColumn<bool>("stalls");
        QTest::newRow("stalls") << true;
        QTest::newRow("ends well") << false;
    }

    void suppliesTheLastEventThatARelayForgets()
    {
        QFETCH(bool, stalls);
        m_first->setBehaviour([stalls](const Arrived &) {
            Script script = Script().streamHead().events({messageStart, delta, finalDelta}, 0ms);
            return stalls ? script.stall() : script.lastChunk();
        });
        TestClock clock;
        TestProxy proxy({m_first->baseUrl()}, TestProxy::patient(), {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        if (stalls) {
            QTRY_COMPARE(client.response().body, messageStart + delta + finalDelta);
            QVERIFY(proxy.comesTo(RunningState::Streaming));
            clock.advance(FixedTimeouts().lastEvent);
        }
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().body, messageStart + delta + finalDelta + messageStop);
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
        QTRY_COMPARE(m_first->openStreams(), 0);
    }

    void whoLeavesAfterTheEndHasGotTheAnswer()
    {
        // Coded, so that the end of the coding is waited for; what is there of it holds the stream's end.
        const QByteArray body = coded("gzip", messageStart + delta + finalDelta + messageStop, false);
        m_first->setBehaviour([body](const Arrived &) { return Script().streamHead({{"content-encoding", "gzip"}}).chunk(body).stall(); });
        TestClock clock;
        TestProxy proxy({m_first->baseUrl()}, TestProxy::patient(), {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(client.response().body, body);
        QVERIFY(proxy.comesTo(RunningState::Streaming));
        client.close();
        QTRY_COMPARE(proxy.records().size(), 1);
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
        QCOMPARE(proxy.last().attempts.last().failure, FailureClass::None);
    }

    void aStopAfterTheFinalWordEndsTheStreamWell()
    {
        m_first->setBehaviour([](const Arrived &) { return Script().streamHead().events({messageStart, delta, finalDelta}, 0ms).stall(); });
        TestClock clock;
        TestProxy proxy({m_first->baseUrl()}, TestProxy::patient(), {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(client.response().body, messageStart + delta + finalDelta);
        QVERIFY(proxy.comesTo(RunningState::Streaming));
        proxy.team().endNow();
        QTRY_VERIFY(client.response().complete);
        QVERIFY(client.response().body.endsWith(messageStop));
        QTRY_COMPARE(proxy.records().size(), 1);
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
    }

    void itsOwnSignsOfLifePutNothingOff()
    {
        m_first->setBehaviour([](const Arrived &) { return Script().streamHead().events({messageStart, delta, finalDelta}, 0ms).stall(); });
        Config config = TestProxy::patient();
        config.client.sseKeepalive = 3s;
        TestClock clock;
        TestProxy proxy({m_first->baseUrl()}, config, {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(client.response().body, messageStart + delta + finalDelta);
        for (int i = 1; i <= 3; ++i) {
            QVERIFY(proxy.comesTo(RunningState::Streaming));
            clock.advance(3s);
            QTRY_COMPARE(client.response().body.count(": keep-alive"), i);
        }
        QVERIFY(proxy.comesTo(RunningState::Streaming));
        clock.advance(1s);
        QTRY_VERIFY(client.response().complete);
        QVERIFY(client.response().body.endsWith(messageStop));
    }

    void finishesALongStreamThatIsLeftOpenHoweverItsClientReads()
    {
        // What makes room for the end may be the flush itself, without a word about it.
        const QByteArray stream = messageStart + "event: content_block_delta\ndata: {\"delta\":{\"text\":\"" + QByteArray(4'000'000, 'x')
            + "\"},\"type\":\"content_block_delta\"}\n\n" + finalDelta + messageStop;
        m_first->setBehaviour([stream](const Arrived &) {
            Script script = Script().streamHead();
            for (qsizetype at = 0; at < stream.size(); at += 50'021)
                script.chunk(stream.sliced(at, std::min<qsizetype>(50'021, stream.size() - at)));
            return script.stall();
        });
        TestProxy proxy({m_first->baseUrl()}, TestProxy::patient());
        for (int i = 0; i < 15; ++i) {
            RawClient client;
            client.connectTo(proxy.port());
            client.post("/v1/messages", streamRequest);
            QTRY_COMPARE(client.finished(), 1);
            QCOMPARE(proxy.last().outcome, Outcome::Complete);
        }
    }

    void doesNotTakeAnUnfinishedMessageForAFinishedOne()
    {
        m_first->setBehaviour([](const Arrived &) {
            return Script().streamHead().events({messageStart, delta, "event: message_delta\ndata: {\"delta\":{\"stop_reason\":null}}\n\n"}, 0ms).lastChunk();
        });
        TestProxy proxy({m_first->baseUrl()}, TestProxy::patient());
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_VERIFY(client.isClosed());
        QVERIFY(!client.response().complete); // for who looks at the transport alone
        QVERIFY(!client.response().body.contains("message_stop"));
        QVERIFY(client.response().body.contains("event: error"));
        QCOMPARE(proxy.last().outcome, Outcome::Truncated);
    }

    void endsABrokenStreamInTheClientsProtocol_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QByteArray>("told");
        const QByteArray anthropic("event: error\ndata: {\"error\":{\"message\":\"qcc: the answer broke off: relay-a: ");
        const QByteArray chat("data: {\"error\":{\"code\":null,\"message\":\"qcc: the answer broke off: relay-a: ");
        const QByteArray responses("event: response.failed\ndata: ");
        for (const char *script : {"stream-cut-mid-event-close", "stream-cut-mid-event-reset", "stream-ends-after-content", "stall-mid-stream"}) {
            QTest::addRow("%s, anthropic", script) << QByteArray("/v1/messages") << QByteArray(script) << anthropic;
            QTest::addRow("%s, chat", script) << QByteArray("/v1/chat/completions") << QByteArray(script) << chat;
            QTest::addRow("%s, responses", script) << QByteArray("/v1/responses") << QByteArray(script) << responses;
        }
    }

    void endsABrokenStreamInTheClientsProtocol()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, script);
        QFETCH(QByteArray, told);
        m_first->setDefaultScript(script);
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post(path, streamRequest);
        QTRY_VERIFY(client.isClosed());
        QVERIFY(!client.response().complete);
        const QByteArray body = client.response().body;
        // The error stands alone: what was torn of the event before it never reached the client.
        const qsizetype at = body.lastIndexOf("\n\n", body.size() - 3);
        QVERIFY2(body.sliced(at + 2).startsWith(told), body.sliced(at + 2).constData());
        QCOMPARE(body.count("qcc: the answer broke off"), 1);
        QCOMPARE(proxy.last().outcome, Outcome::Truncated);
        QCOMPARE(proxy.last().attempts.last().failure, FailureClass::BrokenStream);
        QCOMPARE(m_second->arrivedCount(), 0); // what the client has seen is never repeated
    }

    void createsAResponseBeforeItFailsIt()
    {
        m_first->setDefaultScript("empty-stream");
        TestProxy proxy({m_first->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/responses", streamRequest);
        QTRY_VERIFY(client.isClosed());
        const QByteArray body = client.response().body;
        QVERIFY(body.startsWith("event: response.created\ndata: "));
        QVERIFY(body.indexOf("response.created") < body.indexOf("response.failed"));
        QVERIFY(body.contains("\"sequence_number\":0") && body.contains("\"sequence_number\":1"));
    }

    void tearsOnlyEventsThatAreTooLongToKeep()
    {
        const QByteArray half = "event: content_block_delta\ndata: " + QByteArray(100'000, 'x');
        m_first->setBehaviour([half](const Arrived &) { return Script().streamHead().chunk(messageStart).chunk(half).delay(50ms).close(); });
        TestProxy proxy({m_first->baseUrl()}, oneAttempt());
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_VERIFY(client.isClosed());
        const QByteArray body = client.response().body;
        QVERIFY(body.startsWith(messageStart + "event: content_block_delta\ndata: xxx"));
        QVERIFY(body.contains("x\nevent: error\n"));
    }

    void readsARefusalToItsEndAndKeepsTheConnection()
    {
        m_first->setDefaultScript("status:503");
        Config config = TestProxy::patient();
        config.retry.maxAttemptsPerEndpoint = 1;
        config.breaker.failures = 100;
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        for (int i = 0; i < 3; ++i) {
            proxy.plane().router.reset(TestProxy::endpointAt(m_first->baseUrl(), 0).id);
            client.post("/v1/messages", streamRequest);
            QTRY_COMPARE(client.finished(), i + 1);
            QCOMPARE(client.response(i).status, 200);
        }
        QCOMPARE(m_first->arrivedCount(), 3);
        QCOMPARE(m_first->connectionsAccepted(), 1);
    }

    void doesNotWaitForARefusalThatNeverEnds()
    {
        m_first->setBehaviour([](const Arrived &) {
            return Script().head(503, {{"content-length", "1000"}, {"content-type", "application/json"}}).send("{").stall();
        });
        TestClock clock;
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()}, TestProxy::patient(), {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QVERIFY(proxy.comesTo(RunningState::Holding));
        clock.advance(FixedTimeouts().refusal);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Transient);
        // Its small rest would save the connection, for another second.
        QCOMPARE(m_first->openConnections(), 1);
        clock.advance(1s);
        QTRY_COMPARE(m_first->openConnections(), 0);
    }

    void keepsASilentStreamAliveWhereTheUserWantsIt()
    {
        m_first->setBehaviour([](const Arrived &) { return Script().streamHead().chunk(delta).stall(); });
        Config config = TestProxy::patient();
        config.client.sseKeepalive = 1s;
        TestClock clock;
        TestProxy proxy({m_first->baseUrl()}, config, {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QByteArray body = delta;
        QTRY_COMPARE(client.response().body, body);
        for (int i = 0; i < 3; ++i) {
            QVERIFY(proxy.comesTo(RunningState::Streaming));
            clock.advance(1s);
            body += ": keep-alive\n\n";
            QTRY_COMPARE(client.response().body, body);
        }
    }

    void tellsWhatTheUpstreamSaidButNeverItsKey()
    {
        m_first->setBehaviour([](const Arrived &) {
            return Script().answer(401, "application/json", keyRefused);
        });
        TestProxy proxy({m_first->baseUrl(), m_second->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/chat/completions", streamRequest);
        QTRY_VERIFY(client.response().complete);
        const AttemptRecord attempt = proxy.last().attempts.first();
        QCOMPARE(attempt.failure, FailureClass::Auth);
        QVERIFY(attempt.upstreamError.contains(QStringLiteral("Incorrect API key provided: ***")));
        QVERIFY(!attempt.upstreamError.contains(QStringLiteral("upstream-key-0")));
    }

private:
    std::unique_ptr<ScriptedUpstream> m_first;
    std::unique_ptr<ScriptedUpstream> m_second;
};

QTEST_GUILESS_MAIN(TestHoldBack)
#include "tst_holdback.moc"
