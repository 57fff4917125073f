#include "tests/support/faults.h"
#include "tests/support/rawclient.h"
#include "tests/support/residentmemory.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/smalldisk.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"

#include <QCryptographicHash>
#include <QTest>

#include <algorithm>
#include <memory>
#include <vector>

#include <sys/resource.h>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype MiB = 1024 * 1024;

QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

QByteArray large(qsizetype size, const QByteArray &begin = "{\"model\":\"claude-x\",\"x\":\"")
{
    QByteArray bytes = begin;
    bytes.reserve(size);
    for (quint32 state = 7; bytes.size() < size - 2; state = state * 1664525 + 1013904223)
        bytes += static_cast<char>('a' + (state >> 24) % 26);
    return bytes + "\"}";
}

QByteArray head(const QByteArray &framing)
{
    return "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n" + framing + "\r\n\r\n";
}

QByteArray announcing(const QByteArray &body)
{
    return head("Content-Length: " + QByteArray::number(body.size()));
}

/// While it lives, this process can take so much more address space.
class LittleMemory
{
public:
    explicit LittleMemory(qint64 left)
    {
        ::getrlimit(RLIMIT_AS, &m_before);
        rlimit little = m_before;
        little.rlim_cur = static_cast<rlim_t>(addressSpaceBytes() + left);
        ::setrlimit(RLIMIT_AS, &little);
    }
    ~LittleMemory() { ::setrlimit(RLIMIT_AS, &m_before); }
    Q_DISABLE_COPY_MOVE(LittleMemory)

private:
    rlimit m_before{};
};

} // namespace

