#include "core/base/files.h"
#include "core/base/userplaces.h"
#include "core/config/configedit.h"
#include "core/config/configfile.h"
#include "core/control/controlclient.h"
#include "core/health/healthprobes.h"
#include "core/plane/acceptor.h"
#include "core/routing/router.h"
#include "core/service/proxyservice.h"
#include "tests/support/files.h"
#include "tests/support/needsroot.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/smalldisk.h"
#include "tests/support/testkeys.h"
#include "tests/support/testproxy.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

#include <functional>
#include <memory>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray request(R"JSON({"model":"claude-x","messages":[]})JSON");
constexpr qint64 diskBytes = 1'024 * 1'024;

/// While it lives, this process can open only so many more descriptors.
class FewDescriptors
{
public:
    explicit FewDescriptors(int left)
    {
        ::getrlimit(RLIMIT_NOFILE, &m_before);
        rlimit few = m_before;
        const int lowest = ::dup(STDERR_FILENO);
        ::close(lowest);
        few.rlim_cur = static_cast<rlim_t>(lowest + left); // not 0: poll() asks for as much room as it has descriptors to look at
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &m_before); }
    Q_DISABLE_COPY_MOVE(FewDescriptors)

private:
    rlimit m_before{};
};

using Damage = std::function<void(const QString &path)>;

} // namespace

/// What `then` answers in a process of its own in which nobody may change the mode of a file, as on file systems that have none. Source: seccomp(2).
bool whereModesCannotBeChanged(const std::function<bool()> &then)
{
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr auto refuse = [](__u32 call) { return sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1); };
        const sock_filter no = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
        sock_filter steps[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
#ifdef __NR_chmod
                               refuse(__NR_chmod), no,
#endif
                               refuse(__NR_fchmod), no, refuse(__NR_fchmodat), no, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
        const sock_fprog program{static_cast<unsigned short>(std::size(steps)), steps};
        const bool set = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
        ::_exit(set && then() ? 0 : 1);
    }
    int status = -1;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Q_DECLARE_METATYPE(Damage)

/// The whole proxy on a disk that is full or read-only, and with a config.json that goes bad under it.
class TestMachine : public QObject
{
    Q_OBJECT

public:
    static void initMain() { SmallDisk::enter(); }

private Q_SLOTS:
    void aHomeWithoutModesServesWhereItIsNarrow()
    {
        QTemporaryDir home;
        const Paths paths(home.path());
        KeyRing keys(paths.keyFile(), nullptr);
        QVERIFY(editConfig(paths.config(), keys, [](QJsonObject &json) { return addCluster(json, u"work"_s); }).has_value());
        ::umask(077);
        const bool worked = whereModesCannotBeChanged([&] {
            return paths.ensureHome().isEmpty() && editConfig(paths.config(), keys, [](QJsonObject &json) { return addCluster(json, u"more"_s); }).has_value()
                && narrow(paths.config(), QFile::ReadOwner | QFile::WriteOwner);
        });
        QVERIFY(worked);
        QVERIFY(readFile(paths.config()).contains("more"));
        // What others get at is told.
        QFile::setPermissions(home.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther);
        QVERIFY(whereModesCannotBeChanged([&] { return paths.ensureHome().contains("cannot be narrowed"_L1); }));
        QVERIFY(whereModesCannotBeChanged([&] { return !takesSockets(home.path()); }));
    }

    void socketsGoWhereTheyCanBe()
    {
        NEEDS_ROOT(); // else it is permission that is missing
        QTemporaryDir home;
        QVERIFY(takesSockets(home.path()));
        QCOMPARE(QDir(home.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot), QStringList());
        QVERIFY(takesSockets(home.filePath(u"not there"_s)));
        QVERIFY(!takesSockets(u"/dev/pts"_s));
        QTemporaryDir runtime;
        qputenv("XDG_RUNTIME_DIR", runtime.path().toLocal8Bit());
        const QString socket = Paths(u"/dev/pts"_s).controlSocket();
        QVERIFY2(socket.startsWith(runtime.path()), qPrintable(socket));
        QCOMPARE(Paths(home.path()).controlSocket(), home.filePath(u"control.sock"_s));
        qunsetenv("XDG_RUNTIME_DIR");
    }

