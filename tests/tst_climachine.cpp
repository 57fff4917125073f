#include "tests/cli/program.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <csignal>
#include <memory>
#include <vector>

#include <unistd.h>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray request(R"JSON({"model":"claude-x","messages":[]})JSON");

QByteArray read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Processor time that a process has used. Source: proc(5), fields 14 and 15 of stat.
double secondsUsed(qint64 pid)
{
    const QByteArray stat = read(u"/proc/%1/stat"_s.arg(pid));
    const QList<QByteArray> fields = stat.sliced(stat.lastIndexOf(')') + 2).split(' ');
    return (fields.at(11).toDouble() + fields.at(12).toDouble()) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// A proxy in a process of its own, started by a line of the shell before it.
class LimitedProxy
{
public:
    LimitedProxy(const Program &qcc, const QString &limits)
        : m_qcc(qcc)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"QCC_HOME"_s, qcc.home());
        m_process.setProcessEnvironment(environment);
        m_process.start(u"/bin/sh"_s, {u"-c"_s, u"%1; exec \"$0\" proxy start --foreground --port 0"_s.arg(limits), QStringLiteral(QCC_PROGRAM)});
    }

    ~LimitedProxy()
    {
        m_process.terminate();
        if (!m_process.waitForFinished(15'000))
            m_process.kill();
    }
    Q_DISABLE_COPY_MOVE(LimitedProxy)

    quint16 port() const
    {
        const QJsonObject pid = QJsonDocument::fromJson(read(m_qcc.file(u"proxy.pid"_s))).object();
        return static_cast<quint16>(pid.value("port"_L1).toInt());
    }
    qint64 pid() const { return m_process.processId(); }
    QByteArray log() const { return read(m_qcc.file(u"proxy.log"_s)); }
    bool isServing() const { return log().contains("listens on"); }

private:
    const Program &m_qcc;
    QProcess m_process;
};

} // namespace

/// The whole program on a machine that has run out of something, or forbids something.
class TestCliMachine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        ::signal(SIGPIPE, SIG_IGN);
    }

    void servesOnWhenDescriptorsRanOut()
    {
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        const Program qcc;
        QCOMPARE(addEndpoint(qcc, u"work"_s, upstream.baseUrl()).exit, 0);
        const LimitedProxy proxy(qcc, u"ulimit -n 64"_s);
        QTRY_VERIFY_WITH_TIMEOUT(proxy.isServing(), 10'000);

        std::vector<std::unique_ptr<RawClient>> crowd;
        for (int i = 0; i < 200; ++i) {
            crowd.push_back(std::make_unique<RawClient>());
            crowd.back()->connectTo(proxy.port());
        }
        QTRY_VERIFY_WITH_TIMEOUT(proxy.log().contains("file descriptors run short (limit 64)"), 10'000);
        // All who were let in are served, and so is what else needs a descriptor.
        crowd.front()->post("/v1/messages", request);
        QTRY_VERIFY(crowd.front()->response().complete);
        QCOMPARE(crowd.front()->response().status, 200);
        const double before = secondsUsed(proxy.pid());
        QCOMPARE(qcc.run("proxy status").exit, 0);
        QCOMPARE(addEndpoint(qcc, u"spare"_s, upstream.baseUrl()).exit, 0);
        QTRY_VERIFY(proxy.log().contains("config.json reloaded"));
        QTest::qWait(1'000);
        const double used = secondsUsed(proxy.pid()) - before;
        QVERIFY2(used < 0.2, qPrintable(QString::number(used)));

        crowd.clear();
        RawClient after;
        after.connectTo(proxy.port());
        after.post("/v1/messages", request);
        QTRY_VERIFY(after.response().complete);
        QCOMPARE(after.response().status, 200);
        QCOMPARE(proxy.log().count("file descriptors run short"), 1);
        QCOMPARE(qcc.run("proxy status").exit, 0);
    }

    void aRequestWithoutADescriptorBlamesNoEndpoint()
    {
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        upstream.setDefaultScript("stall-before-head");
        const Program qcc;
        QCOMPARE(addEndpoint(qcc, u"work"_s, upstream.baseUrl()).exit, 0);
        const LimitedProxy proxy(qcc, u"ulimit -n 48"_s);
        QTRY_VERIFY_WITH_TIMEOUT(proxy.isServing(), 10'000);
        std::vector<std::unique_ptr<RawClient>> crowd;
        for (int i = 0; i < 40; ++i) {
            crowd.push_back(std::make_unique<RawClient>());
            crowd.back()->connectTo(proxy.port());
            crowd.back()->post("/v1/messages", request);
        }
        const auto refused = [&crowd] {
            return std::count_if(crowd.begin(), crowd.end(), [](const auto &client) { return client->response().complete; });
        };
        QTRY_VERIFY_WITH_TIMEOUT(refused() > 0, 10'000);
        for (const auto &client : crowd) {
            if (!client->response().complete)
                continue;
            QCOMPARE(client->response().status, 503);
            QVERIFY2(client->response().body.contains("no file descriptor left"), client->response().body.constData());
        }
        upstream.setDefaultScript({});
        crowd.clear();
        RawClient after;
        after.connectTo(proxy.port());
        after.post("/v1/messages", request);
        QTRY_VERIFY_WITH_TIMEOUT(after.response().complete, 10'000);
        QCOMPARE(after.response().status, 200);
        RawClient stats;
        stats.connectTo(proxy.port());
        stats.get("/__qcc__/stats");
        QTRY_VERIFY(stats.response().complete);
        const QJsonObject all = QJsonDocument::fromJson(stats.response().body).object();
        QCOMPARE(all.value("healthy_endpoints"_L1).toInt(), 1);
        QCOMPARE(qcc.run("proxy status").exit, 0);
    }

private:
    static Ended addEndpoint(const Program &qcc, const QString &cluster, const QByteArray &baseUrl)
    {
        return qcc.run({u"endpoint"_s, u"add"_s, cluster, u"--base-url"_s, QString::fromLatin1(baseUrl), u"--api-key"_s, u"sk-test"_s,
                        u"--proxy"_s, u"none"_s});
    }
};

QTEST_GUILESS_MAIN(TestCliMachine)
#include "tst_climachine.moc"
