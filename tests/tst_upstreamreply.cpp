#include "tests/support/scriptedupstream.h"
#include "tests/support/upstreamclient.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

/// What becomes of an answer that nobody wants to hear to its end.
class TestUpstreamReply : public QObject
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

    void keepsTheConnectionOfAShortAnswerThatIsLeft_data()
    {
        QTest::addColumn<QByteArray>("framing");
        QTest::newRow("length") << QByteArray("length");
        QTest::newRow("chunked") << QByteArray("chunked");
        QTest::newRow("the body comes late") << QByteArray("late");
        QTest::newRow("no body") << QByteArray("none");
    }

    void keepsTheConnectionOfAShortAnswerThatIsLeft()
    {
        QFETCH(QByteArray, framing);
        const QByteArray body(20'000, 'e');
        m_upstream->setBehaviour([&](const Arrived &arrived) {
            if (arrived.onConnection > 0)
                return Script().answer(200, "text/plain", "second");
            if (framing == "chunked")
                return Script().head(503, {{"Transfer-Encoding", "chunked"}}).chunk(body).lastChunk();
            if (framing == "late")
                return Script().head(503, {{"Content-Length", "20000"}}).delay(200ms).send(body);
            return Script().answer(503, "text/plain", framing == "none" ? QByteArray() : body);
        });
        QPointer<UpstreamReply> first = m_client->get(m_upstream->baseUrl(), "/1");
        int signalsAfter = 0;
        connect(first, &QNetworkReply::metaDataChanged, this, [&] {
            connect(first, &QNetworkReply::readyRead, this, [&] { ++signalsAfter; });
            connect(first, &QNetworkReply::finished, this, [&] { ++signalsAfter; });
            first->leave();
        });
        QTRY_VERIFY(!first);
        QCOMPARE(signalsAfter, 0);
        QCOMPARE(m_client->figures().idle, 1);
        QCOMPARE(m_client->figures().busy, 0);

        std::unique_ptr<UpstreamReply> second(m_client->get(m_upstream->baseUrl(), "/2"));
        QTRY_VERIFY(second->isFinished());
        QCOMPARE(second->takeBody(), QByteArray("second"));
        QVERIFY(second->reusedConnection());
        QCOMPARE(m_upstream->connectionsAccepted(), 1);
    }

    void keepsTheConnectionOfACompleteAnswerThatIsLeft()
    {
        QPointer<UpstreamReply> reply = m_client->get(m_upstream->baseUrl(), "/v1/models");
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(m_client->figures().idle, 1);
        reply->leave();
        QTRY_VERIFY(!reply);
        QCOMPARE(m_client->figures().idle, 1);
    }

    void keepsTheConnectionOfAnAnswerThatStalledForRoom()
    {
        // More than is read ahead of the reader, so that the reply itself has stopped reading.
        constexpr qint64 bytes = 300'000;
        m_upstream->setBehaviour([](const Arrived &) {
            return Script().head(200, {{"Content-Length", QByteArray::number(bytes)}}).repeat("x", bytes);
        });
        QPointer<UpstreamReply> reply = m_client->get(m_upstream->baseUrl(), "/");
        QTRY_VERIFY(reply->bytesAvailable() >= 256 * 1024);
        reply->leave();
        QTRY_VERIFY(!reply);
        QCOMPARE(m_client->figures().idle, 1);
    }

    void closesTheConnectionOfAnAnswerThatGoesOn_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::newRow("endless chunks") << QByteArray("chunks");
        QTest::newRow("a long body") << QByteArray("long");
        QTest::newRow("ends with the connection") << QByteArray("close");
        QTest::newRow("silence") << QByteArray("silence");
        QTest::newRow("no head yet") << QByteArray("no head");
    }

    void closesTheConnectionOfAnAnswerThatGoesOn()
    {
        QFETCH(QByteArray, kind);
        m_upstream->setBehaviour([&](const Arrived &) {
            if (kind == "chunks")
                return Script().streamHead().repeatChunked(QByteArray(4096, 'x'), -1);
            if (kind == "long")
                return Script().head(503, {{"Content-Length", "10000000"}}).repeat("x", 10'000'000);
            if (kind == "close")
                return Script().head(503).send("x").stall();
            if (kind == "silence")
                return Script().head(503, {{"Content-Length", "10"}}).send("x").stall();
            return Script().stall();
        });
        QPointer<UpstreamReply> reply = m_client->get(m_upstream->baseUrl(), "/");
        if (kind == "no head")
            QTRY_COMPARE(m_upstream->arrivedCount(), 1);
        else
            QTRY_VERIFY(reply->hasHead());
        reply->leave();
        QTRY_VERIFY_WITH_TIMEOUT(!reply, 2500);
        QCOMPARE(m_client->figures().open, 0);
        QCOMPARE(m_client->figures().busy, 0);
        QTRY_COMPARE(m_upstream->openConnections(), 0);
    }

    void outlivesWhoeverLeftItButNotThePool()
    {
        m_upstream->setBehaviour([](const Arrived &) { return Script().head(503, {{"Content-Length", "10"}}).send("x").stall(); });
        auto exchange = std::make_unique<QObject>();
        QPointer<UpstreamReply> reply = m_client->get(m_upstream->baseUrl(), "/");
        reply->setParent(exchange.get());
        QTRY_VERIFY(reply->hasHead());
        reply->leave();
        exchange.reset();
        QVERIFY(reply);
        m_client->destroyPool();
        QVERIFY(!reply);
        QCOMPARE(m_client->figures().open, 0);
        QCOMPARE(m_client->figures().busy, 0);
    }

    void forgetsARequestThatIsLeftInTheQueue()
    {
        Config::Pool limits = UpstreamClient::fixedPool();
        limits.maxConnections = 1;
        UpstreamClient client(limits);
        m_upstream->setBehaviour([](const Arrived &) { return Script().stall(); });
        std::unique_ptr<UpstreamReply> first(client.get(m_upstream->baseUrl(), "/1"));
        QPointer<UpstreamReply> second = client.get(m_upstream->baseUrl(), "/2");
        QCOMPARE(client.figures().queued, 1);
        second->leave();
        QCOMPARE(client.figures().queued, 0);
        QTRY_VERIFY(!second);
    }

private:
    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<UpstreamClient> m_client;
};

QTEST_GUILESS_MAIN(TestUpstreamReply)
#include "tst_upstreamreply.moc"
