#include "core/config/clientidentity.h"
#include "core/health/healthprobes.h"
#include "core/upstream/tlstrust.h"
#include "tests/support/http2server.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"
#include "tests/support/testproxy.h"
#include "tests/support/upstreamclient.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <openssl/err.h>
#include <openssl/pem.h>

#include <memory>
#include <tuple>
#include <utility>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray question = R"({"model":"claude-x","messages":[]})";

TestCertificate ofClient(const QByteArray &name, const TestCertificate &issuer, int from = -1, int until = 1, bool rsa = false)
{
    return TestCertificate::make(
        {.commonName = name, .names = "DNS:" + name + ".example", .validFromDays = from, .validUntilDays = until, .issuer = &issuer, .rsa = rsa});
}

/// `keyPem` under a passphrase: as PKCS #8, or as OpenSSL wrote keys before.
QByteArray encrypted(const QByteArray &keyPem, bool traditional)
{
    BIO *from = BIO_new_mem_buf(keyPem.constData(), int(keyPem.size()));
    EVP_PKEY *key = PEM_read_bio_PrivateKey(from, nullptr, nullptr, nullptr);
    BIO *to = BIO_new(BIO_s_mem());
    auto *passphrase = const_cast<char *>("secret");
    if (traditional)
        PEM_write_bio_PrivateKey_traditional(to, key, EVP_aes_128_cbc(), reinterpret_cast<unsigned char *>(passphrase), 6, nullptr, nullptr);
    else
        PEM_write_bio_PKCS8PrivateKey(to, key, EVP_aes_256_cbc(), passphrase, 6, nullptr, nullptr);
    char *bytes = nullptr;
    const long size = BIO_get_mem_data(to, &bytes);
    const QByteArray pem(bytes, size);
    BIO_free(from);
    BIO_free(to);
    EVP_PKEY_free(key);
    return pem;
}

} // namespace

