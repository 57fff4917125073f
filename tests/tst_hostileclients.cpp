// What a client can do to the proxy with bytes, time and numbers. After each of them an honest request works.

#include "core/base/sockets.h"
#include "tests/support/faults.h"
#include "tests/support/rawclient.h"
#include "tests/support/residentmemory.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"

#include <QScopeGuard>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>

#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

/// Long enough for an honest client on a busy machine, short enough for a test.
FixedTimeouts impatient()
{
    FixedTimeouts fixedTimeouts;
    fixedTimeouts.clientHead = 600ms;
    fixedTimeouts.clientBodySilence = 800ms;
    fixedTimeouts.clientBody = 1500ms;
    fixedTimeouts.clientFirstByte = 600ms;
    return fixedTimeouts;
}

/// Sends `bytes` again and again, one piece every `pace`, until the connection is over.
class Drip : public QTimer
{
public:
    Drip(RawClient &client, const QByteArray &bytes, std::chrono::milliseconds pace)
    {
        callOnTimeout(&client, [&client, bytes] {
            constexpr qint64 ahead = 1024 * 1024; // what waits here is our own memory
            if (client.isConnected() && client.bytesToWrite() < ahead)
                client.send(bytes);
        });
        start(pace);
    }
};

const QByteArray postHead("POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n");

} // namespace

class TestHostileClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void cutsWhoTakesTooLong_data();
    void cutsWhoTakesTooLong();
    void closesAConnectionThatNeverSpeaks();
    void refusesWhatNeverEnds_data();
    void refusesWhatNeverEnds();
    void refusesAPageBeforeItsBodyComes();
    void takesNoNoticeOfWhoIsRefusedAndLeaves();
    void answersAListedPage();
    void holdsThousandsOfIdleConnections();
    void closesTheLongestIdleOneBeyondTheLimit();
    void closesTheLongestSilentOneBeyondTheLimit();
    void turnsAwayWhereAllAreBusy();
    void cutsNoUploadToMakeRoom();
    void waitsForAReaderAsLongAsForAnUpstream();
    void whoReadsSlowlyIsNotCut();
    void closesWhatCannotBeTakenOver();

private:
    void honestRequestWorks(const TestProxy &proxy);

    std::unique_ptr<ScriptedUpstream> m_upstream;
};

void TestHostileClients::init()
{
    m_upstream = std::make_unique<ScriptedUpstream>();
    QVERIFY(m_upstream->listen());
}

void TestHostileClients::honestRequestWorks(const TestProxy &proxy)
{
    RawClient client;
    client.connectTo(proxy.port());
    client.post("/v1/messages", "{}");
    QTRY_VERIFY_WITH_TIMEOUT(client.response().complete, 10'000);
    QCOMPARE(client.response().status, 200);
}

void TestHostileClients::cutsWhoTakesTooLong_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("drip");
    QTest::newRow("a header byte by byte") << QByteArray("G") << QByteArray("E");
    QTest::newRow("a header field by field") << postHead << QByteArray("X-Slow: 1\r\n");
    QTest::newRow("a header that stops") << postHead << QByteArray();
    QTest::newRow("a body byte by byte") << postHead + "Content-Length: 1000000\r\n\r\n" << QByteArray("x");
    QTest::newRow("a body that stops") << postHead + "Content-Length: 1000000\r\n\r\n{" << QByteArray();
    QTest::newRow("chunks byte by byte") << postHead + "Transfer-Encoding: chunked\r\n\r\n" << QByteArray("1\r\nx\r\n");
    QTest::newRow("a trailer line by line") << postHead + "Transfer-Encoding: chunked\r\n\r\n0\r\n" << QByteArray("X-Slow: 1\r\n");
}

void TestHostileClients::cutsWhoTakesTooLong()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, drip);
    TestProxy proxy({m_upstream->baseUrl()}, TestProxy::shortDeadlines(), impatient());
    RawClient client;
    client.connectTo(proxy.port());
    client.expect("POST");
    client.send(first);
    Drip slow(client, drip, 100ms);
    QTRY_VERIFY_WITH_TIMEOUT(client.isClosed(), 10'000);
    QCOMPARE(client.response().status, 408);
    QCOMPARE(m_upstream->arrivedCount(), 0);
    honestRequestWorks(proxy);
}

