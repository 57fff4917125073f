// What another user of this computer gets, with a real second user: Linux, and only root can become one.

#include "core/base/sockets.h"
#include "core/config/configfile.h"
#include "core/config/paths.h"
#include "core/control/controlserver.h"
#include "core/front/peeruser.h"
#include "core/keys/keyring.h"
#include "tests/support/files.h"
#include "tests/support/needsroot.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <arpa/inet.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

struct Ended {
    int code = -1;
    QByteArray output;
};

/// Runs a program, as "nobody" if wished, while this thread serves on.
Ended run(const QString &program, const QStringList &arguments, bool asNobody)
{
    QProcess process;
    process.setWorkingDirectory(u"/"_s);
    if (asNobody) {
        const passwd *nobody = getpwnam("nobody");
        process.setChildProcessModifier([user = nobody->pw_uid, group = nobody->pw_gid] {
            if (setgid(group) != 0 || setuid(user) != 0)
                _exit(126);
        });
    }
    process.start(program, arguments);
    QSignalSpy finished(&process, &QProcess::finished);
    if (!finished.wait(20'000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput()};
}

Ended curl(quint16 port, bool asNobody, const QStringList &options = {})
{
    return run(u"curl"_s,
               options + QStringList{u"-sS"_s, u"-w"_s, u"\n%{http_code}"_s, u"-H"_s, u"content-type: application/json"_s, u"-d"_s, u"{\"model\":\"m\"}"_s,
                u"http://127.0.0.1:%1/v1/messages"_s.arg(port)},
               asNobody);
}

/// Sends a request and resets the connection, again and again, sooner or later after it. Only what a child of fork() may call.
bool requestAndReset(quint16 port, int times)
{
    constexpr char request[] = "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}";
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < times; ++i) {
        const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0
            || write(descriptor, request, sizeof request - 1) != ssize_t(sizeof request - 1))
            return false;
        usleep(static_cast<useconds_t>(i % 10 * 30));
        const linger atOnce{1, 0};
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
        close(descriptor);
    }
    return true;
}

/// The configuration of a running proxy, watched in a home of its own.
struct WatchedConfig {
    QString whyRejected() const { return rejected.isEmpty() ? QString() : rejected.first().first().toString(); }

    QTemporaryDir folder;
    const QString path = [this] {
        writeFile(folder.filePath(u"config.json"_s), R"({"clusters": [{"name": "ours"}]})");
        return folder.filePath(u"config.json"_s);
    }();
    KeyRing keys{folder.filePath(u"secret.key"_s), nullptr};
    ConfigWatcher watcher{path, std::make_shared<const Config>(*loadConfig(path, keys)), keys};
    QSignalSpy changed{&watcher, &ConfigWatcher::changed};
    QSignalSpy rejected{&watcher, &ConfigWatcher::rejected};
};

} // namespace

