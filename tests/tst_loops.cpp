#include "core/forward/forwarding.h"
#include "core/health/endpointprobe.h"
#include "core/health/healthprobes.h"
#include "core/upstream/ownaddress.h"
#include "tests/support/forwardproxy.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"
#include "tests/support/upstreamclient.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkInterface>
#include <QSignalSpy>
#include <QSysInfo>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray request(R"JSON({"model":"claude-x","messages":[]})JSON");

QByteArray urlOf(const QString &host, quint16 port)
{
    const QString bracketed = host.contains(u':') ? u'[' + host + u']' : host;
    return "http://" + bracketed.toUtf8() + ':' + QByteArray::number(port);
}

QByteArray addressOf(const TestProxy &proxy)
{
    return urlOf(u"127.0.0.1"_s, proxy.port());
}

/// From now on `proxy` has these endpoints, in this order.
void setEndpoints(TestProxy &proxy, const QList<Endpoint> &endpoints)
{
    Config config = *proxy.plane().router.config();
    config.clusters.first().endpoints = endpoints;
    proxy.plane().router.configure(std::make_shared<const Config>(config), QString());
}

QList<Endpoint> endpointsAt(const QList<QByteArray> &urls)
{
    QList<Endpoint> endpoints;
    for (const QByteArray &url : urls)
        endpoints.append(TestProxy::endpointAt(url, static_cast<int>(endpoints.size())));
    return endpoints;
}

QString errorOf(const RawResponse &response)
{
    const QJsonObject object = QJsonDocument::fromJson(response.body).object();
    return object.value("error"_L1).toObject().value("message"_L1).toString();
}

/// The first address of this computer that is not loopback; null where there is none.
QHostAddress otherInterface()
{
    for (const QHostAddress &address : QNetworkInterface::allAddresses())
        if (!address.isLoopback() && address.protocol() == QAbstractSocket::IPv4Protocol)
            return address;
    return {};
}

QJsonObject configWith(const QString &listenHost, const QByteArray &baseUrl)
{
    const QJsonObject endpoint{{"name"_L1, "relay"_L1}, {"base_url"_L1, QString::fromUtf8(baseUrl)}};
    return {{"listen"_L1, QJsonObject{{"host"_L1, listenHost}, {"port"_L1, 7860}}},
            {"clusters"_L1, QJsonArray{QJsonObject{{"name"_L1, "work"_L1}, {"endpoints"_L1, QJsonArray{endpoint}}}}}};
}

} // namespace

