#include "core/config/configfile.h"
#include "core/config/configparser.h"
#include "core/config/endpointtext.h"
#include "core/health/healthprobes.h"
#include "core/upstream/connectproblem.h"
#include "core/upstream/tlstrust.h"
#include "tests/support/files.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"
#include "tests/support/testproxy.h"
#include "tests/support/tlsgateway.h"
#include "tests/support/upstreamclient.h"

#include <QDir>
#include <QScopeGuard>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

/// Answers the first bytes of each connection with others, and closes.
class BluntServer : public QTcpServer
{
public:
    explicit BluntServer(QByteArray answer) : m_answer(std::move(answer)) { }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto *socket = new QTcpSocket(this);
        socket->setSocketDescriptor(descriptor);
        connect(socket, &QIODevice::readyRead, socket, [this, socket] {
            socket->readAll();
            socket->write(m_answer);
            socket->disconnectFromHost();
        });
    }

private:
    QByteArray m_answer;
};

/// Stands before a server, and does as told with single connections.
class Middlebox : public QTcpServer
{
public:
    enum class Way { Pass, BreakOff, SayNothing, BreakOffLater };

    explicit Middlebox(quint16 server) : m_server(server) { }

    QHash<int, Way> ways; ///< By the number of the connection, from 0; else they pass.
    int connections = 0;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        const Way way = ways.value(connections++, Way::Pass);
        auto *client = new QTcpSocket(this);
        client->setSocketDescriptor(descriptor);
        if (way == Way::BreakOff)
            connect(client, &QIODevice::readyRead, client, &QTcpSocket::disconnectFromHost);
        if (way == Way::BreakOff || way == Way::SayNothing)
            return;
        auto *server = new QTcpSocket(client);
        server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_server);
        connect(client, &QIODevice::readyRead, server, [client, server, way, parts = 0]() mutable {
            // First the beginning of the handshake, then its end and the request.
            if (way == Way::BreakOffLater && ++parts > 1)
                return client->disconnectFromHost();
            server->write(client->readAll());
        });
        connect(server, &QIODevice::readyRead, client, [client, server] { client->write(server->readAll()); });
        connect(server, &QAbstractSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
    }

private:
    quint16 m_server;
};

/// Wants TLS and has nothing to speak it with.
class RefusingServer : public QTcpServer
{
protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto *socket = new QSslSocket(this);
        socket->setSocketDescriptor(descriptor);
        socket->startServerEncryption();
    }
};

} // namespace