void TestHostileClients::closesAConnectionThatNeverSpeaks()
{
    TestProxy proxy({m_upstream->baseUrl()}, TestProxy::shortDeadlines(), impatient());
    RawClient client;
    client.connectTo(proxy.port());
    QTRY_VERIFY(client.isClosed());
    QCOMPARE(client.bytesReceived(), 0);
    honestRequestWorks(proxy);
}

void TestHostileClients::refusesWhatNeverEnds_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("piece");
    QTest::addColumn<int>("status");
    QTest::newRow("a request line") << QByteArray("GET /") << QByteArray(64 * 1024, 'a') << 431;
    QTest::newRow("header fields") << postHead << QByteArray("X-More: 1234567890\r\n").repeated(4000) << 431;
    QTest::newRow("one header field") << postHead + "X: " << QByteArray(64 * 1024, 'a') << 431;
    QTest::newRow("a body announced too large") << postHead + "Content-Length: 999999999999\r\n\r\n" << QByteArray(64 * 1024, 'a') << 413;
    QTest::newRow("chunks") << postHead + "Transfer-Encoding: chunked\r\n\r\n" << "10000\r\n" + QByteArray(64 * 1024, 'a') + "\r\n" << 413;
    QTest::newRow("one chunk") << postHead + "Transfer-Encoding: chunked\r\n\r\nfffffffffffff\r\n" << QByteArray(64 * 1024, 'a') << 413;
    QTest::newRow("a chunk extension") << postHead + "Transfer-Encoding: chunked\r\n\r\n1;x=" << QByteArray(64 * 1024, 'a') << 400;
    QTest::newRow("trailers") << postHead + "Transfer-Encoding: chunked\r\n\r\n0\r\n" << QByteArray("X-More: 1\r\n").repeated(4000) << 400;
}

void TestHostileClients::refusesWhatNeverEnds()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, piece);
    constexpr qint64 bodyLimit = 4 * 1024 * 1024;
    Config config = TestProxy::shortDeadlines();
    config.client.maxBodyBytes = bodyLimit;
    TestProxy proxy({m_upstream->baseUrl()}, config);
    RawClient client;
    client.connectTo(proxy.port());
    client.expect("POST");
    client.send(first);
    const qint64 before = residentBytes();
    Drip endless(client, piece, 0ms);
    QTRY_VERIFY_WITH_TIMEOUT(client.isClosed(), 20'000);
    endless.stop();
    QTEST(client.response().status, "status");
    QVERIFY2(residentBytes() - before < 4 * bodyLimit + 16'000'000 + sanitizerBytes, QByteArray::number(residentBytes() - before));
    QCOMPARE(m_upstream->arrivedCount(), 0);
    honestRequestWorks(proxy);
}

void TestHostileClients::refusesAPageBeforeItsBodyComes()
{
    TestProxy proxy({m_upstream->baseUrl()});
    RawClient client;
    client.connectTo(proxy.port());
    client.expect("POST");
    client.send(postHead + "Origin: http://evil.example\r\nContent-Length: 200000000\r\n\r\n");
    QTRY_VERIFY(client.response().complete);
    QCOMPARE(client.response().status, 403);
    QVERIFY(client.response().body.startsWith("{\"error\"") || client.response().body.startsWith("{\"type\":\"error\""));
    QVERIFY(client.response().header("access-control-allow-origin").isEmpty());
    QCOMPARE(proxy.plane().refusals.counts()[Denial::CrossSite], 1);
    QCOMPARE(m_upstream->arrivedCount(), 0);
    honestRequestWorks(proxy);
}

void TestHostileClients::takesNoNoticeOfWhoIsRefusedAndLeaves()
{
    // What Qt says of a socket that closed under its hands would be a line of the log for every such client.
    static std::atomic<int> warnings;
    warnings = 0;
    const QtMessageHandler before = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext &, const QString &) {
        if (type == QtWarningMsg)
            ++warnings;
    });
    const auto restore = qScopeGuard([before] { qInstallMessageHandler(before); });
    TestProxy proxy({m_upstream->baseUrl()});
    for (int i = 0; i < 200; ++i) {
        QTcpSocket client;
        client.connectToHost(QHostAddress::LocalHost, proxy.port());
        QVERIFY(client.waitForConnected());
        client.write(postHead + "Origin: http://evil.example\r\nContent-Length: 2\r\n\r\n{}");
        QVERIFY(client.waitForBytesWritten());
        resetOnClose(client.socketDescriptor());
        client.abort();
    }
    honestRequestWorks(proxy);
    QCOMPARE(warnings.load(), 0);
}