/// Endpoints that lead back to qcc itself.
class TestLoops : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsItsOwnDoor_data()
    {
        QTest::addColumn<QString>("listening");
        QTest::addColumn<QString>("peer");
        QTest::addColumn<int>("port");
        QTest::addColumn<QString>("local");
        QTest::addColumn<bool>("own");
        const auto row = [](const char *listening, const char *peer, int port, const char *local, bool own) {
            QTest::addRow("%s: %s:%d from %s", listening, peer, port, local)
                << QString::fromLatin1(listening) << QString::fromLatin1(peer) << port << QString::fromLatin1(local) << own;
        };
        row("127.0.0.1", "127.0.0.1", 7860, "127.0.0.1", true);
        row("127.0.0.1", "::ffff:127.0.0.1", 7860, "::ffff:127.0.0.1", true);
        row("127.0.0.1", "127.0.0.1", 7861, "127.0.0.1", false);
        // Another program's: it may listen on the other addresses of the same port.
        row("127.0.0.1", "127.0.0.2", 7860, "127.0.0.1", false);
        row("127.0.0.1", "::1", 7860, "::1", false);
        row("127.0.0.1", "192.168.1.5", 7860, "192.168.1.5", false);
        row("::1", "::1", 7860, "::1", true);
        row("0.0.0.0", "127.0.0.1", 7860, "127.0.0.1", true);
        row("0.0.0.0", "127.0.0.2", 7860, "127.0.0.1", true);
        row("0.0.0.0", "192.168.1.5", 7860, "192.168.1.5", true);
        row("0.0.0.0", "192.168.1.6", 7860, "192.168.1.5", false);
        row("0.0.0.0", "::1", 7860, "::1", false);
        row("::", "::1", 7860, "::1", true);
        row("::", "fe80::1%eth0", 7860, "fe80::1%2", true);
        row("::", "2001:db8::1", 7860, "2001:db8::2", false);
        row("::", "127.0.0.1", 7860, "127.0.0.1", false);
        row("192.168.1.5", "192.168.1.5", 7860, "192.168.1.5", true);
        row("192.168.1.5", "127.0.0.1", 7860, "127.0.0.1", false);
        row("192.168.1.5", "192.168.1.5", 7860, "192.168.1.9", false);
    }

    void knowsItsOwnDoor()
    {
        QFETCH(QString, listening);
        QFETCH(QString, peer);
        QFETCH(int, port);
        QFETCH(QString, local);
        const OwnAddress own{QHostAddress(listening), 7860, {}};
        QTEST(endsAt(own, QHostAddress(peer), static_cast<quint16>(port), QHostAddress(local)), "own");
        // While nothing listens, nothing leads there.
        QVERIFY(!endsAt({}, QHostAddress(peer), 0, QHostAddress(local)));
    }

    void knowsWhatMayLeadThere_data()
    {
        QTest::addColumn<QString>("listening");
        QTest::addColumn<QString>("resolved");
        QTest::addColumn<bool>("reaches");
        const auto row = [](const char *listening, const char *resolved, bool reaches) {
            QTest::addRow("%s: %s", listening, resolved) << QString::fromLatin1(listening) << QString::fromLatin1(resolved) << reaches;
        };
        for (const char *loopback : {"127.0.0.1", "127.0.0.2", "127.0.1.1", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1"}) {
            row("127.0.0.1", loopback, true);
            row("0.0.0.0", loopback, true);
            row("::", loopback, true);
            row("192.168.1.5", loopback, false);
        }
        row("127.0.0.1", "192.168.1.5", false);
        row("0.0.0.0", "192.168.1.5", true);
        row("0.0.0.0", "::ffff:192.168.1.5", true);
        row("0.0.0.0", "192.168.1.6", false);
        row("::", "2001:db8::5", true);
        row("192.168.1.6", "192.168.1.6", true);
    }

    void knowsWhatMayLeadThere()
    {
        QFETCH(QString, listening);
        QFETCH(QString, resolved);
        const QList<QHostAddress> ours{QHostAddress(u"192.168.1.5"_s), QHostAddress(u"2001:db8::5"_s)};
        QTEST(mayReach(QHostAddress(listening), QHostAddress(resolved), ours), "reaches");
    }

    void marksRequestsToWhatIsNearbyOnly()
    {
        for (const char *nearby : {"127.0.0.1", "127.9.9.9", "::1", "10.1.2.3", "172.16.0.1", "192.168.0.9", "169.254.1.1", "100.64.0.1",
                                   "fd00::2", "fe80::1%eth0", "::ffff:10.0.0.1"})
            QVERIFY2(isNearby(QHostAddress(QString::fromLatin1(nearby))), nearby);
        for (const char *far : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"})
            QVERIFY2(!isNearby(QHostAddress(QString::fromLatin1(far))), far);

        const HeaderList sent{{"Host", "a"}, {"X-Qcc-Hop", "other/11111111"}};
        const HeaderList nearby = withHop(sent, "mine", u"3fa1b2c4"_s, true);
        QCOMPARE(cameBackFrom(nearby, "mine"), std::optional(u"3fa1b2c4"_s));
        QCOMPARE(cameBackFrom(nearby, "other"), std::optional(u"11111111"_s));
        QVERIFY(!cameBackFrom(nearby, "min"));
        // An upstream of the internet sees what the client has sent.
        QCOMPARE(withHop(sent, "mine", u"3fa1b2c4"_s, false), (HeaderList{{"Host", "a"}}));
        QCOMPARE(withHop(sent, {}, u"3fa1b2c4"_s, true), sent);
        QVERIFY(newHopMark() != newHopMark());
        QCOMPARE(newHopMark().size(), 32);
    }

    void sendsNothingToItself_data()
    {
        QTest::addColumn<QString>("host");
        for (const char *host : {"127.0.0.1", "127.0.0.2", "localhost", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "2130706433", "127.1"})
            QTest::newRow(host) << QString::fromLatin1(host);
        QTest::newRow("this computer's name") << QSysInfo::machineHostName();
        if (!otherInterface().isNull())
            QTest::newRow("another interface") << otherInterface().toString();
    }

    void sendsNothingToItself()
    {
        QFETCH(QString, host);
        QTcpServer door;
        QVERIFY(door.listen(QHostAddress::Any));
        qint64 came = 0;
        connect(&door, &QTcpServer::newConnection, &door, [&] {
            QTcpSocket *socket = door.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [&came, socket] { came += socket->readAll().size(); });
        });
        UpstreamClient upstream;
        upstream.pool().setOwnAddress({QHostAddress(QHostAddress::Any), door.serverPort(), newHopMark()});
        for (const char *scheme : {"http", "https"}) {
            const QByteArray url = scheme + urlOf(host, door.serverPort()).sliced(4);
            const std::unique_ptr<UpstreamReply> reply(upstream.get(url, "/v1/models"));
            QTRY_VERIFY(reply->isFinished());
            if (reply->fault() == UpstreamFault::HostNotFound)
                QSKIP("this computer's name does not resolve here");
            QCOMPARE(reply->fault(), UpstreamFault::LeadsBack);
            QVERIFY2(reply->errorString().contains("leads back to qcc itself"_L1), qPrintable(reply->errorString()));
        }
        QCOMPARE(came, 0);
    }

    void anotherProgramOnThePortOfAnotherAddressIsAnUpstream()
    {
        ScriptedUpstream other;
        QVERIFY(other.listen());
        UpstreamClient upstream;
        upstream.pool().setOwnAddress({QHostAddress(u"127.0.0.2"_s), other.port(), newHopMark()});
        const std::unique_ptr<UpstreamReply> reply(upstream.get(other.baseUrl(), "/v1/models"));
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(reply->fault(), UpstreamFault::None);
    }

    void saysWhichEndpointLeadsBack_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("shape");
        QTest::newRow("Anthropic") << QByteArray("/v1/messages") << QByteArray(R"("type":"error")");
        QTest::newRow("OpenAI") << QByteArray("/v1/chat/completions") << QByteArray(R"("param":null)");
        QTest::newRow("Gemini") << QByteArray("/v1beta/models/g:generateContent") << QByteArray(R"("code":508)");
    }

    void saysWhichEndpointLeadsBack()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, shape);
        TestProxy proxy({});
        setEndpoints(proxy, endpointsAt({addressOf(proxy)}));
        QElapsedTimer clock;
        clock.start();
        RawClient client;
        client.connectTo(proxy.port());
        client.post(path, request);
        QTRY_VERIFY(client.response().complete);
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(client.response().status, 508);
        QVERIFY2(client.response().body.contains(shape), client.response().body.constData());
        QVERIFY(errorOf(client.response()).contains("relay-a: its base_url leads back to qcc itself"_L1));
        QCOMPARE(client.response().header("x-should-retry"), QByteArray("false"));
        QTRY_COMPARE(proxy.records().size(), 1); // nothing came back to be counted
        QCOMPARE(proxy.last().attempts.size(), 1);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Loop);
    }

    void passesAnEndpointThatLeadsBackBy()
    {
        ScriptedUpstream good;
        QVERIFY(good.listen());
        TestProxy proxy({});
        const QList<Endpoint> endpoints = endpointsAt({addressOf(proxy), good.baseUrl()});
        setEndpoints(proxy, endpoints);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", request);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(proxy.last().outcome, Outcome::Recovered);
        QCOMPARE(good.arrivedCount(), 1);
        QCOMPARE(proxy.states().value(endpoints.at(0).id).consecutiveFailures, 1);
        QCOMPARE(proxy.states().value(endpoints.at(1).id).consecutiveFailures, 0);
    }

    void endsALoopOverAnotherProxy_data()
    {
        QTest::addColumn<bool>("another");
        QTest::newRow("one endpoint") << false;
        QTest::newRow("another endpoint behind it") << true;
    }

    void endsALoopOverAnotherProxy()
    {
        QFETCH(bool, another);
        ScriptedUpstream good;
        QVERIFY(good.listen());
        TestProxy first({});
        TestProxy second({addressOf(first)});
        QList<QByteArray> urls{addressOf(second)};
        if (another)
            urls.append(good.baseUrl());
        const QList<Endpoint> endpoints = endpointsAt(urls);
        setEndpoints(first, endpoints);
        QElapsedTimer clock;
        clock.start();
        RawClient client;
        client.connectTo(first.port());
        client.post("/v1/messages", request);
        QTRY_VERIFY(client.response().complete);
        QVERIFY2(clock.elapsed() < 1500, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(client.response().status, another ? 200 : 508);
        if (!another)
            QVERIFY2(errorOf(client.response()).contains("came back to qcc over its own endpoint \"relay-a\""_L1),
                     client.response().body.constData());
        // Once from the client, once back from the other.
        QTRY_COMPARE(first.records().size(), 2);
        QCOMPARE(second.records().size(), 1);
        if (another)
            QCOMPARE(first.states().value(endpoints.at(1).id).consecutiveFailures, 0);
    }

    void endsALoopOverAForwardProxy()
    {
        if (LoopbackServer::find(ForwardProxy::programOf(ForwardProxy::Kind::Http)).isEmpty())
            QSKIP("tinyproxy is not installed");
        ForwardProxy forward;
        QVERIFY2(forward.start(ForwardProxy::Kind::Http, {}), qPrintable(forward.problem()));
        TestProxy proxy({});
        QList<Endpoint> endpoints = endpointsAt({addressOf(proxy)});
        endpoints.first().proxy = forward.rule();
        setEndpoints(proxy, endpoints);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", request);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 508);
        QTRY_COMPARE(proxy.records().size(), 2);
    }

    void aTestOfTheEndpointSaysSo()
    {
        TestProxy proxy({});
        DirectProbes probes;
        probes.setOwnAddress(proxy.plane().own);
        std::optional<ProbeResult> result;
        probes.probe(TestProxy::endpointAt(addressOf(proxy), 0), EndpointProbe::usualTimeout, [&result](const ProbeResult &r) { result = r; });
        QTRY_VERIFY(result.has_value());
        QVERIFY(!result->reachable);
        QCOMPARE(result->failure, FailureClass::Loop);
        QVERIFY(result->error.contains("leads back to qcc itself"_L1));
        QCOMPARE(proxy.records().size(), 0);
    }

    void looksUpWhereANewEndpointLeads_data()
    {
        QTest::addColumn<QString>("listening");
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("refused");
        QTest::newRow("a name") << u"127.0.0.1"_s << u"localhost"_s << true;
        QTest::newRow("another program's name") << u"192.0.2.200"_s << u"localhost"_s << false;
        QTest::newRow("no name at all") << u"127.0.0.1"_s << u"nowhere.invalid"_s << false;
        if (!otherInterface().isNull()) {
            QTest::newRow("another interface") << u"0.0.0.0"_s << otherInterface().toString() << true;
            QTest::newRow("another interface, not listened on") << u"127.0.0.1"_s << otherInterface().toString() << false;
        }
    }

    void looksUpWhereANewEndpointLeads()
    {
        QFETCH(QString, listening);
        QFETCH(QString, host);
        QFETCH(bool, refused);
        const QJsonObject config = configWith(listening, urlOf(host, 7860));
        const QList<QByteArray> urls = urlsToCheck({{"listen"_L1, config.value("listen"_L1)}}, config);
        QCOMPARE(urls.size(), 1);
        QList<Result<void>> answers;
        refuseLoops(config, urls, this, [&answers](const Result<void> &answer) { answers.append(answer); });
        QCOMPARE(answers.size(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(answers.size(), 1, 10'000);
        QCOMPARE(!answers.first(), refused);
        if (refused) {
            QVERIFY(answers.first().error().message.contains("leads back to qcc itself"_L1));
            QVERIFY(!answers.first().error().hint.isEmpty());
        }
    }

    void looksOnlyAtWhatIsNewAndHasThePort()
    {
        const QJsonObject config = configWith(u"127.0.0.1"_s, "http://relay.example:7860");
        QCOMPARE(urlsToCheck(config, config), QList<QByteArray>());
        QCOMPARE(urlsToCheck({}, configWith(u"127.0.0.1"_s, "http://relay.example:7861")), QList<QByteArray>());
        QCOMPARE(urlsToCheck({}, configWith(u"127.0.0.1"_s, "https://relay.example")), QList<QByteArray>());
        // qcc itself moves to where an endpoint was all the time.
        const QJsonObject moved = configWith(u"0.0.0.0"_s, "http://relay.example:7860");
        QCOMPARE(urlsToCheck(config, moved), QList<QByteArray>{"http://relay.example:7860"});
    }
};

QTEST_GUILESS_MAIN(TestLoops)
#include "tst_loops.moc"