class TestClientCertificates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_authority = TestCertificate::make({.commonName = "Clients", .names = "DNS:clients.example"});
        m_server = TestCertificate::make();
        m_upstream = std::make_unique<ScriptedUpstream>();
        m_upstream->useTls(m_server);
        m_upstream->demandClientCertificate(m_authority);
        QVERIFY(m_upstream->listen());
        TlsSessions::ofThisProcess().forgetAll();
    }

    void readsFiles_data()
    {
        QTest::addColumn<QByteArray>("certificate");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QString>("says"); // empty: it is good
        const TestCertificate authority = TestCertificate::make({.commonName = "Clients", .names = "DNS:clients.example"});
        const TestCertificate good = ofClient("me", authority);
        const TestCertificate other = ofClient("other", authority);
        const auto row = [](const char *name, const QByteArray &certificate, const QByteArray &key, const char *says) {
            QTest::newRow(name) << certificate << key << QString::fromLatin1(says);
        };
        row("good", good.certificatePem, good.keyPem, "");
        const TestCertificate rsa = ofClient("me", authority, -1, 1, true);
        row("good, of RSA", rsa.certificatePem, rsa.keyPem, "");
        row("with those that lead to its authority", good.certificatePem + authority.certificatePem, good.keyPem, "");
        row("in one file", good.certificatePem + good.keyPem, {}, "");
        row("in one file, the key first", good.keyPem + good.certificatePem, {}, "");
        row("expired", ofClient("me", authority, -9, -2).certificatePem, {}, "holds no key in PEM form");
        const TestCertificate late = ofClient("me", authority, -9, -2);
        row("expired with its key", late.certificatePem, late.keyPem, "the client certificate FILE expired on 20");
        const TestCertificate early = ofClient("me", authority, 2, 9);
        row("not yet valid", early.certificatePem, early.keyPem, "the client certificate FILE is not valid before 20");
        const TestCertificate lateAuthority = TestCertificate::make({.commonName = "Late", .names = "DNS:late.example", .validFromDays = -9, .validUntilDays = -2});
        const TestCertificate under = ofClient("me", lateAuthority);
        row("under one that expired", under.certificatePem + lateAuthority.certificatePem, under.keyPem, "the client certificate FILE expired on 20");
        row("another one's key", good.certificatePem, other.keyPem, "the client key KEY does not belong to the client certificate");
        row("the wrong one first", authority.certificatePem + good.certificatePem, good.keyPem, "does not belong to the client certificate");
        row("under a passphrase", good.certificatePem, encrypted(good.keyPem, false), "the client key KEY is under a passphrase");
        row("under a passphrase, as before", good.certificatePem, encrypted(good.keyPem, true), "the client key KEY is under a passphrase");
        row("no certificate", "hello", good.keyPem, "the client certificate FILE holds no certificate in PEM form");
        row("a damaged certificate", QByteArray(good.certificatePem).replace(60, 20, "AAAAAAAAAAAAAAAAAAAA"), good.keyPem, "holds a certificate that cannot be read");
        row("a damaged key", good.certificatePem, good.keyPem.first(100) + "\n-----END EC PRIVATE KEY-----\n", "the client key KEY holds a key that cannot be read");
        row("a certificate as key", good.certificatePem, good.certificatePem, "the client key KEY holds no key in PEM form");
        row("an empty key", good.certificatePem, " ", "the client key KEY holds no key in PEM form");
    }

    void readsFiles()
    {
        QFETCH(QByteArray, certificate);
        QFETCH(QByteArray, key);
        QFETCH(QString, says);
        const QString file = saved(u"me.pem"_s, certificate);
        const QString keyFile = key.isEmpty() ? QString() : saved(u"me.key"_s, key);
        const Result<ClientIdentity> identity = readClientIdentity(file, keyFile, QDateTime::currentDateTimeUtc());
        QCOMPARE(ERR_peek_error(), 0ul); // the next read of any TLS connection of this thread would fail by it
        const QString message = identity ? QString() : identity.error().message;
        QVERIFY2(identity.has_value() == says.isEmpty(), qPrintable(message));
        if (identity) {
            QVERIFY(!identity->key.isNull() && !identity->chain.isEmpty());
            return;
        }
        QVERIFY2(message.contains(says.replace(u"FILE"_s, file).replace(u"KEY"_s, keyFile)), qPrintable(message));
        QVERIFY2(message.contains(u"; "_s), qPrintable(message)); // the next step
    }

    /// OpenSSL tells a thread's errors to whichever connection of it asks next.
    void filesThatAreReadBreakNoConnection_data()
    {
        QTest::addColumn<QByteArray>("ca");
        QTest::addColumn<QByteArray>("certificate");
        QTest::addColumn<QByteArray>("key");
        const TestCertificate rsa = ofClient("me", TestCertificate::make(), -1, 1, true);
        const TestCertificate ec = ofClient("me", TestCertificate::make());
        const QByteArray damaged = QByteArray(ec.certificatePem).replace(60, 20, "AAAAAAAAAAAAAAAAAAAA");
        QTest::newRow("a key of RSA") << QByteArray() << rsa.certificatePem << rsa.keyPem;
        QTest::newRow("a key of EC") << QByteArray() << ec.certificatePem << ec.keyPem;
        QTest::newRow("another one's key") << QByteArray() << ec.certificatePem << rsa.keyPem;
        QTest::newRow("a damaged key") << QByteArray() << ec.certificatePem << ec.keyPem.first(100) + "\n-----END EC PRIVATE KEY-----\n";
        QTest::newRow("a damaged certificate") << QByteArray() << damaged << ec.keyPem;
        QTest::newRow("a damaged authority") << damaged << ec.certificatePem << ec.keyPem;
    }

    void filesThatAreReadBreakNoConnection()
    {
        QFETCH(QByteArray, ca);
        QFETCH(QByteArray, certificate);
        QFETCH(QByteArray, key);
        ThreadedUpstream other; // whose own connection fails by nothing of this thread's
        other->useTls(m_server);
        QVERIFY(other->listen());
        const QByteArray event = "data: x\n\n";
        other->setBehaviour([&event](const Arrived &) { return Script().streamHead().events({event, event, event}, 250ms).lastChunk(); });
        UpstreamClient client;
        client.terms.caFile = saved(u"ca.pem"_s, m_server.certificatePem);
        const std::unique_ptr<UpstreamReply> live(client.get(other->baseUrl(), "/v1/models"));
        QTRY_VERIFY(live->bytesAvailable() > 0);
        QByteArray body = live->takeBody();
        QCOMPARE(body, event);
        static_cast<void>(tlsConfiguration(ca.isEmpty() ? QString() : saved(u"authority.pem"_s, ca), saved(u"me.pem"_s, certificate), saved(u"me.key"_s, key)));
        QTRY_VERIFY(live->isFinished());
        body += live->takeBody();
        QVERIFY2(live->fault() == UpstreamFault::None, qPrintable(live->errorString()));
        QCOMPARE(body, event + event + event);
    }

    void namesFilesThatAreNotThere()
    {
        const TestCertificate good = ofClient("me", m_authority);
        const QString file = saved(u"me.pem"_s, good.certificatePem);
        const auto problem = [](const QString &certificate, const QString &key) {
            const Result<ClientIdentity> identity = readClientIdentity(certificate, key, QDateTime::currentDateTimeUtc());
            return identity ? QString() : identity.error().message.section(u"; "_s, 0, 0);
        };
        QCOMPARE(problem(u"/nowhere/me.pem"_s, {}), u"the client certificate /nowhere/me.pem does not exist"_s);
        QCOMPARE(problem(u"me.pem"_s, {}), u"the client certificate me.pem is no absolute path"_s);
        QCOMPARE(problem(m_folder->path(), {}), u"the client certificate %1 cannot be read"_s.arg(m_folder->path()));
        QCOMPARE(problem(file, u"/nowhere/me.key"_s), u"the client key /nowhere/me.key does not exist"_s);
        QCOMPARE(problem(file, m_folder->path()), u"the client key %1 cannot be read"_s.arg(m_folder->path()));
    }

    void showsItToWhoAsks()
    {
        const auto [certificate, key] = identity("me");
        TestProxy proxy({m_upstream->baseUrl()});
        proxy.editEndpoints([&](QList<Endpoint> &endpoints) { equip(endpoints.first(), certificate, key); });
        QCOMPARE(statusBy(proxy), 200);
        QCOMPARE(m_upstream->arrivedAt(0).clientName, "me"_ba);

        Endpoint endpoint = TestProxy::endpointAt(m_upstream->baseUrl(), 1);
        equip(endpoint, certificate, key);
        DirectProbes probes;
        QList<ProbeResult> results;
        const auto note = [&results](const ProbeResult &result) { results.append(result); };
        probes.probe(endpoint, 5s, note);
        QTRY_COMPARE(results.size(), 1);
        QVERIFY2(results[0].reachable, qPrintable(results[0].error));
        QCOMPARE(m_upstream->arrivedAt(1).clientName, "me"_ba);
    }

    void whoShowsNoneOrAnotherIsTurnedAway()
    {
        UpstreamClient client;
        client.terms.caFile = saved(u"ca.pem"_s, m_server.certificatePem);
        QVERIFY(!problemBy(client).isEmpty());
        const TestCertificate stranger = TestCertificate::make({.commonName = "Strangers", .names = "DNS:strangers.example"});
        const TestCertificate foreign = ofClient("me", stranger);
        client.terms.clientCert = saved(u"me.pem"_s, foreign.certificatePem);
        client.terms.clientKey = saved(u"me.key"_s, foreign.keyPem);
        QVERIFY(!problemBy(client).isEmpty());
        QCOMPARE(m_upstream->arrivedCount(), 0);
        std::tie(client.terms.clientCert, client.terms.clientKey) = identity("me");
        QCOMPARE(problemBy(client), QString());
    }

    void saysWhatIsWrongWithItsFiles()
    {
        UpstreamClient client;
        client.terms.caFile = saved(u"ca.pem"_s, m_server.certificatePem);
        const TestCertificate late = ofClient("me", m_authority, -9, -2);
        client.terms.clientCert = saved(u"me.pem"_s, late.certificatePem);
        client.terms.clientKey = saved(u"me.key"_s, late.keyPem);
        QString problem = problemBy(client);
        QVERIFY2(problem.contains(u"the client certificate %1 expired on 20"_s.arg(client.terms.clientCert)) && problem.contains(u"put another one in its place"_s), qPrintable(problem));
        QVERIFY(QFile::remove(client.terms.clientCert));
        problem = problemBy(client);
        QVERIFY2(problem.contains(client.terms.clientCert + u" does not exist"_s), qPrintable(problem));
        QCOMPARE(m_upstream->arrivedCount(), 0);
    }

    /// From the next connection on.
    void aNewFileCounts()
    {
        UpstreamClient client;
        client.terms.caFile = saved(u"ca.pem"_s, m_server.certificatePem);
        std::tie(client.terms.clientCert, client.terms.clientKey) = identity("me");
        QCOMPARE(problemBy(client), QString());
        identity("me", "renewed");
        client.destroyPool();
        UpstreamClient next;
        next.terms = client.terms;
        QCOMPARE(problemBy(next), QString());
        QCOMPARE(m_upstream->arrivedAt(0).clientName, "me"_ba);
        QCOMPARE(m_upstream->arrivedAt(1).clientName, "renewed"_ba);
    }

    /// Neither by a connection that is kept nor by a session of TLS.
    void twoWhoShowDifferentOnesAreNeverMixed()
    {
        const auto [certificate, key] = identity("me");
        const auto [otherCertificate, otherKey] = identity("other");
        TestProxy proxy({m_upstream->baseUrl(), m_upstream->baseUrl()});
        proxy.setStrategy(Strategy::RoundRobin);
        proxy.editEndpoints([&](QList<Endpoint> &endpoints) {
            equip(endpoints[0], certificate, key);
            equip(endpoints[1], otherCertificate, otherKey);
        });
        for (int i = 0; i < 6; ++i)
            QCOMPARE(statusBy(proxy), 200);
        const QList<Arrived> arrived = m_upstream->arrived();
        QCOMPARE(arrived.size(), 6);
        for (const Arrived &request : arrived)
            QCOMPARE(request.clientName, request.header("x-api-key") == "upstream-key-0" ? "me"_ba : "other"_ba);

        const UpstreamAddress one{u"e1"_s, u"localhost"_s, 1, true, QNetworkProxy::NoProxy, {}, certificate, key};
        const UpstreamAddress other{u"e1"_s, u"localhost"_s, 1, true, QNetworkProxy::NoProxy, {}, otherCertificate, otherKey};
        const Result<QSslConfiguration> ofOne = tlsConfiguration({}, certificate, key), ofOther = tlsConfiguration({}, otherCertificate, otherKey);
        QVERIFY(ofOne && ofOther);
        TlsSessions sessions;
        const auto start = TlsSessions::Clock::now();
        sessions.learn(one, *ofOne, "session", start, 0s);
        QCOMPARE(sessions.of(one, *ofOne, start), "session"_ba);
        QVERIFY(sessions.of(other, *ofOther, start).isEmpty());
        // Another certificate in the same files is another identity.
        QVERIFY(sessions.of(one, *ofOther, start).isEmpty());
        QVERIFY(sessions.of(one, *tlsConfiguration({}), start).isEmpty());
    }

    void overHttp2AsWell()
    {
        if (!Http2Server::isInstalled())
            QSKIP("needs Python with hpack");
        qputenv("CLIENT_CA", saved(u"clients.pem"_s, m_authority.certificatePem).toUtf8());
        ScriptedUpstream behind;
        QVERIFY(behind.listen());
        Http2Relay relay;
        QVERIFY2(relay.start(), qPrintable(relay.server().problem()));
        const QByteArray url = relay.urlOf(behind.port());
        qunsetenv("CLIENT_CA");
        QVERIFY(!url.isEmpty());
        UpstreamClient client;
        client.terms.http2 = true;
        client.terms.caFile = relay.server().certificateFile();
        QVERIFY(!problemBy(client, url).isEmpty());
        QCOMPARE(behind.arrivedCount(), 0);
        std::tie(client.terms.clientCert, client.terms.clientKey) = identity("me");
        QCOMPARE(problemBy(client, url), QString());
        QCOMPARE(behind.arrivedCount(), 1);
        QCOMPARE(client.figures().http2, 1);
    }

