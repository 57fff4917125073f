#include "tests/support/faults.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/scriptwords.h"
#include "tests/support/testcertificate.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qcc;
using namespace qcc::test;

namespace {

const QByteArray streamRequest(R"JSON({"model":"m","stream":true,"messages":[]})JSON");

QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

QJsonObject jsonOf(const QByteArray &bytes)
{
    return QJsonDocument::fromJson(bytes).object();
}

/// How the connection stands once the answer came as far as it comes.
enum class After { Open, Closed, Reset };

/// What a client sees of one fault.
struct Seen {
    After after = After::Open;
    bool complete = true;  ///< A complete answer by its framing.
    int status = 200;      ///< 0: no head.
    std::function<bool(const RawResponse &)> holds = {}; ///< More, where the above does not tell faults apart.
};

bool isWholeMessage(const RawResponse &response)
{
    return jsonOf(response.body)[u"type"_s] == "message"_L1;
}

bool isHalfAMessage(const RawResponse &response)
{
    return response.body.startsWith("{\"content\"") && !isWholeMessage(response);
}

std::function<bool(const RawResponse &)> bodyHas(const QByteArray &text)
{
    return [text](const RawResponse &response) { return response.body.contains(text); };
}

std::function<bool(const RawResponse &)> hasInterim(const QList<int> &expected)
{
    return [expected](const RawResponse &response) {
        QList<int> statuses;
        for (const RawResponse::Interim &interim : response.interim)
            statuses.append(interim.status);
        return statuses == expected && isWholeMessage(response);
    };
}

std::function<bool(const RawResponse &)> streamed(const QByteArray &has, const QByteArray &hasNot)
{
    return [has, hasNot](const RawResponse &response) {
        return response.header("content-type").startsWith("text/event-stream") && response.body.contains(has)
            && !response.body.contains(hasNot);
    };
}

bool isNoHttp(const RawResponse &response)
{
    return response.broken;
}

bool hasNoBody(const RawResponse &response)
{
    return response.bodyBytes == 0;
}

const Seen nothing{After::Closed, false, 0};
const Seen nothingByReset{After::Reset, false, 0};
const Seen silence{After::Open, false, 0};

QMap<Fault, Seen> whatIsSeen()
{
    const auto retryAfter = [](const RawResponse &response) { return response.header("retry-after") == "7"; };
    const auto retryDate = [](const RawResponse &response) { return response.header("retry-after").endsWith(" GMT"); };
    const auto hugePattern = [](const RawResponse &response) {
        return response.bodySha256 == sha256(patternBlock().repeated(16 * 64));
    };
    return {
        {Fault::CloseBeforeAnswer, nothing},
        {Fault::ResetBeforeAnswer, nothingByReset},
        {Fault::CloseAtHead, nothing},
        {Fault::ResetAtHead, nothingByReset},
        {Fault::CloseAfterStatusLine, nothing},
        {Fault::ResetAfterStatusLine, nothingByReset},
        {Fault::CloseInsideHeaders, nothing},
        {Fault::ResetInsideHeaders, nothingByReset},
        {Fault::CloseAfterHead, {After::Closed, false, 200, hasNoBody}},
        {Fault::Garbage, {After::Open, false, 0, isNoHttp}},
        {Fault::GarbageThenClose, nothing},
        {Fault::StallBeforeHead, silence},
        {Fault::StallInsideHeaders, silence},
        {Fault::StallAfterHead, {After::Open, false, 200, hasNoBody}},
        {Fault::CloseOnSecondRequest, {After::Open, true, 200, isWholeMessage}},
        {Fault::ResetOnSecondRequest, {After::Open, true, 200, isWholeMessage}},
        {Fault::IdleClose, {After::Closed, true, 200, isWholeMessage}},
        {Fault::StallUpload, silence},
        {Fault::SlowUpload, {After::Open, true, 200, isWholeMessage}},

        {Fault::ShortLengthClose, {After::Closed, false, 200, isHalfAMessage}},
        {Fault::ShortLengthReset, {After::Reset, false, 200, isHalfAMessage}},
        {Fault::ExtraBytes, {After::Open, true, 200, isWholeMessage}},
        {Fault::BadChunkSize, {After::Open, false, 200, isNoHttp}},
        {Fault::ChunkCutClose, {After::Closed, false, 200, bodyHas("only this")}},
        {Fault::ChunkCutReset, {After::Reset, false, 200, bodyHas("only this")}},
        {Fault::NoLastChunkClose, {After::Closed, false, 200, isHalfAMessage}},
        {Fault::NoLastChunkReset, {After::Reset, false, 200, isHalfAMessage}},
        {Fault::CloseDelimited, {After::Closed, true, 200, isWholeMessage}},
        {Fault::CloseDelimitedReset, {After::Reset, false, 200, isHalfAMessage}},
        {Fault::LengthAndChunked, {After::Open, false, 200, isNoHttp}},
        {Fault::TwoLengths, {After::Closed, false, 200, isNoHttp}},
        {Fault::BadLength, {After::Closed, false, 200, isNoHttp}},
        {Fault::ChunkExtensions, {After::Open, true, 200, isWholeMessage}},
        {Fault::Trailers, {After::Open, true, 200, [](const RawResponse &r) { return r.trailers.size() == 2 && isWholeMessage(r); }}},
        {Fault::Bytewise, {After::Open, true, 200, isWholeMessage}},
        {Fault::NegativeLength, {After::Closed, false, 200, isNoHttp}},
        {Fault::HugeLength, {After::Closed, false, 200, isNoHttp}},
        {Fault::GzipBomb, {After::Open, true, 200, [](const RawResponse &r) { return r.body.size() > 1000 && r.body.size() < 20'000; }}},
        {Fault::InterimFlood, silence},
        {Fault::EndlessHeaderLine, silence},
        {Fault::TrickledHead, silence},
        {Fault::NulInHeader, {After::Open, true, 200, [](const RawResponse &r) { return r.header("x-nul").contains('\0'); }}},
        {Fault::CrInHeader, {After::Open, true, 200, [](const RawResponse &r) { return r.header("x-cr").contains('\r'); }}},
        {Fault::InvalidUtf8Error, {After::Open, true, 500, bodyHas("\xff\xc3\x28")}},
        {Fault::InvalidUtf8Events, {After::Open, true, 200, bodyHas("data: \xff\xc3\x28")}},
        {Fault::GiganticEvent, {After::Open, true, 200, [](const RawResponse &r) { return r.body.size() > 8'000'000 && r.body.endsWith("xx"); }}},
        {Fault::HugeBody, {After::Open, true, 200, hugePattern}},
        {Fault::Gzip, {After::Open, true, 200, [](const RawResponse &r) {
             return r.header("content-encoding") == "gzip" && r.body.startsWith("\x1f\x8b");
         }}},

        {Fault::Continue100, {After::Open, true, 200, hasInterim({100})}},
        {Fault::Processing102, {After::Open, true, 200, hasInterim({102})}},
        {Fault::EarlyHints103, {After::Open, true, 200, hasInterim({103})}},
        {Fault::SeveralInterim, {After::Open, true, 200, hasInterim({100, 102, 103})}},
        {Fault::Switching101, {After::Open, false, 101}},
        {Fault::ManyHeaders, {After::Open, true, 200, [](const RawResponse &r) { return r.headers.size() > 150; }}},
        {Fault::HugeHeader, {After::Open, true, 200, [](const RawResponse &r) { return r.header("x-huge").size() == 120 * 1024; }}},
        {Fault::EndlessHeaders, silence},
        {Fault::BareLf, {After::Open, false, 0, isNoHttp}},
        {Fault::FoldedHeader, {After::Open, false, 0, isNoHttp}},
        {Fault::NoReason, {After::Open, true, 200, [](const RawResponse &r) { return r.reason.isEmpty() && isWholeMessage(r); }}},
        {Fault::HighBytesInHeader, {After::Open, true, 200, [](const RawResponse &r) { return r.header("x-high").startsWith("Gr\xfc"); }}},
        {Fault::NoContent204, {After::Open, true, 204, hasNoBody}},
        {Fault::NoContent204WithLength, {After::Open, true, 204, hasNoBody}},
        {Fault::NotModified304, {After::Open, true, 304, hasNoBody}},
        {Fault::NotModified304WithLength, {After::Open, true, 304, hasNoBody}},
        {Fault::HeadWithLength, {After::Open, true, 200, hasNoBody}},
        {Fault::DuplicateHeaders, {After::Open, true, 200, [](const RawResponse &r) {
             return r.allHeaders("set-cookie").size() == 3 && r.allHeaders("x-twice") == QByteArrayList{"one", "two, three"};
         }}},
        {Fault::Http10, {After::Closed, true, 200, [](const RawResponse &r) { return r.version == "HTTP/1.0" && isWholeMessage(r); }}},
        {Fault::ConnectionClose, {After::Closed, true, 200, [](const RawResponse &r) { return r.header("connection") == "close"; }}},
        {Fault::Early413Close, {After::Closed, true, 413}},
        {Fault::Early413KeepReading, {After::Open, true, 413}},
        {Fault::Early413Linger, {After::Closed, true, 413}},

        {Fault::RateLimitSeconds, {After::Open, true, 429, retryAfter}},
        {Fault::RateLimitDate, {After::Open, true, 429, retryDate}},
        {Fault::RateLimitMs, {After::Open, true, 429, [](const RawResponse &r) { return r.header("retry-after-ms") == "700"; }}},
        {Fault::PaymentRequired, {After::Open, true, 402, bodyHas("billing_error")}},
        {Fault::QuotaAnthropic, {After::Open, true, 400, bodyHas("credit balance is too low")}},
        {Fault::QuotaOpenAi, {After::Open, true, 429, bodyHas("insufficient_quota")}},
        {Fault::QuotaRelay, {After::Open, true, 403, bodyHas("insufficient_user_quota")}},
        {Fault::Overloaded529, {After::Open, true, 529, bodyHas("overloaded_error")}},

        {Fault::ErrorEventFirst, {After::Open, true, 200, streamed("overloaded_error", "message_start")}},
        {Fault::ErrorEventAfterStart, {After::Open, true, 200, streamed("overloaded_error", "content_block_delta")}},
        {Fault::ErrorJson200, {After::Open, true, 200, bodyHas("api_error")}},
        {Fault::Empty200, {After::Open, true, 200, hasNoBody}},
        {Fault::EmptyStream, {After::Open, true, 200, hasNoBody}},
        {Fault::OpeningEventsOnly, {After::Open, true, 200, streamed("content_block_start", "content_block_delta")}},
        {Fault::Html200, {After::Open, true, 200, bodyHas("<!DOCTYPE html>")}},
        {Fault::StallMidStream, {After::Open, false, 200, streamed("w3 ", "w4 ")}},
        {Fault::StallAfterOpening, {After::Open, false, 200, streamed("content_block_start", "content_block_delta")}},
        {Fault::StreamCutMidEventClose, {After::Closed, false, 200, streamed("w3 ", "message_delta")}},
        {Fault::StreamCutMidEventReset, {After::Reset, false, 200, streamed("w3 ", "message_delta")}},
        {Fault::StreamEndsAfterContent, {After::Open, true, 200, streamed("w3 ", "w4 ")}},
        {Fault::StreamEndsBeforeLast, {After::Open, true, 200, streamed("message_delta", "message_stop")}},
        {Fault::StreamClosesBeforeLast, {After::Closed, false, 200, streamed("message_delta", "message_stop")}},
        {Fault::ErrorEventMidStream, {After::Open, true, 200, streamed("w3 ", "w4 ")}},
    };
}

/// The request that shows a fault; the rest are plain posts.
QByteArray methodFor(Fault fault)
{
    return fault == Fault::HeadWithLength ? "HEAD" : "POST";
}

} // namespace

class TestScriptedUpstream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyFaultHasARowAndAWord();
    void showsTheFault_data();
    void showsTheFault();
    void cutsStreamsBetweenEvents_data();
    void cutsStreamsBetweenEvents();
    void recordsTheRequestAsItCame();
    void countsDoubleSubmissions();
    void recordsChunkedBodies();
    void recordsAClientThatLeft();
    void recordsAnUploadThatBrokeOff();
    void marksWhatIsNoHttp();
    void countsConnectionsAndStreams();
    void answersPipelinedRequestsInOrder();
    void endsOnTheSecondRequest_data();
    void endsOnTheSecondRequest();
    void behaviourComesBeforeWords();
    void headBehaviourAnswersEarly();
    void visitsTakeTurns();
    void early413ReachesAClientThatStillUploads_data();
    void early413ReachesAClientThatStillUploads();
    void slowReaderHoldsTheUploadBack();
    void hugeBodyWaitsForASlowClient();
    void endlessHeadersDoNotEnd();
    void streamsInEveryDialect_data();
    void streamsInEveryDialect();
    void keepsTheGapBetweenEvents();
    void echoesWhatArrived();
    void unknownWordsAreRefused();
    void statusWords_data();
    void statusWords();
    void runsInAThreadOfItsOwn();
    void speaksTls();
    void refusesWhenNotListening();

private:
    void ask(RawClient &client, const QByteArray &script, const QByteArray &target = "/v1/messages",
             const QByteArray &body = "{}", const QByteArray &method = "POST");

    std::unique_ptr<ScriptedUpstream> m_upstream;
};

void TestScriptedUpstream::init()
{
    m_upstream = std::make_unique<ScriptedUpstream>();
    QVERIFY(m_upstream->listen());
}

void TestScriptedUpstream::ask(RawClient &client, const QByteArray &script, const QByteArray &target, const QByteArray &body,
                               const QByteArray &method)
{
    client.connectTo(m_upstream->port());
    client.request(method, target, {{"x-script", script}}, method == "HEAD" ? QByteArray() : body);
}

void TestScriptedUpstream::everyFaultHasARowAndAWord()
{
    const QMap<Fault, Seen> seen = whatIsSeen();
    const QList<Fault> faults = allFaults();
    QCOMPARE(faults.size(), qsizetype(Fault::ErrorEventMidStream) + 1);
    for (const Fault fault : faults) {
        QVERIFY2(seen.contains(fault), wordOf(fault).constData());
        QCOMPARE(faultOf(wordOf(fault)), std::optional(fault));
    }
}

void TestScriptedUpstream::showsTheFault_data()
{
    QTest::addColumn<int>("fault");
    for (const Fault fault : allFaults())
        QTest::addRow("%s", wordOf(fault).constData()) << int(fault);
}

void TestScriptedUpstream::showsTheFault()
{
    QFETCH(int, fault);
    const Seen seen = whatIsSeen().value(Fault(fault));
    QByteArray word = wordOf(Fault(fault));
    if (Fault(fault) == Fault::Early413Linger)
        word += ":100";

    RawClient client;
    ask(client, word, "/v1/messages", "{}", methodFor(Fault(fault)));
    if (seen.complete)
        QTRY_VERIFY(client.response().complete);
    else if (seen.status != 0)
        QTRY_VERIFY(client.response().headComplete);
    if (seen.after == After::Open) {
        // Long enough for what should not come.
        QTest::qWait(80);
        QVERIFY(client.isConnected());
    } else {
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(client.wasReset(), seen.after == After::Reset);
    }
    const RawResponse response = client.response();
    QCOMPARE(response.status, seen.status);
    QCOMPARE(response.complete, seen.complete);
    if (seen.holds)
        QVERIFY2(seen.holds(response), response.body.left(2000).constData());
    QCOMPARE(m_upstream->arrivedCount(), 1);
}

void TestScriptedUpstream::cutsStreamsBetweenEvents_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<bool>("whole");
    for (const char *word : {"short-length-close", "short-length-reset", "no-last-chunk-close", "close-delimited-reset"}) {
        QTest::addRow("%s", word) << QByteArray(word) << false;
        QTest::addRow("%s whole", word) << QByteArray(word) + ":whole" << true;
    }
}

void TestScriptedUpstream::cutsStreamsBetweenEvents()
{
    QFETCH(QByteArray, script);
    RawClient client;
    ask(client, script, "/v1/messages", streamRequest);
    QTRY_VERIFY(client.isClosed());
    const RawResponse response = client.response();
    QVERIFY(response.header("content-type").startsWith("text/event-stream"));
    QVERIFY(!response.complete);
    QVERIFY(response.body.contains("w0 ") && response.body.endsWith("\n\n"));
    QTEST(response.body.contains("message_stop"), "whole");
}

void TestScriptedUpstream::recordsTheRequestAsItCame()
{
    RawClient client;
    client.connectTo(m_upstream->port());
    QSignalSpy arrived(m_upstream.get(), &ScriptedUpstream::requestArrived);
    client.send("PATCH /a%2Fb/../c?x=%41&y HTTP/1.1\r\nhOsT: here\r\nX-Two: 1\r\nContent-Length: 5\r\nx-two:   2  \r\n\r\nhello");
    QTRY_COMPARE(arrived.count(), 1);
    const Arrived record = m_upstream->arrivedAt(0);
    QCOMPARE(record.method, "PATCH"_ba);
    QCOMPARE(record.rawTarget, "/a%2Fb/../c?x=%41&y"_ba);
    const RawHeaders headers{{"hOsT", "here"}, {"X-Two", "1"}, {"Content-Length", "5"}, {"x-two", "2"}};
    QCOMPARE(record.headers, headers);
    QCOMPARE(record.body, "hello"_ba);
    QCOMPARE(record.bodyBytes, 5);
    QCOMPARE(record.bodySha256, sha256("hello"));
    QVERIFY(record.bodyComplete);
    QVERIFY(record.headAtMs >= 0 && record.bodyAtMs >= record.headAtMs);
    QTRY_VERIFY(m_upstream->arrivedAt(0).answered);
    QVERIFY(m_upstream->arrivedAt(0).answerEndedAtMs >= record.bodyAtMs);
}

void TestScriptedUpstream::countsDoubleSubmissions()
{
    RawClient client;
    client.connectTo(m_upstream->port());
    client.post("/v1/messages", "{\"a\":1}");
    client.post("/v1/messages", "{\"a\":2}");
    client.post("/v1/messages", "{\"a\":1}");
    QTRY_COMPARE(client.finished(), 3);
    QCOMPARE(m_upstream->countOfBody(sha256("{\"a\":1}")), 2);
    QCOMPARE(m_upstream->countOfBody(sha256("{\"a\":2}")), 1);
    QCOMPARE(m_upstream->countPerBody().size(), 2);
    m_upstream->forget();
    QCOMPARE(m_upstream->countPerBody().size(), 0);
    client.get("/echo");
    QTRY_COMPARE(m_upstream->arrivedAt(3).path(), "/echo"_ba);
}

void TestScriptedUpstream::recordsChunkedBodies()
{
    RawClient client;
    client.connectTo(m_upstream->port());
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nt: 1\r\n\r\n");
    QTRY_VERIFY(client.response().complete);
    QCOMPARE(m_upstream->arrivedAt(0).body, "hello world"_ba);
    QVERIFY(m_upstream->arrivedAt(0).bodyComplete);
}

void TestScriptedUpstream::recordsAClientThatLeft()
{
    RawClient client;
    ask(client, "stall-mid-stream", "/v1/messages", streamRequest);
    QTRY_VERIFY(client.response().body.contains("w3 "));
    QVERIFY(!m_upstream->arrivedAt(0).clientLeft);
    client.close();
    QTRY_VERIFY(m_upstream->arrivedAt(0).clientLeft);
    QVERIFY(m_upstream->arrivedAt(0).clientLeftAtMs > 0);
    QVERIFY(!m_upstream->arrivedAt(0).answered);
    QTRY_COMPARE(m_upstream->openConnections(), 0);
    QCOMPARE(m_upstream->openStreams(), 0);
}

void TestScriptedUpstream::recordsAnUploadThatBrokeOff()
{
    QSignalSpy arrived(m_upstream.get(), &ScriptedUpstream::requestArrived);
    RawClient client;
    client.connectTo(m_upstream->port());
    client.send("POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    QTRY_COMPARE(m_upstream->arrivedCount(), 1);
    QCOMPARE(arrived.count(), 0);
    client.reset();
    QTRY_COMPARE(arrived.count(), 1);
    const Arrived record = m_upstream->arrivedAt(0);
    QVERIFY(!record.bodyComplete);
    QVERIFY(record.clientLeft);
    QCOMPARE(record.bodyBytes, 4);
    QVERIFY(m_upstream->countPerBody().isEmpty());
}

void TestScriptedUpstream::marksWhatIsNoHttp()
{
    RawClient client;
    client.connectTo(m_upstream->port());
    client.send("hello\r\n\r\n");
    QTRY_COMPARE(client.response().status, 400);
    QTRY_VERIFY(client.isClosed());
    QVERIFY(m_upstream->arrivedAt(0).malformed);
}

void TestScriptedUpstream::countsConnectionsAndStreams()
{
    RawClient first;
    RawClient second;
    ask(first, "stall-before-head");
    ask(second, "ok");
    QTRY_VERIFY(second.response().complete);
    QTRY_COMPARE(m_upstream->openStreams(), 1);
    QCOMPARE(m_upstream->openConnections(), 2);
    first.close();
    second.close();
    QTRY_COMPARE(m_upstream->openConnections(), 0);
    QCOMPARE(m_upstream->connectionsAccepted(), 2);
    QCOMPARE(m_upstream->openStreams(), 0);
}

void TestScriptedUpstream::answersPipelinedRequestsInOrder()
{
    RawClient client;
    client.connectTo(m_upstream->port());
    client.get("/echo?n=1", {{"x-script", "delay:50,ok"}});
    client.get("/echo?n=2");
    client.get("/echo?n=3");
    QTRY_COMPARE(client.finished(), 3);
    for (int i = 0; i < 3; ++i) {
        const QJsonObject echo = jsonOf(client.response(i).body);
        QCOMPARE(echo[u"target"_s].toString(), u"/echo?n=%1"_s.arg(i + 1));
        QCOMPARE(echo[u"on_connection"_s].toInt(-1), i);
    }
    QVERIFY(client.response(0).headAtMs >= 40);
}

void TestScriptedUpstream::endsOnTheSecondRequest_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<bool>("reset");
    QTest::addRow("close") << QByteArray("close-on-second-request") << false;
    QTest::addRow("reset") << QByteArray("reset-on-second-request") << true;
}

void TestScriptedUpstream::endsOnTheSecondRequest()
{
    QFETCH(QByteArray, script);
    RawClient client;
    ask(client, script);
    QTRY_VERIFY(client.response().complete);
    client.post("/v1/messages", "second");
    QTRY_VERIFY(client.isClosed());
    QTEST(client.wasReset(), "reset");
    QCOMPARE(client.finished(), 1);
    QCOMPARE(m_upstream->countOfBody(sha256("second")), 1);
    QVERIFY(!m_upstream->arrivedAt(1).answered);
}

void TestScriptedUpstream::behaviourComesBeforeWords()
{
    m_upstream->setBehaviour([](const Arrived &arrived) {
        return arrived.body == "no" ? Script() : Script().answer(418, "text/plain", "teapot");
    });
    RawClient client;
    ask(client, "status:503", "/v1/messages", "yes");
    client.post("/v1/messages", "no", {{"x-script", "status:503"}});
    QTRY_COMPARE(client.finished(), 2);
    QCOMPARE(client.response(0).status, 418);
    QCOMPARE(client.response(1).status, 503);
}

void TestScriptedUpstream::headBehaviourAnswersEarly()
{
    m_upstream->setHeadBehaviour([](const Arrived &arrived) {
        return arrived.path() == "/early" ? Script().answer(403, "text/plain", "no") : Script();
    });
    RawClient client;
    client.connectTo(m_upstream->port());
    client.send("POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n");
    QTRY_COMPARE(client.response().status, 403);
    client.send("bodyGET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    QTRY_COMPARE(client.response(1).status, 200);
    QCOMPARE(m_upstream->arrivedAt(0).body, "body"_ba);
}

void TestScriptedUpstream::visitsTakeTurns()
{
    RawClient client;
    client.connectTo(m_upstream->port());
    const auto post = [&client](const QByteArray &name) {
        client.post("/v1/messages", "{}", {{"x-script", "status:500|status:429|ok"}, {"x-case", name}});
    };
    post("a");
    post("b");
    post("a");
    post("a");
    post("a");
    QTRY_COMPARE(client.finished(), 5);
    QList<int> statuses;
    for (const RawResponse &response : client.responses())
        statuses.append(response.status);
    QCOMPARE(statuses, (QList<int>{500, 500, 429, 200, 200}));
}

void TestScriptedUpstream::early413ReachesAClientThatStillUploads_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<bool>("closes");
    QTest::addColumn<bool>("resets");
    QTest::addRow("close") << QByteArray("early-413-close") << true << true;
    QTest::addRow("keep reading") << QByteArray("early-413-keep-reading") << false << false;
    QTest::addRow("linger") << QByteArray("early-413-linger:5000") << true << false;
}

void TestScriptedUpstream::early413ReachesAClientThatStillUploads()
{
    QFETCH(QByteArray, script);
    QFETCH(bool, closes);
    constexpr int bodyBytes = 8 * 1024 * 1024;
    RawClient client;
    client.connectTo(m_upstream->port());
    client.send("POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-script: " + script + "\r\nContent-Length: "
                + QByteArray::number(bodyBytes) + "\r\n\r\n" + QByteArray(1024 * 1024, 'a'));
    QTRY_COMPARE(client.response().status, 413);
    QVERIFY(!m_upstream->arrivedAt(0).bodyComplete);
    if (closes) {
        QTRY_VERIFY(client.isClosed());
        QTEST(client.wasReset(), "resets");
        return;
    }
    client.send(QByteArray(bodyBytes - 1024 * 1024, 'b'));
    QTRY_VERIFY(m_upstream->arrivedAt(0).bodyComplete);
    client.get("/echo");
    QTRY_COMPARE(client.response(1).status, 200);
}

void TestScriptedUpstream::slowReaderHoldsTheUploadBack()
{
    constexpr int bodyBytes = 16 * 1024 * 1024;
    RawClient client;
    ask(client, "stall-upload", "/v1/messages", QByteArray(bodyBytes, 'b'));
    QTRY_COMPARE(m_upstream->arrivedCount(), 1);
    QTest::qWait(200);
    QVERIFY(client.bytesToWrite() > bodyBytes / 4);

    RawClient slow;
    ask(slow, "slow-upload:2000000", "/v1/messages", QByteArray(1'000'000, 'b'));
    QTRY_VERIFY(slow.response().complete);
    const Arrived record = m_upstream->arrivedAt(1);
    QCOMPARE(record.bodyBytes, 1'000'000);
    QVERIFY2(record.bodyAtMs - record.headAtMs > 250, QByteArray::number(record.bodyAtMs - record.headAtMs).constData());
}

void TestScriptedUpstream::hugeBodyWaitsForASlowClient()
{
    RawClient client;
    client.connectTo(m_upstream->port());
    client.pauseReading(); // before anything has come: a fast machine sends it all before one looks
    client.get("/", {{"x-script", "huge-body:64:chunked"}});
    QTRY_VERIFY((client.readSome(), client.response().headComplete));
    QTest::qWait(200);
    QVERIFY(!m_upstream->arrivedAt(0).answered);
    const qint64 paused = client.bytesReceived();
    QVERIFY(paused < 32 * 1024 * 1024);
    client.resumeReading();
    QTRY_VERIFY_WITH_TIMEOUT(client.response().complete, 20'000);
    QCOMPARE(client.response().bodyBytes, 64 * 1024 * 1024);
}

void TestScriptedUpstream::endlessHeadersDoNotEnd()
{
    RawClient client;
    ask(client, "endless-headers");
    QTRY_VERIFY(client.bytesReceived() > 1024 * 1024);
    QVERIFY(!client.response().headComplete);
    client.close();
    QTRY_COMPARE(m_upstream->openConnections(), 0);
}

void TestScriptedUpstream::streamsInEveryDialect_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("last");
    QTest::addRow("anthropic") << QByteArray("/v1/messages?beta=true") << QByteArray("event: message_stop\n");
    QTest::addRow("chat") << QByteArray("/v1/chat/completions") << QByteArray("data: [DONE]\n");
    QTest::addRow("responses") << QByteArray("/v1/responses") << QByteArray("event: response.completed\n");
    QTest::addRow("gemini") << QByteArray("/v1beta/models/g:streamGenerateContent?alt=sse") << QByteArray("finishReason");
}

void TestScriptedUpstream::streamsInEveryDialect()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, last);
    RawClient client;
    client.connectTo(m_upstream->port());
    client.post(target, streamRequest, {{"x-events", "3"}});
    QTRY_VERIFY(client.response().complete);
    const QByteArray body = client.response().body;
    QVERIFY(body.endsWith("\n\n"));
    QVERIFY(body.mid(body.chopped(2).lastIndexOf("\n\n")).contains(last));
    QVERIFY(body.contains("w2 ") && !body.contains("w3 "));
}