/// Which certificates are trusted, and what is said of the others.
class TestTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        m_client = std::make_unique<UpstreamClient>();
    }

    void cleanup()
    {
        m_client.reset();
        m_upstream.reset();
    }

    void saysWhyACertificateIsNotAccepted_data()
    {
        addFaultyCertificates();
        QTest::newRow("not yet valid") << TestCertificate::make({.validFromDays = 2, .validUntilDays = 9}) << true << u"not valid before"_s;
        QTest::newRow("expired, of another host, by nobody")
            << TestCertificate::make({.names = "DNS:other.example", .validFromDays = -9, .validUntilDays = -2}) << false << u"expired on"_s;
    }

    void saysWhyACertificateIsNotAccepted()
    {
        QFETCH(TestCertificate, shown);
        QFETCH(bool, trusted);
        QFETCH(QString, says);
        if (trusted)
            m_client->terms.caFile = saved(shown.certificatePem);
        m_upstream->useTls(shown);
        QVERIFY(m_upstream->listen());
        const QString text = problemAt(m_upstream->baseUrl());
        QVERIFY2(text.contains(says), qPrintable(text));
        QVERIFY2(text.contains(u';') && !text.contains(u'\n') && !text.contains(u". "_s), qPrintable(text)); // one sentence with the next step
        QCOMPARE(m_upstream->arrivedCount(), 0);
    }

    void saysWhyThereIsNoHandshake_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("says");
        QTest::newRow("plain HTTP") << 0 << u"does not speak TLS on this port"_s;
        QTest::newRow("closes") << 1 << u"closed the connection during the TLS handshake"_s;
        QTest::newRow("refuses") << 2 << u"refused the TLS handshake"_s;
    }

    void saysWhyThereIsNoHandshake()
    {
        QFETCH(int, kind);
        QFETCH(QString, says);
        std::unique_ptr<QTcpServer> server;
        if (kind == 2)
            server = std::make_unique<RefusingServer>();
        else
            server = std::make_unique<BluntServer>(kind == 0 ? "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" : "");
        QVERIFY(server->listen(QHostAddress::LocalHost));
        const QString text = problemAt("https://127.0.0.1:" + QByteArray::number(server->serverPort()));
        QVERIFY2(text.contains(says) && text.contains(u"127.0.0.1:%1"_s.arg(server->serverPort())), qPrintable(text));
    }

    void readsWhatOpenSslSays_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("SNI") << u"error:0A000458:SSL routines::tlsv1 unrecognized name"_s << u"serves no site of that name"_s;
        QTest::newRow("client certificate") << u"error:0A00045C:SSL routines::tlsv13 alert certificate required"_s << u"client certificate"_s;
        QTest::newRow("client certificate") << u"error:0A00045C:SSL routines::tlsv13 alert certificate required"_s << u"asks for a client certificate"_s;
        QTest::newRow("stranger's client certificate") << u"error:0A000418:SSL routines::tlsv1 alert unknown ca"_s << u"takes another one than it was shown"_s;
        QTest::newRow("version") << u"error:0A00042E:SSL routines::tlsv1 alert protocol version"_s << u"refused the TLS handshake"_s;
        QTest::newRow("other") << u"something new"_s << u"(something new); check host and port"_s;
    }

    void readsWhatOpenSslSays()
    {
        QFETCH(QString, text);
        QFETCH(QString, says);
        QVERIFY2(handshakeProblem(text, u"h"_s, 1).contains(says), qPrintable(handshakeProblem(text, u"h"_s, 1)));
    }

    void trustsNobodyElseWhereThereIsAFile()
    {
        const TestCertificate ours = TestCertificate::make({.commonName = "Known Here", .names = "DNS:known.example"});
        const TestCertificate other = TestCertificate::make({.commonName = "An Authority", .names = "DNS:authority.example"});
        m_upstream->useTls(TestCertificate::make({.issuer = &ours}));
        QVERIFY(m_upstream->listen());
        const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
        const auto restore = qScopeGuard([&before] { QSslConfiguration::setDefaultConfiguration(before); });
        QSslConfiguration known = before;
        known.setCaCertificates(QSslCertificate::fromData(ours.certificatePem));
        QSslConfiguration::setDefaultConfiguration(known);
        QCOMPARE(problemAt(m_upstream->baseUrl()), QString());
        m_client->pool().closeIdle();
        m_client->terms.caFile = saved(other.certificatePem);
        const QString problem = problemAt(m_upstream->baseUrl());
        QVERIFY2(problem.contains(u"Known Here"_s), qPrintable(problem));
    }

    void trustsTheAuthorityOfTheFile()
    {
        const TestCertificate authority = TestCertificate::make({.commonName = "An Authority", .names = "DNS:authority.example"});
        const TestCertificate other = TestCertificate::make();
        m_upstream->useTls(TestCertificate::make({.issuer = &authority}));
        QVERIFY(m_upstream->listen());
        m_client->terms.caFile = saved(other.certificatePem + authority.certificatePem);
        QCOMPARE(problemAt(m_upstream->baseUrl()), QString());

        // A new file counts from the next connection on, one that is gone is named.
        m_client->pool().closeIdle();
        saved(other.certificatePem);
        QVERIFY(problemAt(m_upstream->baseUrl()).contains(u"An Authority"_s));
        QVERIFY(QFile::remove(m_client->terms.caFile));
        const QString text = problemAt(m_upstream->baseUrl());
        QVERIFY2(text.contains(m_client->terms.caFile + u" does not exist; "_s), qPrintable(text));
        QCOMPARE(m_upstream->arrivedCount(), 1);
    }

    void namesTheAuthorityWhoseTimeIsOver_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("until");
        QTest::addColumn<QString>("says");
        QTest::newRow("expired") << -9 << -2 << u"expired on"_s;
        QTest::newRow("not yet valid") << 2 << 9 << u"is not valid before"_s;
    }

    void namesTheAuthorityWhoseTimeIsOver()
    {
        QFETCH(int, from);
        QFETCH(int, until);
        QFETCH(QString, says);
        const TestCertificate authority
            = TestCertificate::make({.commonName = "An Authority", .names = "DNS:authority.example", .validFromDays = from, .validUntilDays = until});
        const TestCertificate good = TestCertificate::make();
        m_upstream->useTls(TestCertificate::make({.issuer = &authority}));
        QVERIFY(m_upstream->listen());
        m_client->terms.caFile = saved(good.certificatePem + authority.certificatePem);
        const QString text = problemAt(m_upstream->baseUrl());
        QVERIFY2(text.contains(u"the authority \"An Authority\" in %1, which vouches for localhost, %2"_s.arg(m_client->terms.caFile, says)), qPrintable(text));
        QVERIFY2(!text.contains(u"operator"_s), qPrintable(text));
    }

    void theEnvironmentNamesAuthoritiesAsForCurl_data()
    {
        QTest::addColumn<bool>("file");
        QTest::addColumn<bool>("folder");
        QTest::newRow("SSL_CERT_FILE") << true << false;
        QTest::newRow("SSL_CERT_DIR") << false << true;
        QTest::newRow("both") << true << true;
    }

    void theEnvironmentNamesAuthoritiesAsForCurl()
    {
        QFETCH(bool, file);
        QFETCH(bool, folder);
        const TestCertificate authority = TestCertificate::make({.commonName = "An Authority", .names = "DNS:authority.example"});
        m_upstream->useTls(TestCertificate::make({.issuer = &authority}));
        QVERIFY(m_upstream->listen());
        QVERIFY(problemAt(m_upstream->baseUrl()).contains(u"An Authority"_s));
        QTemporaryDir place;
        const auto restore = qScopeGuard([] {
            qunsetenv("SSL_CERT_FILE");
            qunsetenv("SSL_CERT_DIR");
        });
        writeFile(place.filePath(u"company.pem"_s), file && folder ? TestCertificate::make().certificatePem : authority.certificatePem);
        QVERIFY(QDir(place.path()).mkdir(u"certs"_s));
        writeFile(place.filePath(u"certs/company.pem"_s), authority.certificatePem);
        if (file)
            qputenv("SSL_CERT_FILE", place.filePath(u"company.pem"_s).toLocal8Bit());
        if (folder)
            qputenv("SSL_CERT_DIR", (place.path() + u"/none:"_s + place.path() + u"/certs"_s).toLocal8Bit());
        QCOMPARE(problemAt(m_upstream->baseUrl()), QString());
        m_client->pool().closeIdle();
        // An endpoint's own file goes before both.
        m_client->terms.caFile = saved(TestCertificate::make().certificatePem);
        QVERIFY(problemAt(m_upstream->baseUrl()).contains(u"An Authority"_s));
        m_client->terms.caFile.clear();
        if (!file)
            return;
        QVERIFY(QFile::remove(place.filePath(u"company.pem"_s)));
        const QString text = problemAt(m_upstream->baseUrl());
        if (folder) {
            QCOMPARE(text, QString()); // one of the two is enough
            return;
        }
        QVERIFY2(text.contains(u"company.pem does not exist; put it back, or start qcc without SSL_CERT_FILE"_s), qPrintable(text));
    }

    void anEndpointWithAnotherFileHasOtherConnections()
    {
        const TestCertificate certificate = TestCertificate::make();
        m_upstream->useTls(certificate);
        QVERIFY(m_upstream->listen());
        m_client->terms.caFile = saved(certificate.certificatePem);
        QCOMPARE(problemAt(m_upstream->baseUrl()), QString());
        QCOMPARE(m_client->figures().idle, 1);
        m_client->terms.caFile.clear();
        QVERIFY(problemAt(m_upstream->baseUrl()).contains(u"signed by itself"_s));
    }

    void http2TrustsTheFileToo()
    {
        if (!TlsGateway::isInstalled())
            QSKIP("nginx with HTTP/2 is not installed.");
        QVERIFY(m_upstream->listen());
        TlsGateway gateway;
        QVERIFY2(gateway.start(m_upstream->port(), true), qPrintable(gateway.problem()));
        m_client->terms.http2 = true;
        m_client->terms.caFile = saved(gateway.certificate().certificatePem);
        for (int round = 0; round < 2; ++round) {
            std::unique_ptr<UpstreamReply> reply(m_client->get(gateway.baseUrl(), "/v1/models"));
            QTRY_VERIFY(reply->isFinished());
            QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
            QCOMPARE(reply->version(), HttpVersion::Http2);
        }
        m_client->terms.caFile.clear();
        QVERIFY(problemAt(gateway.baseUrl()).contains(u"signed by itself"_s));
    }

    void theNextConnectionNeedsNoWholeHandshake_data()
    {
        QTest::addColumn<QByteArray>("version");
        QTest::addColumn<bool>("http2");
        QTest::newRow("TLS 1.3") << "TLSv1.3"_ba << false;
        QTest::newRow("TLS 1.3, HTTP/2") << "TLSv1.3"_ba << true;
        QTest::newRow("TLS 1.2") << "TLSv1.2"_ba << false;
    }

    void theNextConnectionNeedsNoWholeHandshake()
    {
        QFETCH(QByteArray, version);
        QFETCH(bool, http2);
        if (!TlsGateway::isInstalled())
            QSKIP("nginx with HTTP/2 is not installed.");
        QVERIFY(m_upstream->listen());
        TlsGateway gateway;
        gateway.versions = version;
        QVERIFY2(gateway.start(m_upstream->port(), http2), qPrintable(gateway.problem()));
        m_client->terms.http2 = http2;
        m_client->terms.caFile = saved(gateway.certificate().certificatePem);
        const auto askAnew = [&] {
            m_client->pool().closeIdle();
            const QString problem = problemAt(gateway.baseUrl());
            return problem.isEmpty() ? QString::fromLatin1(m_upstream->arrived().constLast().header("x-tls-resumed")) : problem;
        };
        QCOMPARE(askAnew(), u"."_s);
        const auto verified = TlsSessions::Clock::now();
        QCOMPARE(askAnew(), u"r"_s);
        QCOMPARE(askAnew(), u"r"_s); // one session does for all
        // However often the server is gone on with, it has to show itself again in time.
        const UpstreamAddress address{u"e1"_s, u"localhost"_s, gateway.port(), true, QNetworkProxy::NoProxy, m_client->terms.caFile};
        const QSslConfiguration trust = *tlsConfiguration(m_client->terms.caFile);
        const auto &sessions = TlsSessions::ofThisProcess();
        QVERIFY(!sessions.of(address, trust, verified).isEmpty());
        QVERIFY(sessions.of(address, trust, verified + TlsSessions::lifetime).isEmpty());

        // Another endpoint is another one, whatever its address.
        m_client->terms.endpoint = u"e2"_s;
        QCOMPARE(askAnew(), u"."_s);
        m_client->terms.endpoint = u"e1"_s;

        // A server that knows nothing of it makes a whole handshake, of which comes a new session.
        gateway.kill();
        QVERIFY2(gateway.start(m_upstream->port(), http2), qPrintable(gateway.problem()));
        QCOMPARE(askAnew(), u"."_s);
        QCOMPARE(askAnew(), u"r"_s);

        // Whoever is not trusted any more is not by a session either.
        saved(TestCertificate::make({.commonName = "An Authority", .names = "DNS:authority.example"}).certificatePem);
        QVERIFY(askAnew().contains(u"signed by itself"_s));
    }

    void somethingOnTheWayMayNotBearSessions_data()
    {
        QTest::addColumn<Middlebox::Way>("way");
        QTest::newRow("it breaks the handshake off") << Middlebox::Way::BreakOff;
        QTest::newRow("it says nothing") << Middlebox::Way::SayNothing;
        QTest::newRow("it breaks off what comes after") << Middlebox::Way::BreakOffLater;
    }

    void somethingOnTheWayMayNotBearSessions()
    {
        QFETCH(Middlebox::Way, way);
        if (!TlsGateway::isInstalled())
            QSKIP("nginx with HTTP/2 is not installed.");
        QVERIFY(m_upstream->listen());
        TlsGateway gateway;
        QVERIFY2(gateway.start(m_upstream->port(), false), qPrintable(gateway.problem()));
        Middlebox box(gateway.port());
        QVERIFY(box.listen(QHostAddress::LocalHost));
        const QByteArray baseUrl = "https://localhost:" + QByteArray::number(box.serverPort());
        m_client->terms.caFile = saved(gateway.certificate().certificatePem);
        const auto askAnew = [&] {
            m_client->pool().closeIdle();
            const QString problem = problemAt(baseUrl);
            return problem.isEmpty() ? QString::fromLatin1(m_upstream->arrived().constLast().header("x-tls-resumed")) : problem;
        };
        QCOMPARE(askAnew(), u"."_s);
        QCOMPARE(askAnew(), u"r"_s);
        box.ways.insert(box.connections, way);
        const int before = box.connections;
        const QString problem = askAnew();
        if (way == Middlebox::Way::BreakOffLater) {
            QVERIFY(problem.size() > 1);
        } else {
            QCOMPARE(problem, u"."_s); // by a second connection, without the session
            QCOMPARE(box.connections, before + 2);
        }
        // And none is offered for a while, whatever comes of whole handshakes.
        QCOMPARE(askAnew(), u"."_s);
        QCOMPARE(askAnew(), u"."_s);
        // A handshake that fails without one is not tried again.
        box.ways.insert(box.connections, Middlebox::Way::BreakOff);
        const int then = box.connections;
        QVERIFY(askAnew().size() > 1);
        QCOMPARE(box.connections, then + 1);
    }

    void sessionsHoldForAWhileUnderTheSameTrust()
    {
        using namespace std::chrono_literals;
        const UpstreamAddress address{u"e1"_s, u"localhost"_s, 443, true}, other{u"e2"_s, u"localhost"_s, 443, true};
        const QSslConfiguration trust = QSslConfiguration::defaultConfiguration();
        QSslConfiguration less = trust;
        less.setCaCertificates({TestCertificate::make().certificate()});
        const TlsSessions::Clock::time_point start(1h), late = start + TlsSessions::lifetime;
        TlsSessions sessions;
        sessions.learn(address, trust, "first", start, 2h);
        QCOMPARE(sessions.of(address, trust, late - 1ms), "first"_ba);
        QCOMPARE(sessions.of(address, trust, late), QByteArray());
        QCOMPARE(sessions.of(address, less, start), QByteArray());
        QCOMPARE(sessions.of(other, trust, start), QByteArray());
        sessions.learn(address, less, "second", start, 0s);
        QCOMPARE(sessions.of(address, trust, start), QByteArray());
        QCOMPARE(sessions.of(address, less, late - 1ms), "second"_ba);
        sessions.learn(address, trust, "short", start, 77s);
        QCOMPARE(sessions.of(address, trust, start + 77s - 1ms), "short"_ba);
        QCOMPARE(sessions.of(address, trust, start + 77s), QByteArray());
        sessions.forgetAll();
        QCOMPARE(sessions.of(address, trust, start), QByteArray());
    }

    void whatAnOldConnectionIsGivenIsAsOldAsIt()
    {
        using namespace std::chrono_literals;
        const UpstreamAddress address{u"e1"_s, u"localhost"_s, 443, true};
        const QSslConfiguration trust = QSslConfiguration::defaultConfiguration();
        const TlsSessions::Clock::time_point start(1h), late = start + TlsSessions::lifetime;
        TlsSessions sessions;
        sessions.learn(address, trust, "of a new one", start + 1min, 0s);
        sessions.learn(address, trust, "late, of an old one", start, 0s);
        QCOMPARE(sessions.of(address, trust, late), "of a new one"_ba);
        // Nor does it bring back what has failed since.
        sessions.failed(address, start + 2min);
        sessions.learn(address, trust, "late, of an old one", start, 0s);
        sessions.learn(address, trust, "of a new one", start + 3min, 0s);
        QCOMPARE(sessions.of(address, trust, start + 3min), QByteArray());
        sessions.learn(address, trust, "of one after a while", late + 2min, 0s);
        QCOMPARE(sessions.of(address, trust, late + 2min), "of one after a while"_ba);
    }

    void knowsWhereNoWholeHandshakeIsDue()
    {
        using namespace std::chrono_literals;
        const UpstreamAddress one{u"e1"_s, u"localhost"_s, 443, true}, two{u"e2"_s, u"localhost"_s, 443, true};
        const QSslConfiguration trust = QSslConfiguration::defaultConfiguration();
        const TlsSessions::Clock::time_point start(1h);
        TlsSessions sessions;
        sessions.learn(one, trust, "s", start, 0s);
        QVERIFY(sessions.knowsAllOf({u"e1"_s}, start));
        QVERIFY(!sessions.knowsAllOf({u"e1"_s, u"e2"_s}, start));
        sessions.learn(two, trust, "s", start, 0s);
        QVERIFY(sessions.knowsAllOf({u"e1"_s, u"e2"_s}, start));
        QVERIFY(!sessions.knowsAllOf({u"e1"_s}, start + TlsSessions::lifetime));
        // One that gives sessions and does not know them is expected to do so again, until it takes one.
        sessions.answered(one, false);
        sessions.learn(one, trust, "another", start + 1min, 0s);
        QVERIFY(!sessions.knowsAllOf({u"e1"_s}, start + 1min));
        QCOMPARE(sessions.of(one, trust, start + 1min), "another"_ba);
        sessions.answered(one, true);
        QVERIFY(sessions.knowsAllOf({u"e1"_s}, start + 1min));
        sessions.failed(one, start + 1min);
        QVERIFY(!sessions.knowsAllOf({u"e1"_s}, start + 1min));
    }

    void aFileThatStaysIsReadOnce()
    {
        const QString file = saved(TestCertificate::make().certificatePem);
        const Result<QSslConfiguration> first = tlsConfiguration(file), second = tlsConfiguration(file);
        QVERIFY(first && second);
        QCOMPARE(second->caCertificates().constFirst().handle(), first->caCertificates().constFirst().handle());
        saved(TestCertificate::make().certificatePem + '\n');
        const Result<QSslConfiguration> third = tlsConfiguration(file);
        QVERIFY(third);
        QVERIFY(third->caCertificates() != first->caCertificates());
    }

    void probesAndExchangesTrustIt()
    {
        const TestCertificate certificate = TestCertificate::make();
        m_upstream->useTls(certificate);
        QVERIFY(m_upstream->listen());
        Endpoint endpoint = TestProxy::endpointAt(m_upstream->baseUrl(), 1);
        DirectProbes probes;
        QList<ProbeResult> results;
        const auto note = [&results](const ProbeResult &result) { results.append(result); };
        probes.probe(endpoint, std::chrono::seconds(5), note);
        QTRY_COMPARE(results.size(), 1);
        QVERIFY2(results[0].error.contains(u"signed by itself"_s), qPrintable(results[0].error));
        endpoint.caFile = saved(certificate.certificatePem);
        probes.probe(endpoint, std::chrono::seconds(5), note);
        QTRY_COMPARE(results.size(), 2);
        QVERIFY2(results[1].reachable, qPrintable(results[1].error));

        TestProxy proxy({m_upstream->baseUrl()});
        proxy.setCaFile(endpoint.caFile);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", R"({"model":"claude-x","messages":[]})");
        QTRY_COMPARE(client.finished(), 1);
        QCOMPARE(client.response().status, 200);
    }

    /// Neither config.json nor what other programs look at in the environment.
    void cannotBeSwitchedOff()
    {
        const TestCertificate certificate = TestCertificate::make();
        m_upstream->useTls(certificate);
        QVERIFY(m_upstream->listen());
        const QList<std::pair<const char *, QByteArray>> variables = {
            {"NODE_TLS_REJECT_UNAUTHORIZED", "0"}, {"PYTHONHTTPSVERIFY", "0"}, {"GIT_SSL_NO_VERIFY", "1"}, {"SSL_CERT_FILE", ""},
            {"SSL_CERT_DIR", "/nonexistent"}, {"CURL_CA_BUNDLE", ""}, {"REQUESTS_CA_BUNDLE", ""}, {"QT_SSL_USE_TEMPORARY_KEYCHAIN", "1"},
            {"QT_NO_SSL_VERIFY", "1"}, {"QCC_INSECURE", "1"}};
        for (const auto &[name, value] : variables)
            qputenv(name, value);
        const Result<Config> config = parseConfig(R"({"insecure":true,"tls":{"verify":false},"clusters":[{"name":"a","endpoints":[{"base_url":")"
                                                  + m_upstream->baseUrl() + R"(","verify":false,"tls_verify":false,"insecure":true}]}]})");
        QVERIFY(config);
        TestProxy proxy({m_upstream->baseUrl()}, [&config] {
            Config given = *config;
            given.timeouts = TestProxy::shortDeadlines().timeouts;
            return given;
        }());
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", R"({"model":"claude-x","messages":[]})");
        QTRY_COMPARE_WITH_TIMEOUT(client.finished(), 1, 20'000);
        for (const auto &[name, value] : variables)
            qunsetenv(name);
        QVERIFY2(client.response().body.contains("signed by itself"), client.response().body.constData());
        QCOMPARE(client.response().status, 502);
        QCOMPARE(m_upstream->arrivedCount(), 0);
    }

    void readsFilesOfAuthorities_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<CaFileFault>("fault");
        const QByteArray good = TestCertificate::make().certificatePem;
        QByteArray damaged = good;
        damaged.replace(good.size() / 2, 8, "AAAAAAAA");
        QTest::newRow("one") << good << CaFileFault::None;
        QTest::newRow("two with words between") << "# ours\n" + good + "# theirs\n" + good << CaFileFault::None;
        QTest::newRow("empty") << QByteArray() << CaFileFault::NoCertificate;
        QTest::newRow("a key") << TestCertificate::make().keyPem << CaFileFault::NoCertificate;
        QTest::newRow("cut off") << good.first(good.size() / 2) << CaFileFault::DamagedCertificate;
        QTest::newRow("one of two is cut off") << good + good.first(good.size() / 2) << CaFileFault::DamagedCertificate;
        QTest::newRow("too large") << QByteArray(5 << 20, 'x') << CaFileFault::TooLarge;
    }

    void readsFilesOfAuthorities()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(CaFileFault, fault);
        QCOMPARE(readCaFile(saved(bytes)), fault);
        QCOMPARE(toText(fault).isEmpty(), fault == CaFileFault::None);
        QCOMPARE(readCaFile(m_folder.path()), CaFileFault::Unreadable);
        QCOMPARE(readCaFile(m_folder.filePath(u"nothing"_s)), CaFileFault::Missing);
        QCOMPARE(readCaFile(u"ca.pem"_s), CaFileFault::NotAbsolute);
    }

private:
    QString saved(const QByteArray &bytes)
    {
        QFile file(m_folder.filePath(u"ca.pem"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("no file");
        return file.fileName();
    }

    /// What a request to `baseUrl` says went wrong; empty for nothing.
    QString problemAt(const QByteArray &baseUrl)
    {
        std::unique_ptr<UpstreamReply> reply(m_client->get(baseUrl, "/v1/models"));
        if (!QTest::qWaitFor([&reply] { return reply->isFinished(); }, 10'000))
            return u"no end"_s;
        return reply->fault() == UpstreamFault::None ? QString() : reply->errorString();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<UpstreamClient> m_client;
};

QTEST_GUILESS_MAIN(TestTls)
#include "tst_tls.moc"
