#include "tests/support/faults.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"
#include "tests/support/testproxy.h"

#include <QRandomGenerator>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QTest>
#include <QTimer>

#include <memory>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

const QByteArray streamRequest(R"JSON({"model":"claude-x","stream":true,"messages":[]})JSON");

} // namespace

/// Connections to upstreams: reuse, stale ones, limits, the line before them, TLS.
class TestPool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
    }

    void repairsWhatAKeptConnectionLost_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::newRow("closed") << Fault::CloseOnSecondRequest;
        QTest::newRow("reset") << Fault::ResetOnSecondRequest;
    }

    void repairsWhatAKeptConnectionLost()
    {
        QFETCH(Fault, fault);
        m_upstream->setDefaultScript(wordOf(fault));
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(client.finished(), 1);
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(client.finished(), 2);
        QCOMPARE(client.response(1).status, 200);
        QVERIFY(client.response(1).complete);
        const ExchangeRecord record = proxy.last();
        QCOMPARE(record.outcome, Outcome::Recovered);
        QCOMPARE(record.attempts.size(), 2);
        QCOMPARE(record.attempts.at(0).failure, FailureClass::Broken); // the upstream had read it
        QVERIFY(record.attempts.at(0).reusedConnection);
        QVERIFY(!record.attempts.at(1).reusedConnection);
        QCOMPARE(proxy.pool().staleRecoveredTotal, 0u);
        QCOMPARE(proxy.states().values().first().consecutiveFailures, 0);
    }

    void anEndpointThatHangsStarvesNoOther_data()
    {
        QTest::addColumn<bool>("other"); // a cluster that is used from then on, or an endpoint of the same
        QTest::newRow("after a switch of the cluster") << true;
        QTest::newRow("in one cluster") << false;
    }

    void anEndpointThatHangsStarvesNoOther()
    {
        QFETCH(bool, other);
        m_upstream->setDefaultScript(wordOf(Fault::StallBeforeHead));
        ScriptedUpstream second;
        QVERIFY(second.listen());
        Config config = TestProxy::patient();
        config.pool.maxConnections = 4;
        config.pool.strategy = PoolStrategy::Adaptive;
        TestProxy proxy({m_upstream->baseUrl(), second.baseUrl()}, config);
        if (other) {
            config = *proxy.plane().router.config();
            config.clusters.append(config.clusters.first());
            config.clusters.last().name = QStringLiteral("other");
            config.clusters.first().endpoints.removeLast();
            config.clusters.last().endpoints.removeFirst();
            proxy.plane().router.configure(std::make_shared<const Config>(config), QString());
        }
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < (other ? 6 : 4); ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            clients.back()->post("/v1/messages", streamRequest);
        }
        QTRY_COMPARE(m_upstream->arrivedCount(), 4);
        QTRY_COMPARE(proxy.inFlight(), int(clients.size()));
        if (other)
            proxy.plane().router.configure(std::make_shared<const Config>(config), QStringLiteral("other"));
        RawClient late;
        late.connectTo(proxy.port());
        late.post("/v1/messages", streamRequest);
        QTRY_VERIFY(late.response().complete);
        QCOMPARE(late.response().status, 200);
        QCOMPARE(second.arrivedCount(), 1);
        QCOMPARE(m_upstream->arrivedCount(), 4);
    }

    void losesNothingToIdleConnectionsThatClose()
    {
        // Each connection is closed by the upstream after idling for a random time; requests come at random times too.
        constexpr int total = 3000;
        ThreadedUpstream upstream;
        QVERIFY(upstream->listen());
        upstream->setBehaviour([](const Arrived &arrived) {
            return Script().answer(200, "text/plain", arrived.body).closeWhenIdle(1ms, 12ms);
        });
        TestProxy proxy({upstream->baseUrl()});
        int sent = 0;
        int good = 0;
        QStringList bad;
        std::vector<std::unique_ptr<RawClient>> clients;
        const auto next = [&](RawClient *client) {
            if (sent < total)
                client->post("/echo", "body-" + QByteArray::number(sent++));
        };
        for (int i = 0; i < 12; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            RawClient *client = clients.back().get();
            auto seen = std::make_shared<int>(0);
            connect(client, &RawClient::received, this, [&, client, seen] {
                while (*seen < client->finished()) {
                    const RawResponse response = client->response((*seen)++);
                    if (response.status == 200 && response.complete && response.body.startsWith("body-"))
                        ++good;
                    else
                        bad.append(QString::fromUtf8(response.body));
                    QTimer::singleShot(QRandomGenerator::global()->bounded(14), client, [&next, client] { next(client); });
                }
            });
            client->connectTo(proxy.port());
            next(client);
        }
        QTRY_VERIFY_WITH_TIMEOUT(good + bad.size() == total, 50'000);
        QVERIFY2(bad.isEmpty(), qPrintable(bad.value(0)));
        QVERIFY(proxy.pool().reusedTotal > 100);
        // Nothing that was answered came again.
        QHash<QByteArray, int> answered;
        const auto arrived = upstream->arrived();
        for (const Arrived &a : arrived) {
            if (a.bodyComplete) {
                QVERIFY2(answered.value(a.body) == 0, a.body.constData());
                answered[a.body] += a.answered ? 1 : 0;
            }
        }
        QCOMPARE(answered.size(), total);
    }

    void runsFiftyStreamsToOneEndpointAtOnce()
    {
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient());
        m_upstream->setBehaviour([](const Arrived &) { return Script().streamHead().events({"data: 1\n\n"}, 0ms).stall(); });
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 50; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            clients.back()->post("/v1/messages", streamRequest);
        }
        // All have their first event while none has ended.
        QTRY_COMPARE(m_upstream->openStreams(), 50);
        for (const auto &client : clients)
            QTRY_COMPARE(client->response().body, QByteArray("data: 1\n\n"));
        QCOMPARE(proxy.pool().busy, 50);
        clients.clear();
        QTRY_COMPARE(m_upstream->openStreams(), 0);
        QTRY_COMPARE(proxy.pool().open, 0);
    }

    void queuesFairlyBeyondTheLimit()
    {
        Config config = TestProxy::patient();
        config.pool.maxConnections = 4;
        TestProxy proxy({m_upstream->baseUrl()}, config);
        int most = 0;
        m_upstream->setBehaviour([&](const Arrived &arrived) {
            most = qMax(most, m_upstream->openStreams());
            return Script().delay(20ms).answer(200, "text/plain", arrived.rawTarget);
        });
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 120; ++i) { // more than one worker's share
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            clients.back()->get('/' + QByteArray::number(i));
        }
        QTRY_VERIFY(proxy.pool().queued > 50);
        QTRY_COMPARE(proxy.records().size(), 120);
        for (const auto &client : clients)
            QTRY_VERIFY(client->response().complete);
        QVERIFY2(most > 0 && most <= 4, QByteArray::number(most).constData());
        QCOMPARE(proxy.pool().queued, 0);
        QCOMPARE(proxy.pool().busy, 0);
        for (const ExchangeRecord &record : proxy.records())
            QCOMPARE(record.outcome, Outcome::Complete);
    }

    void forgetsARequestThatLeavesTheQueue()
    {
        Config config = TestProxy::patient();
        config.pool.maxConnections = 1;
        TestProxy proxy({m_upstream->baseUrl()}, config);
        m_upstream->setBehaviour([](const Arrived &arrived) {
            return arrived.rawTarget == "/slow" ? Script().delay(1500ms).answer(200, "text/plain", "slow")
                                                : Script().answer(200, "text/plain", "fast");
        });
        RawClient slow, leaver, patientOne;
        slow.connectTo(proxy.port());
        slow.get("/slow");
        QTRY_COMPARE(m_upstream->arrivedCount(), 1);
        leaver.connectTo(proxy.port());
        leaver.get("/leaver");
        QTRY_COMPARE(proxy.pool().queued, 1);
        patientOne.connectTo(proxy.port());
        patientOne.get("/patient");
        QTRY_COMPARE(proxy.pool().queued, 2);
        leaver.close();
        QTRY_COMPARE(proxy.pool().queued, 1);
        QTRY_VERIFY(patientOne.response().complete);
        QCOMPARE(m_upstream->arrivedCount(), 2);
        QCOMPARE(proxy.pool().queued, 0);
    }

    void closesIdleConnectionsInTime()
    {
        Config config = TestProxy::patient();
        config.pool.maxKeepaliveConnections = 2;
        config.pool.keepaliveExpiry = 1s;
        TestProxy proxy({m_upstream->baseUrl()}, config);
        std::vector<std::unique_ptr<RawClient>> clients;
        m_upstream->setBehaviour([](const Arrived &) { return Script().delay(50ms).answer(200, "text/plain", "x"); });
        for (int i = 0; i < 6; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            clients.back()->get("/x");
        }
        QTRY_COMPARE(proxy.records().size(), 6);
        QTRY_COMPARE(proxy.pool().idle, 2);
        QCOMPARE(proxy.pool().open, 2);
        QTRY_COMPARE(m_upstream->openConnections(), 2);
        QTRY_COMPARE_WITH_TIMEOUT(proxy.pool().idle, 0, 3000);
        QTRY_COMPARE(m_upstream->openConnections(), 0);
        QCOMPARE(proxy.pool().openedTotal, 6u);
    }

    void speaksTls()
    {
        const auto certificate = TestCertificate::make();
        m_upstream = std::make_unique<ScriptedUpstream>();
        m_upstream->useTls(certificate);
        QVERIFY(m_upstream->listen());
        const QByteArray untrusted = m_upstream->baseUrl();
        {
            TestProxy proxy({untrusted});
            RawClient client;
            client.connectTo(proxy.port());
            client.post("/v1/messages", streamRequest);
            QTRY_VERIFY(client.response().complete);
            QCOMPARE(client.response().status, 502);
            QCOMPARE(proxy.last().attempts.at(0).failure, FailureClass::Connect);
            QCOMPARE(proxy.last().attempts.at(0).phase, Phase::Tls);
            QCOMPARE(m_upstream->arrivedCount(), 0);
        }
        const QSslConfiguration usual = QSslConfiguration::defaultConfiguration();
        QSslConfiguration trusting = usual;
        trusting.addCaCertificates({certificate.certificate()});
        QSslConfiguration::setDefaultConfiguration(trusting);
        TestProxy proxy({untrusted});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_VERIFY(client.response().complete);
        client.post("/v1/messages", QByteArray(2'000'000, 'x'));
        QTRY_COMPARE(client.finished(), 2);
        QSslConfiguration::setDefaultConfiguration(usual);
        QCOMPARE(client.response(0).status, 200);
        QCOMPARE(client.response(1).status, 200);
        QCOMPARE(m_upstream->arrivedAt(1).bodyBytes, 2'000'000);
        QVERIFY(proxy.last().attempts.at(0).reusedConnection);
        QVERIFY(proxy.records().at(0).attempts.at(0).tlsMs.has_value());
    }

private:
    std::unique_ptr<ScriptedUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestPool)
#include "tst_pool.moc"
