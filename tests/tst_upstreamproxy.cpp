#include "core/routing/failure.h"
#include "core/upstream/proxyrules.h"
#include "tests/support/forwardproxy.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"
#include "tests/support/upstreamclient.h"

#include <QScopeGuard>
#include <QSslConfiguration>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QUrl>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(ForwardProxy::Kind)

namespace {

constexpr auto http = ForwardProxy::Kind::Http;
constexpr auto socks = ForwardProxy::Kind::Socks5;

FailureClass classOf(const UpstreamReply &reply)
{
    Evidence evidence;
    evidence.fault = reply.fault();
    evidence.phase = reply.phase();
    evidence.provenUnread = reply.provenUnread();
    return classify(evidence);
}

} // namespace

#define START_PROXY(proxy, kind, ...)                                                                                                 \
    if (LoopbackServer::find(ForwardProxy::programOf(kind)).isEmpty())                                                                \
        QSKIP(qPrintable(ForwardProxy::programOf(kind) + QStringLiteral(" is not installed.")));                                      \
    ForwardProxy proxy;                                                                                                               \
    QVERIFY2(proxy.start(kind, ForwardProxy::Options __VA_ARGS__), qPrintable(proxy.problem()))

/// Upstreams behind the forward proxies that people have: an HTTP proxy with CONNECT, and a SOCKS5 proxy.
class TestUpstreamProxy : public QObject
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

    void goesThroughTheProxy_data()
    {
        QTest::addColumn<ForwardProxy::Kind>("kind");
        QTest::addColumn<bool>("password");
        QTest::addColumn<bool>("tls");
        for (const auto kind : {http, socks})
            for (const bool password : {false, true})
                for (const bool tls : {false, true})
                    QTest::addRow("%s%s%s", kind == http ? "http" : "socks5", password ? ", password" : "", tls ? ", tls" : "")
                        << kind << password << tls;
    }

    void goesThroughTheProxy()
    {
        QFETCH(ForwardProxy::Kind, kind);
        QFETCH(bool, password);
        QFETCH(bool, tls);
        // The proxy's connections come from an address of their own, so that the upstream can tell them.
        const QByteArray secret = !password ? "" : kind == http ? "passw0rd" : "p@ss:w0rd"; // tinyproxy takes no other characters
        START_PROXY(proxy, kind, {.user = password ? "user" : "", .password = secret, .bindAddress = "127.0.0.2"});
        const QSslConfiguration usual = QSslConfiguration::defaultConfiguration();
        const auto restore = qScopeGuard([&usual] { QSslConfiguration::setDefaultConfiguration(usual); });
        if (tls) {
            const auto certificate = TestCertificate::make();
            m_upstream->useTls(certificate);
            QSslConfiguration trusting = usual;
            trusting.addCaCertificates({certificate.certificate()});
            QSslConfiguration::setDefaultConfiguration(trusting);
        }
        QVERIFY(m_upstream->listen());
        m_client->terms.proxy = proxy.rule(password ? "user:" + secret.toPercentEncoding() : QByteArray());

        std::unique_ptr<UpstreamReply> first(m_client->get(m_upstream->baseUrl(), "/v1/models"));
        QTRY_VERIFY(first->isFinished());
        QVERIFY2(first->fault() == UpstreamFault::None, qPrintable(first->errorString()));
        QCOMPARE(first->head().status, 200);
        QCOMPARE(m_upstream->arrivedAt(0).peer, QByteArray("127.0.0.2"));
        QCOMPARE(m_upstream->arrivedAt(0).rawTarget, QByteArray("/v1/models")); // tunnelled, not in the proxy's form
        QVERIFY(m_upstream->arrivedAt(0).header("proxy-authorization").isEmpty());
        QCOMPARE(first->connectTimes().tls.has_value(), tls);

        const QByteArray body(1'000'000, 'u');
        std::unique_ptr<UpstreamReply> second(m_client->send("POST", m_upstream->baseUrl(), "/echo", body));
        QTRY_VERIFY(second->isFinished());
        QCOMPARE(second->fault(), UpstreamFault::None);
        QCOMPARE(m_upstream->arrivedAt(1).bodyBytes, body.size());
        QVERIFY(second->reusedConnection());
        QCOMPARE(m_upstream->connectionsAccepted(), 1);
    }

    void streamsThroughTheProxy_data()
    {
        QTest::addColumn<ForwardProxy::Kind>("kind");
        QTest::newRow("http") << http;
        QTest::newRow("socks5") << socks;
    }

    void streamsThroughTheProxy()
    {
        QFETCH(ForwardProxy::Kind, kind);
        START_PROXY(proxy, kind, {});
        QVERIFY(m_upstream->listen());
        m_upstream->setBehaviour([](const Arrived &) {
            return Script().streamHead().events({"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"}, 300ms).stall();
        });
        m_client->terms.proxy = proxy.rule();
        std::unique_ptr<UpstreamReply> reply(m_client->get(m_upstream->baseUrl(), "/"));
        QList<QByteArray> events;
        connect(reply.get(), &QNetworkReply::readyRead, reply.get(), [&] { events.append(reply->takeBody()); });
        QTRY_COMPARE(events.size(), 3);
        QCOMPARE(events, (QList<QByteArray>{"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"}));
        QList<QHostAddress> local;
        m_client->pool().networkChanged([&local](const QHostAddress &address) {
            local.append(address);
            return true;
        });
        QCOMPARE(local, QList<QHostAddress>{QHostAddress(QHostAddress::LocalHost)}); // this computer's, not the proxy's
        reply.reset();
        QTRY_COMPARE(m_upstream->openConnections(), 0); // whoever leaves takes the tunnel along
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<ForwardProxy::Kind>("kind");
        QTest::addColumn<QByteArray>("problem");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, ForwardProxy::Kind kind, const char *problem, const QString &text) {
            QTest::newRow(name) << kind << QByteArray(problem) << text;
        };
        const QString refusedPassword = QStringLiteral("the proxy 127.0.0.1:%1 refused the user name or the password");
        const QString wantsPassword = QStringLiteral("the proxy 127.0.0.1:%1 asks for a user name and a password");
        const QString nothingThere = QStringLiteral("the proxy 127.0.0.1:%1 refused the connection: nothing listens there");
        // tinyproxy answers 401 to a wrong password, of which Qt tells no more than that something is wrong.
        row("http, wrong password", http, "password",
            QStringLiteral("the proxy 127.0.0.1:%1 refused to connect to 127.0.0.1:%2: it cannot reach it, or the user name or the password is wrong"));
        row("socks5, wrong password", socks, "password", refusedPassword);
        row("http, no password", http, "none", wantsPassword);
        row("socks5, no password", socks, "none", wantsPassword);
        row("http, port closed", http, "closed", nothingThere);
        row("socks5, port closed", socks, "closed", nothingThere);
        row("http, port forbidden", http, "forbidden", QStringLiteral("the proxy 127.0.0.1:%1 does not allow connections to 127.0.0.1:%2"));
        row("http, upstream refused", http, "refused", QStringLiteral("the proxy 127.0.0.1:%1 could not connect to 127.0.0.1:%2"));
        row("socks5, upstream refused", socks, "refused", QStringLiteral("the proxy 127.0.0.1:%1 was refused by 127.0.0.1:%2"));
    }

    void saysWhatIsWrong()
    {
        QFETCH(ForwardProxy::Kind, kind);
        QFETCH(QByteArray, problem);
        QFETCH(QString, text);
        const bool asks = problem == "password" || problem == "none";
        START_PROXY(proxy, kind, {.user = asks ? "user" : "", .password = asks ? "right" : "", .onlyPort = problem == "forbidden" ? 1 : 0});
        QVERIFY(m_upstream->listen());
        const quint16 closedPort = freePort();
        m_client->terms.proxy = problem == "password" ? proxy.rule("user:s3cret-word") : proxy.rule();
        if (problem == "closed")
            m_client->terms.proxy.replace(QString::number(proxy.port()), QString::number(closedPort));
        const quint16 upstreamPort = problem == "refused" ? closedPort : m_upstream->port();
        std::unique_ptr<UpstreamReply> reply(m_client->get("http://127.0.0.1:" + QByteArray::number(upstreamPort), "/"));
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(classOf(*reply), FailureClass::Connect);
        const QString expected = text.arg(problem == "closed" ? closedPort : proxy.port());
        QCOMPARE(reply->errorString(), expected.contains(QLatin1String("%2")) ? expected.arg(upstreamPort) : expected);
        QVERIFY(!reply->errorString().contains(QLatin1String("s3cret-word")));
        QCOMPARE(m_upstream->arrivedCount(), 0);
        QCOMPARE(m_client->figures().open, 0);
    }

    void leavesNamesToTheSocksProxy()
    {
        // A name that only the proxy could know arrives there as a name.
        QTcpServer proxy;
        QVERIFY(proxy.listen(QHostAddress::LocalHost));
        QByteArray heard;
        connect(&proxy, &QTcpServer::newConnection, &proxy, [&] {
            QTcpSocket *socket = proxy.nextPendingConnection();
            connect(socket, &QIODevice::readyRead, socket, [&heard, socket] {
                const bool greeting = heard.isEmpty();
                heard += socket->readAll();
                if (greeting)
                    socket->write(QByteArray::fromHex("0500")); // no authentication. Source: RFC 1928 §3
            });
        });
        m_client->terms.proxy = QStringLiteral("socks5://127.0.0.1:%1").arg(proxy.serverPort());
        std::unique_ptr<UpstreamReply> reply(m_client->get("http://relay.invalid:8000", "/"));
        // Version, CONNECT, reserved, a domain name of that length. Source: RFC 1928 §4.
        QTRY_VERIFY(heard.contains(QByteArray::fromHex("050100030d") + "relay.invalid" + QByteArray::fromHex("1f40")));
    }

    void followsTheSystemsProxyAsItChanges()
    {
#ifndef Q_OS_LINUX
        QSKIP("The system's proxies come from the environment only on Linux.");
#endif
        START_PROXY(plain, http, {});
        START_PROXY(picky, http, {.onlyPort = 1});
        QVERIFY(m_upstream->listen());
        for (const char *name : {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"})
            qunsetenv(name);
        const auto restore = qScopeGuard([] {
            qunsetenv("http_proxy");
            qunsetenv("no_proxy");
        });
        m_client->terms.proxy = QStringLiteral("system");
        // Another spelling of this computer, because nobody's proxy is asked for loopback hosts.
        const QByteArray upstream = "http://0.0.0.0:" + QByteArray::number(m_upstream->port());
        const auto ask = [&] {
            std::unique_ptr<UpstreamReply> reply(m_client->get(upstream, "/v1/models"));
            [&] { QTRY_VERIFY(reply->isFinished()); }();
            return reply->fault() == UpstreamFault::None ? QStringLiteral("answered") : reply->errorString();
        };
        const QByteArray connectLine = "CONNECT 0.0.0.0:" + QByteArray::number(m_upstream->port());

        QCOMPARE(ask(), QStringLiteral("answered"));
        QVERIFY(!plain.output().contains(connectLine));

        qputenv("http_proxy", plain.rule().toLatin1());
        QCOMPARE(ask(), QStringLiteral("answered"));
        QTRY_VERIFY(plain.output().contains(connectLine));

        qputenv("http_proxy", picky.rule().toLatin1());
        QCOMPARE(ask(), QStringLiteral("the proxy 127.0.0.1:%1 does not allow connections to 0.0.0.0:%2").arg(picky.port()).arg(m_upstream->port()));

        qputenv("no_proxy", "0.0.0.0");
        QCOMPARE(ask(), QStringLiteral("answered"));
        QCOMPARE(m_upstream->connectionsAccepted(), 2); // direct, through the proxy, and direct again on the first one
    }

    void asksTheSystemByTheUrlsScheme()
    {
#ifndef Q_OS_LINUX
        QSKIP("The system's proxies come from the environment only on Linux.");
#endif
        const auto restore = qScopeGuard([] {
            qunsetenv("http_proxy");
            qunsetenv("https_proxy");
        });
        qputenv("http_proxy", "http://127.0.0.1:1001");
        qputenv("https_proxy", "http://user:pass@127.0.0.1:1002");
        const QString system = QStringLiteral("system");
        QCOMPARE(nameOf(proxyFor(system, QUrl(QStringLiteral("http://relay.test")))), QStringLiteral("127.0.0.1:1001"));
        const QNetworkProxy secure = proxyFor(system, QUrl(QStringLiteral("https://relay.test")));
        QCOMPARE(nameOf(secure), QStringLiteral("127.0.0.1:1002"));
        QCOMPARE(secure.user(), QStringLiteral("user"));
        QCOMPARE(secure.password(), QStringLiteral("pass"));
        for (const char *loopback : {"http://localhost:1", "http://127.0.0.9:1", "https://[::1]:1"})
            QCOMPARE(proxyFor(system, QUrl(QString::fromLatin1(loopback))).type(), QNetworkProxy::NoProxy);
    }

    void readsTheEnvironmentInEveryForm()
    {
        constexpr const char *names[]{"http_proxy", "https_proxy", "ALL_PROXY", "no_proxy"};
        const auto restore = qScopeGuard([&names] {
            for (const char *name : names)
                qunsetenv(name);
        });
        const QUrl url(QStringLiteral("https://relay.test"));
        const auto proxy = [&url] { return proxyFor(QStringLiteral("system"), url); };
        qputenv("http_proxy", "127.0.0.1:1001");
        QCOMPARE(nameOf(proxyFor(QStringLiteral("system"), QUrl(QStringLiteral("http://relay.test")))), QStringLiteral("127.0.0.1:1001"));
        qputenv("ALL_PROXY", "socks5h://127.0.0.1:1003");
        QCOMPARE(proxy().type(), QNetworkProxy::Socks5Proxy);
        QCOMPARE(nameOf(proxy()), QStringLiteral("127.0.0.1:1003"));
        for (const char *all : {"*", "localhost relay.test", "localhost,\t.test"}) {
            qputenv("no_proxy", all);
            QCOMPARE(proxy().type(), QNetworkProxy::NoProxy);
        }
        qputenv("no_proxy", "other.test");
        QCOMPARE(proxy().type(), QNetworkProxy::Socks5Proxy);
        QVERIFY(proxyFor(QStringLiteral("socks5h://127.0.0.1:1"), url).capabilities().testFlag(QNetworkProxy::HostNameLookupCapability));
        QCOMPARE(nameOf(proxyFor(QStringLiteral("127.0.0.1:1004"), url)), QStringLiteral("127.0.0.1:1004"));
    }

private:
    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<UpstreamClient> m_client;
};

QTEST_GUILESS_MAIN(TestUpstreamProxy)
#include "tst_upstreamproxy.moc"