void TestHostileClients::answersAListedPage()
{
    Config config = TestProxy::shortDeadlines();
    config.listen.allowedOrigins = {QStringLiteral("http://localhost:3000")};
    TestProxy proxy({m_upstream->baseUrl()}, config);
    RawClient client;
    client.connectTo(proxy.port());
    client.request("OPTIONS", "/v1/messages",
                   {{"Origin", "http://localhost:3000"}, {"Access-Control-Request-Method", "POST"}, {"Access-Control-Request-Headers", "x-api-key"}});
    QTRY_VERIFY(client.response().complete);
    QCOMPARE(client.response().status, 200);
    QCOMPARE(client.response().header("access-control-allow-headers"), QByteArray("x-api-key"));
    QCOMPARE(m_upstream->arrivedCount(), 0);
    client.post("/v1/messages", "{}", {{"Origin", "http://localhost:3000"}});
    QTRY_VERIFY(client.response(1).complete);
    QCOMPARE(client.response(1).status, 200);
    QCOMPARE(client.response(1).header("access-control-allow-origin"), QByteArray("http://localhost:3000"));
}

void TestHostileClients::holdsThousandsOfIdleConnections()
{
    constexpr int thousands = 3000;
    TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
    honestRequestWorks(proxy);
    const qint64 before = residentBytes();
    std::vector<std::unique_ptr<QTcpSocket>> idle;
    for (int i = 0; i < thousands; ++i) {
        idle.push_back(std::make_unique<QTcpSocket>());
        idle.back()->connectToHost(QHostAddress::LocalHost, proxy.port());
        if (i % 2 == 1)
            idle.back()->write("POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
    }
    QTRY_COMPARE_WITH_TIMEOUT(proxy.connections(), thousands, 30'000);
    honestRequestWorks(proxy);
    // The clients' own sockets are in it, and weigh as much as the proxy's.
    QVERIFY2((residentBytes() - before) / thousands < 20'000 + sanitizerBytes / thousands, QByteArray::number((residentBytes() - before) / thousands));
}

void TestHostileClients::closesTheLongestIdleOneBeyondTheLimit()
{
    TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
    proxy.team().setMost(8, 20);
    std::vector<std::unique_ptr<RawClient>> idle;
    for (int i = 0; i < 20; ++i) {
        idle.push_back(std::make_unique<RawClient>());
        idle.back()->connectTo(proxy.port());
        idle.back()->post("/v1/messages", "{}");
        QTRY_VERIFY(idle.back()->response().complete);
    }
    honestRequestWorks(proxy);
    QTRY_VERIFY(idle.front()->isClosed());
    QVERIFY(idle.back()->isConnected());
}

void TestHostileClients::closesTheLongestSilentOneBeyondTheLimit()
{
    TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
    proxy.waitingConnections().setMost(20);
    std::vector<std::unique_ptr<RawClient>> silent;
    for (int i = 0; i < 21; ++i) {
        silent.push_back(std::make_unique<RawClient>());
        silent.back()->connectTo(proxy.port());
        QTRY_COMPARE(proxy.connections(), std::min(i + 1, 20));
        QTRY_VERIFY(silent.back()->isConnected());
        if (i == 19)
            QTest::qWait(1'100); // who has only just come is left alone
    }
    QTRY_VERIFY(silent.front()->isClosed());
    QVERIFY(silent.back()->isConnected());
    honestRequestWorks(proxy);
}

void TestHostileClients::turnsAwayWhereAllAreBusy()
{
    m_upstream->setDefaultScript(wordOf(Fault::StallBeforeHead));
    TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
    proxy.team().setMost(8, 8);
    std::vector<std::unique_ptr<RawClient>> busy;
    for (int i = 0; i < 9; ++i) {
        busy.push_back(std::make_unique<RawClient>());
        busy.back()->connectTo(proxy.port());
        busy.back()->post("/v1/messages", "{}");
        QTRY_COMPARE(proxy.inFlight(), i + 1);
    }
    RawClient late;
    late.connectTo(proxy.port());
    late.post("/v1/messages", "{}");
    QTRY_VERIFY(late.isClosed());
    QCOMPARE(late.response().status, 503);
    for (const auto &client : busy)
        QVERIFY(client->isConnected());
}

void TestHostileClients::cutsNoUploadToMakeRoom()
{
    TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
    proxy.team().setMost(8, 20);
    const QByteArray body(1'000'000, ' ');
    RawClient uploader;
    uploader.connectTo(proxy.port());
    uploader.expect("POST");
    uploader.send(postHead + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body.first(600'000));
    QTRY_COMPARE(proxy.plane().bodies.held(), 600'000);
    // Beyond the limit each newcomer takes the place of the one that has been idle for longest.
    std::vector<std::unique_ptr<RawClient>> others;
    for (size_t i = 0; i < 40; ++i) {
        others.push_back(std::make_unique<RawClient>());
        others.back()->connectTo(proxy.port());
        others.back()->post("/v1/messages", "{}");
        QTRY_VERIFY(others.back()->response().complete);
        if (i >= 19)
            QTRY_VERIFY(others[i - 19]->isClosed());
    }
    QVERIFY(uploader.isConnected());
    uploader.send(body.sliced(600'000));
    QTRY_VERIFY(uploader.response().complete);
    QCOMPARE(uploader.response().status, 200);
}

void TestHostileClients::whoReadsSlowlyIsNotCut()
{
    m_upstream->setDefaultScript("huge-body:200:chunked");
    TestProxy proxy({m_upstream->baseUrl()}); // read_s is 700 ms
    RawClient client;
    client.connectTo(proxy.port());
    client.pauseReading();
    client.get("/v1/files/1/content");
    // The system holds megabytes for it, and has no room for more for longer than read_s.
    QTimer slowly;
    connect(&slowly, &QTimer::timeout, &client, [&client] { client.readSome(); });
    slowly.start(100ms);
    QTRY_VERIFY_WITH_TIMEOUT(client.bytesReceived() > 4'000'000 || !proxy.records().isEmpty(), 30'000);
    QCOMPARE(proxy.records().size(), 0);
    QVERIFY(client.isConnected());
}

void TestHostileClients::waitsForAReaderAsLongAsForAnUpstream()
{
    m_upstream->setDefaultScript("huge-body:200:chunked");
    TestProxy proxy({m_upstream->baseUrl()}); // read_s is 700 ms
    RawClient client;
    client.connectTo(proxy.port());
    client.pauseReading();
    client.get("/v1/files/1/content");
    QTRY_COMPARE(m_upstream->openStreams(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(m_upstream->openStreams(), 0, 10'000);
    QTRY_COMPARE(proxy.records().size(), 1);
    QCOMPARE(proxy.last().outcome, Outcome::ClientCancelled);
    QVERIFY2(proxy.last().attempts.last().error.contains(QLatin1String("did not read")), qPrintable(proxy.last().attempts.last().error));
    QTRY_COMPARE(proxy.connections(), 0);
    const EndpointState state = proxy.states().value(TestProxy::endpointAt(m_upstream->baseUrl(), 0).id);
    QCOMPARE(state.consecutiveFailures, 0);
}

void TestHostileClients::closesWhatCannotBeTakenOver()
{
    TestProxy proxy({m_upstream->baseUrl()});
    honestRequestWorks(proxy);
    QTRY_COMPARE(proxy.connections(), 0);
    // No socket at all: nothing that a connection could be made of.
    std::array<int, 2> ends{-1, -1};
    QCOMPARE(::pipe(ends.data()), 0);
    proxy.team().assign(ends[0]);
    proxy.team().turnAwayLate(::dup(ends[1]));
    QTRY_COMPARE(proxy.connections(), 0);
    QTRY_COMPARE(::fcntl(ends[0], F_GETFD), -1);
    ::close(ends[1]);
    QSignalSpy drained(&proxy.team(), &WorkerTeam::drained);
    proxy.team().drain();
    QTRY_COMPARE(drained.size(), 1);
}

QTEST_GUILESS_MAIN(TestHostileClients)
#include "tst_hostileclients.moc"
