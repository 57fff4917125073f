#include "tests/support/forwardproxy.h"
#include "tests/support/residentmemory.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"
#include "tests/support/websocketends.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <functional>
#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray goodbye = closeFrame(1011, "broken there");
const QByteArray maskedGoodbye = closeFrame(1000, "done", 0x11223344);

/// By this process of one direction: by qcc 256 KiB here, as much read ahead on either connection, and what Qt keeps around them. The system holds
/// megabytes besides, as many as it likes.
constexpr qint64 mostHeld = 6 * 1024 * 1024 + sanitizerBytes;

FixedTimeouts impatient()
{
    FixedTimeouts fixed;
    fixed.tunnelQuiet = 50ms;
    return fixed;
}

} // namespace

/// WebSockets through the proxy byte by byte: what passes, how much is held, and every way to end.
class TestWebSocketEnds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<RawUpstream>();
        QVERIFY(m_upstream->listen());
    }

    void cleanup()
    {
        m_client.reset();
        m_end.reset();
        m_proxy.reset();
    }

    void passesTheHandshakeAsItIs()
    {
        begin();
        QVERIFY(m_end->head().startsWith("GET /v1/responses HTTP/1.1\r\n"));
        for (const char *field : {"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                  "Sec-WebSocket-Extensions: permessage-deflate", "Authorization: Bearer upstream-key-0"})
            QCOMPARE(m_end->head().count("\r\n" + QByteArray(field) + "\r\n"), 1);
        QCOMPARE(m_client->head(), switching().chopped(2).replace("Upgrade: websocket\r\nConnection: Upgrade\r\n", "")
                                       + "Connection: Upgrade\r\nUpgrade: websocket\r\n");
    }

    void passesNoKeyAmongTheSubprotocols()
    {
        start();
        m_client->send(webSocketRequest("Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.the-clients-own\r\n"
                                        "Sec-WebSocket-Protocol: openai-beta.realtime-v1, the-other-key\r\nAuthorization: Bearer the-clients-own\r\n"));
        QTRY_VERIFY(arrived() && m_end->hasHead());
        QCOMPARE(m_end->head().count("\r\nSec-WebSocket-Protocol: realtime, openai-beta.realtime-v1\r\n"), 1);
        QVERIFY(!m_end->got.contains("own") && !m_end->got.contains("other"));
    }

    void holdsWhatComesBeforeThe101()
    {
        start();
        const QByteArray early = frame(QByteArray(100'000, 'e'), true);
        m_client->send(webSocketRequest() + early);
        m_client->send(frame("later", true));
        QTRY_VERIFY(arrived() && m_end->hasHead());
        QTRY_COMPARE(m_client->unsent(), 0);
        QVERIFY(m_proxy->comesTo(RunningState::Attempting));
        QCOMPARE(m_end->behindHead(), QByteArray());
        m_end->send(switching() + frame("welcome"));
        QTRY_COMPARE(m_end->behindHead(), early + frame("later", true));
        QTRY_VERIFY(m_client->hasHead() && m_client->behindHead() == frame("welcome"));
    }

    void holdsNoMoreThanItMayBeforeThe101()
    {
        start();
        m_client->send(webSocketRequest());
        QTRY_VERIFY(arrived());
        const QByteArray much(64 * 1024 * 1024, 'm');
        forgetPeak();
        const qint64 before = peakBytes();
        m_client->send(much);
        waitWhile([this] { return m_client->unsent(); });
        QVERIFY(m_client->unsent() > 0);
        QVERIFY2(peakBytes() - before < mostHeld, qPrintable(QString::number(peakBytes() - before)));
        m_end->send(switching());
        QTRY_COMPARE_WITH_TIMEOUT(m_client->unsent(), 0, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_end->behindHead().size(), much.size(), 20'000);
    }

    void passesBytesHoweverTheyAreCut()
    {
        begin();
        const QByteArray up = frame("a", true, 0x02) + frame("p", true, 0x89) + frame(QByteArray(300, 'b'), true, 0x80) + maskedGoodbye;
        const QByteArray down = frame("c", false, 0x01) + frame(QByteArray(70'000, 'd'), false, 0x80) + frame({}, false, 0x8a) + goodbye;
        for (const char byte : up) {
            m_client->send(QByteArray(1, byte));
            QTRY_COMPARE(m_client->unsent(), 0);
        }
        for (qsizetype at = 0; at < down.size(); at += 7001)
            m_end->send(down.mid(at, 7001));
        QTRY_COMPARE(m_end->behindHead(), up);
        QTRY_COMPARE(m_client->behindHead(), down);
        // Both have said goodbye, and neither needs to wait for the other's end.
        QTRY_VERIFY(m_client->isClosed() && m_end->isClosed());
        QCOMPARE(m_proxy->last().outcome, Outcome::Complete);
        QCOMPARE(m_proxy->last().requestBytes, up.size());
        QCOMPARE(m_proxy->last().answerBytes, down.size());
    }

    void slowsWhoeverIsFaster_data()
    {
        QTest::addColumn<bool>("up");
        QTest::addColumn<std::optional<ForwardProxy::Kind>>("way");
        QTest::newRow("to the upstream") << true << std::optional<ForwardProxy::Kind>();
        QTest::newRow("to the client") << false << std::optional<ForwardProxy::Kind>();
        QTest::newRow("to the upstream, by an HTTP proxy") << true << std::optional(ForwardProxy::Kind::Http);
        QTest::newRow("to the upstream, by a SOCKS proxy") << true << std::optional(ForwardProxy::Kind::Socks5);
    }

    void slowsWhoeverIsFaster()
    {
        QFETCH(bool, up);
        QFETCH(std::optional<ForwardProxy::Kind>, way);
        if (way && LoopbackServer::find(ForwardProxy::programOf(*way)).isEmpty())
            QSKIP("the proxy is not installed");
        ForwardProxy between;
        if (way)
            QVERIFY2(between.start(*way, {}), qPrintable(between.problem()));
        start();
        if (way)
            m_proxy->editEndpoints([&between](QList<Endpoint> &endpoints) { endpoints.first().proxy = between.rule(); });
        begun();
        RawEnd &from = up ? *m_client : *m_end;
        RawEnd &to = up ? *m_end : *m_client;
        to.pause();
        QByteArray much;
        for (int i = 0; i < 64; ++i)
            much += frame(QByteArray(1024 * 1024, static_cast<char>('a' + i % 26)), up);
        forgetPeak();
        const qint64 before = peakBytes();
        from.send(much);
        waitWhile([&from] { return from.unsent(); });
        QVERIFY(way || from.unsent() > 0); // what is between may hold all of it
        QVERIFY2(peakBytes() - before < mostHeld, qPrintable(QString::number(peakBytes() - before)));
        qInfo("%lld bytes here, %lld taken", static_cast<long long>(peakBytes() - before), static_cast<long long>(much.size() - from.unsent()));
        // One direction that waits does not hold up the other, and outlasts read_s, here 0.7 s.
        QElapsedTimer waited;
        waited.start();
        QTRY_VERIFY(waited.elapsed() > 1000);
        if (!way) { // some do one thing at a time
            to.send(frame("meanwhile", !up));
            QTRY_VERIFY((up ? m_client->behindHead() : m_end->behindHead()).endsWith("meanwhile"));
        }
        to.resume();
        QTRY_VERIFY_WITH_TIMEOUT((up ? m_end->behindHead() : m_client->behindHead()).size() == much.size(), 30'000);
        QVERIFY((up ? m_end->behindHead() : m_client->behindHead()) == much);
        QCOMPARE(m_proxy->inFlight(), 1);
    }

    void endsAsItsUpstreamEnds_data()
    {
        using Ending = std::function<void(RawEnd &)>;
        QTest::addColumn<Ending>("ending");
        QTest::addColumn<Outcome>("outcome");
        QTest::addColumn<QByteArray>("gets");
        QTest::newRow("close frame, end") << Ending([](RawEnd &end) { end.send(goodbye); end.close(); }) << Outcome::Complete << goodbye;
        QTest::newRow("close frame, reset") << Ending([](RawEnd &end) {
            end.send(goodbye);
            QTRY_COMPARE(end.unsent(), 0);
            QTest::qWait(50); // a reset overtakes what it finds
            end.reset();
        }) << Outcome::Complete << goodbye;
        QTest::newRow("end") << Ending([](RawEnd &end) { end.close(); }) << Outcome::Complete << QByteArray();
        QTest::newRow("end behind a message") << Ending([](RawEnd &end) { end.send(frame("last")); end.close(); }) << Outcome::Complete << frame("last");
        QTest::newRow("end within a message") << Ending([](RawEnd &end) { end.send(frame("last").chopped(1)); end.close(); })
                                              << Outcome::Truncated << frame("last").chopped(1);
        QTest::newRow("reset") << Ending([](RawEnd &end) { end.reset(); }) << Outcome::Truncated << QByteArray();
    }

    void endsAsItsUpstreamEnds()
    {
        QFETCH(std::function<void(RawEnd &)>, ending);
        QFETCH(QByteArray, gets);
        begin();
        ending(*m_end);
        QTRY_VERIFY(m_client->isClosed());
        QCOMPARE(m_client->behindHead(), gets);
        QVERIFY(!m_client->wasReset());
        QTEST(m_proxy->last().outcome, "outcome");
        QCOMPARE(m_proxy->last().status, 101);
        QCOMPARE(m_proxy->last().attempts.last().failure, m_proxy->last().outcome == Outcome::Truncated ? FailureClass::BrokenStream : FailureClass::None);
        QCOMPARE(m_proxy->last().error.isEmpty(), m_proxy->last().outcome != Outcome::Truncated);
        QTRY_COMPARE(m_proxy->pool().open, 0);
        // The 101 has told that the endpoint is well; how long a connection lasts says nothing more.
        QCOMPARE(m_proxy->states().begin()->consecutiveFailures, 0);
        QCOMPARE(m_proxy->states().begin()->inFlight, 0);
    }

    void endsAsItsClientEnds_data()
    {
        using Ending = std::function<void(RawEnd &)>;
        QTest::addColumn<Ending>("ending");
        QTest::addColumn<Outcome>("outcome");
        QTest::addColumn<QByteArray>("gets");
        const QByteArray last = frame(QByteArray(200'000, 'l'), true);
        QTest::newRow("close frame, end") << Ending([](RawEnd &end) { end.send(maskedGoodbye); end.close(); }) << Outcome::Complete << maskedGoodbye;
        QTest::newRow("end") << Ending([](RawEnd &end) { end.close(); }) << Outcome::Complete << QByteArray();
        QTest::newRow("end behind a message") << Ending([last](RawEnd &end) { end.send(last); end.close(); }) << Outcome::Complete << last;
        QTest::newRow("end within a message") << Ending([last](RawEnd &end) { end.send(last.chopped(1)); end.close(); })
                                              << Outcome::ClientCancelled << last.chopped(1);
        QTest::newRow("half an end") << Ending([](RawEnd &end) { end.send(maskedGoodbye); QTRY_COMPARE(end.unsent(), 0); end.halfClose(); })
                                     << Outcome::Complete << maskedGoodbye;
        QTest::newRow("reset") << Ending([](RawEnd &end) { end.reset(); }) << Outcome::ClientCancelled << QByteArray();
    }

    void endsAsItsClientEnds()
    {
        QFETCH(std::function<void(RawEnd &)>, ending);
        QFETCH(QByteArray, gets);
        begin();
        m_end->send(frame("hello"));
        QTRY_COMPARE(m_client->behindHead(), frame("hello")); // else its end would be a reset
        ending(*m_client);
        QTRY_COMPARE(m_proxy->records().size(), 1);
        QTEST(m_proxy->last().outcome, "outcome");
        QTRY_VERIFY(m_end->isClosed());
        QCOMPARE(m_end->behindHead(), gets);
        QVERIFY(!m_end->wasReset());
        QTRY_COMPARE(m_proxy->pool().open, 0);
        QCOMPARE(m_proxy->states().begin()->inFlight, 0);
    }

    void stopsForAClientThatLeavesBeforeThe101()
    {
        start();
        m_client->send(webSocketRequest() + frame("early", true));
        QTRY_VERIFY(arrived() && m_end->hasHead());
        m_client->close();
        QTRY_COMPARE(m_proxy->last().outcome, Outcome::ClientCancelled);
        QCOMPARE(m_proxy->last().status, 499);
        QTRY_VERIFY(m_end->isClosed());
        QCOMPARE(m_end->behindHead(), QByteArray());
    }

    void readsNoRequestBehindOne()
    {
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        upstream.setBehaviour([](const Arrived &) { return Script().answer(426, "text/plain", "no"); });
        m_proxy = std::make_unique<TestProxy>(QList<QByteArray>{upstream.baseUrl()});
        m_client = RawEnd::connectedTo(m_proxy->port());
        m_client->send("GET /v1/files HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + webSocketRequest() + "GET /v1/secret HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        QTRY_VERIFY(m_client->isClosed());
        QCOMPARE(m_client->got.count("HTTP/1.1 426 "), 2);
        QCOMPARE(upstream.arrivedCount(), 2);
        QCOMPARE(upstream.arrivedAt(1).header("upgrade"), QByteArray("websocket"));
        QVERIFY(!m_client->wasReset());
    }

    void ignoresAllOtherUpgrades_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::newRow("h2c") << QByteArray("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
        QTest::newRow("POST") << QByteArray("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n");
        QTest::newRow("a body") << QByteArray("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx");
        QTest::newRow("HTTP/1.0") << QByteArray("GET / HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    }

    void ignoresAllOtherUpgrades()
    {
        QFETCH(QByteArray, request);
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttempts = 1;
        start({}, config);
        m_client->send(request);
        QTRY_VERIFY(arrived() && m_end->hasHead());
        QVERIFY(!m_end->head().toLower().contains("\r\nupgrade:"));
        m_end->send(switching());
        QTRY_VERIFY(m_client->got.startsWith("HTTP/1.1 502 "));
    }

    void isJudgedAsEveryRequest_data()
    {
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<int>("status");
        QTest::newRow("a page") << QByteArray("Origin: https://evil.example\r\nAuthorization: Bearer token-1\r\n") << 403;
        QTest::newRow("no token") << QByteArray() << 401;
        QTest::newRow("a wrong token") << QByteArray("Authorization: Bearer token-2\r\n") << 401;
        QTest::newRow("a wrong token among the subprotocols") << QByteArray("Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.token-2\r\n") << 401;
        QTest::newRow("another computer's name") << QByteArray("Authorization: Bearer token-1\r\nOrigin: null\r\n") << 403;
        QTest::newRow("a token") << QByteArray("Authorization: Bearer token-1\r\n") << 101;
        QTest::newRow("a token among the subprotocols") << QByteArray("Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.token-1\r\n") << 101;
        QTest::newRow("it came back") << QByteArray("Authorization: Bearer token-1\r\nx-qcc-hop: MARK/abc\r\n") << 508;
    }

    void isJudgedAsEveryRequest()
    {
        QFETCH(QByteArray, fields);
        QFETCH(int, status);
        Config config = TestProxy::shortDeadlines();
        config.listen.accessToken = "token-1";
        start({}, config);
        m_client->send(webSocketRequest(fields.replace("MARK", m_proxy->plane().own.mark)));
        if (status == 101) {
            QTRY_VERIFY(arrived() && m_end->hasHead());
            QVERIFY(!m_end->got.contains("token-1"));
            m_end->send(switching());
        }
        QTRY_VERIFY(m_client->hasHead());
        QVERIFY2(m_client->got.startsWith("HTTP/1.1 " + QByteArray::number(status) + ' '), m_client->got.constData());
        QCOMPARE(arrived(), status == 101);
    }

    void isClosedByAStopWhereNothingIsUnderWay()
    {
        begin(impatient());
        const QByteArray question = frame("question", true);
        m_client->send(question);
        QTRY_COMPARE(m_end->behindHead(), question);
        QSignalSpy drained(&m_proxy->team(), &WorkerTeam::drained);
        m_proxy->team().drain();
        // Somebody waits for an answer.
        QVERIFY(!drained.wait(300));
        QCOMPARE(m_client->behindHead(), QByteArray());
        m_end->send(frame("answer"));
        QTRY_VERIFY(m_client->isClosed() && m_end->isClosed());
        QCOMPARE(m_client->behindHead(), frame("answer") + closeFrame(1012, "qcc stops"));
        QCOMPARE(maskedCloseCode(m_end->behindHead().sliced(question.size())), std::optional<quint16>(1001));
        m_client->close();
        QTRY_COMPARE(drained.size(), 1);
        QCOMPARE(m_proxy->last().outcome, Outcome::Complete);
    }

    void isClosedByAStopThatCameBeforeThe101()
    {
        start(impatient());
        m_client->send(webSocketRequest());
        QTRY_VERIFY(arrived() && m_end->hasHead());
        m_proxy->team().drain();
        m_end->send(switching());
        QTRY_VERIFY(m_client->isClosed());
        QCOMPARE(m_client->behindHead(), closeFrame(1012, "qcc stops"));
    }

    void isClosedByAStopThatWaitsNoLonger_data()
    {
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<bool>("closes");
        QTest::newRow("between two messages") << frame("part of an answer", false, 0x01) << true;
        QTest::newRow("within a message") << frame("answer").chopped(1) << false; // where nothing can stand
    }

    void isClosedByAStopThatWaitsNoLonger()
    {
        QFETCH(QByteArray, said);
        QFETCH(bool, closes);
        begin();
        m_end->send(said);
        QTRY_COMPARE(m_client->behindHead(), said);
        const QByteArray question = frame("question", true);
        m_client->send(question);
        QTRY_COMPARE(m_end->behindHead(), question);
        QSignalSpy drained(&m_proxy->team(), &WorkerTeam::drained);
        m_proxy->team().drain();
        m_proxy->team().endNow();
        QTRY_VERIFY(m_client->isClosed() && m_end->isClosed());
        QCOMPARE(m_client->behindHead(), closes ? said + closeFrame(1012, "qcc stops") : said);
        QCOMPARE(maskedCloseCode(m_end->behindHead().sliced(question.size())), std::optional<quint16>(1001));
        QTRY_COMPARE(drained.size(), 1);
        QCOMPARE(m_proxy->last().outcome, Outcome::Truncated);
        QVERIFY(m_proxy->last().error.contains(u"stopped"_s));
        QCOMPARE(m_proxy->last().attempts.last().failure, FailureClass::Cancelled);
    }

    void isClosedAfterLongSilence_data()
    {
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<Outcome>("outcome");
        QTest::newRow("between two messages") << frame("x") << Outcome::Complete;
        QTest::newRow("within a message") << frame("x").chopped(1) << Outcome::Truncated;
    }

    void isClosedAfterLongSilence()
    {
        QFETCH(QByteArray, said);
        m_clock = std::make_unique<TestClock>();
        TestClock &clock = *m_clock;
        m_proxy = std::make_unique<TestProxy>(QList<QByteArray>{m_upstream->baseUrl()}, TestProxy::shortDeadlines(), FixedTimeouts(), clock);
        begun();
        const auto runs = [this] { return m_proxy->comesTo(RunningState::Streaming); };
        clock.advance(9min);
        QVERIFY(runs());
        m_client->send(frame("still here", true));
        QTRY_COMPARE(m_end->behindHead(), frame("still here", true));
        clock.advance(9min);
        QVERIFY(runs());
        m_end->send(said);
        QTRY_COMPARE(m_client->behindHead(), said);
        clock.advance(9min);
        QVERIFY(runs());
        clock.advance(2min);
        QTRY_COMPARE(m_proxy->records().size(), 1);
        QTEST(m_proxy->last().outcome, "outcome");
        const QByteArray why = closeFrame(1001, "nothing was said for long");
        QTRY_COMPARE(m_client->behindHead(), m_proxy->last().outcome == Outcome::Complete ? said + why : said);
        QTRY_COMPARE(maskedCloseCode(m_end->behindHead().sliced(frame("still here", true).size())), std::optional<quint16>(1001));
    }

private:
    /// A proxy with one endpoint, and a client on it.
    void start(const FixedTimeouts &fixed = {}, const Config &config = TestProxy::shortDeadlines())
    {
        m_proxy = std::make_unique<TestProxy>(QList<QByteArray>{m_upstream->baseUrl()}, config, fixed);
        m_client = RawEnd::connectedTo(m_proxy->port());
    }
    bool arrived()
    {
        if (!m_end)
            m_end = m_upstream->next();
        return m_end != nullptr;
    }
    /// The same up to the 101.
    void begin(const FixedTimeouts &fixed = {})
    {
        start(fixed);
        begun();
    }
    void begun()
    {
        if (!m_client)
            m_client = RawEnd::connectedTo(m_proxy->port());
        m_client->send(webSocketRequest());
        QTRY_VERIFY(arrived() && m_end->hasHead());
        m_end->send(switching());
        QTRY_VERIFY(m_client->hasHead());
    }
    /// Until `figure` has not moved for a while.
    static void waitWhile(const std::function<qint64()> &figure)
    {
        qint64 last = -1;
        QElapsedTimer still;
        still.start();
        QTRY_VERIFY_WITH_TIMEOUT((figure() == last || (last = figure(), still.restart() < 0)) && still.elapsed() > 300, 30'000);
    }

    std::unique_ptr<RawUpstream> m_upstream;
    std::unique_ptr<TestClock> m_clock; ///< Outlives the proxy.
    std::unique_ptr<TestProxy> m_proxy;
    std::unique_ptr<RawEnd> m_client;
    std::unique_ptr<RawEnd> m_end; ///< The upstream's, of the first connection.
};

QTEST_GUILESS_MAIN(TestWebSocketEnds)
#include "tst_websocketends.moc"