    void init()
    {
        m_disk = std::make_unique<SmallDisk>(diskBytes);
        if (!m_disk->isMounted())
            QSKIP("this system does not let a test mount a file system");
        m_keys = std::make_unique<TestKeys>(paths());
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
        for (const QString &name : {u"one"_s, u"two"_s})
            QVERIFY(editConfig(paths().config(), [&](QJsonObject &json) -> Result<void> {
                        EndpointFields fields;
                        fields.baseUrl = QString::fromLatin1(m_upstream->baseUrl());
                        fields.apiKey = u"secret-key-"_s + name;
                        const Result<void> made = addCluster(json, name);
                        return made ? addEndpoint(json, name, fields) : made;
                    }).has_value());
        m_service = std::make_unique<ProxyService>(paths(), *m_keys);
    }

    void cleanup()
    {
        m_service.reset();
        m_upstream.reset();
        m_disk.reset();
    }

    void aConfigThatGoesBadChangesNothing_data()
    {
        QTest::addColumn<Damage>("damage");
        QTest::addColumn<QString>("says");
        QTest::newRow("deleted") << Damage([](const QString &path) { QVERIFY(QFile::remove(path)); }) << u"is gone"_s;
        QTest::newRow("emptied") << Damage([](const QString &path) { writeFile(path, {}); }) << u"(line 1): is empty"_s;
        QTest::newRow("garbled") << Damage([](const QString &path) { writeFile(path, "{\n\"version\": 1,\n\x01\xff"); }) << u"(line 3)"_s;
        QTest::newRow("cut off") << Damage([](const QString &path) { writeFile(path, readFile(path).chopped(40)); }) << u"not valid JSON"_s;
        QTest::newRow("a folder") << Damage([](const QString &path) {
            QVERIFY(QFile::remove(path));
            QVERIFY(QDir().mkdir(path));
        }) << u"cannot be read"_s;
        QTest::newRow("nobody may read it") << Damage([](const QString &path) { QVERIFY(::chmod(QFile::encodeName(path).constData(), 0) == 0); })
                                            << u"cannot be read"_s;
    }

    void aConfigThatGoesBadChangesNothing()
    {
        QFETCH(Damage, damage);
        QFETCH(QString, says);
        const WithoutPrivileges asOthers;
        QVERIFY(start());
        const QByteArray good = readFile(paths().config());
        damage(paths().config());
        QTRY_VERIFY2(log().contains(says), qPrintable(log()));
        QCOMPARE(log().count("The last good configuration stays in force."_L1), 1);
        QCOMPARE(m_service->cluster(), u"one"_s);
        QCOMPARE(post().status, 200);
        // An edit does not make it worse, and says why not.
        if (QFileInfo::exists(paths().config())) {
            const Result<void> used = m_service->useCluster(u"two"_s);
            QVERIFY(!used);
            QVERIFY(!used.error().message.isEmpty());
        }

        const QFileInfo now(paths().config());
        QVERIFY(now.isDir() ? QDir().rmdir(now.filePath()) : !now.exists() || QFile::remove(now.filePath()));
        writeFile(paths().config(), good);
        QTRY_VERIFY2(log().contains("config.json is good again"_L1), qPrintable(log()));
        QVERIFY(m_service->useCluster(u"two"_s).has_value());
        QCOMPARE(m_service->cluster(), u"two"_s);
        QCOMPARE(post().status, 200);
    }

