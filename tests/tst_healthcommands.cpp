#include "core/report/healthcommands.h"
#include "core/routing/router.h"
#include "tests/support/scriptedupstream.h"

#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

/// The commands of the control socket about health, without the socket.
class TestHealthCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
        Config config;
        config.activeCluster = u"work"_s;
        config.clusters = {
            {u"work"_s, Strategy::PriorityFailover, {endpoint("a", true), endpoint("b", true), endpoint("off", false)}},
            {u"spare"_s, Strategy::PriorityFailover, {endpoint("c", true)}},
            {u"asleep"_s, Strategy::PriorityFailover, {endpoint("d", false)}},
            {u"empty"_s, Strategy::PriorityFailover, {}}};
        m_router = std::make_unique<Router>();
        m_router->configure(std::make_shared<const Config>(config), QString());
        m_commands = std::make_unique<HealthCommands>(*m_router);
        m_commands->addTo(m_table);
    }

    void testsWhatIsNamed_data()
    {
        QTest::addColumn<QString>("cluster");
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<QStringList>("tested");
        QTest::newRow("the enabled ones of the cluster in use")
            << QString() << QString() << QStringList{u"a"_s, u"b"_s};
        QTest::newRow("another cluster") << u"spare"_s << QString() << QStringList{u"c"_s};
        QTest::newRow("one by its name") << u"work"_s << u"b"_s << QStringList{u"b"_s};
        QTest::newRow("one by its id") << u"work"_s << idOf("b") << QStringList{u"b"_s};
        QTest::newRow("a disabled one") << QString() << u"off"_s << QStringList{u"off"_s};
    }

    void testsWhatIsNamed()
    {
        QFETCH(QString, cluster);
        QFETCH(QString, endpoint);
        QJsonObject request{{u"cmd"_s, u"test_endpoints"_s}};
        if (!cluster.isEmpty())
            request.insert(u"cluster"_s, cluster);
        if (!endpoint.isEmpty())
            request.insert(u"endpoint"_s, endpoint);
        QStringList tested;
        const QJsonArray results = answered(request).value("result"_L1)["results"_L1].toArray();
        for (const QJsonValue &result : results) {
            tested.append(result["name"_L1].toString());
            QCOMPARE(result["cluster"_L1].toString(), cluster.isEmpty() ? u"work"_s : cluster);
            QCOMPARE(result["reachable"_L1].toBool(), true);
            QCOMPARE(result["status"_L1].toInt(), 200);
            QCOMPARE(result["enabled"_L1].toBool(), result["name"_L1].toString() != "off"_L1);
            QVERIFY(result["failure"_L1].isNull());
            QVERIFY(result["error"_L1].isNull());
            QVERIFY(result["total_ms"_L1].toDouble() > 0);
        }
        QTEST(tested, "tested");
        QCOMPARE(m_upstream->arrivedCount(), tested.size());
    }

    void saysWhyItDoesNot_data()
    {
        QTest::addColumn<QJsonObject>("request");
        QTest::addColumn<QString>("code");
        const QString test = u"test_endpoints"_s;
        const QString reset = u"reset_endpoint"_s;
        QTest::newRow("test: no such cluster")
            << QJsonObject{{u"cmd"_s, test}, {u"cluster"_s, u"wrok"_s}} << u"not_found"_s;
        QTest::newRow("test: no such endpoint")
            << QJsonObject{{u"cmd"_s, test}, {u"endpoint"_s, u"c"_s}} << u"not_found"_s;
        QTest::newRow("test: all disabled")
            << QJsonObject{{u"cmd"_s, test}, {u"cluster"_s, u"asleep"_s}} << u"not_found"_s;
        QTest::newRow("test: none there")
            << QJsonObject{{u"cmd"_s, test}, {u"cluster"_s, u"empty"_s}} << u"not_found"_s;
        QTest::newRow("test: no time") << QJsonObject{{u"cmd"_s, test}, {u"timeout_s"_s, 0}} << u"usage"_s;
        QTest::newRow("test: no number") << QJsonObject{{u"cmd"_s, test}, {u"timeout_s"_s, u"1"_s}} << u"usage"_s;
        QTest::newRow("test: too long") << QJsonObject{{u"cmd"_s, test}, {u"timeout_s"_s, 601}} << u"usage"_s;
        const QString prefer = u"prefer_endpoint"_s;
        QTest::newRow("prefer: no such endpoint")
            << QJsonObject{{u"cmd"_s, prefer}, {u"endpoint"_s, u"c"_s}} << u"not_found"_s;
        QTest::newRow("prefer: a disabled one")
            << QJsonObject{{u"cmd"_s, prefer}, {u"endpoint"_s, u"off"_s}} << u"usage"_s;
        QTest::newRow("prefer: of a cluster that is not in use")
            << QJsonObject{{u"cmd"_s, prefer}, {u"cluster"_s, u"spare"_s}, {u"endpoint"_s, u"c"_s}} << u"usage"_s;
        QTest::newRow("reset: no such cluster")
            << QJsonObject{{u"cmd"_s, reset}, {u"cluster"_s, u"wrok"_s}} << u"not_found"_s;
        QTest::newRow("reset: no such endpoint")
            << QJsonObject{{u"cmd"_s, reset}, {u"endpoint"_s, u"c"_s}} << u"not_found"_s;
    }

    void saysWhyItDoesNot()
    {
        QFETCH(QJsonObject, request);
        const QJsonObject reply = answered(request);
        QCOMPARE(reply.value("ok"_L1).toBool(true), false);
        QTEST(reply.value("code"_L1).toString(), "code");
        QVERIFY(!reply.value("message"_L1).toString().isEmpty());
        QCOMPARE(m_upstream->arrivedCount(), 0);
        QCOMPARE(m_router->preferred(), QString());
    }

    void theRouterLearnsFromATest()
    {
        QCOMPARE(states().value(idOf("a")).health, HealthStatus::Unknown);
        m_upstream->setBehaviour([](const Arrived &arrived) {
            return Script().answer(arrived.rawTarget.startsWith("/a") ? 503 : 404, "text/plain", "x");
        });
        answered({{u"cmd"_s, u"test_endpoints"_s}});
        const auto after = states();
        QCOMPARE(after.value(idOf("a")).health, HealthStatus::Degraded);
        QCOMPARE(after.value(idOf("a")).consecutiveFailures, 1);
        QCOMPARE(after.value(idOf("b")).health, HealthStatus::Healthy);
        QVERIFY(after.value(idOf("b")).lastCheck.has_value());
        QCOMPARE(after.value(idOf("a")).inFlight, 0);
    }

    void resetForgetsAllButWhatRuns()
    {
        const auto now = std::chrono::steady_clock::now();
        Tries tries;
        quint64 ticket = 0;
        const Choice running = m_router->choose(tries, {}, ticket, [] {}, now);
        QCOMPARE(running.route.endpoint.id, idOf("a"));
        for (const char *name : {"a", "b"})
            m_router->verified(idOf(name), false, false, now);
        const QJsonObject one = answered({{u"cmd"_s, u"reset_endpoint"_s}, {u"endpoint"_s, u"a"_s}});
        const QJsonArray told = one.value("result"_L1)["endpoints"_L1].toArray();
        QCOMPARE(told, (QJsonArray{QJsonObject{{u"cluster"_s, u"work"_s}, {u"id"_s, idOf("a")}, {u"name"_s, u"a"_s}}}));
        EndpointState state = states().value(idOf("a"));
        QCOMPARE(state.health, HealthStatus::Unknown);
        QCOMPARE(state.consecutiveFailures, 0);
        QVERIFY(!state.lastCheck.has_value());
        QCOMPARE(state.inFlight, 1);
        QCOMPARE(states().value(idOf("b")).health, HealthStatus::Degraded);

        const QJsonObject all = answered({{u"cmd"_s, u"reset_endpoint"_s}, {u"cluster"_s, u"work"_s}});
        QCOMPARE(all.value("result"_L1)["endpoints"_L1].toArray().size(), 3);
        QCOMPARE(states().value(idOf("b")).health, HealthStatus::Unknown);
    }

    void picksAnEndpointByHand_data()
    {
        QTest::addColumn<QString>("endpoint");
        QTest::newRow("by its name") << u"b"_s;
        QTest::newRow("by its id") << idOf("b");
    }

    void picksAnEndpointByHand()
    {
        QFETCH(QString, endpoint);
        const QJsonObject picked = answered({{u"cmd"_s, u"prefer_endpoint"_s}, {u"endpoint"_s, endpoint}});
        QCOMPARE(picked.value("result"_L1)["endpoint"_L1].toObject(), (QJsonObject{{u"id"_s, idOf("b")}, {u"name"_s, u"b"_s}}));
        QCOMPARE(m_router->preferred(), idOf("b"));
        const QJsonObject none = answered({{u"cmd"_s, u"prefer_endpoint"_s}, {u"endpoint"_s, QString()}});
        QCOMPARE(none.value("ok"_L1), QJsonValue(true));
        QVERIFY(none.value("result"_L1)["endpoint"_L1].isNull());
        QCOMPARE(m_router->preferred(), QString());
        QCOMPARE(m_upstream->arrivedCount(), 0);
    }

    void whoEndsMeanwhileAnswersNobody()
    {
        m_upstream->setDefaultScript("stall-before-head");
        int replies = 0;
        m_table.handle({{u"cmd"_s, u"test_endpoints"_s}}, [&replies](const QJsonObject &) { ++replies; });
        QTRY_COMPARE(m_upstream->arrivedCount(), 2);
        m_commands.reset();
        QTRY_COMPARE(m_upstream->openConnections(), 0);
        QCOMPARE(replies, 0);
    }

private:
    QHash<QString, EndpointState> states() const { return m_router->states(std::chrono::steady_clock::now()); }

    Endpoint endpoint(const char *name, bool enabled) const
    {
        Endpoint made;
        made.name = QString::fromLatin1(name);
        made.baseUrl = m_upstream->baseUrl() + '/' + name;
        made.apiKey = "sk-test";
        made.enabled = enabled;
        made.id = idOf(name);
        return made;
    }

    /// Eight hex digits are not needed, only one text for each.
    static QString idOf(const char *name) { return u"id-of-"_s + QString::fromLatin1(name); }

    QJsonObject answered(const QJsonObject &request)
    {
        QList<QJsonObject> replies;
        m_table.handle(request, [&replies](const QJsonObject &reply) { replies.append(reply); });
        if (!QTest::qWaitFor([&replies] { return !replies.isEmpty(); }, 10'000))
            return {};
        return replies.size() == 1 ? replies.first() : QJsonObject();
    }

    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<Router> m_router;
    std::unique_ptr<HealthCommands> m_commands;
    CommandTable m_table;
};

QTEST_GUILESS_MAIN(TestHealthCommands)
#include "tst_healthcommands.moc"
