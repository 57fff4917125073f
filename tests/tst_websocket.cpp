#include "tests/support/arrived.h"
#include "tests/support/forwardproxy.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"
#include "tests/support/testproxy.h"
#include "tests/support/websocketends.h"

#include <QFile>
#include <QNetworkRequest>
#include <QSignalSpy>
#include <QSslConfiguration>
#include <QTemporaryDir>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// A WebSocket server that says back whatever it hears.
class EchoServer
{
public:
    explicit EchoServer(QWebSocketServer::SslMode mode = QWebSocketServer::NonSecureMode) : server(u"echo"_s, mode)
    {
        QObject::connect(&server, &QWebSocketServer::newConnection, &server, [this] {
            socket.reset(server.nextPendingConnection());
            QObject::connect(socket.get(), &QWebSocket::textMessageReceived, socket.get(), &QWebSocket::sendTextMessage);
            QObject::connect(socket.get(), &QWebSocket::binaryMessageReceived, socket.get(), &QWebSocket::sendBinaryMessage);
        });
    }
    QByteArray baseUrl() const
    {
        return (server.secureMode() == QWebSocketServer::SecureMode ? "https://localhost:" : "http://127.0.0.1:") + QByteArray::number(server.serverPort());
    }

    QWebSocketServer server;
    std::unique_ptr<QWebSocket> socket;
};

QUrl urlOf(const TestProxy &proxy, const QString &path = u"/v1/responses"_s)
{
    return QUrl(u"ws://127.0.0.1:%1%2"_s.arg(proxy.port()).arg(path));
}

/// An answer that says no.
Script no(int status, const QByteArray &body = R"({"error":{"message":"no","type":"x"}})")
{
    return Script().answer(status, "application/json", body);
}

} // namespace