void TestScriptedUpstream::keepsTheGapBetweenEvents()
{
    RawClient client;
    client.connectTo(m_upstream->port());
    client.post("/v1/messages?events=5&gap-ms=20", streamRequest);
    QTRY_VERIFY(client.response().complete);
    const RawResponse response = client.response();
    QCOMPARE(response.pieces.size(), 11);
    QVERIFY(response.pieces.last().atMs - response.pieces.first().atMs >= 190);
}

void TestScriptedUpstream::echoesWhatArrived()
{
    RawClient client;
    client.connectTo(m_upstream->port());
    client.post("/echo?a=%2f", "body", {{"X-One", "1"}});
    QTRY_VERIFY(client.response().complete);
    const QJsonObject echo = jsonOf(client.response().body);
    QCOMPARE(echo[u"target"_s].toString(), u"/echo?a=%2f"_s);
    QCOMPARE(echo[u"body_sha256"_s].toString().toLatin1(), sha256("body"));
    QCOMPARE(echo[u"headers"_s][1][0].toString(), u"X-One"_s);
}

void TestScriptedUpstream::unknownWordsAreRefused()
{
    RawClient client;
    ask(client, "close-befor-answer");
    QTRY_COMPARE(client.response().status, 501);
}

void TestScriptedUpstream::statusWords_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("has");
    for (const int status : {400, 401, 403, 404, 408, 409, 422, 500, 502, 503, 504, 520, 522, 524, 529}) {
        const QByteArray number = QByteArray::number(status);
        QTest::addRow("%d json", status) << "status:" + number << status << "scripted error " + number;
        QTest::addRow("%d html", status) << "status:" + number + ":html" << status << QByteArray("<html>");
        QTest::addRow("%d empty", status) << "status:" + number + ":empty" << status << QByteArray();
    }
}

