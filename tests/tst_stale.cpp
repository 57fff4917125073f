#include "core/base/sockets.h"
#include "core/routing/failure.h"
#include "tests/support/faults.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"
#include "tests/support/testproxy.h"
#include "tests/support/upstreamclient.h"

#include <QFile>
#include <QSemaphore>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

/// What the upstream does with a connection that was used before, and a request that comes on it.
enum class Deed { ClosesBefore, HalfClosesBefore, ClosesUnread, ReadsAndCloses, ReadsAndResets };

constexpr bool tellsTaken =
#ifdef Q_OS_LINUX
    true;
#else
    false;
#endif

} // namespace

Q_DECLARE_METATYPE(Deed)

/// A request that meets the end of a kept connection is repeated as if nothing had been only where nobody can have read it.
class TestStale : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsWhatNobodyHasRead_data()
    {
        QTest::addColumn<Deed>("deed");
        QTest::addColumn<qsizetype>("size");
        QTest::addColumn<bool>("unread");
        for (const qsizetype size : {qsizetype(100), qsizetype(3'000'000)}) {
            const QByteArray how = size > 100 ? " (large)" : "";
            QTest::newRow("closed while idle" + how) << Deed::ClosesBefore << size << true;
#ifdef Q_OS_UNIX
            QTest::newRow("its answers have ended, it reads on" + how) << Deed::HalfClosesBefore << size << false;
#endif
            QTest::newRow("closed with the request unread" + how) << Deed::ClosesUnread << size << false;
            QTest::newRow("read and closed" + how) << Deed::ReadsAndCloses << size << false;
            QTest::newRow("read and reset" + how) << Deed::ReadsAndResets << size << false;
        }
    }

    void knowsWhatNobodyHasRead()
    {
        QFETCH(Deed, deed);
        QFETCH(qsizetype, size);
        QFETCH(bool, unread);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        UpstreamClient client;
        const QByteArray url = "http://127.0.0.1:" + QByteArray::number(server.serverPort());
        std::unique_ptr<UpstreamReply> first(client.get(url, "/first"));
        QTRY_VERIFY(server.hasPendingConnections());
        std::unique_ptr<QTcpSocket> peer(server.nextPendingConnection());
        QTRY_VERIFY(peer->bytesAvailable() > 0);
        peer->readAll();
        peer->write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        QTRY_VERIFY(first->isFinished());
        QCOMPARE(client.figures().idle, 1);

        // No turn of the event loop from here to the sending, so that the pool has not seen it.
        if (deed == Deed::ClosesBefore)
            peer->close();
#ifdef Q_OS_UNIX
        else if (deed == Deed::HalfClosesBefore)
            QCOMPARE(::shutdown(static_cast<int>(peer->socketDescriptor()), SHUT_WR), 0);
#endif
        std::unique_ptr<UpstreamReply> reply(client.send("POST", url, "/second", QByteArray(size, 'x')));
        QVERIFY(reply->reusedConnection());
        switch (deed) {
        case Deed::ClosesBefore:
        case Deed::HalfClosesBefore:
            break;
        case Deed::ClosesUnread:
            peer->close();
            break;
        case Deed::ReadsAndCloses:
        case Deed::ReadsAndResets:
            QTRY_VERIFY(peer->bytesAvailable() > 0);
            peer->readAll();
            if (deed == Deed::ReadsAndResets)
                resetOnClose(peer->socketDescriptor());
            peer->close();
            break;
        }
        QTRY_VERIFY(reply->isFinished());
        QVERIFY(reply->fault() != UpstreamFault::None);
        QCOMPARE(reply->provenUnread(), unread && tellsTaken);
        Evidence evidence;
        evidence.fault = reply->fault();
        evidence.phase = reply->phase();
        evidence.provenUnread = reply->provenUnread();
        QCOMPARE(classify(evidence), unread && tellsTaken ? FailureClass::Stale : FailureClass::Broken);
    }

    void repeatsForFreeWhatNobodyHasRead_data()
    {
        QTest::addColumn<bool>("tls");
        QTest::newRow("plain") << false;
        QTest::newRow("TLS") << true;
    }

    void repeatsForFreeWhatNobodyHasRead()
    {
        QFETCH(bool, tls);
        ScriptedUpstream upstream;
        QTemporaryDir folder;
        const TestCertificate certificate = TestCertificate::make();
        if (tls)
            upstream.useTls(certificate);
        QVERIFY(upstream.listen());
        upstream.setDefaultScript("idle-close:50");
        Config config = TestProxy::patient();
        config.retry.maxAttempts = 1;
        TestProxy proxy({upstream.baseUrl()}, config);
        if (tls) {
            QFile file(folder.filePath(QStringLiteral("ca.pem")));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(certificate.certificatePem) > 0);
            file.close();
            proxy.setCaFile(file.fileName());
        }
        Worker *worker = nullptr;
        connect(&proxy.team(), &WorkerTeam::workerAdded, this, [&worker](Worker *added) { worker = added; });
        RawClient client;
        client.connectTo(proxy.port());
        int sent = 0;
        // The worker is held while the upstream closes, and finds both the request and the close when it comes round. It looks at them in the
        // order in which they came, or in one of the system's.
        for (int round = 0; round < 20 && proxy.pool().staleRecoveredTotal == 0; ++round) {
            client.post("/v1/messages", "{}");
            ++sent;
            QTRY_COMPARE(client.finished(), sent);
            QCOMPARE(client.response(sent - 1).status, 200);
            QSemaphore held;
            QSemaphore release;
            QMetaObject::invokeMethod(worker, [&held, &release] {
                held.release();
                release.acquire();
            }, Qt::QueuedConnection);
            QVERIFY(held.tryAcquire(1, 10'000));
            const bool comesFirst = round % 2 == 0;
            if (comesFirst)
                client.post("/v1/messages", "{}");
            const bool closed = QTest::qWaitFor([&upstream] { return upstream.openConnections() == 0; });
            if (!comesFirst)
                client.post("/v1/messages", "{}");
            release.release();
            QVERIFY(closed);
            ++sent;
            QTRY_COMPARE(client.finished(), sent);
            QCOMPARE(client.response(sent - 1).status, 200);
            QCOMPARE(upstream.arrivedCount(), sent);
        }
        QCOMPARE(proxy.pool().staleRecoveredTotal, tellsTaken ? 1u : 0u);
        if (tellsTaken) {
            QCOMPARE(proxy.last().attempts.size(), 2);
            QCOMPARE(proxy.last().attempts.at(0).failure, FailureClass::Stale);
        }
    }

    void asksOnANewConnectionWhereAKeptOneBroke()
    {
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        upstream.setDefaultScript(wordOf(Fault::ResetOnSecondRequest)); // of each connection
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttemptsPerEndpoint = 2;
        TestProxy proxy({upstream.baseUrl()}, config);
        RawClient client, other;
        client.connectTo(proxy.port());
        other.connectTo(proxy.port());
        client.post("/v1/messages", "{}");
        other.post("/v1/messages", "{}");
        QTRY_COMPARE(client.finished(), 1);
        QTRY_COMPARE(other.finished(), 1);
        QTRY_COMPARE(proxy.pool().idle, 2);
        client.post("/v1/messages", "{}");
        QTRY_COMPARE(client.finished(), 2);
        QCOMPARE(client.response(1).status, 200);
        QCOMPARE(proxy.last().attempts.size(), 2);
        QCOMPARE(proxy.last().attempts.at(0).failure, FailureClass::Broken);
        QVERIFY(!proxy.last().attempts.at(1).reusedConnection);
    }

    void whatWasReadIsAnAttempt_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::newRow("closed") << Fault::CloseOnSecondRequest;
        QTest::newRow("reset") << Fault::ResetOnSecondRequest;
    }

    void whatWasReadIsAnAttempt()
    {
        QFETCH(Fault, fault);
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        upstream.setDefaultScript(wordOf(fault));
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttempts = 1;
        TestProxy proxy({upstream.baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", "{}");
        QTRY_COMPARE(client.finished(), 1);
        client.post("/v1/messages", "{}");
        QTRY_COMPARE(client.finished(), 2);
        QCOMPARE(client.response(1).status, 502);
        QCOMPARE(upstream.arrivedCount(), 2);
        QCOMPARE(proxy.last().attempts.size(), 1);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Broken);
        QVERIFY(proxy.last().attempts.first().reusedConnection);
    }
};

QTEST_GUILESS_MAIN(TestStale)
#include "tst_stale.moc"
