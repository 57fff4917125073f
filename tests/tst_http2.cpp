#include "core/routing/failure.h"
#include "core/upstream/http2policy.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"
#include "tests/support/tlsgateway.h"
#include "tests/support/upstreamclient.h"

#include <QCryptographicHash>
#include <QFile>
#include <QSslConfiguration>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

bool usedHttp2(const UpstreamReply &reply)
{
    return reply.version() == HttpVersion::Http2;
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
            QCOMPARE(reply->framing(), AnswerGate::Framing::Length);
            QVERIFY(reply->takeBody().contains("\"type\""));
            QCOMPARE(reply->reusedConnection(), round == 1);
        }
        QCOMPARE(m_upstream->arrivedCount(), 2);
        const Arrived arrived = m_upstream->arrivedAt(0);
        QCOMPARE(arrived.rawTarget, QByteArray("/v1/messages?beta=true"));
        QCOMPARE(arrived.body, question);
        QCOMPARE(arrived.header("user-agent"), QByteArray("test/1"));
        QCOMPARE(arrived.header("x-case-kept"), QByteArray("no"));
        QVERIFY(arrived.header("accept-encoding").isEmpty()); // what the client did not say nobody says for it
        QVERIFY(arrived.header("cookie").isEmpty());
        const PoolFigures figures = m_client->figures();
        QCOMPARE(figures.open, 1);
        QCOMPARE(figures.http2, 1);
        QCOMPARE(figures.openedTotal, 1u); // the one that asked what the upstream speaks
        QCOMPARE(figures.reusedTotal, 1u);
        QCOMPARE(figures.idle, 1);
        QCOMPARE(figures.busy, 0);
        m_client->pool().closeIdle();
        QCOMPARE(m_client->figures().http2, 0);
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

    void getsOnWithAServerOfOtherHands()
    {
        if (LoopbackServer::find(QStringLiteral("nghttpd")).isEmpty())
            QSKIP("nghttpd is not installed.");
        QTemporaryDir folder;
        const QByteArray content(200'000, 'f');
        const auto write = [&folder](const char *name, const QByteArray &bytes) {
            QFile file(folder.filePath(QLatin1String(name)));
            return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
        };
        QVERIFY(write("file", content) && write("key.pem", m_gateway->certificate().keyPem) && write("certificate.pem", m_gateway->certificate().certificatePem));
        const quint16 port = freePort();
        LoopbackServer server;
        QVERIFY2(server.start(QStringLiteral("nghttpd"), {QStringLiteral("-a"), QStringLiteral("127.0.0.1"), QStringLiteral("-d"), folder.path(),
                                                          QStringLiteral("--echo-upload"), QStringLiteral("--trailer"), QStringLiteral("x-checksum: 1"),
                                                          QString::number(port), folder.filePath(QStringLiteral("key.pem")),
                                                          folder.filePath(QStringLiteral("certificate.pem"))}, port),
                 qPrintable(server.problem()));
        const QByteArray url = "https://localhost:" + QByteArray::number(port);
        std::vector<std::unique_ptr<UpstreamReply>> replies;
        std::vector<QByteArray> bodies(100);
        for (size_t i = 0; i < bodies.size(); ++i) {
            replies.emplace_back(i % 2 ? m_client->get(url, "/file") : m_client->send("POST", url, "/echo", content));
            connect(replies.back().get(), &QNetworkReply::readyRead, this, [reply = replies.back().get(), &body = bodies[i]] { body += reply->takeBody(); });
        }
        for (size_t i = 0; i < bodies.size(); ++i) {
            QTRY_VERIFY(replies[i]->isFinished());
            QVERIFY2(replies[i]->fault() == UpstreamFault::None, qPrintable(replies[i]->errorString()));
            QCOMPARE(replies[i]->head().status, 200);
            QVERIFY(bodies[i] + replies[i]->takeBody() == content);
        }
        QCOMPARE(m_client->figures().openedTotal, 1u);
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
        QCOMPARE(reply->framing(), AnswerGate::Framing::Delimited);
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

    void sharesTheConnectionThatIsBeingOpened()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        std::vector<std::unique_ptr<UpstreamReply>> replies;
        for (int i = 0; i < 32; ++i)
            replies.emplace_back(m_client->get(m_gateway->baseUrl(), "/v1/models"));
        QCOMPARE(m_client->figures().queued, 31);
        for (const auto &reply : replies) {
            QTRY_VERIFY(reply->isFinished());
            QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
            QVERIFY(usedHttp2(*reply));
        }
        QCOMPARE(m_client->figures().openedTotal, 1u);
        QCOMPARE(m_client->figures().queued, 0);
        QCOMPARE(m_client->budget().held(), 1);
    }

    void countsRequestsAgainstTheLimit()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        Config::Pool limits = UpstreamClient::fixedPool();
        limits.maxConnections = 8;
        m_client = std::make_unique<UpstreamClient>(limits);
        m_client->terms.http2 = true;
        m_upstream->setBehaviour([](const Arrived &arrived) {
            return arrived.rawTarget == "/stream" ? Script().streamHead().events({"data: 1\n\n"}, 0ms).stall()
                                                  : Script().answer(200, "text/plain", "fine");
        });
        std::vector<std::unique_ptr<UpstreamReply>> running, waiting;
        for (int i = 0; i < 8; ++i)
            running.emplace_back(m_client->get(m_gateway->baseUrl(), "/stream"));
        QTRY_COMPARE(m_upstream->openStreams(), 8);
        for (int i = 0; i < 8; ++i)
            waiting.emplace_back(m_client->get(m_gateway->baseUrl(), "/"));
        QCOMPARE(m_client->figures().open, 1);
        QCOMPARE(m_client->figures().busy, 8);
        QCOMPARE(m_client->figures().queued, 8);
        QCOMPARE(m_client->budget().held(), 8);
        running.clear();
        for (const auto &reply : waiting) {
            QTRY_VERIFY(reply->isFinished());
            QVERIFY(usedHttp2(*reply));
        }
        QCOMPARE(m_client->figures().openedTotal, 1u);
        QCOMPARE(m_client->figures().idle, 1);
        QCOMPARE(m_client->budget().held(), 1);
    }

    void opensOneConnectionForAllWhoWaitForPermits()
    {
        NEED_GATEWAY();
        QVERIFY(m_gateway->start(m_upstream->port(), true));
        Config::Pool limits = UpstreamClient::fixedPool();
        limits.maxConnections = 8;
        m_client = std::make_unique<UpstreamClient>(limits);
        m_client->terms.http2 = true;
        std::vector<std::unique_ptr<UpstreamReply>> replies;
        for (int i = 0; i < 100; ++i)
            replies.emplace_back(m_client->get(m_gateway->baseUrl(), "/v1/models"));
        for (const auto &reply : replies) {
            QTRY_VERIFY(reply->isFinished());
            QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
        }
        QCOMPARE(m_client->figures().openedTotal, 1u);
        QCOMPARE(m_client->budget().held(), 1);
    }

    void learnsHowManyRequestsAConnectionServes_data()
    {
        QTest::addColumn<int>("requests");
        QTest::newRow("one") << 1;
        QTest::newRow("seven") << 7;
    }

    void learnsHowManyRequestsAConnectionServes()
    {
        NEED_GATEWAY();
        QFETCH(int, requests);
        QVERIFY(m_gateway->start(m_upstream->port(), true, requests));
        TestProxy proxy({m_gateway->baseUrl()});
        proxy.setHttp2(true);
        constexpr int all = 60;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < all; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            clients.back()->post("/echo", "body " + QByteArray::number(i));
        }
        for (const auto &client : clients) {
            QTRY_VERIFY(client->response().complete);
            QCOMPARE(client->response().status, 200);
        }
        QTRY_COMPARE(proxy.records().size(), all);
        qsizetype attempts = 0;
        for (const ExchangeRecord &record : proxy.records()) {
            attempts += record.attempts.size();
            QVERIFY2(record.attempts.size() <= 4, qPrintable(QString::number(record.attempts.size())));
        }
        QVERIFY2(attempts <= 3 * all, qPrintable(QString::number(attempts)));
    }

    void opensAnotherConnectionWhereOneIsFull_data()
    {
        QTest::addColumn<int>("streams");
        QTest::addColumn<int>("requests");
        QTest::addColumn<int>("connections");
        QTest::newRow("one at a time") << 1 << 6 << 6;
        QTest::newRow("four at a time") << 4 << 10 << 3;
        QTest::newRow("a thousand at a time") << 1000 << 150 << 1;
    }

    void opensAnotherConnectionWhereOneIsFull()
    {
        NEED_GATEWAY();
        QFETCH(int, streams);
        QFETCH(int, requests);
        QFETCH(int, connections);
        QVERIFY(m_gateway->start(m_upstream->port(), true, 10000, streams));
        Config::Pool limits = UpstreamClient::fixedPool();
        limits.maxConnections = 200;
        m_client = std::make_unique<UpstreamClient>(limits);
        m_client->terms.http2 = true;
        std::unique_ptr<UpstreamReply> first(m_client->get(m_gateway->baseUrl(), "/v1/models"));
        QTRY_VERIFY(first->isFinished());
        QTRY_COMPARE(m_client->figures().idle, 1);
        m_upstream->setBehaviour([](const Arrived &) { return Script().streamHead().events({"data: 1\n\n"}, 0ms).stall(); });
        std::vector<std::unique_ptr<UpstreamReply>> replies;
        for (int i = 0; i < requests; ++i)
            replies.emplace_back(m_client->get(m_gateway->baseUrl(), "/stream"));
        QTRY_COMPARE(m_upstream->openStreams(), requests);
        for (const auto &reply : replies) {
            QTRY_VERIFY(reply->bodyWaits());
            QVERIFY(usedHttp2(*reply));
        }
        QCOMPARE(m_client->figures().busy, requests);
        QCOMPARE(m_client->figures().open, connections);
        QCOMPARE(m_client->figures().http2, connections);
        QCOMPARE(m_client->budget().held(), requests);
        replies.clear();
        QTRY_COMPARE(m_upstream->openStreams(), 0);
        QCOMPARE(m_client->figures().busy, 0);
        QCOMPARE(m_client->budget().held(), m_client->figures().open);
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

    void opensAnotherConnectionWhenOneDies_data()
    {
        QTest::addColumn<QByteArray>("verb");
        QTest::newRow("GET") << QByteArray("GET");
        QTest::newRow("POST") << QByteArray("POST");
    }

    void opensAnotherConnectionWhenOneDies()
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
        QVERIFY(usedHttp2(*next));
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
        QCOMPARE(proxy.pool().http2, 1);
        QCOMPARE(proxy.pool().reusedTotal, 1u);
        QCOMPARE(proxy.last().attempts.at(0).version, HttpVersion::Http2);
    }

    void losesNothingWhenTheServerSaysGoodbye()
    {
        NEED_GATEWAY();
        constexpr int clientCount = 12;
        QVERIFY(m_gateway->start(m_upstream->port(), true, 3));
        m_upstream->setBehaviour([](const Arrived &arrived) { return Script().delay(30ms).answer(200, "text/plain", arrived.body); });
        TestProxy proxy({m_gateway->baseUrl()});
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

    void believesForTenMinutesThatThereIsNoHttp2()
    {
        using Protocol = ProtocolMemory::Protocol;
        ProtocolMemory memory;
        UpstreamAddress address, other;
        address.host = QStringLiteral("a.test");
        other.host = QStringLiteral("b.test");
        const auto start = ProtocolMemory::Clock::now();
        QCOMPARE(memory.of(address, start), Protocol::Unknown);
        memory.learnHttp1(address, start);
        memory.learnHttp2(other, 7, start);
        QCOMPARE(memory.streamsOf(address, start), ProtocolMemory::usualStreams);
        QCOMPARE(memory.streamsOf(other, start), 7u);
        constexpr quint32 unlimited = std::numeric_limits<quint32>::max();
        QCOMPARE(memory.lifeOf(other, start), unlimited);
        memory.learnLife(other, 3, start);
        memory.learnHttp2(other, 7, start + 1s); // another connection has begun
        QCOMPARE(memory.lifeOf(other, start + 59s), 3u);
        QCOMPARE(memory.lifeOf(other, start + 60s), unlimited);
        memory.learnStreams(other, 2, start);
        QCOMPARE(memory.streamsOf(other, start + 59s), 2u);
        QCOMPARE(memory.streamsOf(other, start + 60s), 7u);
        memory.learnLife(other, 0, start);
        QCOMPARE(memory.lifeOf(other, start), 1u); // none would be no connection at all
        QCOMPARE(memory.of(address, start + 599s), Protocol::Http1);
        QCOMPARE(memory.of(address, start + 600s), Protocol::Unknown);
        QCOMPARE(memory.of(other, start + 24h), Protocol::Http2);
        memory.learnHttp1(other, start + 24h);
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