    void servesOnOnAFullDiskAndLosesNothing()
    {
        QVERIFY(start());
        QCOMPARE(post().status, 200);
        const QByteArray config = readFile(paths().config());
        m_disk->fill();
        for (int i = 0; i < 5; ++i)
            QCOMPARE(post().status, 200);
        const Result<void> used = m_service->useCluster(u"two"_s);
        QVERIFY(!used);
        QCOMPARE(used.error().code, ErrorCode::WriteFailed);
        QVERIFY2(used.error().message.contains("No space left"_L1), qPrintable(used.error().message));
        QVERIFY(used.error().hint.contains("free space"_L1));
        QCOMPARE(readFile(paths().config()), config);
        QCOMPARE(m_service->cluster(), u"one"_s);

        m_disk->empty();
        QVERIFY(m_service->useCluster(u"two"_s).has_value());
        QCOMPARE(post().status, 200);
        stop();
        QVERIFY(start());
        QTRY_COMPARE(completeInTimeline(), 7);
        QCOMPARE(leftovers(), QStringList());
    }

    void historyOutlivesAStopOnAFullDisk()
    {
        QVERIFY(start());
        QCOMPARE(post().status, 200);
        stop(); // which writes what was counted
        QVERIFY(start());
        QTRY_COMPARE(completeInTimeline(), 1);
        m_disk->fill();
        QCOMPARE(post().status, 200);
        stop();
        m_disk->empty();
        // The one that nobody could write is lost with the run; what was written before is not.
        QVERIFY(start());
        QTRY_COMPARE(completeInTimeline(), 1);
    }

    void doesNotStartHalfOnAFullDisk()
    {
        m_disk->fill();
        const Result<void> begun = start();
        QVERIFY(!begun);
        QCOMPARE(begun.error().code, ErrorCode::WriteFailed);
        QVERIFY2(begun.error().message.contains("proxy.pid"_L1), qPrintable(begun.error().message));
        QVERIFY2(begun.error().hint.contains("disk is not full"_L1), qPrintable(begun.error().hint));
        QVERIFY(!m_service->isRunning());
        QCOMPARE(leftovers(), QStringList());
        m_disk->empty();
        QVERIFY(start());
        QCOMPARE(post().status, 200);
    }

    void servesOnWhereNothingMayBeWrittenAnyMore()
    {
        QVERIFY(start());
        // What is open for writing keeps a file system from becoming read-only: folder and files lose their permissions instead.
        const WithoutPrivileges asOthers;
        QVERIFY(::chmod(QFile::encodeName(m_disk->path()).constData(), 0500) == 0);
        QCOMPARE(post().status, 200);
        const QByteArray config = readFile(paths().config());
        const Result<void> used = m_service->useCluster(u"two"_s);
        QVERIFY(!used);
        QCOMPARE(used.error().code, ErrorCode::WriteFailed);
        QVERIFY(!used.error().hint.isEmpty());
        QCOMPARE(readFile(paths().config()), config);
        QVERIFY(::chmod(QFile::encodeName(m_disk->path()).constData(), 0700) == 0);
        QVERIFY(m_service->useCluster(u"two"_s).has_value());
    }

    void saysThatItsHomeIsReadOnly()
    {
        const QByteArray config = readFile(paths().config());
        QVERIFY(m_disk->setReadOnly(true));
        const Result<void> begun = start();
        QVERIFY(!begun);
        QCOMPARE(begun.error().message, u"The folder %1 cannot be written to."_s.arg(m_disk->path()));
        QVERIFY(begun.error().hint.contains("QCC_HOME"_L1));
        const Result<Config> edited = editConfig(paths().config(), [](QJsonObject &json) { return addCluster(json, u"three"_s); });
        QVERIFY(!edited);
        QCOMPARE(edited.error().code, ErrorCode::WriteFailed);
        QCOMPARE(readFile(paths().config()), config);
        QVERIFY(m_disk->setReadOnly(false));
        QVERIFY(start());
        QCOMPARE(post().status, 200);
    }

    void saysThatItsHomeCannotBeMade_data()
    {
        QTest::addColumn<QString>("home");
        QTest::addColumn<bool>("readOnly");
        QTest::newRow("below a file") << u"config.json/home"_s << false;
        QTest::newRow("on a read-only disk") << u"new/home"_s << true;
        QTest::newRow("is a file") << u"config.json"_s << false;
    }

