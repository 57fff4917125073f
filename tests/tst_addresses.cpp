#include "core/upstream/hostresolver.h"
#include "tests/support/forwardproxy.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/silentaddress.h"
#include "tests/support/testcertificate.h"
#include "tests/support/testproxy.h"
#include "tests/support/upstreamclient.h"

#include <QSignalSpy>
#include <QTemporaryFile>
#include <QTest>

#include <atomic>
#include <memory>
#include <mutex>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const QHostAddress good(u"127.0.0.1"_s);
const QHostAddress other(u"127.0.0.2"_s);
const QHostAddress third(u"127.0.0.3"_s);

QList<QHostAddress> listOf(const QStringList &texts)
{
    QList<QHostAddress> addresses;
    for (const QString &text : texts)
        addresses.append(QHostAddress(text));
    return addresses;
}

QStringList textsOf(const QList<QHostAddress> &addresses)
{
    QStringList texts;
    for (const QHostAddress &address : addresses)
        texts.append(address.toString());
    return texts;
}

/// A name server by script. Who asks it, on a thread that nobody waits for, may be late.
class Names
{
public:
    explicit Names(QList<QHostAddress> first = {}) { m_state->answer = std::move(first); }

    HostResolver::Ask ask()
    {
        return [state = m_state](const QString &) {
            if (state->asked++ > 0)
                const std::lock_guard wait(state->gate);
            const std::lock_guard lock(state->mutex);
            return state->answer;
        };
    }
    void answer(const QList<QHostAddress> &addresses)
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->answer = addresses;
    }
    int asked() const { return m_state->asked; }
    /// While it is locked, nobody but the first is answered.
    std::mutex &gate() { return m_state->gate; }

private:
    struct State {
        std::mutex mutex, gate;
        QList<QHostAddress> answer;
        std::atomic<int> asked = 0;
    };
    const std::shared_ptr<State> m_state = std::make_shared<State>();
};

} // namespace