private:
    QString saved(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("no file");
        return file.fileName();
    }

    /// The files of a certificate that the upstream takes.
    std::pair<QString, QString> identity(const QByteArray &file, const QByteArray &name = {})
    {
        const TestCertificate certificate = ofClient(name.isEmpty() ? file : name, m_authority);
        return {saved(QString::fromLatin1(file) + u".pem"_s, certificate.certificatePem), saved(QString::fromLatin1(file) + u".key"_s, certificate.keyPem)};
    }

    void equip(Endpoint &endpoint, const QString &certificate, const QString &key)
    {
        endpoint.caFile = saved(u"ca.pem"_s, m_server.certificatePem);
        endpoint.auth = AuthStyle::XApiKey;
        endpoint.clientCert = certificate;
        endpoint.clientKey = key;
    }

    int statusBy(TestProxy &proxy)
    {
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", question);
        return QTest::qWaitFor([&client] { return client.finished() == 1; }, 15'000) ? client.response().status : 0;
    }

    /// What a request says went wrong; empty for nothing.
    QString problemBy(UpstreamClient &client) { return problemBy(client, m_upstream->baseUrl()); }
    QString problemBy(UpstreamClient &client, const QByteArray &baseUrl)
    {
        const std::unique_ptr<UpstreamReply> reply(client.get(baseUrl, "/v1/models"));
        if (!QTest::qWaitFor([&reply] { return reply->isFinished(); }, 10'000))
            return u"no end"_s;
        return reply->fault() == UpstreamFault::None ? QString() : u"it says: "_s + reply->errorString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    TestCertificate m_authority, m_server;
    std::unique_ptr<ScriptedUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestClientCertificates)
#include "tst_clientcertificates.moc"
