#include "core/base/sockets.h"
#include "core/routing/failure.h"
#include "core/upstream/hostresolver.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"
#include "tests/support/upstreamclient.h"

#include <QHostInfo>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#ifdef Q_OS_LINUX
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

/// Connections on which nothing will ever arrive, because the network below them is another one now.
class TestDeadConnections : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
        m_client = std::make_unique<UpstreamClient>();
    }

    void cleanup()
    {
        m_client.reset();
        m_upstream.reset();
    }

    void endsWhatRunsOnAnAddressThatIsGone_data()
    {
        QTest::addColumn<bool>("reused");
        QTest::addColumn<bool>("answered");
        QTest::newRow("waiting for the answer") << false << false;
        QTest::newRow("waiting for the answer, reused connection") << true << false;
        QTest::newRow("in the answer") << false << true;
    }

    void endsWhatRunsOnAnAddressThatIsGone()
    {
        QFETCH(bool, reused);
        QFETCH(bool, answered);
        m_upstream->setBehaviour([&](const Arrived &arrived) {
            return arrived.rawTarget == "/first" ? Script().answer(200, "text/plain", "x")
                : answered                        ? Script().streamHead().events({"data: 1\n\n"}, 0ms).stall()
                                                  : Script().stall();
        });
        if (reused) {
            std::unique_ptr<UpstreamReply> first(m_client->get(m_upstream->baseUrl(), "/first"));
            QTRY_VERIFY(first->isFinished());
        }
        std::unique_ptr<UpstreamReply> reply(m_client->get(m_upstream->baseUrl(), "/"));
        if (answered)
            QTRY_VERIFY(reply->bodyWaits());
        else
            QTRY_COMPARE(m_upstream->arrivedCount(), reused ? 2 : 1);

        QList<QHostAddress> asked;
        m_client->pool().networkChanged([&asked](const QHostAddress &address) {
            asked.append(address);
            return true;
        });
        QCOMPARE(asked, QList<QHostAddress>{QHostAddress(QHostAddress::LocalHost)});
        QVERIFY(!reply->isFinished());

        m_client->pool().networkChanged([](const QHostAddress &) { return false; });
        QVERIFY(reply->isFinished());
        QCOMPARE(reply->reusedConnection(), reused);
        QCOMPARE(reply->errorString(), QStringLiteral("the network changed: this computer no longer has the address 127.0.0.1 of this connection"));
        Evidence evidence;
        evidence.fault = reply->fault();
        evidence.phase = reply->phase();
        evidence.provenUnread = reply->provenUnread();
        evidence.committed = answered;
        QCOMPARE(classify(evidence), answered ? FailureClass::BrokenStream : FailureClass::Broken);
        QCOMPARE(m_client->figures().open, 0);
        QCOMPARE(m_client->figures().busy, 0);
        QTRY_COMPARE(m_upstream->openConnections(), 0);
    }

    // An upstream says no to what has not been sent, and resets; the pool has not come round to seeing it when it sends.
    void hearsWhatWasSaidBeforeItSends()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const QByteArray url = "http://127.0.0.1:" + QByteArray::number(server.serverPort());
        std::unique_ptr<UpstreamReply> first(m_client->get(url, "/first"));
        QTRY_VERIFY(server.hasPendingConnections());
        std::unique_ptr<QTcpSocket> peer(server.nextPendingConnection());
        QTRY_VERIFY(peer->bytesAvailable() > 0);
        peer->write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        QTRY_VERIFY(first->isFinished());
        QCOMPARE(m_client->figures().idle, 1);

        peer->write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
        QVERIFY(peer->flush());
        resetOnClose(peer->socketDescriptor());
        peer->abort();
        std::unique_ptr<UpstreamReply> reply(m_client->send("POST", url, "/large", QByteArray(900'000, 'x')));
        QVERIFY(reply->reusedConnection());
        QVERIFY(!reply->isFinished() && !reply->hasHead());
        QSignalSpy answered(reply.get(), &UpstreamReply::metaDataChanged);
        QSignalSpy ended(reply.get(), &UpstreamReply::finished);
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(answered.size(), reply->hasHead() ? 1 : 0);
#ifdef Q_OS_LINUX
        QVERIFY(reply->hasHead());
        QCOMPARE(reply->head().status, 413);
        QCOMPARE(reply->takeBody(), QByteArray("no"));
#endif
    }

    void closesIdleConnectionsAfterAChangeOfTheNetwork()
    {
        std::unique_ptr<UpstreamReply> reply(m_client->get(m_upstream->baseUrl(), "/v1/models"));
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(m_client->figures().idle, 1);
        m_client->pool().networkChanged([](const QHostAddress &) { return true; });
        QCOMPARE(m_client->figures().idle, 0);
        QTRY_COMPARE(m_upstream->openConnections(), 0);
    }

    void tellsTheClientOfABrokenStream()
    {
        m_upstream->setBehaviour([](const Arrived &) { return Script().streamHead().events({"data: 1\n\n"}, 0ms).stall(); });
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", R"JSON({"model":"claude-x","stream":true,"messages":[]})JSON");
        QTRY_VERIFY(client.response().body.contains("data: 1"));
        proxy.team().networkChanged({QHostAddress(QHostAddress::LocalHost)});
        QVERIFY(proxy.records().isEmpty());
        proxy.team().networkChanged({QHostAddress(QStringLiteral("10.0.0.1"))});
        QTRY_COMPARE(proxy.records().size(), 1);
        QCOMPARE(proxy.last().outcome, Outcome::Truncated);
        QVERIFY2(proxy.last().error.contains(QLatin1String("the network changed")), qPrintable(proxy.last().error));
        QTRY_VERIFY(client.response().body.contains("event: error"));
    }

    void asksTheSystemToNoticeDeadPeers()
    {
#ifdef Q_OS_LINUX
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, server.serverPort());
        QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
        watchForDeadPeer(socket.socketDescriptor());
        const auto option = [&socket](int level, int name) {
            int value = -1;
            socklen_t size = sizeof value;
            ::getsockopt(static_cast<int>(socket.socketDescriptor()), level, name, &value, &size);
            return value;
        };
        QVERIFY(option(SOL_SOCKET, SO_KEEPALIVE) != 0);
        QCOMPARE(option(IPPROTO_TCP, TCP_KEEPIDLE), 15);
        QCOMPARE(option(IPPROTO_TCP, TCP_KEEPINTVL), 5);
        QCOMPARE(option(IPPROTO_TCP, TCP_KEEPCNT), 3);
        QCOMPARE(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 30'000);
        watchForDeadPeer(-1); // no socket, no harm
#else
        QSKIP("The options are read back only on Linux.");
#endif
    }

    void looksUpTheNamesOfEnabledEndpointsAndTheirProxies()
    {
        const auto endpoint = [](const QByteArray &baseUrl, const QString &proxy, bool enabled = true) {
            Endpoint e = TestProxy::endpointAt(baseUrl, 0);
            e.proxy = proxy;
            e.enabled = enabled;
            return e;
        };
        Cluster cluster;
        cluster.endpoints = {endpoint("https://a.test/api", QStringLiteral("system")),
                             endpoint("https://a.test/other", QStringLiteral("socks5://user:pw@proxy.test:1080")),
                             endpoint("http://127.0.0.1:8000", QStringLiteral("none")),
                             endpoint("http://[::1]:8000", QStringLiteral("http://10.0.0.1:8080")),
                             endpoint("https://off.test", QStringLiteral("none"), false)};
        QCOMPARE(hostNamesOf(cluster), (QStringList{QStringLiteral("a.test"), QStringLiteral("proxy.test")}));
    }

private:
    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<UpstreamClient> m_client;
};

QTEST_GUILESS_MAIN(TestDeadConnections)
#include "tst_deadconnections.moc"