/// WebSockets through the proxy, up to the 101 and behind it.
class TestWebSocket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_echo = std::make_unique<EchoServer>();
        QVERIFY(m_echo->server.listen(QHostAddress::LocalHost));
    }

    void passesMessagesBothWays()
    {
        TestProxy proxy({m_echo->baseUrl()});
        QWebSocket client;
        QSignalSpy texts(&client, &QWebSocket::textMessageReceived);
        QSignalSpy binaries(&client, &QWebSocket::binaryMessageReceived);
        QSignalSpy pongs(&client, &QWebSocket::pong);
        QSignalSpy gone(&client, &QWebSocket::disconnected);
        QNetworkRequest request(urlOf(proxy, u"/v1/responses?a=b"_s));
        request.setRawHeader("Authorization", "Bearer the-clients-own");
        request.setRawHeader("session-id", "conversation-1");
        client.open(request);
        QTRY_VERIFY(m_echo->socket && client.state() == QAbstractSocket::ConnectedState);
        // The request is the client's, but for the key.
        const QNetworkRequest arrived = m_echo->socket->request();
        QCOMPARE(arrived.rawHeader("Authorization"), QByteArray("Bearer upstream-key-0"));
        QCOMPARE(arrived.rawHeader("session-id"), QByteArray("conversation-1"));
        QCOMPARE(arrived.url().path() + u'?' + arrived.url().query(), u"/v1/responses?a=b"_s);
        client.sendTextMessage(u"Grüße"_s);
        QTRY_COMPARE(texts.size(), 1);
        QCOMPARE(texts.first().first().toString(), u"Grüße"_s);
        const QByteArray large(3'000'000, 'x'); // in fragments
        client.sendBinaryMessage(large);
        QTRY_COMPARE(binaries.size(), 1);
        QVERIFY(binaries.first().first().toByteArray() == large);
        client.ping("p");
        QTRY_COMPARE(pongs.size(), 1);

        const QList<RunningExchange> running = proxy.running();
        QCOMPARE(running.size(), 1);
        QCOMPARE(running.first().state, RunningState::Streaming);
        QVERIFY(running.first().soFar.requestBytes > large.size() && running.first().soFar.answerBytes > large.size());
        client.close();
        QTRY_COMPARE(gone.size(), 1);
        QTRY_COMPARE(proxy.inFlight(), 0);
        const ExchangeRecord record = proxy.last();
        QCOMPARE(record.outcome, Outcome::Complete);
        QCOMPARE(record.status, 101);
        QVERIFY(record.streamed && record.firstByteMs && record.error.isEmpty());
        QVERIFY(record.requestBytes > large.size() && record.answerBytes > large.size());
        QCOMPARE(record.attempts.size(), 1);
        QCOMPARE(record.attempts.first().failure, FailureClass::None);
        QCOMPARE(record.attempts.first().version, HttpVersion::Http1);
        QCOMPARE(record.attempts.first().phase, Phase::Body);
    }

    void passesTheCloseAsItIs_data()
    {
        QTest::addColumn<bool>("byUpstream");
        QTest::newRow("by the client") << false;
        QTest::newRow("by the upstream") << true;
    }

    void passesTheCloseAsItIs()
    {
        QFETCH(bool, byUpstream);
        TestProxy proxy({m_echo->baseUrl()});
        QWebSocket client;
        client.open(urlOf(proxy));
        QTRY_VERIFY(m_echo->socket && client.state() == QAbstractSocket::ConnectedState);
        QWebSocket &first = byUpstream ? *m_echo->socket : client;
        QWebSocket &second = byUpstream ? client : *m_echo->socket;
        QSignalSpy gone(&second, &QWebSocket::disconnected);
        first.close(QWebSocketProtocol::CloseCodePolicyViolated, u"because"_s);
        QTRY_COMPARE(gone.size(), 1);
        QCOMPARE(second.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
        QCOMPARE(second.closeReason(), u"because"_s);
        QTRY_COMPARE(proxy.records().size(), 1);
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
        QTRY_COMPARE(proxy.pool().open, 0);
    }

    void passesANoOn_data()
    {
        QTest::addColumn<Script>("answer");
        QTest::addColumn<int>("status");
        QTest::newRow("426") << no(426) << 426;
        QTest::newRow("404") << no(404) << 404;
        QTest::newRow("404, a page") << Script().answer(404, "text/html", "<html>no</html>") << 404;
        QTest::newRow("405") << no(405) << 405;
        QTest::newRow("501") << no(501) << 501;
        QTest::newRow("400") << no(400) << 400;
        QTest::newRow("403, nothing") << Script().answer(403, "text/plain", {}) << 403; // as servers do that know no such path
        QTest::newRow("200") << Script().answer(200, "text/html", "<html>hello</html>") << 200;
    }

    void passesANoOn()
    {
        QFETCH(Script, answer);
        QFETCH(int, status);
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        upstream.setBehaviour([&answer](const Arrived &) { return answer; });
        TestProxy proxy({upstream.baseUrl(), m_echo->baseUrl()});
        const auto client = RawEnd::connectedTo(proxy.port());
        client->send(webSocketRequest());
        QTRY_VERIFY(client->isClosed());
        QVERIFY(!client->wasReset());
        QVERIFY(client->got.startsWith("HTTP/1.1 " + QByteArray::number(status) + ' '));
        QCOMPARE(proxy.last().status, status);
        QCOMPARE(proxy.last().attempts.size(), 1);
        QCOMPARE(proxy.last().outcome, proxy.last().status == 400 ? Outcome::CallerError : Outcome::Complete);
        // Nobody is the worse for it, and nothing more can be asked on this connection.
        for (const EndpointState &state : proxy.states()) {
            QCOMPARE(state.consecutiveFailures, 0);
            QCOMPARE(state.rest, RestReason::None);
        }
        QVERIFY(client->head().contains("\r\nConnection: close\r\n"));
        QVERIFY(!m_echo->socket);
    }

    void asksTheNextOne_data()
    {
        QTest::addColumn<Script>("answer");
        QTest::newRow("401") << no(401);
        QTest::newRow("403, a page") << Script().answer(403, "text/html", "<html>a challenge</html>");
        QTest::newRow("403, of the key") << no(403, R"({"error":{"message":"invalid api key","type":"authentication_error"}})");
        QTest::newRow("429") << no(429);
        QTest::newRow("500") << no(500);
        QTest::newRow("503") << no(503);
        QTest::newRow("503, a page") << Script().answer(503, "text/html", "<html>down</html>");
        QTest::newRow("closed") << Script().close();
        QTest::newRow("reset") << Script().reset();
        QTest::newRow("no HTTP") << Script().send("hello\r\n\r\n").close();
        QTest::newRow("another protocol") << Script().send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n").stall();
        QTest::newRow("no protocol") << Script().send("HTTP/1.1 101 Switching Protocols\r\n\r\n").stall();
        QTest::newRow("silence") << Script().stall();
    }

    void asksTheNextOne()
    {
        QFETCH(Script, answer);
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        upstream.setBehaviour([&answer](const Arrived &) { return answer; });
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttemptsPerEndpoint = 1;
        TestProxy proxy({upstream.baseUrl(), m_echo->baseUrl()}, config);
        QWebSocket client;
        client.open(urlOf(proxy));
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        QCOMPARE(upstream.arrivedCount(), 1);
        client.close();
        QTRY_COMPARE(proxy.inFlight(), 0);
        QCOMPARE(proxy.last().outcome, Outcome::Recovered);
        QCOMPARE(proxy.last().attempts.size(), 2);
        // What an endpoint says to this is no answer of a model.
        for (const EndpointState &state : proxy.states())
            QCOMPARE(state.rest, RestReason::None);
    }

    void asksTheNextOneWhereNobodyListens()
    {
        TestProxy proxy({"http://127.0.0.1:" + QByteArray::number(freePort()), m_echo->baseUrl()});
        QWebSocket client;
        client.open(urlOf(proxy));
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        client.close();
        QTRY_COMPARE(proxy.last().outcome, Outcome::Recovered);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Connect);
    }

    void saysWhatTheLastOneSaid()
    {
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        upstream.setBehaviour([](const Arrived &) { return no(401, R"({"error":{"message":"the last word","type":"authentication_error"}})"); });
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttemptsPerEndpoint = 1;
        TestProxy proxy({"http://127.0.0.1:" + QByteArray::number(freePort()), upstream.baseUrl()}, config);
        const auto client = RawEnd::connectedTo(proxy.port());
        client->send(webSocketRequest());
        QTRY_VERIFY(client->got.contains("the last word"));
        QVERIFY(client->got.startsWith("HTTP/1.1 401 "));
        QTRY_VERIFY(client->isClosed());
        QVERIFY(!client->wasReset());
    }

    void isHttp1OverTls()
    {
        const TestCertificate certificate = TestCertificate::make();
        QTemporaryDir folder;
        QFile file(folder.filePath(u"ca.pem"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(certificate.certificatePem) > 0);
        file.close();
        EchoServer secure(QWebSocketServer::SecureMode);
        QSslConfiguration tls;
        tls.setLocalCertificate(certificate.certificate());
        tls.setPrivateKey(certificate.privateKey());
        // It would take HTTP/2, and could not speak it.
        tls.setAllowedNextProtocols({"h2", "http/1.1"});
        secure.server.setSslConfiguration(tls);
        QVERIFY(secure.server.listen(QHostAddress::LocalHost));
        TestProxy proxy({secure.baseUrl()});
        proxy.setCaFile(file.fileName());
        proxy.setHttp2(true);
        QWebSocket client;
        QSignalSpy texts(&client, &QWebSocket::textMessageReceived);
        QSignalSpy gone(&client, &QWebSocket::disconnected);
        client.open(urlOf(proxy));
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        const QString large(3'000'000, u'y');
        client.sendTextMessage(large);
        QTRY_COMPARE(texts.size(), 1);
        QVERIFY(texts.first().first().toString() == large);
        secure.socket->close(QWebSocketProtocol::CloseCodeNormal, u"enough"_s);
        QTRY_COMPARE(gone.size(), 1);
        QCOMPARE(client.closeReason(), u"enough"_s);
        QTRY_COMPARE(proxy.records().size(), 1);
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
        QCOMPARE(proxy.last().attempts.first().version, HttpVersion::Http1);
    }

    void goesByTheProxyOfItsEndpoint_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("HTTP") << int(ForwardProxy::Kind::Http);
        QTest::newRow("SOCKS 5") << int(ForwardProxy::Kind::Socks5);
    }

    void goesByTheProxyOfItsEndpoint()
    {
        QFETCH(int, kind);
        const auto its = static_cast<ForwardProxy::Kind>(kind);
        if (LoopbackServer::find(ForwardProxy::programOf(its)).isEmpty())
            QSKIP("the proxy is not installed");
        ForwardProxy way;
        QVERIFY2(way.start(its, {}), qPrintable(way.problem()));
        TestProxy proxy({m_echo->baseUrl()});
        proxy.editEndpoints([&way](QList<Endpoint> &endpoints) { endpoints.first().proxy = way.rule(); });
        QWebSocket client;
        QSignalSpy texts(&client, &QWebSocket::textMessageReceived);
        client.open(urlOf(proxy));
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        client.sendTextMessage(QString(500'000, u'z'));
        QTRY_COMPARE(texts.size(), 1);
        client.close();
        QTRY_COMPARE(proxy.records().size(), 1);
        QCOMPARE(proxy.last().outcome, Outcome::Complete);
    }

    void takesAPermitAndGivesItBack()
    {
        Config config = TestProxy::shortDeadlines();
        config.pool.maxConnections = 1;
        TestProxy proxy({m_echo->baseUrl()}, config);
        QWebSocket client;
        client.open(urlOf(proxy));
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        QCOMPARE(proxy.pool().busy, 1);
        QCOMPARE(proxy.states().begin()->inFlight, 1);
        QWebSocket next;
        next.open(urlOf(proxy));
        QTRY_COMPARE(proxy.pool().queued, 1);
        QCOMPARE(proxy.pool().open, 1);
        QVERIFY(next.state() != QAbstractSocket::ConnectedState);
        client.close();
        QTRY_COMPARE(next.state(), QAbstractSocket::ConnectedState);
        QTRY_COMPARE(proxy.inFlight(), 1);
        QCOMPARE(proxy.states().begin()->inFlight, 1);
        next.close();
        QTRY_COMPARE(proxy.inFlight(), 0);
        QTRY_COMPARE(proxy.pool().open, 0);
        QCOMPARE(proxy.states().begin()->inFlight, 0);
    }

    void takesAPlaceOfItsEndpoints()
    {
        TestProxy proxy({m_echo->baseUrl()});
        proxy.editEndpoints([](QList<Endpoint> &endpoints) { endpoints.first().maxConcurrent = 1; });
        QWebSocket client;
        client.open(urlOf(proxy));
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        QWebSocket next;
        next.open(urlOf(proxy));
        QTRY_COMPARE(proxy.plane().router.waiting(), 1);
        client.close();
        QTRY_COMPARE(next.state(), QAbstractSocket::ConnectedState);
    }

private:
    std::unique_ptr<EchoServer> m_echo;
};

QTEST_GUILESS_MAIN(TestWebSocket)
#include "tst_websocket.moc"