    void saysThatItsHomeCannotBeMade()
    {
        QFETCH(QString, home);
        QFETCH(bool, readOnly);
        QVERIFY(m_disk->setReadOnly(readOnly));
        const Paths there(m_disk->filePath(home));
        TestKeys keys(there);
        ProxyService service(there, keys);
        const Result<void> begun = service.start({});
        QVERIFY(!begun);
        QCOMPARE(begun.error().code, ErrorCode::NotAllowed);
        QVERIFY2(begun.error().message.contains(m_disk->filePath(home)), qPrintable(begun.error().message));
        QVERIFY(begun.error().hint.contains("QCC_HOME"_L1));
    }

    void aRequestWithoutADescriptorBlamesNoEndpoint()
    {
        m_upstream->setDefaultScript("connection-close");
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", request);
        QTRY_VERIFY(client.response(0).complete);
        QCOMPARE(client.response(0).status, 200);
        QTRY_COMPARE(m_upstream->openConnections(), 0);
        {
            const FewDescriptors none(0);
            client.post("/v1/messages", request);
            QTRY_VERIFY(client.response(1).complete);
        }
        QCOMPARE(client.response(1).status, 503);
        QVERIFY2(client.response(1).body.contains("no file descriptor left"), client.response(1).body.constData());
        const QString id = TestProxy::endpointAt(m_upstream->baseUrl(), 0).id;
        QCOMPARE(proxy.states().value(id).consecutiveFailures, 0);
        client.post("/v1/messages", request);
        QTRY_VERIFY(client.response(2).complete);
        QCOMPARE(client.response(2).status, 200);
    }

    void keepsTheLastDescriptorsForTheControlSocket()
    {
        QVERIFY(start());
        RawClient client;
        client.connectTo(m_service->port());
        client.get("/__qcc__/health");
        QTRY_VERIFY(client.response(0).complete);
        ControlClient control(paths().controlSocket());
        std::optional<bool> answered;
        {
            const FewDescriptors few(5);
            client.post("/v1/messages", request);
            QTRY_VERIFY(client.response(1).complete);
            control.call({{"cmd"_L1, "status"_L1}}, [&answered](const Result<QJsonObject> &status) { answered = status.has_value(); });
            QTRY_COMPARE(answered, std::optional(true));
        }
        QCOMPARE(client.response(1).status, 503);
        QVERIFY2(client.response(1).body.contains("no file descriptor left"), client.response(1).body.constData());
        stop();
    }

    void aNameThatCannotBeLookedUpBlamesNoEndpoint()
    {
        QByteArray url = m_upstream->baseUrl();
        url.replace("127.0.0.1", "localhost");
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttempts = 1;
        TestProxy proxy({url}, config);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/__qcc__/none", {});
        QTRY_VERIFY(client.response(0).complete);
        {
            const FewDescriptors none(0);
            client.post("/v1/messages", request);
            QTRY_VERIFY(client.response(1).complete);
        }
        QCOMPARE(client.response(1).status, 503);
        QCOMPARE(proxy.states().value(TestProxy::endpointAt(url, 0).id).consecutiveFailures, 0);
    }

