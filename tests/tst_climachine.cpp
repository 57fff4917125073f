#include "tests/cli/program.h"
#include "tests/support/files.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/smalldisk.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QTest>

#include <csignal>
#include <functional>
#include <memory>
#include <vector>

#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray request(R"JSON({"model":"claude-x","messages":[]})JSON");

/// Processor time that a process has used. Source: proc(5), fields 14 and 15 of stat.
double secondsUsed(qint64 pid)
{
    const QByteArray stat = readFile(u"/proc/%1/stat"_s.arg(pid));
    const QList<QByteArray> fields = stat.sliced(stat.lastIndexOf(')') + 2).split(' ');
    return (fields.at(11).toDouble() + fields.at(12).toDouble()) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// A proxy in a process of its own, started by a line of the shell before it.
class LimitedProxy
{
public:
    LimitedProxy(const Program &qcc, const QString &limits, const std::function<void()> &beforeItRuns = {})
        : m_qcc(qcc)
    {
        if (beforeItRuns)
            m_process.setChildProcessModifier(beforeItRuns);
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
        const QJsonObject pid = QJsonDocument::fromJson(readFile(m_qcc.file(u"proxy.pid"_s))).object();
        return static_cast<quint16>(pid.value("port"_L1).toInt());
    }
    qint64 pid() const { return m_process.processId(); }
    QByteArray log() const { return readFile(m_qcc.file(u"proxy.log"_s)); }
    bool isServing() const { return log().contains("listens on"); }

private:
    const Program &m_qcc;
    QProcess m_process;
};

/// From here on the system does not tell this process, or what it starts, who holds a socket. Source: seccomp(2).
void forbidSocketDiagnosis()
{
    constexpr auto lowWord = [](int argument) { return static_cast<__u32>(offsetof(seccomp_data, args) + 8 * static_cast<size_t>(argument)); };
    sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, lowWord(0)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, lowWord(2)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NETLINK_SOCK_DIAG, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPROTONOSUPPORT),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{static_cast<unsigned short>(std::size(steps)), steps};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        ::_exit(126);
}

} // namespace