void TestScriptedUpstream::statusWords()
{
    QFETCH(QByteArray, script);
    QFETCH(QByteArray, has);
    RawClient client;
    ask(client, script);
    QTRY_VERIFY(client.response().complete);
    QTEST(client.response().status, "status");
    QCOMPARE(client.response().body.isEmpty(), has.isEmpty());
    QVERIFY(client.response().body.contains(has));
}

void TestScriptedUpstream::runsInAThreadOfItsOwn()
{
    ThreadedUpstream upstream;
    QVERIFY(upstream->listen());
    upstream->setBehaviour([](const Arrived &) { return Script().answer(200, "text/plain", "threaded"); });
    RawClient client;
    client.connectTo(upstream->port());
    client.get("/");
    QTRY_COMPARE(client.response().body, "threaded"_ba);
    QCOMPARE(upstream->arrivedCount(), 1);
    upstream->stopListening();
    RawClient late;
    late.connectTo(upstream->port());
    QTRY_VERIFY(late.wasRefused());
}

void TestScriptedUpstream::speaksTls()
{
    const TestCertificate certificate = TestCertificate::make();
    ScriptedUpstream upstream;
    upstream.useTls(certificate);
    QVERIFY(upstream.listen());
    QVERIFY(upstream.baseUrl().startsWith("https://localhost:"));
    RawClient client;
    client.connectEncrypted(upstream.port(), certificate.certificatePem);
    client.post("/echo", "secret");
    QTRY_VERIFY(client.response().complete);
    QCOMPARE(upstream.countOfBody(sha256("secret")), 1);

    RawClient stranger;
    stranger.connectEncrypted(upstream.port(), TestCertificate::make().certificatePem);
    stranger.get("/");
    QTRY_VERIFY(stranger.isClosed());
    QCOMPARE(upstream.arrivedCount(), 1);
}

void TestScriptedUpstream::refusesWhenNotListening()
{
    m_upstream->stopListening();
    RawClient client;
    client.connectTo(m_upstream->port());
    QTRY_VERIFY(client.isClosed());
    QVERIFY(client.wasRefused());
}

QTEST_GUILESS_MAIN(TestScriptedUpstream)
#include "tst_scriptedupstream.moc"