/// Requests with large bodies: sent on while they arrive, kept on the disk for another attempt, and never all in memory.
class TestUploads : public QObject
{
    Q_OBJECT

public:
    static void initMain() { SmallDisk::enter(); }

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ThreadedUpstream>();
        QVERIFY((*m_upstream)->listen());
        m_second = std::make_unique<ThreadedUpstream>();
        QVERIFY((*m_second)->listen());
        m_client = std::make_unique<RawClient>();
        m_client->expect("POST");
    }

    void isSentOnWhileItArrives_data()
    {
        QTest::addColumn<bool>("chunked");
        QTest::newRow("announced") << false;
        QTest::newRow("in chunks") << true;
    }

    void isSentOnWhileItArrives()
    {
        QFETCH(bool, chunked);
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient());
        const QByteArray body = large(24 * MiB);
        const qsizetype half = 12 * MiB;
        m_client->connectTo(proxy.port());
        m_client->send(chunked ? head("Transfer-Encoding: chunked") + chunkBytes(body.first(half)) : announcing(body) + body.first(half));
        QTRY_COMPARE_WITH_TIMEOUT(first()->arrivedCount(), 1, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(first()->arrivedAt(0).bodyBytes >= half, 20'000);
        QCOMPARE(first()->arrivedAt(0).bodyBytes, half);
        QVERIFY(!first()->arrivedAt(0).bodyComplete);
        m_client->send(chunked ? chunkBytes(body.sliced(half)) + "0\r\n\r\n" : body.sliced(half));
        QTRY_VERIFY_WITH_TIMEOUT(m_client->response().complete, 20'000);
        QCOMPARE(m_client->response().status, 200);
        QCOMPARE(first()->arrivedAt(0).bodySha256, sha256(body));
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
        QCOMPARE(proxy.last().requestBytes, body.size());
        QCOMPARE(proxy.last().model, QStringLiteral("claude-x"));
        // And the connection goes on.
        m_client->post("/v1/messages", "{}");
        QTRY_VERIFY(m_client->response(1).complete);
        QCOMPARE(proxy.plane().bodies.held(), 0);
    }

    void anUpstreamThatIsBehindGetsAllOfIt_data() { isSentOnWhileItArrives_data(); }

    void anUpstreamThatIsBehindGetsAllOfIt()
    {
        QFETCH(bool, chunked);
        first()->setHeadBehaviour([](const Arrived &) {
            return Script().startAtHead().readAt(40 * MiB).awaitRequest().answer(200, "application/json", "{\"content\":[\"read\"]}");
        });
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient());
        const QByteArray body = large(24 * MiB);
        m_client->connectTo(proxy.port());
        m_client->send(chunked ? head("Transfer-Encoding: chunked") + chunkBytes(body) + "0\r\n\r\n" : announcing(body) + body);
        QTRY_VERIFY_WITH_TIMEOUT(m_client->response().complete, 20'000);
        QCOMPARE(m_client->response().status, 200);
        QCOMPARE(first()->arrivedAt(0).bodySha256, sha256(body));
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
    }

    void theNextEndpointGetsAllOfIt()
    {
        first()->setHeadBehaviour([](const Arrived &) { return Script().startAtHead().delay(50ms).reset(); });
        TestProxy proxy({first()->baseUrl(), second()->baseUrl()}, TestProxy::patient());
        const QByteArray body = large(20 * MiB);
        m_client->connectTo(proxy.port());
        m_client->send(announcing(body) + body.first(15 * MiB));
        QTRY_COMPARE_WITH_TIMEOUT(second()->arrivedCount(), 1, 20'000);
        m_client->send(body.sliced(15 * MiB));
        QTRY_VERIFY_WITH_TIMEOUT(m_client->response().complete, 20'000);
        QCOMPARE(m_client->response().status, 200);
        QCOMPARE(second()->arrivedAt(0).bodySha256, sha256(body));
        QCOMPARE(proxy.last().outcome, Outcome::Recovered);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Broken);
    }

    void isHeldUntilItIsWholeWhereItsModelGetsAnotherName()
    {
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient());
        proxy.setModelMap({{QStringLiteral("late"), QStringLiteral("other-model")}});
        const QByteArray begin = large(10 * MiB, "{\"x\":\"").chopped(1);
        const QByteArray body = begin + ",\"model\":\"late\"}";
        m_client->connectTo(proxy.port());
        m_client->send(announcing(body) + body.first(9 * MiB));
        QTRY_COMPARE(proxy.inFlight(), 1);
        m_client->send(body.sliced(9 * MiB));
        QTRY_VERIFY_WITH_TIMEOUT(m_client->response().complete, 20'000);
        QCOMPARE(m_client->response().status, 200);
        QCOMPARE(first()->arrivedAt(0).bodySha256, sha256(begin + ",\"model\":\"other-model\"}"));
    }

    void anAnswerMayComeBeforeItsEnd()
    {
        first()->setHeadBehaviour([](const Arrived &) {
            return Script().startAtHead().answer(413, "application/json", "{\"error\":{\"message\":\"too large\"}}", {{"Connection", "close"}}).linger(2s);
        });
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient());
        const QByteArray body = large(40 * MiB);
        m_client->connectTo(proxy.port());
        m_client->send(announcing(body) + body.first(9 * MiB));
        QTRY_VERIFY_WITH_TIMEOUT(m_client->response().complete, 20'000);
        QCOMPARE(m_client->response().status, 413);
        QCOMPARE(m_client->response().header("connection"), QByteArray("close"));
        QCOMPARE(proxy.last().outcome, Outcome::CallerError);
        m_client->send(body.sliced(9 * MiB, MiB));
        QTRY_VERIFY_WITH_TIMEOUT(m_client->isClosed(), 10'000);
        QTRY_COMPARE(proxy.connections(), 0);
    }

    void silenceRightAfterItsBeginningEndsIt()
    {
        TestClock clock;
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient(), {}, clock);
        m_client->connectTo(proxy.port());
        // The last byte is the one by which it may be passed on.
        const QByteArray body = large(9 * MiB);
        m_client->send(announcing(body) + body.first(RequestBody::keptBeginning - 1));
        QTRY_COMPARE(proxy.connections(), 1);
        m_client->send(body.sliced(RequestBody::keptBeginning - 1, 1));
        QVERIFY(proxy.comesTo(RunningState::Attempting));
        clock.advance(FixedTimeouts().clientBodySilence);
        QTRY_VERIFY(m_client->response().complete);
        QCOMPARE(m_client->response().status, 408);
        QCOMPARE(proxy.last().outcome, Outcome::CallerError);
    }

    void aFaultInItsMidstEndsIt_data()
    {
        QTest::addColumn<QByteArray>("then");
        QTest::addColumn<int>("status");
        QTest::addColumn<Outcome>("outcome");
        QTest::newRow("a bad chunk") << QByteArray("not a size\r\n") << 400 << Outcome::CallerError;
        QTest::newRow("beyond the limit") << chunkBytes(QByteArray(8 * MiB, 'x')) << 413 << Outcome::CallerError;
        QTest::newRow("silence") << QByteArray() << 408 << Outcome::CallerError;
    }

    void aFaultInItsMidstEndsIt()
    {
        QFETCH(QByteArray, then);
        QFETCH(int, status);
        QFETCH(Outcome, outcome);
        TestClock clock;
        Config config = TestProxy::patient();
        config.timeouts.read = 600s; // the client is silent, not the upstream
        config.client.maxBodyBytes = 16 * MiB;
        TestProxy proxy({first()->baseUrl()}, config, {}, clock);
        m_client->connectTo(proxy.port());
        m_client->send(head("Transfer-Encoding: chunked") + chunkBytes(large(12 * MiB)));
        QTRY_COMPARE_WITH_TIMEOUT(first()->arrivedCount(), 1, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(first()->arrivedAt(0).bodyBytes, 12 * MiB, 20'000);
        if (then.isEmpty())
            clock.advance(FixedTimeouts().clientBodySilence);
        m_client->send(then);
        QTRY_VERIFY_WITH_TIMEOUT(m_client->response().complete, 20'000);
        QCOMPARE(m_client->response().status, status);
        QVERIFY2(m_client->response().body.contains("\"type\":\"error\""), m_client->response().body.constData());
        QCOMPARE(m_client->response().header("retry-after"), QByteArray()); // the same request will be no better then
        // What the client still sends is read for a while, so that it can read the answer.
        QVERIFY(proxy.running().isEmpty());
        clock.advance(2s);
        QTRY_VERIFY_WITH_TIMEOUT(m_client->isClosed(), 10'000);
        QTRY_VERIFY(first()->arrivedAt(0).clientLeft);
        QCOMPARE(proxy.last().outcome, outcome);
        QCOMPARE(proxy.last().status, status);
        const EndpointState state = proxy.states().value(TestProxy::endpointAt(first()->baseUrl(), 0).id);
        QCOMPARE(state.consecutiveFailures, 0);
    }

    void aClientThatLeavesInItsMidstIsNobodysFault()
    {
        TestProxy proxy({first()->baseUrl(), second()->baseUrl()}, TestProxy::patient());
        const QByteArray body = large(20 * MiB);
        m_client->connectTo(proxy.port());
        m_client->send(announcing(body) + body.first(10 * MiB));
        QTRY_COMPARE_WITH_TIMEOUT(first()->arrivedCount(), 1, 20'000);
        m_client->reset();
        QTRY_COMPARE(proxy.records().size(), 1);
        QCOMPARE(proxy.last().outcome, Outcome::ClientCancelled);
        QTRY_VERIFY(first()->arrivedAt(0).clientLeft);
        QTRY_COMPARE(proxy.connections(), 0);
        QCOMPARE(second()->arrivedCount(), 0);
        QCOMPARE(proxy.plane().bodies.held(), 0);
    }

    void aSlowClientIsNoSilenceOfTheUpstream()
    {
        TestClock clock;
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient(), {}, clock);
        const QByteArray body = large(9 * MiB);
        m_client->connectTo(proxy.port());
        m_client->send(announcing(body) + body.chopped(4));
        QTRY_COMPARE_WITH_TIMEOUT(first()->arrivedCount(), 1, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(first()->arrivedAt(0).bodyBytes, body.size() - 4, 20'000);
        for (qsizetype left = 4; left > 0; --left) {
            // Four times less than a client's silence may last, and together longer than the upstream's may.
            clock.advance(20s);
            QVERIFY(proxy.comesTo(RunningState::Attempting));
            m_client->send(body.last(left).first(1));
            QTRY_COMPARE(first()->arrivedAt(0).bodyBytes, body.size() - left + 1);
        }
        QTRY_VERIFY_WITH_TIMEOUT(m_client->response().complete, 20'000);
        QCOMPARE(m_client->response().status, 200);
        QCOMPARE(proxy.last().attempts.size(), 1);
    }

    void waitsForTheRequestsBeforeIt()
    {
        first()->setBehaviour([](const Arrived &arrived) {
            return arrived.body.startsWith("{}") ? Script().delay(500ms).answer(200, "application/json", "{\"content\":[\"first\"]}") : Script();
        });
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient());
        const QByteArray body = large(10 * MiB);
        m_client->connectTo(proxy.port());
        m_client->post("/v1/messages", "{}");
        m_client->send(announcing(body) + body);
        QTRY_COMPARE_WITH_TIMEOUT(m_client->finished(), 2, 20'000);
        QVERIFY(m_client->response(0).body.contains("first"));
        QCOMPARE(m_client->response(1).status, 200);
        QCOMPARE(first()->arrivedAt(1).bodySha256, sha256(body));
    }

    void isRefusedWhereTheMemoryForAllIsTaken()
    {
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient());
        proxy.plane().bodies.setMost(10 * MiB);
        std::vector<std::unique_ptr<RawClient>> clients;
        const QByteArray body = large(4 * MiB);
        for (int i = 0; i < 3; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->expect("POST");
            clients.back()->connectTo(proxy.port());
            clients.back()->send(announcing(body) + body.chopped(1));
            if (i < 2)
                QTRY_COMPARE(proxy.plane().bodies.held(), (i + 1) * (body.size() - 1));
        }
        QTRY_VERIFY(clients[2]->response().complete);
        QCOMPARE(clients[2]->response().status, 503);
        QVERIFY(!clients[2]->response().header("retry-after").isEmpty());
        QVERIFY2(clients[2]->response().body.contains("memory"), clients[2]->response().body.constData());
        for (int i = 0; i < 2; ++i) {
            clients[static_cast<size_t>(i)]->send("}");
            QTRY_VERIFY(clients[static_cast<size_t>(i)]->response().complete);
            QCOMPARE(clients[static_cast<size_t>(i)]->response().status, 200);
        }
        QTRY_COMPARE(proxy.plane().bodies.held(), 0);
        QCOMPARE(proxy.plane().refusals.counts()[Denial::NoRoom], quint64(1));
        // Large ones lie on the disk, whatever the memory.
        proxy.plane().bodies.setMost(0);
        const QByteArray larger = large(9 * MiB);
        m_client->connectTo(proxy.port());
        m_client->send(announcing(larger) + larger);
        QTRY_VERIFY_WITH_TIMEOUT(m_client->response().complete, 20'000);
        QCOMPARE(m_client->response().status, 200);
        QCOMPARE(first()->arrivedAt(2).bodySha256, sha256(larger));
    }

    void isRefusedWhereTheSystemHasNone()
    {
        if constexpr (sanitizerBytes > 0)
            QSKIP("a sanitizer takes address space of its own, and ends where it gets none");
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient());
        m_client->connectTo(proxy.port());
        m_client->post("/v1/messages", "{}");
        QTRY_VERIFY(m_client->response().complete); // so that what serves a request is there
        std::vector<std::unique_ptr<RawClient>> clients;
        const auto refused = [&] {
            return std::count_if(clients.begin(), clients.end(), [](const auto &client) { return client->response().complete; });
        };
        {
            const LittleMemory little(28 * MiB);
            for (int i = 0; i < 8; ++i) {
                clients.push_back(std::make_unique<RawClient>());
                clients.back()->expect("POST");
                clients.back()->connectTo(proxy.port());
                clients.back()->send(head("Content-Length: " + QByteArray::number(8 * MiB)) + "{");
            }
            QTRY_VERIFY(refused() >= 5); // three times 8 MiB is there at most
            m_client->post("/v1/messages", "{}");
            QTRY_VERIFY(m_client->response(1).complete);
            QCOMPARE(m_client->response(1).status, 200);
        }
        for (const auto &client : clients) {
            if (!client->response().complete)
                continue;
            QCOMPARE(client->response().status, 503);
            QVERIFY2(client->response().body.contains("memory"), client->response().body.constData());
        }
        QVERIFY(refused() < 8);
    }

    void isRefusedWhereTheDiskIsFull_data()
    {
        QTest::addColumn<bool>("chunked");
        QTest::newRow("announced") << false;
        QTest::newRow("in chunks") << true;
    }

    void isRefusedWhereTheDiskIsFull()
    {
        QFETCH(bool, chunked);
        SmallDisk disk(16 * MiB);
        if (!disk.isMounted())
            QSKIP("this system does not let a test mount a file system");
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient());
        proxy.plane().bodies.setFolder(disk.path());
        const QByteArray body = large(30 * MiB);
        m_client->connectTo(proxy.port());
        m_client->send(chunked ? head("Transfer-Encoding: chunked") + chunkBytes(body) + "0\r\n\r\n" : announcing(body) + body);
        QTRY_VERIFY_WITH_TIMEOUT(m_client->response().complete, 20'000);
        QCOMPARE(m_client->response().status, 503);
        QVERIFY2(m_client->response().body.contains("No space left on device"), m_client->response().body.constData());
        QTRY_VERIFY_WITH_TIMEOUT(m_client->isClosed(), 10'000);
        const EndpointState state = proxy.states().value(TestProxy::endpointAt(first()->baseUrl(), 0).id);
        QCOMPARE(state.consecutiveFailures, 0);
        // What it took is free again.
        const QByteArray fits = large(10 * MiB);
        RawClient next;
        next.connectTo(proxy.port());
        next.post("/v1/messages", fits);
        QTRY_VERIFY_WITH_TIMEOUT(next.response().complete, 20'000);
        QCOMPARE(next.response().status, 200);
    }

    void sixtySlowOnesAreNotHeldInMemory()
    {
        // The last of them waits for its turn.
        FixedTimeouts fixedTimeouts;
        fixedTimeouts.clientBodySilence = 600s;
        TestProxy proxy({first()->baseUrl()}, TestProxy::patient(), fixedTimeouts);
        const QByteArray body = large(50 * MiB);
        const QByteArray piece = body.first(10 * MiB);
        std::vector<std::unique_ptr<RawClient>> clients;
        const qint64 before = residentBytes();
        for (int i = 0; i < 60; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->expect("POST");
            clients.back()->connectTo(proxy.port());
            clients.back()->send(announcing(body));
        }
        // Each 10 MiB, which is beyond what one may hold, and all together beyond what all may.
        for (const auto &client : clients) {
            client->send(piece);
            QTRY_COMPARE_WITH_TIMEOUT(client->bytesToWrite(), 0, 60'000);
        }
        QTRY_COMPARE_WITH_TIMEOUT(first()->arrivedCount(), 60, 60'000);
        // The upstream of this test keeps a MiB of each; what a sanitizer notes comes on top.
        const qint64 most = sanitizerBytes == 0 ? 200 * MiB : 600'000'000;
        QVERIFY2(residentBytes() - before < most, qPrintable(QString::number((residentBytes() - before) / MiB)));
        QVERIFY(proxy.plane().bodies.held() < 10 * MiB);
    }

private:
    ScriptedUpstream *first() const { return m_upstream->operator->(); }
    ScriptedUpstream *second() const { return m_second->operator->(); }

    std::unique_ptr<ThreadedUpstream> m_upstream;
    std::unique_ptr<ThreadedUpstream> m_second;
    std::unique_ptr<RawClient> m_client;
};

QTEST_GUILESS_MAIN(TestUploads)
#include "tst_uploads.moc"