/// Names with several addresses, of which some are dead, and names that move.
class TestAddresses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
    }

    void cleanup() { m_upstream.reset(); }

    // --- What is tried, and in which order

    void takesTheFamiliesInTurn_data()
    {
        QTest::addColumn<QStringList>("addresses");
        QTest::addColumn<QString>("winner");
        QTest::addColumn<QStringList>("failed");
        QTest::addColumn<QStringList>("order");
        const QStringList none;
        QTest::newRow("none") << none << QString() << none << none;
        QTest::newRow("one") << QStringList{u"10.0.0.1"_s} << QString() << none << QStringList{u"10.0.0.1"_s};
        QTest::newRow("one family") << QStringList{u"10.0.0.1"_s, u"10.0.0.2"_s} << QString() << none << QStringList{u"10.0.0.1"_s, u"10.0.0.2"_s};
        const QStringList mixed{u"fd00::1"_s, u"fd00::2"_s, u"fd00::3"_s, u"10.0.0.1"_s, u"10.0.0.2"_s};
        QTest::newRow("the system's first family first") << mixed << QString() << none
                                                         << QStringList{u"fd00::1"_s, u"10.0.0.1"_s, u"fd00::2"_s, u"10.0.0.2"_s, u"fd00::3"_s};
        QTest::newRow("IPv4 first") << QStringList{u"10.0.0.1"_s, u"10.0.0.2"_s, u"fd00::1"_s} << QString() << none
                                    << QStringList{u"10.0.0.1"_s, u"fd00::1"_s, u"10.0.0.2"_s};
        QTest::newRow("the winner") << mixed << u"10.0.0.2"_s << none
                                    << QStringList{u"10.0.0.2"_s, u"fd00::1"_s, u"10.0.0.1"_s, u"fd00::2"_s, u"fd00::3"_s};
        QTest::newRow("a winner that is gone") << mixed << u"10.9.9.9"_s << none
                                               << QStringList{u"fd00::1"_s, u"10.0.0.1"_s, u"fd00::2"_s, u"10.0.0.2"_s, u"fd00::3"_s};
        QTest::newRow("who failed comes last") << mixed << QString() << QStringList{u"fd00::1"_s, u"fd00::2"_s}
                                               << QStringList{u"10.0.0.1"_s, u"10.0.0.2"_s, u"fd00::3"_s, u"fd00::1"_s, u"fd00::2"_s};
        QTest::newRow("all failed") << QStringList{u"10.0.0.1"_s, u"10.0.0.2"_s} << QString() << QStringList{u"10.0.0.1"_s, u"10.0.0.2"_s}
                                    << QStringList{u"10.0.0.1"_s, u"10.0.0.2"_s};
    }

    void takesTheFamiliesInTurn()
    {
        QFETCH(QStringList, addresses);
        QFETCH(QString, winner);
        QFETCH(QStringList, failed);
        const QList<QHostAddress> order = raceOrder(listOf(addresses), QHostAddress(winner),
                                                    [&failed](const QHostAddress &address) { return failed.contains(address.toString()); });
        QTEST(textsOf(order), "order");
    }

    void remembersWhoWasReached()
    {
        Names names({other, good, third});
        HostResolver hosts(names.ask());
        const auto now = HostResolver::Clock::now();
        QVERIFY(!hosts.known(u"relay.test"_s, 443, now));
        QCOMPARE(askFor(hosts), (QList{other, good, third}));
        QCOMPARE(*hosts.known(u"relay.test"_s, 443, now), (QList{other, good, third}));
        hosts.reached(u"relay.test"_s, 443, good, now);
        hosts.failed(u"relay.test"_s, 443, other, now);
        QCOMPARE(*hosts.known(u"relay.test"_s, 443, now), (QList{good, third, other}));
        // What was found on one port says nothing of another.
        QCOMPARE(*hosts.known(u"relay.test"_s, 80, now), (QList{other, good, third}));
        QCOMPARE(*hosts.known(u"relay.test"_s, 443, now + 59s), (QList{good, third, other}));
        QVERIFY(!hosts.known(u"relay.test"_s, 443, now + 61s));
        // Failure is believed for a minute, success for ten.
        QCOMPARE(askFor(hosts, now + 1h), (QList{good, third, other}));
        QCOMPARE(hosts.addressState(u"relay.test"_s, 443, other, now + 59s), HostResolver::AddressState::Failed);
        QCOMPARE(hosts.addressState(u"relay.test"_s, 443, other, now + 61s), HostResolver::AddressState::Good);
        QVERIFY(hosts.wasJustReached(u"relay.test"_s, 443, good, now + 9s));
        QVERIFY(!hosts.wasJustReached(u"relay.test"_s, 443, good, now + 11s));
        hosts.failed(u"relay.test"_s, 443, good, now);
        hosts.reached(u"relay.test"_s, 443, third, now);
        QCOMPARE(askFor(hosts, now + 1h).first(), third);
        QCOMPARE(names.asked(), 3);
    }

    void asksOnceForAllWhoWait()
    {
        Names names({good});
        HostResolver hosts(names.ask());
        QCOMPARE(askFor(hosts, HostResolver::Clock::now(), u"other.test"_s), QList{good});
        names.gate().lock();
        const auto now = HostResolver::Clock::now();
        auto first = hosts.ask(u"relay.test"_s, 80, now);
        auto second = hosts.ask(u"relay.test"_s, 80, now);
        auto leaves = hosts.ask(u"relay.test"_s, 80, now);
        int told = 0;
        for (HostLookup *lookup : {first.get(), second.get(), leaves.get()})
            connect(lookup, &HostLookup::answered, this, [&told] { ++told; });
        leaves.reset();
        names.gate().unlock();
        QTRY_COMPARE(told, 2);
        QCOMPARE(names.asked(), 2);
        // What has been answered since is answered again.
        auto later = hosts.ask(u"relay.test"_s, 80, now);
        connect(later.get(), &HostLookup::answered, this, [&told] { ++told; });
        QCOMPARE(told, 2);
        QTRY_COMPARE(told, 3);
        QCOMPARE(names.asked(), 2);
    }

    void aNameThatIsNotFoundIsAskedAgain()
    {
        Names names;
        HostResolver hosts(names.ask());
        QVERIFY(askFor(hosts).isEmpty());
        names.answer({good});
        QVERIFY(!hosts.known(u"relay.test"_s, 80, HostResolver::Clock::now()));
        QCOMPARE(askFor(hosts), QList{good});
    }

    // --- Requests

    void aDeadAddressCostsAMoment_data()
    {
        QTest::addColumn<bool>("silent");
        QTest::addColumn<bool>("tls");
        QTest::newRow("silent") << true << false;
        QTest::newRow("refuses") << false << false;
        QTest::newRow("silent, TLS") << true << true;
        QTest::newRow("refuses, TLS") << false << true;
    }

    void aDeadAddressCostsAMoment()
    {
        QFETCH(bool, silent);
        QFETCH(bool, tls);
        const TestCertificate certificate = TestCertificate::make();
        QTemporaryFile authority;
        QVERIFY(authority.open());
        authority.write(certificate.certificatePem);
        authority.close();
        ScriptedUpstream upstream;
        if (tls)
            upstream.useTls(certificate);
        QVERIFY(upstream.listen());
        SilentAddress dead;
        if (silent)
            QVERIFY(dead.listen(other, upstream.port()));
        Names names({other, good});
        // The second endpoint must not be needed.
        const QByteArray url = (tls ? "https://localhost:" : "http://relay.test:") + QByteArray::number(upstream.port());
        TestProxy proxy({url, m_upstream->baseUrl()}, TestProxy::patient());
        proxy.plane().hosts.setAsk(names.ask());
        if (tls)
            proxy.setCaFile(authority.fileName());
        for (int i = 1; i <= 3; ++i) {
            RawClient client;
            client.connectTo(proxy.port());
            client.post("/v1/messages", "{}");
            QTRY_VERIFY(client.response().complete);
            QCOMPARE(client.response().status, 200);
            QTRY_COMPARE(proxy.records().size(), i);
            QCOMPARE(proxy.last().attempts.size(), 1);
            QCOMPARE(proxy.last().outcome, Outcome::Complete);
            QCOMPARE(proxy.last().attempts.first().address, u"127.0.0.1"_s);
        }
        QCOMPARE(m_upstream->arrivedCount(), 0);
        // From now on it is the first.
        const auto known = proxy.plane().hosts.known(tls ? u"localhost"_s : u"relay.test"_s, upstream.port(), HostResolver::Clock::now());
        QVERIFY(known);
        QCOMPARE(known->first(), good);
    }

    void aThousandRequestsNeverLeaveForTheSecondEndpoint()
    {
        SilentAddress dead;
        QVERIFY(dead.listen(other, m_upstream->port()));
        m_upstream->setDefaultScript("connection-close");
        ScriptedUpstream second;
        QVERIFY(second.listen());
        Names names({other, good});
        TestProxy proxy({"http://relay.test:" + QByteArray::number(m_upstream->port()), second.baseUrl()}, TestProxy::patient());
        proxy.plane().hosts.setAsk(names.ask());
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 20; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
        }
        for (int round = 1; round <= 50; ++round) {
            for (const auto &client : clients)
                client->post("/v1/messages", "{}");
            for (const auto &client : clients) {
                QTRY_COMPARE_WITH_TIMEOUT(client->finished(), round, 20'000);
                QCOMPARE(client->response(round - 1).status, 200);
            }
        }
        QTRY_COMPARE(proxy.records().size(), 1000);
        for (const QList<ExchangeRecord> records = proxy.records(); const ExchangeRecord &record : records) {
            QCOMPARE(record.outcome, Outcome::Complete);
            QCOMPARE(record.attempts.size(), 1);
            QCOMPARE(record.attempts.first().address, u"127.0.0.1"_s);
        }
        QCOMPARE(m_upstream->arrivedCount(), 1000);
        QCOMPARE(m_upstream->connectionsAccepted(), 1000);
        QCOMPARE(second.arrivedCount(), 0);
    }

    void theLimitIsOneForAllAddresses()
    {
        SilentAddress one, two;
        QVERIFY(one.listen(other));
        QVERIFY(two.listen(third, one.port()));
        Names names({other, third});
        Config config = TestProxy::shortDeadlines();
        config.timeouts.connect = 1s;
        config.retry.maxAttempts = 1;
        TestProxy proxy({"http://relay.test:" + QByteArray::number(one.port())}, config);
        proxy.plane().hosts.setAsk(names.ask());
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", "{}");
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 502);
        QTRY_COMPARE(proxy.records().size(), 1);
        const AttemptRecord attempt = proxy.last().attempts.first();
        QCOMPARE(attempt.failure, FailureClass::Connect);
        QCOMPARE(attempt.error, u"no connection within 1 s (tried 127.0.0.2, 127.0.0.3)"_s);
        QCOMPARE(attempt.address, u"127.0.0.2, 127.0.0.3"_s);
        // Asked anew once nothing was left to try, but not more often than that.
        QCOMPARE(names.asked(), 1);
    }

    void tellsHowEachOfThemFailed()
    {
        const quint16 port = freePort();
        Names names({other, QHostAddress(u"::1"_s)});
        UpstreamClient client;
        client.hosts().setAsk(names.ask());
        const HeldReply reply(client.get("http://relay.test:" + QByteArray::number(port), "/"));
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(reply->fault(), UpstreamFault::Refused);
        QCOMPARE(reply->addressText(), u"127.0.0.2, ::1"_s);
    }

    void aNameThatHasMovedIsAskedAnew_data()
    {
        QTest::addColumn<bool>("silent");
        QTest::newRow("the old one refuses") << false;
        QTest::newRow("the old one is silent") << true;
    }

    void aNameThatHasMovedIsAskedAnew()
    {
        QFETCH(bool, silent);
        SilentAddress old;
        if (silent)
            QVERIFY(old.listen(other, m_upstream->port()));
        Names names({other});
        Config config = TestProxy::patient();
        config.retry.maxAttempts = 1;
        TestProxy proxy({"http://relay.test:" + QByteArray::number(m_upstream->port())}, config);
        HostResolver &hosts = proxy.plane().hosts;
        hosts.setAsk(names.ask());
        // As it was a while ago.
        QCOMPARE(askFor(hosts), QList{other});
        names.answer({good});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", "{}");
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(proxy.last().attempts.size(), 1);
        QCOMPARE(proxy.last().attempts.first().address, u"127.0.0.1"_s);
        QCOMPARE(names.asked(), 2);
    }

    void aSlowNameServerHoldsNoFailureUp()
    {
        Names names({other});
        UpstreamClient client;
        client.hosts().setAsk(names.ask());
        QCOMPARE(askFor(client.hosts()), QList{other});
        names.gate().lock();
        client.terms.connect = 30s;
        const HeldReply reply(client.get("http://relay.test:" + QByteArray::number(freePort()), "/"));
        QTRY_VERIFY(reply->isFinished());
        names.gate().unlock();
        QCOMPARE(reply->fault(), UpstreamFault::Refused);
        QCOMPARE(names.asked(), 2);
    }

    void keptConnectionsToFormerAddressesComeLast()
    {
        Names names({good});
        UpstreamClient client;
        client.hosts().setAsk(names.ask());
        const QByteArray url = "http://localhost:" + QByteArray::number(m_upstream->port());
        const auto ask = [&client, &url] {
            const HeldReply reply(client.get(url, "/v1/models"));
            const bool finished = QTest::qWaitFor([&reply] { return reply->isFinished(); });
            return finished && reply->fault() == UpstreamFault::None && reply->reusedConnection();
        };
        QVERIFY(!ask());
        QVERIFY(ask());
        // As long as there is no other, one to a former address is as good as any.
        names.answer({other});
        client.hosts().refresh({u"localhost"_s});
        QTRY_COMPARE(client.hosts().addressState(u"localhost"_s, m_upstream->port(), good, HostResolver::Clock::now()), HostResolver::AddressState::Old);
        QVERIFY(ask());
        // One to an address that was in vain meanwhile is not.
        names.answer({good});
        client.hosts().refresh({u"localhost"_s});
        client.hosts().failed(u"localhost"_s, m_upstream->port(), good, HostResolver::Clock::now());
        QVERIFY(!ask());
        QVERIFY(ask());
    }

    void aProxyMayHaveADeadAddress_data()
    {
        QTest::addColumn<ForwardProxy::Kind>("kind");
        QTest::addColumn<bool>("silent");
        QTest::newRow("HTTP, silent") << ForwardProxy::Kind::Http << true;
        QTest::newRow("HTTP, refuses") << ForwardProxy::Kind::Http << false;
        QTest::newRow("SOCKS5, silent") << ForwardProxy::Kind::Socks5 << true;
        QTest::newRow("SOCKS5, refuses") << ForwardProxy::Kind::Socks5 << false;
    }

    void aProxyMayHaveADeadAddress()
    {
        QFETCH(ForwardProxy::Kind, kind);
        QFETCH(bool, silent);
        if (LoopbackServer::find(ForwardProxy::programOf(kind)).isEmpty())
            QSKIP(qPrintable(ForwardProxy::programOf(kind) + u" is not installed."_s));
        ForwardProxy forward;
        QVERIFY2(forward.start(kind, {.bindAddress = "127.0.0.4"}), qPrintable(forward.problem()));
        SilentAddress dead;
        if (silent)
            QVERIFY(dead.listen(other, forward.port()));
        Names names({other, good});
        UpstreamClient client;
        client.hosts().setAsk(names.ask());
        client.terms.proxy = forward.rule().replace(u"127.0.0.1"_s, u"proxy.test"_s);
        const HeldReply reply(client.get(m_upstream->baseUrl(), "/v1/models"));
        QTRY_VERIFY(reply->isFinished());
        QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
        QCOMPARE(m_upstream->arrivedAt(0).peer, QByteArray("127.0.0.4"));
        QCOMPARE(reply->addressText(), u"127.0.0.1"_s);
        QCOMPARE(client.hosts().known(u"proxy.test"_s, forward.port(), HostResolver::Clock::now())->first(), good);
    }

private:
    /// What a name is said to have now.
    QList<QHostAddress> askFor(HostResolver &hosts, HostResolver::Clock::time_point since = HostResolver::Clock::now(), const QString &name = u"relay.test"_s)
    {
        QList<QHostAddress> got;
        bool done = false;
        const std::unique_ptr<HostLookup> lookup = hosts.ask(name, 443, since);
        connect(lookup.get(), &HostLookup::answered, this, [&](const QList<QHostAddress> &addresses) {
            got = addresses;
            done = true;
        });
        return QTest::qWaitFor([&done] { return done; }) ? got : QList<QHostAddress>{QHostAddress::Any};
    }

    std::unique_ptr<ScriptedUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestAddresses)
#include "tst_addresses.moc"
