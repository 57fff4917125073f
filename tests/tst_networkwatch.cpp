#include "core/config/configedit.h"
#include "core/config/configfile.h"
#include "core/service/proxyservice.h"
#include "core/upstream/networkwatch.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testkeys.h"
#include "tests/support/testproxy.h"

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_LINUX
#include <sched.h>
#endif

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

/// In a network of its own, whose addresses and routes the test can change.
class TestNetworkWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
#ifdef Q_OS_LINUX
        if (::unshare(CLONE_NEWNET) != 0)
            QSKIP("A network namespace of its own takes root.");
        if (!ip("link set lo up"))
            QSKIP("The program ip is not installed.");
#else
        QSKIP("There are network namespaces only on Linux.");
#endif
    }

    void hearsOfAddresses()
    {
        NetworkWatch watch;
        QSignalSpy spy(&watch, &NetworkWatch::changed);
        QVERIFY(ip("addr add 10.9.9.9/32 dev lo"));
        QTRY_COMPARE(spy.size(), 1);
        QVERIFY(NetworkWatch::addresses().contains(QHostAddress(QStringLiteral("10.9.9.9"))));
        QVERIFY(ip("addr del 10.9.9.9/32 dev lo"));
        QTRY_COMPARE(spy.size(), 2);
        QVERIFY(!NetworkWatch::addresses().contains(QHostAddress(QStringLiteral("10.9.9.9"))));
    }

    void hearsOfTheDefaultRoute()
    {
        NetworkWatch watch;
        QSignalSpy spy(&watch, &NetworkWatch::changed);
        QVERIFY(ip("route add default dev lo"));
        QTRY_COMPARE(spy.size(), 1);
        QVERIFY(ip("route add 10.77.0.0/16 dev lo")); // leads nowhere near an endpoint
        QTest::qWait(static_cast<int>(2 * NetworkWatch::settling.count()));
        QCOMPARE(spy.size(), 1);
        QVERIFY(ip("route del default dev lo"));
        QTRY_COMPARE(spy.size(), 2);
    }

    void saysOneThingAboutABurst()
    {
        NetworkWatch watch;
        QSignalSpy spy(&watch, &NetworkWatch::changed);
        for (int i = 1; i <= 5; ++i)
            QVERIFY(ip("addr add 10.9.9." + QByteArray::number(i) + "/32 dev lo"));
        QTRY_COMPARE(spy.size(), 1);
        QTest::qWait(static_cast<int>(2 * NetworkWatch::settling.count()));
        QVERIFY2(spy.size() <= 2, QByteArray::number(spy.size()).constData()); // two where starting ip five times takes long
        QVERIFY(ip("addr flush dev lo to 10.0.0.0/8"));
    }

    void ignoresAddressesThatAreOnlyAnnouncedAgain()
    {
        QVERIFY(ip("addr add 10.9.9.9/32 dev lo"));
        NetworkWatch watch;
        QSignalSpy spy(&watch, &NetworkWatch::changed);
        QVERIFY(ip("addr change 10.9.9.9/32 dev lo valid_lft 1000 preferred_lft 1000"));
        QTest::qWait(static_cast<int>(3 * NetworkWatch::settling.count()));
        QCOMPARE(spy.size(), 0);
        QVERIFY(ip("addr del 10.9.9.9/32 dev lo"));
        QTRY_COMPARE(spy.size(), 1);
    }

    void blamesNobodyWhereThereIsNoNetwork()
    {
        QVERIFY(!NetworkWatch::hasWayOut());
        Config config = TestProxy::shortDeadlines();
        config.breaker.failures = 1;
        TestProxy proxy({"http://10.1.2.3:8080", "http://10.1.2.4:8080"}, config);
        RawClient client;
        client.connectTo(proxy.port());
        for (int i = 0; i < 5; ++i) {
            client.post("/v1/messages", "{}");
            QTRY_COMPARE(client.finished(), i + 1);
            QCOMPARE(client.response(i).status, 503);
            QVERIFY2(client.response(i).body.contains("this computer has no network"), client.response(i).body.constData());
        }
        QCOMPARE(proxy.last().attempts.size(), 2);
        for (const AttemptRecord &attempt : proxy.last().attempts)
            QCOMPARE(attempt.failure, FailureClass::NoNetwork);
        const QHash<QString, EndpointState> states = proxy.states();
        QCOMPARE(states.size(), 2);
        for (const EndpointState &state : states) {
            QCOMPARE(state.breaker, BreakerState::Closed);
            QCOMPARE(state.consecutiveFailures, 0);
            QCOMPARE(state.health, HealthStatus::Unknown);
        }
        // With a way out, whoever is not reached is to blame again.
        QVERIFY(ip("addr add 10.9.9.9/32 dev lo"));
        QVERIFY(ip("route add default dev lo"));
        QVERIFY(NetworkWatch::hasWayOut());
        client.post("/v1/messages", "{}");
        QTRY_COMPARE_WITH_TIMEOUT(client.finished(), 6, 20'000);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Connect);
        QVERIFY(ip("route del default dev lo"));
        QVERIFY(ip("addr del 10.9.9.9/32 dev lo"));
    }

    void asksWhoIsOnThisComputerAllTheSame()
    {
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        TestProxy proxy({"http://10.1.2.3:8080", upstream.baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", "{}");
        QTRY_COMPARE(client.finished(), 1);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::NoNetwork);
    }

    void tellsTheProxy()
    {
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        QTemporaryDir folder;
        const Paths paths(folder.path());
        QVERIFY(editConfig(paths.config(), [&upstream](QJsonObject &config) -> Result<void> {
            if (const Result<void> added = addCluster(config, QStringLiteral("one")); !added)
                return added;
            EndpointFields fields;
            fields.baseUrl = QString::fromLatin1(upstream.baseUrl());
            fields.apiKey = QStringLiteral("key");
            return addEndpoint(config, QStringLiteral("one"), fields);
        }));
        TestKeys keys(paths);
        ProxyService service(paths, keys);
        StartOptions options;
        options.port = 0;
        QVERIFY(service.start(options));
        RawClient client;
        client.connectTo(service.port());
        client.get("/v1/models");
        QTRY_VERIFY(client.response().complete);
        QVERIFY(upstream.openConnections() > 0);

        QVERIFY(ip("addr add 10.9.9.9/32 dev lo"));
        QTRY_COMPARE(upstream.openConnections(), 0);
        QFile log(paths.log());
        QVERIFY(log.open(QIODevice::ReadOnly));
        const auto linesAboutIt = [&log] {
            log.seek(0);
            return log.readAll().count("the network changed: ");
        };
        QTRY_COMPARE(linesAboutIt(), 1);
        QVERIFY(ip("addr del 10.9.9.9/32 dev lo"));

        QSignalSpy stopped(&service, &ProxyService::stopped);
        service.stop();
        QTRY_COMPARE(stopped.size(), 1);
    }

private:
    static bool ip(const QByteArray &arguments)
    {
        QProcess process;
        process.start(QStringLiteral("ip"), QString::fromLatin1(arguments).split(QLatin1Char(' ')));
        return process.waitForFinished(5000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
    }
};

QTEST_GUILESS_MAIN(TestNetworkWatch)
#include "tst_networkwatch.moc"