/// The whole program on a machine that has run out of something, or forbids something.
class TestCliMachine : public QObject
{
    Q_OBJECT

public:
    static void initMain() { SmallDisk::enter(); }

private:
    /// If not at once while threads and files are still being opened.
    static void servesANewcomer(const LimitedProxy &proxy)
    {
        std::unique_ptr<RawClient> client;
        const auto served = [&client, &proxy] {
            if (!client || client->isClosed() || (client->response().complete && client->response().status != 200)) {
                client = std::make_unique<RawClient>();
                client->connectTo(proxy.port());
                client->post("/v1/messages", request);
            }
            return client->response().complete && client->response().status == 200;
        };
        QTRY_VERIFY_WITH_TIMEOUT(served(), 10'000);
    }

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
        const LimitedProxy proxy(qcc, u"ulimit -n 42"_s);
        QTRY_VERIFY_WITH_TIMEOUT(proxy.isServing(), 10'000);

        std::vector<std::unique_ptr<RawClient>> crowd;
        for (int i = 0; i < 200; ++i) {
            crowd.push_back(std::make_unique<RawClient>());
            crowd.back()->connectTo(proxy.port());
        }
        QTRY_VERIFY_WITH_TIMEOUT(proxy.log().contains("file descriptors run short (limit 42)"), 10'000);
        // Those who wait in silence make room for one who speaks; and what else needs a descriptor gets one.
        servesANewcomer(proxy);
        const double before = secondsUsed(proxy.pid());
        QCOMPARE(qcc.run("proxy status").exit, 0);
        QCOMPARE(addEndpoint(qcc, u"spare"_s, upstream.baseUrl()).exit, 0);
        QTRY_VERIFY(proxy.log().contains("config.json reloaded"));
        QTest::qWait(1'000);
        const double used = secondsUsed(proxy.pid()) - before;
        QVERIFY2(used < 0.2, qPrintable(QString::number(used)));
        // The others left in the system's queue come in first, and go.
        crowd.clear();
        servesANewcomer(proxy);
        QCOMPARE(proxy.log().count("file descriptors run short"), 1);
        QCOMPARE(qcc.run("proxy status").exit, 0);
    }

    void moreClientsThanDescriptorsWaitInLine_data()
    {
        QTest::addColumn<int>("limit");
        QTest::addColumn<int>("clients");
        QTest::addColumn<bool>("stream");
        QTest::newRow("128") << 128 << 300 << false;
        QTest::newRow("256") << 256 << 600 << false;
        QTest::newRow("128, streams") << 128 << 200 << true;
    }

    void moreClientsThanDescriptorsWaitInLine()
    {
        QFETCH(int, limit);
        QFETCH(int, clients);
        QFETCH(bool, stream);
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        upstream.setDefaultScript("delay:100,ok");
        const Program qcc;
        QCOMPARE(addEndpoint(qcc, u"work"_s, upstream.baseUrl()).exit, 0);
        const LimitedProxy proxy(qcc, u"ulimit -n %1"_s.arg(limit));
        QTRY_VERIFY_WITH_TIMEOUT(proxy.isServing(), 10'000);
        std::vector<std::unique_ptr<RawClient>> crowd;
        for (int i = 0; i < clients; ++i) {
            crowd.push_back(std::make_unique<RawClient>());
            crowd.back()->connectTo(proxy.port());
            crowd.back()->post("/v1/messages", stream ? QByteArray(R"({"model":"claude-x","stream":true,"messages":[]})") : request);
        }
        for (const auto &client : crowd) {
            QTRY_VERIFY_WITH_TIMEOUT(client->finished() == 1 || client->isClosed(), 60'000);
            QCOMPARE(client->response().status, 200);
            QVERIFY(client->response().complete);
        }
        QCOMPARE(upstream.arrivedCount(), clients);
        const QJsonObject stats = qcc.run("proxy status --json").json();
        QCOMPARE(stats.value("total_requests"_L1).toInt(), clients);
        QCOMPARE(stats.value("failed_requests"_L1).toInt(), 0);
    }

    void saysThatItDoesNotKnowWhoConnects_data()
    {
        QTest::addColumn<QString>("rule");
        QTest::addColumn<QString>("token");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("logged");
        QTest::newRow("as usual") << u"allow"_s << QString() << 200 << QByteArray("Set listen.access_token");
        QTest::newRow("refused") << u"refuse"_s << QString() << 403 << QByteArray("listen.unknown_peers refuses");
        QTest::newRow("with a token") << u"allow"_s << u"let-me-in"_s << 200 << QByteArray("the access token keeps other users out");
    }

    void saysThatItDoesNotKnowWhoConnects()
    {
        QFETCH(QString, rule);
        QFETCH(QString, token);
        QFETCH(int, status);
        QFETCH(QByteArray, logged);
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        const Program qcc;
        QCOMPARE(addEndpoint(qcc, u"work"_s, upstream.baseUrl()).exit, 0);
        QJsonObject config = QJsonDocument::fromJson(readFile(qcc.file(u"config.json"_s))).object();
        QJsonObject listen = config.value("listen"_L1).toObject();
        listen.insert("unknown_peers"_L1, rule);
        if (!token.isEmpty())
            listen.insert("access_token"_L1, token);
        config.insert("listen"_L1, listen);
        writeFile(qcc.file(u"config.json"_s), QJsonDocument(config).toJson());
        const LimitedProxy proxy(qcc, u"true"_s, forbidSocketDiagnosis);
        QTRY_VERIFY_WITH_TIMEOUT(proxy.isServing(), 10'000);
        for (int i = 0; i < 3; ++i) {
            RawClient client;
            client.connectTo(proxy.port());
            client.post("/v1/messages", request, {{"x-api-key", token.toUtf8()}});
            QTRY_VERIFY(client.response().complete);
            QCOMPARE(client.response().status, status);
            QCOMPARE(client.response().body.contains("listen.unknown_peers"), status == 403);
        }
        QTRY_COMPARE(proxy.log().count("does not tell which user"), 1);
        QVERIFY2(proxy.log().contains(logged), proxy.log().constData());
        const Ended said = qcc.run("proxy status");
        QVERIFY2(said.out.contains("does not tell which user a connection comes from"_L1), qPrintable(said.out));
        QCOMPARE(said.out.contains("set listen.access_token"_L1), token.isEmpty() && rule == "allow"_L1);
        QCOMPARE(qcc.run("proxy status --json").json().value("peers_unknown"_L1).toBool(), true);
    }

    void knowsWhoConnectsOtherwise()
    {
        const Program qcc;
        QCOMPARE(addEndpoint(qcc, u"work"_s, "http://127.0.0.1:9").exit, 0);
        const LimitedProxy proxy(qcc, u"true"_s);
        QTRY_VERIFY_WITH_TIMEOUT(proxy.isServing(), 10'000);
        QCOMPARE(qcc.run("proxy status --json").json().value("peers_unknown"_L1).toBool(true), false);
        QVERIFY(!qcc.run("proxy status").out.contains("does not tell"_L1));
    }

    void leavesNoMemoryBehindWhenItCrashes()
    {
        const Program qcc;
        QCOMPARE(addEndpoint(qcc, u"work"_s, "http://127.0.0.1:9").exit, 0);
        const LimitedProxy proxy(qcc, u"ulimit -c unlimited"_s);
        QTRY_VERIFY_WITH_TIMEOUT(proxy.isServing(), 10'000);
        const QByteArray limits = readFile(u"/proc/%1/limits"_s.arg(proxy.pid()));
        const QByteArray line = limits.sliced(limits.indexOf("Max core file size"));
        QCOMPARE(line.first(line.indexOf('\n')).simplified(), QByteArray("Max core file size 0 0 bytes"));
        // The look into our own process must stay possible: the owner of a port is found that way.
        QVERIFY(QFileInfo(u"/proc/%1/fd"_s.arg(proxy.pid())).isReadable());
    }

    void saysWhatIsWrongWithItsHome_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<QString>("says");
        const QStringList start{u"proxy"_s, u"start"_s, u"--port"_s, u"0"_s};
        const QStringList edit{u"cluster"_s, u"add"_s, u"new"_s};
        QTest::newRow("full, start") << u"full"_s << start << u"No file can be written in"_s;
        QTest::newRow("full, edit") << u"full"_s << edit << u"cannot be written: No space left on device"_s;
        QTest::newRow("read-only, start") << u"read-only"_s << start << u"cannot be written to"_s;
        QTest::newRow("read-only, edit") << u"read-only"_s << edit << u"cannot be written to"_s;
        QTest::newRow("below a file, start") << u"below"_s << start << u"cannot be created"_s;
        QTest::newRow("below a file, edit") << u"below"_s << edit << u"cannot be created"_s;
    }

    void saysWhatIsWrongWithItsHome()
    {
        QFETCH(QString, fault);
        QFETCH(QStringList, command);
        QFETCH(QString, says);
        SmallDisk disk(256 * 1024);
        if (!disk.isMounted())
            QSKIP("this system does not let a test mount a file system");
        Program qcc;
        qcc.setVariable(u"QCC_HOME"_s, disk.path());
        QCOMPARE(addEndpoint(qcc, u"work"_s, "http://127.0.0.1:9").exit, 0);
        const QByteArray before = readFile(disk.filePath(u"config.json"_s));
        if (fault == "full"_L1)
            disk.fill();
        else if (fault == "read-only"_L1)
            QVERIFY(disk.setReadOnly(true));
        else
            qcc.setVariable(u"QCC_HOME"_s, disk.filePath(u"config.json/home"_s));
        const Ended ended = qcc.run(command);
        QCOMPARE(ended.exit, 1);
        QVERIFY2(ended.err.contains(says), qPrintable(ended.err));
        QVERIFY2(ended.err.contains("hint: "_L1), qPrintable(ended.err));
        QCOMPARE(readFile(disk.filePath(u"config.json"_s)), before);
        disk.setReadOnly(false);
        disk.empty();
        qcc.setVariable(u"QCC_HOME"_s, disk.path());
        QCOMPARE(qcc.run("cluster list").exit, 0);
        QCOMPARE(qcc.run("cluster add other").exit, 0);
    }

    /// As containers mount single files.
    void editsAFileThatIsMountedByItself()
    {
        SmallDisk disk(256 * 1024);
        if (!disk.isMounted())
            QSKIP("this system does not let a test mount a file system");
        Program qcc;
        QVERIFY(QDir(disk.path()).mkdir(u"home"_s));
        const QString home = disk.filePath(u"home"_s), config = home + u"/config.json"_s, outside = disk.filePath(u"outside.json"_s);
        qcc.setVariable(u"QCC_HOME"_s, home);
        QCOMPARE(addEndpoint(qcc, u"work"_s, "http://127.0.0.1:9").exit, 0);
        QVERIFY(QFile::copy(config, outside));
        QFile::setPermissions(outside, QFile::ReadOwner | QFile::WriteOwner);
        QVERIFY(::mount(QFile::encodeName(outside).constData(), QFile::encodeName(config).constData(), nullptr, MS_BIND, nullptr) == 0);
        const auto unmount = qScopeGuard([&config] { ::umount2(QFile::encodeName(config).constData(), MNT_DETACH); });

        const Ended edited = qcc.run("cluster add other");
        QVERIFY2(edited.exit == 0, qPrintable(edited.err));
        QVERIFY(readFile(outside).contains("\"other\""));
        QCOMPARE(QDir(home).entryList({u"config.json.*"_s}, QDir::Files), QStringList{u"config.json.lock"_s});
        QVERIFY(qcc.run("cluster list").out.contains("other"_L1));

        // The computer ended in the middle of such a write.
        const QByteArray whole = readFile(outside);
        writeFile(config + u".whole"_s, whole);
        writeFile(config, whole.first(whole.size() / 2));
        QVERIFY(qcc.run("cluster list").out.contains("other"_L1));
        QCOMPARE(qcc.run("cluster add third").exit, 0);
        QCOMPARE(QDir(home).entryList({u"config.json.*"_s}, QDir::Files), QStringList{u"config.json.lock"_s});
        QVERIFY(readFile(outside).contains("\"third\"") && readFile(outside).contains("\"other\""));

        // Somebody's own edit counts for more than what lies beside it.
        writeFile(config + u".whole"_s, whole);
        QVERIFY(qcc.run("cluster list").out.contains("third"_L1));

        // No room for the new text: the old one is whole.
        const QByteArray before = readFile(outside);
        QFile::remove(config + u".whole"_s);
        disk.fill();
        const Ended full = qcc.run("cluster add fourth");
        QCOMPARE(full.exit, 1);
        QVERIFY2(full.err.contains("No space left on device"_L1), qPrintable(full.err));
        QCOMPARE(readFile(outside), before);
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
