#include "tests/cli/program.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;

class TestCliRoutes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void addsListsMovesAndRemoves();
    void refuses_data();
    void refuses();
    void saysWhereARequestGoes_data();
    void saysWhereARequestGoes();
    void aClusterTakesItsRoutesWithIt();

private:
    Ended run(const QString &words) { return m_qcc->run(words.toUtf8().constData()); }

    std::unique_ptr<Program> m_qcc;
};

void TestCliRoutes::init()
{
    m_qcc = std::make_unique<Program>();
    for (const QString &cluster : {u"work"_s, u"cheap"_s, u"empty"_s}) {
        QCOMPARE(run(u"cluster add "_s + cluster).exit, 0);
        if (cluster != "empty"_L1)
            QCOMPARE(run(u"endpoint add %1 --base-url http://127.0.0.1:1 --auth none"_s.arg(cluster)).exit, 0);
    }
}

void TestCliRoutes::addsListsMovesAndRemoves()
{
    QVERIFY(run(u"route list"_s).out.contains(u"There are no routes: every request goes to the active cluster \"work\""_s));
    Ended ended = run(u"route add --client claude-code --class subagent --cluster cheap --set-model small"_s);
    QCOMPARE(ended.err, QString());
    QCOMPARE(ended.out.trimmed(), u"Added the route client=claude-code class=subagent to the cluster \"cheap\" as number 1 of 1."_s);
    QCOMPARE(run(u"route add --model gpt-* --cluster work --at 1"_s).out.trimmed(), u"Added the route model=gpt-* to the cluster \"work\" as number 1 of 2."_s);
    QJsonArray routes = run(u"route list --json"_s).json().value("routes"_L1).toArray();
    QCOMPARE(routes.size(), 2);
    QCOMPARE(routes[0]["model"_L1].toString(), u"gpt-*"_s);
    QCOMPARE(routes[1]["set_model"_L1].toString(), u"small"_s);
    QCOMPARE(run(u"route move 2 1"_s).out.trimmed(), u"The route client=claude-code class=subagent is number 1 now."_s);
    ended = run(u"route list"_s);
    QVERIFY2(ended.out.indexOf("subagent"_L1) < ended.out.indexOf("gpt-*"_L1), qPrintable(ended.out));
    QCOMPARE(run(u"route remove 1"_s).out.trimmed(), u"Removed the route client=claude-code class=subagent to the cluster \"cheap\"."_s);
    QCOMPARE(run(u"route list --json"_s).json().value("routes"_L1).toArray().size(), 1);
}

void TestCliRoutes::refuses_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<int>("exit");
    QTest::addColumn<QString>("says");
    QTest::newRow("nothing to go by") << u"route add --cluster cheap"_s << 2 << u"--client"_s;
    QTest::newRow("no cluster") << u"route add --client codex"_s << 2 << u"--cluster"_s;
    QTest::newRow("a cluster that is not there") << u"route add --client codex --cluster chaep"_s << 1 << u"chaep"_s;
    QTest::newRow("a number that is not there") << u"route remove 3"_s << 1 << u"There are no routes."_s;
    QTest::newRow("no number") << u"route remove first"_s << 2 << u"NUMBER"_s;
    QTest::newRow("number 0") << u"route remove 0"_s << 2 << u"NUMBER"_s;
}

void TestCliRoutes::refuses()
{
    QFETCH(QString, words);
    QFETCH(QString, says);
    const Ended ended = run(words);
    QTEST(ended.exit, "exit");
    QVERIFY2(ended.err.contains(says), qPrintable(ended.err));
    QCOMPARE(ended.out, QString());
}

void TestCliRoutes::saysWhereARequestGoes_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("says");
    QTest::newRow("a route") << u"--client claude-code --class subagent"_s << u"It goes to the cluster \"cheap\" (route 2, client=claude-code class=subagent).\nIt asks there for small.\n"_s;
    QTest::newRow("by User-Agent") << u"--client claude-cli --class subagent"_s << u"It goes to the cluster \"cheap\" (route 2, client=claude-code class=subagent).\nIt asks there for small.\n"_s;
    QTest::newRow("none") << u"--client codex"_s << u"It goes to the cluster \"work\" (the active one; no route is met).\n"_s;
    QTest::newRow("passed over") << u"--model gpt-5"_s << u"The route model=gpt-* is passed over: the cluster \"empty\" has no enabled endpoint.\nIt goes to the cluster \"work\" (the active one; no route is met).\n"_s;
    QTest::newRow("named") << u"--client claude-code --class subagent --path /@work/v1/messages"_s << u"It goes to the cluster \"work\" (its path names it).\n"_s;
    QTest::newRow("named, of no use") << u"--path /@empty/v1/messages"_s << u"It goes to the cluster \"empty\" (its path names it).\nThat cluster has no enabled endpoint: it would be answered with 503.\n"_s;
}

void TestCliRoutes::saysWhereARequestGoes()
{
    QCOMPARE(run(u"route add --model gpt-* --cluster empty"_s).exit, 0);
    QCOMPARE(run(u"route add --client claude-code --class subagent --cluster cheap --set-model small"_s).exit, 0);
    QFETCH(QString, words);
    const Ended ended = run(u"route test "_s + words);
    QCOMPARE(ended.exit, 0);
    QTEST(ended.out, "says");
}

void TestCliRoutes::aClusterTakesItsRoutesWithIt()
{
    QCOMPARE(run(u"route add --model gpt-* --cluster cheap"_s).exit, 0);
    QCOMPARE(run(u"route add --model claude-* --cluster work"_s).exit, 0);
    const Ended ended = run(u"cluster remove cheap"_s);
    QCOMPARE(ended.err, QString());
    QVERIFY2(ended.out.contains("The route that led there went with it."_L1), qPrintable(ended.out));
    QCOMPARE(run(u"route list --json"_s).json().value("routes"_L1).toArray().size(), 1);
    QCOMPARE(run(u"route test --path /@cheap/v1"_s).exit, 1);
}

QTEST_GUILESS_MAIN(TestCliRoutes)
#include "tst_cliroutes.moc"
