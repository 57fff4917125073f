#include "core/routing/failure.h"
#include "core/upstream/http2lane.h"
#include "core/upstream/protocolmemory.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"
#include "tests/support/tlsgateway.h"
#include "tests/support/upstreamclient.h"

#include <QCryptographicHash>
#include <QSslConfiguration>
#include <QTest>

#include <memory>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

bool usedHttp2(const UpstreamReply &reply)
{
    return reply.attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
}

} // namespace

#define NEED_GATEWAY()                                                                                                                \
    if (!TlsGateway::isInstalled())                                                                                                   \
        QSKIP("nginx with HTTP/2 is not installed.")

/// Endpoints that ask for HTTP/2, against nginx.
class TestHttp2 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_usual = QSslConfiguration::defaultConfiguration();
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
        m_gateway = std::make_unique<TlsGateway>();
        QSslConfiguration trusting = m_usual;
        trusting.addCaCertificates({m_gateway->certificate().certificate()});
        QSslConfiguration::setDefaultConfiguration(trusting);
        m_client = std::make_unique<UpstreamClient>();
        m_client->terms.http2 = true;
    }

    void cleanup()
    {
        m_client.reset();
        m_gateway.reset();
        m_upstream.reset();
        QSslConfiguration::setDefaultConfiguration(m_usual);
    }

    void answersOverHttp2()
    {
        NEED_GATEWAY();
        QVERIFY2(m_gateway->start(m_upstream->port(), true), qPrintable(m_gateway->problem()));
        const QByteArray question(R"({"model":"claude-x","messages":[]})");
        for (int round = 0; round < 2; ++round) {
            std::unique_ptr<UpstreamReply> reply(m_client->send("POST", m_gateway->baseUrl(), "/v1/messages?beta=true", question,
                                                                {{"X-Case-Kept", "no"}, {"User-Agent", "test/1"}, {"content-type", "application/json"}}));
            QTRY_VERIFY(reply->isFinished());
            QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
            QVERIFY(usedHttp2(*reply));
            QCOMPARE(reply->head().status, 200);
            QCOMPARE(firstValue(reply->head().headers, "content-type"), QByteArray("application/json"));
            QCOMPARE(reply->framing(), AnswerReader::Framing::Length);
            QVERIFY(reply->takeBody().contains("\"type\""));
            QCOMPARE(reply->reusedConnection(), round == 1);
        }
        QCOMPARE(m_upstream->arrivedCount(), 2);
        const Arrived arrived = m_upstream->arrivedAt(0);
        QCOMPARE(arrived.rawTarget, QByteArray("/v1/messages?beta=true"));
        QCOMPARE(arrived.body, question);
        QCOMPARE(arrived.header("user-agent"), QByteArray("test/1"));
        QCOMPARE(arrived.header("x-case-kept"), QByteArray("no"));
        QCOMPARE(arrived.header("accept-encoding"), QByteArray("identity"));
        QVERIFY(arrived.header("cookie").isEmpty());
        const PoolFigures figures = m_client->figures();
        QCOMPARE(figures.open, 1);
        QCOMPARE(figures.idle, 1);
        QCOMPARE(figures.busy, 0);
        m_client->pool().closeIdle();
        QCOMPARE(m_client->figures().open, 0);
        QCOMPARE(m_client->figures().idle, 0);
    }

    void passesStatusesAndHeadersOn_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {204, 304, 400, 401, 404, 407, 429, 500, 503, 529})
            QTest::addRow("%d", status) << status;
    }

    void passesStatusesAndHeadersOn()
    {
        NEED_GATEWAY();
        QFETCH(int, status);
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        const bool hasBody = status >= 400;
        m_upstream->setBehaviour([=](const Arrived &) {
            const RawHeaders headers{{"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2, c"}, {"Retry-After", "7"}};
            return hasBody ? Script().answer(status, "text/plain", "why", headers) : Script().head(status, headers);
        });
        std::unique_ptr<UpstreamReply> reply(m_client->send("POST", m_gateway->baseUrl(), "/", "{}"));
        QTRY_VERIFY(reply->isFinished());
        QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
        QVERIFY(usedHttp2(*reply));
        QCOMPARE(reply->head().status, status);
        QCOMPARE(firstValue(reply->head().headers, "retry-after"), QByteArray("7"));
        QCOMPARE(std::count_if(reply->head().headers.begin(), reply->head().headers.end(),
                               [](const HeaderField &f) { return isNamed(f, "set-cookie"); }), 2);
        QCOMPARE(reply->takeBody(), hasBody ? QByteArray("why") : QByteArray());
    }

    void streamsEventByEvent()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        m_upstream->setBehaviour([](const Arrived &) {
            return Script().streamHead().events({"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"}, 200ms).lastChunk();
        });
        std::unique_ptr<UpstreamReply> reply(m_client->send("POST", m_gateway->baseUrl(), "/v1/messages", "{}"));
        QList<QByteArray> events;
        connect(reply.get(), &QNetworkReply::readyRead, reply.get(), [&] { events.append(reply->takeBody()); });
        QTRY_VERIFY(reply->isFinished());
        QVERIFY(usedHttp2(*reply));
        QCOMPARE(reply->framing(), AnswerReader::Framing::Chunked);
        QCOMPARE(events, (QList<QByteArray>{"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"}));
        QCOMPARE(reply->fault(), UpstreamFault::None);
    }

    void runsFiftyStreamsOnOneConnection()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        std::unique_ptr<UpstreamReply> first(m_client->get(m_gateway->baseUrl(), "/v1/models"));
        QTRY_VERIFY(first->isFinished());
        m_upstream->setBehaviour([](const Arrived &) { return Script().streamHead().events({"data: 1\n\n"}, 0ms).stall(); });
        std::vector<std::unique_ptr<UpstreamReply>> replies;
        for (int i = 0; i < 50; ++i)
            replies.emplace_back(m_client->send("POST", m_gateway->baseUrl(), "/v1/messages", "{}"));
        QTRY_COMPARE(m_upstream->openStreams(), 50);
        for (const auto &reply : replies) {
            QTRY_VERIFY(reply->bodyWaits());
            QVERIFY(usedHttp2(*reply));
            QVERIFY(reply->reusedConnection());
        }
        QCOMPARE(m_client->figures().busy, 50);
        QCOMPARE(m_client->figures().open, 1);
        QCOMPARE(m_client->figures().idle, 0);
        replies.clear();
        QTRY_COMPARE(m_upstream->openStreams(), 0); // each was reset
        QCOMPARE(m_client->figures().busy, 0);
        QCOMPARE(m_client->figures().idle, 1);
    }

    void asksOverHttp11WhereHttp2HasNoRoom()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        // While the first finds out what the upstream speaks, nobody waits for it.
        std::vector<std::unique_ptr<UpstreamReply>> replies;
        for (int i = 0; i < 3; ++i)
            replies.emplace_back(m_client->get(m_gateway->baseUrl(), "/v1/models"));
        for (const auto &reply : replies)
            QTRY_VERIFY(reply->isFinished());
        QVERIFY(usedHttp2(*replies[0]));
        QVERIFY(!usedHttp2(*replies[1]));
        replies.clear();

        constexpr int all = Http2Lane::maxStreams + 5;
        m_upstream->setBehaviour([](const Arrived &) { return Script().streamHead().events({"data: 1\n\n"}, 0ms).stall(); });
        for (int i = 0; i < all; ++i)
            replies.emplace_back(m_client->get(m_gateway->baseUrl(), "/stream"));
        QTRY_COMPARE(m_upstream->openStreams(), all);
        for (const auto &reply : replies)
            QTRY_VERIFY(reply->bodyWaits());
        QCOMPARE(std::count_if(replies.begin(), replies.end(), [](const auto &reply) { return !usedHttp2(*reply); }), 5);
        QCOMPARE(m_client->figures().busy, all);
        QCOMPARE(m_client->figures().open, 1 + 5);
    }

    void takesBackWhatQtQueues()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true, 1000, 1));
        m_upstream->setBehaviour([](const Arrived &arrived) {
            return arrived.rawTarget == "/stream" ? Script().streamHead().events({"data: 1\n\n"}, 0ms).stall()
                                                  : Script().answer(200, "text/plain", "fine");
        });
        std::unique_ptr<UpstreamReply> running(m_client->send("POST", m_gateway->baseUrl(), "/stream", "{}"));
        QTRY_VERIFY(running->bodyWaits());
        QVERIFY(usedHttp2(*running));
        std::unique_ptr<UpstreamReply> queued(m_client->send("POST", m_gateway->baseUrl(), "/second", "{}"));
        QTRY_VERIFY(queued->isFinished());
        QCOMPARE(queued->errorString(), QStringLiteral("the HTTP/2 connection takes no more requests"));
        QVERIFY(queued->provenUnread()); // a stale connection, for the exchange
        QCOMPARE(m_upstream->arrivedCount(), 1);
        std::unique_ptr<UpstreamReply> again(m_client->send("POST", m_gateway->baseUrl(), "/second", "{}"));
        QTRY_VERIFY(again->isFinished());
        QCOMPARE(again->fault(), UpstreamFault::None);
        QVERIFY(!usedHttp2(*again));
        QVERIFY(!running->isFinished());
        QCOMPARE(m_upstream->arrivedCount(), 2);
    }

    void uploadsAMegabyte()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        QByteArray body(1'000'000, 'u');
        for (qsizetype i = 0; i < body.size(); i += 1000)
            body[i] = static_cast<char>('a' + i / 1000 % 26);
        for (int round = 0; round < 2; ++round) {
            std::unique_ptr<UpstreamReply> reply(m_client->send("POST", m_gateway->baseUrl(), "/echo", body));
            QTRY_VERIFY(reply->isFinished());
            QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
            QVERIFY(usedHttp2(*reply));
        }
        QCOMPARE(m_upstream->countOfBody(QCryptographicHash::hash(body, QCryptographicHash::Sha256).toHex()), 2);
    }

    void resetsTheStreamOfWhoeverLeaves_data()
    {
        QTest::addColumn<QByteArray>("how");
        for (const char *how : {"abort", "leave", "delete"})
            QTest::newRow(how) << QByteArray(how);
    }

    void resetsTheStreamOfWhoeverLeaves()
    {
        NEED_GATEWAY();
        QFETCH(QByteArray, how);
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        m_upstream->setBehaviour([](const Arrived &arrived) {
            return arrived.rawTarget == "/stream" ? Script().streamHead().repeatChunked(QByteArray(1000, 'x'), -1)
                                                  : Script().answer(200, "text/plain", "fine");
        });
        std::unique_ptr<UpstreamReply> first(m_client->get(m_gateway->baseUrl(), "/"));
        QTRY_VERIFY(first->isFinished());
        QPointer<UpstreamReply> reply = m_client->get(m_gateway->baseUrl(), "/stream");
        QTRY_VERIFY(reply->bodyWaits());
        int finishes = 0;
        connect(reply, &QNetworkReply::finished, this, [&finishes] { ++finishes; });
        if (how == "abort") {
            reply->abort();
            QCOMPARE(finishes, 1);
            QCOMPARE(reply->fault(), UpstreamFault::Cancelled);
            reply->deleteLater();
        } else if (how == "leave") {
            reply->leave();
        } else {
            delete reply;
        }
        QTRY_VERIFY(!reply);
        QTRY_COMPARE(m_upstream->openStreams(), 0);
        std::unique_ptr<UpstreamReply> next(m_client->get(m_gateway->baseUrl(), "/"));
        QTRY_VERIFY(next->isFinished());
        QVERIFY(usedHttp2(*next));
        QVERIFY(next->reusedConnection());
    }

    void servesTheSameRequestWhereThereIsNoHttp2()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), false));
        std::unique_ptr<UpstreamReply> first(m_client->send("POST", m_gateway->baseUrl(), "/v1/messages", R"({"model":"m"})"));
        QTRY_VERIFY(first->isFinished());
        QVERIFY2(first->fault() == UpstreamFault::None, qPrintable(first->errorString()));
        QVERIFY(!usedHttp2(*first));
        QCOMPARE(first->head().status, 200);
        QVERIFY(first->connectTimes().tls.has_value());
        std::unique_ptr<UpstreamReply> second(m_client->get(m_gateway->baseUrl(), "/v1/models"));
        QTRY_VERIFY(second->isFinished());
        QVERIFY(second->reusedConnection());
        QCOMPARE(m_client->figures().openedTotal, 1u); // nothing was lost by asking
        QCOMPARE(m_upstream->arrivedCount(), 2);
    }

    void goesBackToHttp11WhenConnectionsDie_data()
    {
        QTest::addColumn<QByteArray>("verb");
        QTest::newRow("GET") << QByteArray("GET");
        QTest::newRow("POST") << QByteArray("POST");
    }

    void goesBackToHttp11WhenConnectionsDie()
    {
        NEED_GATEWAY();
        QFETCH(QByteArray, verb);
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        std::unique_ptr<UpstreamReply> first(m_client->get(m_gateway->baseUrl(), "/v1/models"));
        QTRY_VERIFY(first->isFinished());
        QVERIFY(usedHttp2(*first));
        m_upstream->forget();
        m_upstream->setBehaviour([](const Arrived &arrived) {
            return arrived.rawTarget == "/wait" ? Script().stall() : Script().answer(200, "text/plain", "fine");
        });
        std::unique_ptr<UpstreamReply> lost(m_client->send(verb, m_gateway->baseUrl(), "/wait", verb == "POST" ? "{}" : ""));
        QTRY_COMPARE(m_upstream->arrivedCount(), 1);
        m_gateway->kill();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        QTRY_VERIFY(lost->isFinished());
        Evidence evidence;
        evidence.fault = lost->fault();
        evidence.phase = lost->phase();
        evidence.provenUnread = lost->provenUnread();
        QCOMPARE(classify(evidence), FailureClass::Broken); // the upstream had it
        QCOMPARE(m_upstream->arrivedCount(), 1);

        std::unique_ptr<UpstreamReply> next(m_client->send(verb, m_gateway->baseUrl(), "/next", verb == "POST" ? "{}" : ""));
        QTRY_VERIFY(next->isFinished());
        QCOMPARE(next->fault(), UpstreamFault::None);
        QVERIFY(!usedHttp2(*next));
        QCOMPARE(m_client->figures().busy, 0);
        QCOMPARE(m_client->figures().open, 1);
    }

    void seesThatAnAnswerBrokeOff()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        m_upstream->setBehaviour([](const Arrived &) {
            return Script().head(200, {{"Content-Length", "1000"}}).send("only this").delay(100ms).close();
        });
        std::unique_ptr<UpstreamReply> reply(m_client->get(m_gateway->baseUrl(), "/"));
        QTRY_VERIFY(reply->isFinished());
        QVERIFY(usedHttp2(*reply));
        QVERIFY(reply->fault() != UpstreamFault::None);
        QCOMPARE(reply->takeBody(), QByteArray("only this"));
    }

    void givesUpInTime()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        std::unique_ptr<UpstreamReply> first(m_client->get(m_gateway->baseUrl(), "/v1/models"));
        QTRY_VERIFY(first->isFinished());
        m_upstream->setBehaviour([](const Arrived &) { return Script().stall(); });
        m_client->terms.read = 300ms;
        std::unique_ptr<UpstreamReply> reply(m_client->get(m_gateway->baseUrl(), "/"));
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(reply->fault(), UpstreamFault::TimedOut);
        QCOMPARE(reply->errorString(), QStringLiteral("no answer within 0.3 s"));
        QTRY_COMPARE(m_upstream->openStreams(), 0);
    }

    void speaksHttp11WithoutTls()
    {
        std::unique_ptr<UpstreamReply> reply(m_client->get(m_upstream->baseUrl(), "/v1/models"));
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(reply->fault(), UpstreamFault::None);
        QVERIFY(!usedHttp2(*reply));
        QCOMPARE(m_upstream->arrivedAt(0).version, QByteArray("HTTP/1.1"));
    }

    void servesAClientOverHttp2()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        TestProxy proxy({m_gateway->baseUrl()});
        Config config = *proxy.plane().router.config();
        config.clusters[0].endpoints[0].http2 = true;
        proxy.plane().router.configure(std::make_shared<const Config>(config), QString());
        RawClient client;
        client.connectTo(proxy.port());
        for (int round = 1; round <= 2; ++round) {
            client.post("/v1/messages", R"JSON({"model":"claude-x","stream":true,"messages":[]})JSON");
            QTRY_COMPARE(client.finished(), round);
            QVERIFY(client.response(round - 1).complete);
            QCOMPARE(client.response(round - 1).status, 200);
            QVERIFY(client.response(round - 1).body.contains("message_stop"));
            QCOMPARE(proxy.last().outcome, Outcome::Complete);
        }
        QCOMPARE(proxy.pool().open, 1);
        QCOMPARE(proxy.pool().reusedTotal, 0u); // its own connections carry no HTTP/2
    }

    void losesNothingWhenTheServerSaysGoodbye()
    {
        NEED_GATEWAY();
        constexpr int clientCount = 12;
        QVERIFY(m_gateway->start(m_upstream->port(), true, 3));
        m_upstream->setBehaviour([](const Arrived &arrived) { return Script().delay(30ms).answer(200, "text/plain", arrived.body); });
        // Now and then Qt forgets a stream that the server did not take any more: its silence ends it, and the next endpoint answers.
        Config deadlines = TestProxy::patient();
        deadlines.timeouts.read = 1500ms;
        TestProxy proxy({m_gateway->baseUrl(), m_upstream->baseUrl()}, deadlines);
        Config config = *proxy.plane().router.config();
        config.clusters[0].endpoints[0].http2 = true;
        proxy.plane().router.configure(std::make_shared<const Config>(config), QString());
        RawClient first;
        first.connectTo(proxy.port());
        first.post("/echo", "first");
        QTRY_VERIFY(first.response().complete);
        // Most of these come when the server has just stopped taking requests on the connection.
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < clientCount; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            clients.back()->post("/echo", "body " + QByteArray::number(i));
        }
        for (int i = 0; i < clientCount; ++i) {
            const auto &client = clients[static_cast<size_t>(i)];
            QTRY_VERIFY(client->response().complete);
            QCOMPARE(client->response().status, 200);
            QCOMPARE(client->response().body, "body " + QByteArray::number(i));
        }
        QCOMPARE(m_upstream->arrivedCount(), 1 + clientCount); // none came twice
        for (const int count : m_upstream->countPerBody())
            QCOMPARE(count, 1);
        QTRY_COMPARE(proxy.pool().busy, 0);
    }

    void leavesTargetsThatQtWouldRewriteToHttp11_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<bool>("fits");
        QTest::newRow("plain") << QByteArray("/v1/messages?beta=true") << true;
        QTest::newRow("colon") << QByteArray("/v1beta/models/gemini:generateContent?alt=sse") << true;
        QTest::newRow("escaped slash") << QByteArray("/v1/models/a%2Fb") << true;
        QTest::newRow("empty query") << QByteArray("/v1/x?") << true;
        QTest::newRow("dots") << QByteArray("/v1/../admin") << false;
        QTest::newRow("escaped dots") << QByteArray("/v1/%2e%2e/admin") << false;
        QTest::newRow("needless escape") << QByteArray("/%41") << false;
        QTest::newRow("lone percent") << QByteArray("/100%") << false;
        QTest::newRow("two slashes") << QByteArray("//double") << false;
        QTest::newRow("fragment") << QByteArray("/a#b") << false;
        QTest::newRow("asterisk") << QByteArray("*") << false;
        QTest::newRow("raw bytes") << QByteArray("/\xc3\xa9") << false;
    }

    void leavesTargetsThatQtWouldRewriteToHttp11()
    {
        QFETCH(QByteArray, target);
        UpstreamRequest request;
        request.address.host = QStringLiteral("relay.test");
        request.address.port = 443;
        request.target = target;
        QTEST(http2Url(request).has_value(), "fits");
    }

    void believesForTenMinutesThatThereIsNoHttp2()
    {
        using Protocol = ProtocolMemory::Protocol;
        ProtocolMemory memory;
        UpstreamAddress address, other;
        address.host = QStringLiteral("a.test");
        other.host = QStringLiteral("b.test");
        const auto start = ProtocolMemory::Clock::now();
        QCOMPARE(memory.of(address, start), Protocol::Unknown);
        memory.learn(address, Protocol::Http1, start);
        memory.learn(other, Protocol::Http2, start);
        QCOMPARE(memory.of(address, start + 599s), Protocol::Http1);
        QCOMPARE(memory.of(address, start + 600s), Protocol::Unknown);
        QCOMPARE(memory.of(other, start + 24h), Protocol::Http2);
        memory.learn(other, Protocol::Http1, start + 24h);
        QCOMPARE(memory.of(other, start + 24h), Protocol::Http1);
    }

private:
    QSslConfiguration m_usual;
    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<TlsGateway> m_gateway;
    std::unique_ptr<UpstreamClient> m_client;
};

QTEST_GUILESS_MAIN(TestHttp2)
#include "tst_http2.moc"