class TestOtherUser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        NEEDS_ROOT();
    }

    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
    }

    void isRefusedAndTheOwnerIsNot()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        const Ended owner = curl(proxy.port(), false);
        QVERIFY2(owner.output.endsWith("\n200"), owner.output);
        QCOMPARE(m_upstream->arrivedCount(), 1);
        const Ended other = curl(proxy.port(), true);
        QVERIFY2(other.output.endsWith("\n403"), other.output);
        QVERIFY2(other.output.contains("listen.allowed_users"), other.output);
        QCOMPARE(m_upstream->arrivedCount(), 1);
        QCOMPARE(proxy.plane().refusals.counts()[Denial::User], 1);
    }

    void isToldFromTheOwnerOnASocketThatIsBoundToADevice()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        const QStringList bound{u"--interface"_s, u"lo"_s};
        const Ended owner = curl(proxy.port(), false, bound);
        QVERIFY2(owner.output.endsWith("\n200"), owner.output);
        const Ended other = curl(proxy.port(), true, bound);
        QVERIFY2(other.output.endsWith("\n403"), other.output);
        QCOMPARE(m_upstream->arrivedCount(), 1);
    }

    void isLetInWhereListed()
    {
        Config config = TestProxy::shortDeadlines();
        config.listen.allowedUsers = {u"nobody"_s};
        TestProxy proxy({m_upstream->baseUrl()}, config);
        const Ended other = curl(proxy.port(), true);
        QVERIFY2(other.output.endsWith("\n200"), other.output);
    }

    void isRefusedThoughItLeavesAtOnce()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        const QString script = u"exec 3<>/dev/tcp/127.0.0.1/%1; printf 'POST /v1/messages HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nContent-Length: 2\\r\\n\\r\\n{}' >&3"_s
                                   .arg(proxy.port());
        for (int i = 0; i < 20; ++i)
            QCOMPARE(run(u"bash"_s, {u"-c"_s, script}, true).code, 0);
        const Ended owner = curl(proxy.port(), false);
        QVERIFY2(owner.output.endsWith("\n200"), owner.output);
        QTRY_COMPARE(proxy.connections(), 0);
        QCOMPARE(m_upstream->arrivedCount(), 1);
    }

    void gainsNothingByResettingAtOnce()
    {
        Config config = TestProxy::shortDeadlines();
        TestProxy proxy({m_upstream->baseUrl()}, config);
        const passwd *nobody = getpwnam("nobody");
        QVERIFY2(nobody, "this system has no user \"nobody\"");
        const quint16 port = proxy.port();
        const pid_t child = fork();
        if (child == 0) {
            const bool isOther = setgid(nobody->pw_gid) == 0 && setuid(nobody->pw_uid) == 0;
            _exit(isOther && requestAndReset(port, 500) ? 0 : 1);
        }
        QVERIFY(child > 0);
        int owners = 0;
        int status = 0;
        while (waitpid(child, &status, WNOHANG) == 0) {
            const Ended owner = curl(port, false);
            QVERIFY2(owner.output.endsWith("\n200"), owner.output);
            ++owners;
        }
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
        const Ended owner = curl(port, false);
        QVERIFY2(owner.output.endsWith("\n200"), owner.output);
        QTRY_COMPARE(proxy.connections(), 0);
        QCOMPARE(m_upstream->arrivedCount(), owners + 1);
    }

    void theOwnerIsKnownHoweverItConnects_data()
    {
        QTest::addColumn<QHostAddress>("listen");
        QTest::addColumn<QString>("connectTo");
        QTest::newRow("IPv4") << QHostAddress(QHostAddress::LocalHost) << u"127.0.0.1"_s;
        QTest::newRow("another address of loopback") << QHostAddress(QHostAddress::AnyIPv4) << u"127.5.6.7"_s;
        QTest::newRow("IPv6") << QHostAddress(QHostAddress::LocalHostIPv6) << u"::1"_s;
        QTest::newRow("IPv4 in the dress of IPv6") << QHostAddress(QHostAddress::LocalHost) << u"::ffff:127.0.0.1"_s;
        QTest::newRow("both at once") << QHostAddress(QHostAddress::Any) << u"127.0.0.1"_s;
        QTest::newRow("both at once, dressed") << QHostAddress(QHostAddress::Any) << u"::ffff:127.0.0.1"_s;
    }

    void theOwnerIsKnownHoweverItConnects()
    {
        QFETCH(QHostAddress, listen);
        QFETCH(QString, connectTo);
        QTcpServer server;
        if (!server.listen(listen))
            QSKIP("this system has no such address");
        QTcpSocket client;
        client.connectToHost(QHostAddress(connectTo), server.serverPort());
        QTRY_VERIFY(server.hasPendingConnections());
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        const std::unique_ptr<QTcpSocket> ours(server.nextPendingConnection());
        PeerUsers users;
        const auto find = [&users, &ours] {
            return users.find({ours->peerAddress(), ours->peerPort(), ours->localAddress(), ours->localPort(), ours->socketDescriptor()}).kind;
        };
        QCOMPARE(find(), PeerUser::Kind::Ours);
        resetOnClose(client.socketDescriptor());
        const PeerConnection before{ours->peerAddress(), ours->peerPort(), ours->localAddress(), ours->localPort(), ours->socketDescriptor()};
        client.abort();
        QCOMPARE(users.find(before).kind, PeerUser::Kind::Gone);
    }

    void isElsewhereWhereTheAddressIsNotOurs()
    {
        PeerUsers users;
        QVERIFY(users.works());
        // Addresses for documentation, which nobody has. Source: RFC 5737, RFC 3849.
        QCOMPARE(users.find({QHostAddress(u"192.0.2.7"_s), 1234, QHostAddress(u"192.0.2.8"_s), 7860, -1}).kind, PeerUser::Kind::Elsewhere);
        QCOMPARE(users.find({QHostAddress(u"2001:db8::7"_s), 1234, QHostAddress(u"2001:db8::8"_s), 7860, -1}).kind, PeerUser::Kind::Elsewhere);
        QCOMPARE(users.find({QHostAddress(QHostAddress::LocalHost), 1, QHostAddress(QHostAddress::LocalHost), 2, -1}).kind, PeerUser::Kind::Gone);
    }

    void hasNothingInTheHome_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"config.json", "secret.key", "history.db", "history.db-wal", "proxy.log", "proxy.pid", "demo.pid", "tray.ini",
                                 "control.sock", "config.json.lock", "config.json.new"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }

    void hasNothingInTheHome()
    {
        QFETCH(QString, name);
        QTemporaryDir folder;
        const Paths paths(folder.filePath(u"home"_s));
        QCOMPARE(paths.ensureHome(), QString());
        const QString path = paths.home() + u'/' + name;
        const passwd *nobody = getpwnam("nobody");
        const auto refuses = [&] { return paths.ensureHome().contains(path + u" belongs to another user (nobody)"_s); };
        // A file, a folder, a link.
        writeFile(path, "{}");
        QCOMPARE(chown(path.toLocal8Bit(), nobody->pw_uid, nobody->pw_gid), 0);
        QVERIFY2(refuses(), qPrintable(paths.ensureHome()));
        QVERIFY(QFile::remove(path));
        QVERIFY(QDir().mkdir(path));
        QCOMPARE(chown(path.toLocal8Bit(), nobody->pw_uid, nobody->pw_gid), 0);
        QVERIFY2(refuses(), qPrintable(paths.ensureHome()));
        QVERIFY(QDir().rmdir(path));
        const QString ours = folder.filePath(u"ours"_s);
        writeFile(ours, "{}");
        QVERIFY(QFile::link(ours, path));
        QCOMPARE(lchown(path.toLocal8Bit(), nobody->pw_uid, nobody->pw_gid), 0);
        QVERIFY2(refuses(), qPrintable(paths.ensureHome()));
        QVERIFY(QFile::remove(path));
        QCOMPARE(paths.ensureHome(), QString());
    }

    void ownsNothingThatALinkLeadsTo()
    {
        QTemporaryDir folder;
        const Paths paths(folder.filePath(u"home"_s));
        QCOMPARE(paths.ensureHome(), QString());
        const QString theirs = folder.filePath(u"theirs"_s);
        writeFile(theirs, "{}");
        const passwd *nobody = getpwnam("nobody");
        QCOMPARE(chown(theirs.toLocal8Bit(), nobody->pw_uid, nobody->pw_gid), 0);
        QVERIFY(QFile::link(theirs, paths.config()));
        QVERIFY2(paths.ensureHome().contains("belongs to another user (nobody)"_L1), qPrintable(paths.ensureHome()));
    }

    /// Everything on the way to where the user's own link ends.
    void hasNoSayOnTheWayOfALink_data()
    {
        QTest::addColumn<bool>("theirs"); // the folder in between, else a link in between
        QTest::addColumn<mode_t>("mode");
        QTest::addColumn<QString>("problem");
        QTest::newRow("a folder of theirs") << true << mode_t(0755) << u"belongs to another user (nobody)"_s;
        QTest::newRow("a folder that all may write to") << false << mode_t(0777) << u"which others may write to"_s;
        QTest::newRow("a folder in which each has his own") << false << mode_t(01777) << QString();
        QTest::newRow("a folder of the user's") << false << mode_t(0755) << QString();
    }

    void hasNoSayOnTheWayOfALink()
    {
        QFETCH(bool, theirs);
        QFETCH(mode_t, mode);
        QFETCH(QString, problem);
        QTemporaryDir folder;
        const Paths paths(folder.filePath(u"home"_s));
        QCOMPARE(paths.ensureHome(), QString());
        const QString between = folder.filePath(u"between"_s);
        QVERIFY(QDir().mkdir(between));
        writeFile(between + u"/config.json"_s, "{}");
        const passwd *nobody = getpwnam("nobody");
        if (theirs)
            QCOMPARE(chown(between.toLocal8Bit(), nobody->pw_uid, nobody->pw_gid), 0);
        QCOMPARE(chmod(between.toLocal8Bit(), mode), 0);
        for (const QString &target : {between + u"/config.json"_s, u"../between/./config.json"_s}) {
            QVERIFY(QFile::remove(paths.config()) || !QFileInfo::exists(paths.config()));
            QCOMPARE(symlink(target.toLocal8Bit(), paths.config().toLocal8Bit()), 0);
            QVERIFY2(problem.isEmpty() ? paths.ensureHome().isEmpty() : paths.ensureHome().contains(problem), qPrintable(paths.ensureHome()));
        }
    }

    void hasNoLinkOnTheWay()
    {
        QTemporaryDir folder;
        const Paths paths(folder.filePath(u"home"_s));
        QCOMPARE(paths.ensureHome(), QString());
        const QString ours = folder.filePath(u"ours.json"_s);
        const QString between = folder.filePath(u"between"_s);
        writeFile(ours, "{}");
        QVERIFY(QFile::link(ours, between));
        QVERIFY(QFile::link(between, paths.config()));
        QCOMPARE(paths.ensureHome(), QString());
        const passwd *nobody = getpwnam("nobody");
        QCOMPARE(lchown(between.toLocal8Bit(), nobody->pw_uid, nobody->pw_gid), 0);
        QVERIFY2(paths.ensureHome().contains(between + u", which belongs to another user (nobody)"_s), qPrintable(paths.ensureHome()));
    }

    void changesNoConfigurationOfARunningProxy()
    {
        WatchedConfig ours;
        const QString other = ours.folder.filePath(u"other"_s);
        writeFile(other, R"({"clusters": [{"name": "theirs"}]})");
        const passwd *nobody = getpwnam("nobody");
        QCOMPARE(chown(other.toLocal8Bit(), nobody->pw_uid, nobody->pw_gid), 0);
        QCOMPARE(::rename(other.toLocal8Bit(), ours.path.toLocal8Bit()), 0);
        QTRY_VERIFY2(ours.whyRejected().contains("belongs to another user (nobody)"_L1), qPrintable(ours.whyRejected()));
        QVERIFY(ours.changed.isEmpty());
        QVERIFY(!loadConfig(ours.path, ours.keys));
    }

    void changesNothingWhereTheHomeOpensWhileItRuns()
    {
        WatchedConfig ours;
        QCOMPARE(chmod(ours.folder.path().toLocal8Bit(), 0777), 0);
        writeFile(ours.path, R"({"clusters": [{"name": "anybody"}]})");
        QTRY_VERIFY2(ours.whyRejected().contains("chmod 700"_L1), qPrintable(ours.whyRejected()));
        QVERIFY(ours.changed.isEmpty());
    }

    void namesACommandThatWorks()
    {
        QTemporaryDir folder;
        const Paths paths(folder.filePath(u"a home of o'brien"_s));
        QCOMPARE(paths.ensureHome(), QString());
        const passwd *nobody = getpwnam("nobody");
        for (const QString &name : {u"proxy.log"_s, u"history.db"_s}) {
            writeFile(paths.home() + u'/' + name, "{}");
            QCOMPARE(chown((paths.home() + u'/' + name).toLocal8Bit(), nobody->pw_uid, nobody->pw_gid), 0);
            const QString said = paths.ensureHome();
            const qsizetype command = said.indexOf("chown"_L1);
            QVERIFY2(command > 0 && said.contains("sudo chown"_L1), qPrintable(said));
            QProcess shell;
            shell.start(u"/bin/sh"_s, {u"-c"_s, said.sliced(command)});
            QVERIFY(shell.waitForFinished());
            QCOMPARE(shell.exitCode(), 0);
            QCOMPARE(paths.ensureHome(), QString());
        }
    }

    void doesNotOwnTheHome()
    {
        QTemporaryDir folder;
        const passwd *nobody = getpwnam("nobody");
        QCOMPARE(chown(folder.path().toLocal8Bit(), nobody->pw_uid, nobody->pw_gid), 0);
        QVERIFY2(Paths(folder.path()).ensureHome().contains("belongs to another user (nobody)"_L1), qPrintable(Paths(folder.path()).ensureHome()));
    }

    void cannotSpeakToTheControlSocketEvenWhereItCanOpenIt()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"control"_s);
        int asked = 0;
        ControlServer server([&asked](const QJsonObject &, const ControlReply &reply) {
            ++asked;
            reply(controlOk());
        });
        QVERIFY(server.listen(path));
        const auto everybody = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner | QFileDevice::ReadOther
            | QFileDevice::WriteOther | QFileDevice::ExeOther;
        QVERIFY(QFile::setPermissions(folder.path(), everybody));
        QVERIFY(QFile::setPermissions(path, everybody));
        // What curl sends first is no JSON: the server says so to its own user, and nothing at all to others.
        const QStringList arguments{u"-sS"_s, u"--http0.9"_s, u"--max-time"_s, u"5"_s, u"--unix-socket"_s, path, u"http://localhost/"_s};
        const Ended owner = run(u"curl"_s, arguments, false);
        QVERIFY2(owner.output.contains("not a JSON object"), owner.output);
        const Ended other = run(u"curl"_s, arguments, true);
        QVERIFY(other.code != 0);
        QVERIFY2(other.output.isEmpty(), other.output);
        QCOMPARE(asked, 0);
    }

private:
    std::unique_ptr<ScriptedUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestOtherUser)
#include "tst_otheruser.moc"