    void aCheckWithoutADescriptorSaysNothingOfItsEndpoint()
    {
        Router router(1);
        Config config;
        config.clusters = {{u"work"_s, Strategy::PriorityFailover, {TestProxy::endpointAt(m_upstream->baseUrl(), 0)}}};
        config.activeCluster = u"work"_s;
        router.configure(std::make_shared<const Config>(config), QString());
        const QString id = config.clusters.first().endpoints.first().id;
        RecoveryProbes probes(router);
        int looks = 0;
        router.setListeners({}, [&looks] { ++looks; });
        {
            const FewDescriptors none(0);
            // A slow failure: the check is due in a second.
            Tries tries;
            quint64 ticket = 0;
            const Choice choice = router.choose(tries, {}, ticket, {}, std::chrono::steady_clock::now());
            router.attemptEnded(choice.route, {.failure = FailureClass::Timeout}, {}, std::chrono::steady_clock::now());
            QCOMPARE(looks, 1);
            probes.schedule();
            QTRY_VERIFY(probes.isBusy());
            // Its result would have come within a second.
            QTest::qWait(1000);
            QVERIFY(probes.isBusy());
            QCOMPARE(looks, 1);
            const EndpointState state = router.states(std::chrono::steady_clock::now()).value(id);
            QCOMPARE(state.consecutiveFailures, 1);
            QCOMPARE(state.verifyCount, quint64(0));
        }
        // Later it is looked at again, and found well.
        QTRY_VERIFY_WITH_TIMEOUT(router.states(std::chrono::steady_clock::now()).value(id).verifyCount == 1, 15'000);
        QCOMPARE(router.states(std::chrono::steady_clock::now()).value(id).breaker, BreakerState::Closed);
        router.setListeners({}, {});
    }

    void stopsWhileDescriptorsAreShort()
    {
        int taken = 0;
        Acceptor acceptor([&taken](qintptr descriptor) {
            ++taken;
            ::close(static_cast<int>(descriptor));
        });
        QVERIFY(acceptor.listen(QHostAddress::LocalHost));
        QSignalSpy shortOf(&acceptor, &Acceptor::descriptorsShort);
        QSignalSpy enough(&acceptor, &Acceptor::descriptorsEnough);
        RawClient client;
        client.connectTo(acceptor.serverPort());
        {
            const FewDescriptors few(12); // fewer than the acceptor keeps for others
            QTRY_COMPARE(shortOf.size(), 1);
            QCOMPARE(taken, 1);
            acceptor.stop();
            QVERIFY(!acceptor.isListening());
        }
        // Whoever looks whether there are enough again must not find a server that is gone.
        QTest::qWait(300);
        QCOMPARE(enough.size(), 0);
        QVERIFY(acceptor.listen(QHostAddress::LocalHost));
    }

    void aPidFileOfTheDeadIsReplaced()
    {
        writeFile(paths().pidFile(), R"({"pid": 1, "port")"); // cut off besides
        QVERIFY(start());
        QCOMPARE(readPidFile(paths().pidFile()).value("port"_L1).toInt(), m_service->port());
    }

private:
    Paths paths() const { return Paths(m_disk->path()); }

    Result<void> start()
    {
        if (!m_service)
            m_service = std::make_unique<ProxyService>(paths(), *m_keys);
        StartOptions options;
        options.port = 0;
        return m_service->start(options);
    }

    void stop()
    {
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        m_service->stop();
        QTRY_COMPARE(stopped.size(), 1);
    }

    RawResponse post() const
    {
        RawClient client;
        client.connectTo(m_service->port());
        client.post("/v1/messages", request);
        static_cast<void>(QTest::qWaitFor([&client] { return client.response().complete || client.isClosed(); }));
        return client.response();
    }

    QString log() const { return QString::fromUtf8(readFile(paths().log())); }

    int completeInTimeline() const
    {
        ControlClient client(paths().controlSocket());
        std::optional<QJsonObject> answer;
        client.call({{"cmd"_L1, "timeline"_L1}, {"range_s"_L1, 86'400}}, [&answer](const Result<QJsonObject> &result) { answer = result ? *result : QJsonObject(); });
        static_cast<void>(QTest::qWaitFor([&answer] { return answer.has_value(); }));
        int sum = 0;
        for (const QJsonValue &bucket : answer.value_or(QJsonObject()).value("buckets"_L1).toArray())
            sum += bucket[0].toInt();
        return sum;
    }

    /// Files that belong to no part of the program.
    QStringList leftovers() const
    {
        QStringList files = QDir(m_disk->path()).entryList(QDir::Files | QDir::Hidden);
        files.removeIf([](const QString &file) {
            static const QStringList known{u"config.json"_s, u"config.json.lock"_s, u"control.sock.lock"_s, u"filler"_s, u"history.db"_s,
                                           u"history.db-shm"_s, u"history.db-wal"_s, u"proxy.log"_s, u"proxy.pid"_s, u"secret.key"_s};
            return known.contains(file);
        });
        return files;
    }

    std::unique_ptr<SmallDisk> m_disk;
    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<TestKeys> m_keys;
    std::unique_ptr<ProxyService> m_service;
};

QTEST_GUILESS_MAIN(TestMachine)
#include "tst_machine.moc"
