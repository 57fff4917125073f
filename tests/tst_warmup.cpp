#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"
#include "tests/support/upstreamclient.h"

#include <QTcpServer>
#include <QTest>

#include <memory>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(qcc::Config::Pool)

namespace {

Config::Pool adaptive()
{
    Config::Pool limits;
    limits.strategy = PoolStrategy::Adaptive;
    return limits;
}

} // namespace

/// Connections that are opened ahead of need.
class TestWarmup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
        m_upstream->setBehaviour([](const Arrived &arrived) {
            return arrived.rawTarget == "/stream" ? Script().streamHead().events({"data: 1\n\n"}, 0ms).stall()
                                                  : Script().answer(200, "text/plain", "fine");
        });
    }

    void hasAnOpenConnectionForTheSecondOfTwo()
    {
        UpstreamClient client(adaptive());
        std::unique_ptr<UpstreamReply> first(client.get(m_upstream->baseUrl(), "/stream"));
        QTRY_VERIFY(first->bodyWaits());
        QTRY_COMPARE(m_upstream->openConnections(), 2);
        QCOMPARE(client.figures().idle, 1);
        QCOMPARE(client.figures().busy, 1);
        QCOMPARE(client.figures().open, 2);
        QCOMPARE(client.figures().openedTotal, 2u);
        QCOMPARE(client.figures().warmedTotal, 1u);
        QCOMPARE(client.budget().figures(client.terms.endpoint).warmedTotal, 1u);

        std::unique_ptr<UpstreamReply> second(client.get(m_upstream->baseUrl(), "/second"));
        int connecting = 0;
        connect(second.get(), &QNetworkReply::socketStartedConnecting, this, [&connecting] { ++connecting; });
        QTRY_VERIFY(second->isFinished());
        QCOMPARE(second->head().status, 200);
        QCOMPARE(connecting, 0);
        QCOMPARE(m_upstream->connectionsAccepted(), 2);
        QCOMPARE(m_upstream->arrivedAt(1).onConnection, 0); // nobody had used it before
        QCOMPARE(client.figures().warmedTotal, 1u);         // it opened none, so it needs no further spare
    }

    void servesClientsFromIt()
    {
        Config config = TestProxy::patient();
        config.pool.strategy = PoolStrategy::Adaptive;
        TestProxy proxy({m_upstream->baseUrl()}, config);
        RawClient first, second;
        first.connectTo(proxy.port());
        first.get("/stream");
        QTRY_COMPARE(m_upstream->openConnections(), 2);
        QTRY_COMPARE(proxy.pool().idle, 1);
        second.connectTo(proxy.port());
        second.get("/second");
        QTRY_VERIFY(second.response().complete);
        QTRY_COMPARE(proxy.records().size(), 1);
        QVERIFY(proxy.last().attempts.at(0).reusedConnection);
        QVERIFY(!proxy.last().attempts.at(0).connectMs.has_value());
    }

    void opensNoSpareWhere_data()
    {
        QTest::addColumn<Config::Pool>("limits");
        Config::Pool limits = adaptive();
        limits.strategy = PoolStrategy::Fixed;
        QTest::newRow("the strategy is fixed") << limits;
        limits = adaptive();
        limits.maxConnections = 1;
        QTest::newRow("no permit is free") << limits;
        limits = adaptive();
        limits.maxKeepaliveConnections = 0;
        QTest::newRow("nothing may be idle") << limits;
    }

    void opensNoSpareWhere()
    {
        QFETCH(Config::Pool, limits);
        UpstreamClient client(limits);
        std::unique_ptr<UpstreamReply> reply(client.get(m_upstream->baseUrl(), "/stream"));
        QTRY_VERIFY(reply->bodyWaits());
        QTest::qWait(50);
        QCOMPARE(m_upstream->connectionsAccepted(), 1);
        QCOMPARE(client.figures().warmedTotal, 0u);
        QCOMPARE(client.figures().open, 1);
    }

    void opensOneSpareForABurst()
    {
        UpstreamClient client(adaptive());
        std::vector<std::unique_ptr<UpstreamReply>> replies;
        for (int i = 0; i < 10; ++i)
            replies.emplace_back(client.get(m_upstream->baseUrl(), "/stream"));
        for (const auto &reply : replies)
            QTRY_VERIFY(reply->bodyWaits());
        QTRY_COMPARE(m_upstream->openConnections(), 11);
        QCOMPARE(client.figures().warmedTotal, 1u);
        QCOMPARE(client.figures().idle, 1);
    }

    void givesItsPlaceToWhoeverWaits()
    {
        Config::Pool limits = adaptive();
        limits.maxConnections = 2;
        UpstreamClient client(limits);
        ScriptedUpstream other;
        QVERIFY(other.listen());
        std::unique_ptr<UpstreamReply> first(client.get(m_upstream->baseUrl(), "/stream"));
        QTRY_COMPARE(client.figures().idle, 1);
        std::unique_ptr<UpstreamReply> elsewhere(client.get(other.baseUrl(), "/v1/models"));
        QTRY_VERIFY(elsewhere->isFinished());
        QCOMPARE(elsewhere->fault(), UpstreamFault::None);
        QTRY_COMPARE(m_upstream->openConnections(), 1);
    }

    void expiresLikeTheOthers()
    {
        Config::Pool limits = adaptive();
        limits.keepaliveExpiry = 1s;
        UpstreamClient client(limits);
        std::unique_ptr<UpstreamReply> reply(client.get(m_upstream->baseUrl(), "/stream"));
        QTRY_COMPARE(client.figures().idle, 1);
        QTRY_COMPARE_WITH_TIMEOUT(client.figures().idle, 0, 3000);
        QTRY_COMPARE(m_upstream->openConnections(), 1);
        QCOMPARE(client.figures().open, 1);
        QVERIFY(!reply->isFinished());
    }

    void forgetsASpareThatCannotBeOpened()
    {
        UpstreamClient client(adaptive());
        // Takes one connection, and refuses whoever comes once that is answered.
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const QByteArray url = "http://127.0.0.1:" + QByteArray::number(server.serverPort());
        connect(&server, &QTcpServer::newConnection, &server, [&server] {
            server.nextPendingConnection();
            server.close();
        });
        std::unique_ptr<UpstreamReply> reply(client.get(url, "/"));
        QTRY_VERIFY(client.figures().warmedTotal == 1u);
        QTRY_COMPARE(client.figures().idle, 0);
        QCOMPARE(client.figures().open, 1);
        QCOMPARE(client.figures().busy, 1);
        QVERIFY(!reply->isFinished());
        QTest::qWait(50);
        QCOMPARE(client.figures().warmedTotal, 1u);
    }

    void survivesASpareThatTheUpstreamClosed()
    {
        // The spare dies just as the request goes out on it: that is a stale connection, and the request is not lost.
        Config config = TestProxy::patient();
        config.pool.strategy = PoolStrategy::Adaptive;
        m_upstream->setBehaviour([](const Arrived &arrived) {
            if (arrived.rawTarget == "/stream")
                return Script().streamHead().events({"data: 1\n\n"}, 0ms).stall();
            return arrived.connection == 1 ? Script().close() : Script().answer(200, "text/plain", "fine");
        });
        TestProxy proxy({m_upstream->baseUrl()}, config);
        RawClient first, second;
        first.connectTo(proxy.port());
        first.get("/stream");
        QTRY_COMPARE(m_upstream->openConnections(), 2);
        QTRY_COMPARE(proxy.pool().idle, 1);
        second.connectTo(proxy.port());
        second.get("/second");
        QTRY_VERIFY(second.response().complete);
        QCOMPARE(second.response().status, 200);
        QCOMPARE(proxy.last().attempts.at(0).failure, FailureClass::Broken);
        QCOMPARE(proxy.last().outcome, Outcome::Recovered);
    }

private:
    std::unique_ptr<ScriptedUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestWarmup)
#include "tst_warmup.moc"
