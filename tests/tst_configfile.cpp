#include "core/base/replacefile.h"
#include "core/config/configedit.h"
#include "core/config/configfile.h"
#include "core/config/paths.h"
#include "core/config/settings.h"
#include "core/service/proxyservice.h"
#include "tests/support/files.h"
#include "tests/support/testkeys.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

constexpr auto ownerReadsAndWrites
    = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;

QByteArray withPort(int port)
{
    return "{\"listen\": {\"port\": " + QByteArray::number(port) + "}}";
}

} // namespace

class TestConfigFile : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString path() const { return m_folder->filePath(u"config.json"_s); }
    std::unique_ptr<TestKeys> m_keys;
    std::unique_ptr<ConfigWatcher> watchedFile(const QByteArray &text) const
    {
        if (!text.isNull())
            writeFile(path(), text);
        const Result<Config> loaded = loadConfig(path());
        return std::make_unique<ConfigWatcher>(path(), std::make_shared<const Config>(loaded ? *loaded : Config()), *m_keys);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        m_keys = std::make_unique<TestKeys>(path());
    }

    void aMissingFileIsTheDefault()
    {
        const Result<Config> loaded = loadConfig(path());
        QVERIFY(loaded.has_value());
        QVERIFY(*loaded == Config());
    }

    void aFileThatCannotBeReadIsNamed()
    {
        QVERIFY(QDir().mkdir(path())); // Permissions would not stop root.
        const Result<Config> loaded = loadConfig(path());
        QVERIFY(!loaded.has_value());
        QCOMPARE(loaded.error().code, ErrorCode::ConfigUnreadable);
        QVERIFY(loaded.error().message.contains(path()));
    }

    void anEditCreatesTheWholeDocumentedFile()
    {
        const Result<Config> edited = editConfig(path(), [](QJsonObject &json) { return addCluster(json, u"a"_s); });
        QVERIFY(edited.has_value());
        QCOMPARE(edited->activeCluster, u"a"_s);
        const QJsonObject json = QJsonDocument::fromJson(readFile(path())).object();
        for (const QString &key : defaultConfigJson().keys())
            QVERIFY2(json.contains(key), qPrintable(key));
        QCOMPARE(QFileInfo(path()).permissions(), ownerReadsAndWrites);
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), (QStringList{u"config.json"_s, u"config.json.lock"_s}));
    }

    void anEditNarrowsPermissionsAndKeepsUnknownKeys()
    {
        writeFile(path(), R"({"mine": {"x": [1, null]}, "log": {"colour": "red"}, "big": 9007199254740993})");
        QVERIFY(QFile::setPermissions(path(), ownerReadsAndWrites | QFile::ReadGroup | QFile::ReadOther));
        QVERIFY(editConfig(path(), [](QJsonObject &json) { return addCluster(json, u"a"_s); }));
        const QJsonObject json = QJsonDocument::fromJson(readFile(path())).object();
        QCOMPARE(json.value("mine"_L1), QJsonDocument::fromJson(R"({"x": [1, null]})").object());
        QCOMPARE(json.value("log"_L1).toObject().value("colour"_L1).toString(), u"red"_s);
        QCOMPARE(json.value("big"_L1).toInteger(), qint64(9007199254740993));
        QCOMPARE(QFileInfo(path()).permissions(), ownerReadsAndWrites);
    }

    void anEditThatFailsLeavesTheFile_data()
    {
        using Edit = std::function<Result<void>(QJsonObject &)>;
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<Edit>("edit");
        QTest::addColumn<int>("code");
        const QByteArray sound = withPort(7000);
        QTest::newRow("the change refuses") << sound << Edit([](QJsonObject &json) { return useCluster(json, u"x"_s); })
                                            << static_cast<int>(ErrorCode::NotFound);
        QTest::newRow("the result does not validate") << sound << Edit([](QJsonObject &json) -> Result<void> {
            json.insert("version"_L1, 9);
            return {};
        }) << static_cast<int>(ErrorCode::InvalidConfig);
        QTest::newRow("the file is no JSON") << QByteArray("{") << Edit([](QJsonObject &) { return Result<void>(); })
                                             << static_cast<int>(ErrorCode::InvalidConfig);
    }

    void anEditThatFailsLeavesTheFile()
    {
        using Edit = std::function<Result<void>(QJsonObject &)>;
        QFETCH(QByteArray, before);
        QFETCH(Edit, edit);
        QFETCH(int, code);
        writeFile(path(), before);
        const Result<Config> edited = editConfig(path(), edit);
        QVERIFY(!edited.has_value());
        QCOMPARE(static_cast<int>(edited.error().code), code);
        QCOMPARE(readFile(path()), before);
    }

    void anUndoableEditHandsOutTheJsonBefore()
    {
        const auto remove = [](QJsonObject &json) { return removeCluster(json, u"a"_s); };
        writeFile(path(), R"({"mine": 1, "active_cluster": "a", "clusters": [{"name": "a", "colour": "red"}, {"name": "b"}]})");
        const Result<QJsonObject> original = loadConfigJson(path());
        QVERIFY(original.has_value());
        const Result<ConfigEdit> edited = editConfigUndoably(path(), remove);
        QVERIFY(edited.has_value());
        QCOMPARE(edited->config.clusters.size(), 1);
        QCOMPARE(edited->before, *original);
        QVERIFY(editConfig(path(), [&edited](QJsonObject &json) { return restoreCluster(json, edited->before, u"a"_s); }));
        QCOMPARE(*loadConfigJson(path()), *original);
    }

    void readsTheJsonAlsoWhereItDoesNotValidate()
    {
        QCOMPARE(*loadConfigJson(path()), defaultConfigJson());
        writeFile(path(), R"({"clusters": 3})");
        QCOMPARE(loadConfigJson(path())->value("clusters"_L1).toInt(), 3);
        writeFile(path(), "[]");
        QCOMPARE(loadConfigJson(path()).error().code, ErrorCode::InvalidConfig);
    }

    void anEditMayMendAFileThatDoesNotValidate()
    {
        writeFile(path(), R"({"active_cluster": "gone", "clusters": [{"name": "a"}]})");
        const Result<Config> edited = editConfig(path(), [](QJsonObject &json) { return useCluster(json, u"a"_s); });
        QVERIFY(edited.has_value());
        QCOMPARE(edited->activeCluster, u"a"_s);
    }

    void aFileThatCannotBeLockedStaysWhole()
    {
        writeFile(path(), withPort(7000));
        QVERIFY(QDir().mkdir(path() + u".lock"_s));
        QVERIFY(QDir().mkdir(path() + u".lock/x"_s)); // Not empty, so that nobody takes it for a stale lock.
        const Result<Config> edited = editConfig(path(), [](QJsonObject &json) { return addCluster(json, u"a"_s); });
        QVERIFY(!edited.has_value());
        QCOMPARE(edited.error().code, ErrorCode::WriteFailed);
        QCOMPARE(readFile(path()), withPort(7000));
    }

    void aFolderThatVanishesMeanwhileIsAWriteFailure()
    {
        const QString folder = m_folder->filePath(u"home"_s);
        QVERIFY(QDir().mkdir(folder));
        const Result<Config> edited = editConfig(folder + u"/config.json"_s, [&folder](QJsonObject &json) {
            QDir(folder).removeRecursively();
            return addCluster(json, u"a"_s);
        });
        QVERIFY(!edited.has_value());
        QCOMPARE(edited.error().code, ErrorCode::WriteFailed);
        QVERIFY(!edited.error().message.isEmpty());
        QVERIFY(!QFileInfo::exists(folder));
    }

    void concurrentEditsLoseNothing()
    {
        constexpr int edits = 20;
        std::atomic<int> failures = 0;
        const auto editor = [this, &failures](const QString &prefix) {
            for (int i = 0; i < edits; ++i) {
                const auto edited = editConfig(
                    path(), [&](QJsonObject &json) { return addCluster(json, prefix + QString::number(i)); });
                if (!edited)
                    ++failures;
            }
        };
        std::thread one(editor, u"one"_s);
        std::thread two(editor, u"two"_s);
        one.join();
        two.join();
        QCOMPARE(failures.load(), 0);
        const Result<Config> loaded = loadConfig(path());
        QVERIFY(loaded.has_value());
        QCOMPARE(loaded->clusters.size(), 2 * edits);
    }

    void aChangeOnDiskIsTakenOver_data()
    {
        QTest::addColumn<bool>("byRename");
        QTest::newRow("written in place") << false;
        QTest::newRow("replaced by rename") << true;
    }

    void aChangeOnDiskIsTakenOver()
    {
        QFETCH(bool, byRename);
        const auto watcher = watchedFile(withPort(7000));
        QSignalSpy changed(watcher.get(), &ConfigWatcher::changed);
        // More than once: a rename ends the watch on the file that it replaces.
        for (int port = 7001; port <= 7003; ++port) {
            if (byRename) {
                QSaveFile file(path());
                QVERIFY(file.open(QIODevice::WriteOnly));
                file.write(withPort(port));
                QVERIFY(file.commit());
            } else {
                writeFile(path(), withPort(port));
            }
            QTRY_COMPARE(watcher->current()->listen.port, quint16(port));
        }
        QCOMPARE(changed.size(), 3);
    }

    void aFileThatAppearsIsTakenOver()
    {
        const auto watcher = watchedFile(QByteArray());
        QSignalSpy rejected(watcher.get(), &ConfigWatcher::rejected);
        writeFile(path(), withPort(7001));
        QTRY_COMPARE(watcher->current()->listen.port, quint16(7001));
        QCOMPARE(rejected.size(), 0);
    }

    void garbageChangesNothingAndIsReportedOnce()
    {
        const auto watcher = watchedFile(withPort(7000));
        QSignalSpy changed(watcher.get(), &ConfigWatcher::changed);
        QSignalSpy rejected(watcher.get(), &ConfigWatcher::rejected);
        watcher->reload();
        writeFile(path(), "{\n\"version\": 7}");
        QTRY_COMPARE(rejected.size(), 1);
        QVERIFY(rejected.at(0).at(0).toString().contains("version (line 2)"_L1));
        watcher->reload();
        QCOMPARE(rejected.size(), 1);
        QCOMPARE(changed.size(), 0);
        QCOMPARE(watcher->current()->listen.port, quint16(7000));
        writeFile(path(), withPort(7002));
        QTRY_COMPARE(changed.size(), 1);
    }

    void aDeletedFileKeepsTheLastConfiguration()
    {
        const auto watcher = watchedFile(withPort(7000));
        watcher->reload();
        QSignalSpy rejected(watcher.get(), &ConfigWatcher::rejected);
        QVERIFY(QFile::remove(path()));
        QTRY_COMPARE(rejected.size(), 1);
        QCOMPARE(watcher->current()->listen.port, quint16(7000));
        writeFile(path(), withPort(7001));
        QTRY_COMPARE(watcher->current()->listen.port, quint16(7001));
    }

    void aChangeThatMeansNothingIsNotAnnounced()
    {
        const auto watcher = watchedFile(withPort(7000));
        QSignalSpy changed(watcher.get(), &ConfigWatcher::changed);
        writeFile(path(), R"({ "listen": { "port": 7000 }, "note": "new" })");
        watcher->reload();
        QCOMPARE(changed.size(), 0);
        writeFile(path(), withPort(7001));
        watcher->reload();
        QCOMPARE(changed.size(), 1);
    }

    void homeIsForItsOwnerOnly()
    {
        const Paths fresh(m_folder->filePath(u"new/home"_s));
        QCOMPARE(fresh.ensureHome(), QString());
        const Paths wide(m_folder->filePath(u"wide"_s));
        QVERIFY(QDir().mkdir(wide.home()));
        QVERIFY(QFile::setPermissions(wide.home(), QFile::Permissions(0x7755)));
        QCOMPARE(wide.ensureHome(), QString());
        for (const Paths &paths : {fresh, wide})
            QCOMPARE(QFileInfo(paths.home()).permissions(), ownerReadsAndWrites | QFile::ExeOwner | QFile::ExeUser);
        const Paths blocked(m_folder->filePath(u"file"_s));
        writeFile(blocked.home(), "x");
        QVERIFY(blocked.ensureHome().contains(blocked.home()));
    }

#ifdef Q_OS_UNIX
    void aHomeThatEverybodyMayWriteToIsRefused()
    {
        const Paths open(m_folder->filePath(u"open"_s));
        QVERIFY(QDir().mkdir(open.home()));
        QVERIFY(QFile::setPermissions(open.home(), QFile::Permissions(0x7777)));
        QVERIFY2(open.ensureHome().contains("chmod 700"_L1), qPrintable(open.ensureHome()));
        // Nor is it narrowed, as if that had been all.
        QVERIFY(QFileInfo(open.home()).permission(QFile::WriteOther));
    }

    void linksThatLeadOutOfTheHomeAreNotWrittenThrough_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("dangling");
        for (const char *name : {"proxy.log", "proxy.1.log", "history.db", "history.db-wal", "history.db-shm", "control.sock", "config.json.lock",
                                 "control.sock.lock"}) {
            QTest::newRow(name) << QString::fromLatin1(name) << false;
            QTest::addRow("%s, which is not there", name) << QString::fromLatin1(name) << true;
        }
    }

    void linksThatLeadOutOfTheHomeAreNotWrittenThrough()
    {
        QFETCH(QString, name);
        QFETCH(bool, dangling);
        const Paths paths(m_folder->filePath(u"home"_s));
        QCOMPARE(paths.ensureHome(), QString());
        const QString outside = m_folder->filePath(u"outside"_s);
        if (!dangling)
            writeFile(outside, "precious");
        QVERIFY(QFile::link(outside, paths.home() + u'/' + name));
        QVERIFY2(paths.ensureHome().contains(paths.home() + u'/' + name + u" is a link"_s), qPrintable(paths.ensureHome()));
        // Within the home it may lead where it likes.
        QVERIFY(QFile::remove(paths.home() + u'/' + name));
        writeFile(paths.home() + u"/elsewhere"_s, "x");
        QVERIFY(QFile::link(paths.home() + u"/elsewhere"_s, paths.home() + u'/' + name));
        QCOMPARE(paths.ensureHome(), QString());
    }

    void aPidFileTakesThePlaceOfALink()
    {
        const Paths paths(m_folder->filePath(u"home"_s));
        QCOMPARE(paths.ensureHome(), QString());
        const QString outside = m_folder->filePath(u"outside"_s);
        writeFile(outside, "precious");
        QVERIFY(QFile::link(outside, paths.pidFile()));
        QCOMPARE(paths.ensureHome(), QString());
        QVERIFY(writePidFile(paths.pidFile(), {{"pid"_L1, 1}}));
        QVERIFY(!QFileInfo(paths.pidFile()).isSymLink());
        QCOMPARE(readPidFile(paths.pidFile()).value("pid"_L1).toInt(), 1);
        QCOMPARE(readFile(outside), QByteArray("precious"));
    }

    void aLockIsNoLink()
    {
        const QString outside = m_folder->filePath(u"outside"_s);
        QVERIFY(QFile::link(outside, m_folder->filePath(u"a.lock"_s)));
        FileLock lock(m_folder->filePath(u"a.lock"_s));
        QCOMPARE(lock.lock(std::chrono::milliseconds(0)), FileLock::Outcome::Impossible);
        QVERIFY(!QFile::exists(outside));
    }

    void theUsersOwnLinkStaysOne()
    {
        const Paths paths(m_folder->filePath(u"home"_s));
        QCOMPARE(paths.ensureHome(), QString());
        const QString outside = m_folder->filePath(u"dotfiles.json"_s);
        writeFile(outside, "{}");
        QVERIFY(QFile::link(outside, paths.config()));
        QCOMPARE(paths.ensureHome(), QString());
        QVERIFY(editConfig(paths.config(), [](QJsonObject &json) { return addCluster(json, u"work"_s); }));
        QVERIFY(QFileInfo(paths.config()).isSymLink());
        QVERIFY(readFile(outside).contains("work"));
        QVERIFY(QFile::setPermissions(outside, QFile::Permissions(0x6666)));
        QVERIFY2(paths.ensureHome().contains("others may write"_L1), qPrintable(paths.ensureHome()));
    }
#endif

    void theEnvironmentNamesTheHome()
    {
        const QByteArray before = qgetenv("QCC_HOME");
        qputenv("QCC_HOME", "/tmp/x/../y");
        QCOMPARE(Paths::fromEnvironment().config(), u"/tmp/y/config.json"_s);
        qunsetenv("QCC_HOME");
        QCOMPARE(Paths::fromEnvironment().home(), QDir::homePath() + u"/.fastcc"_s);
        if (!before.isNull())
            qputenv("QCC_HOME", before);
    }

#ifdef Q_OS_UNIX
    void theHomeOfAnotherUserIsFound()
    {
        qputenv("QCC_HOME", "~root/qcc");
        QCOMPARE(Paths::fromEnvironment().home(), u"/root/qcc"_s);
        qputenv("QCC_HOME", "/tmp/~root");
        QCOMPARE(Paths::fromEnvironment().home(), u"/tmp/~root"_s);
        qunsetenv("QCC_HOME");
    }

    void theControlSocketsPathFitsASocketAddress()
    {
        QCOMPARE(Paths(u"/home/u/.fastcc"_s).controlSocket(), u"/home/u/.fastcc/control.sock"_s);
        const QString one = Paths(u"/home/"_s + QString(100, u'x')).controlSocket();
        const QString two = Paths(u"/home/"_s + QString(101, u'x')).controlSocket();
        QVERIFY(one.size() < 104);
        QVERIFY(one != two);
    }
#endif
};

QTEST_GUILESS_MAIN(TestConfigFile)
#include "tst_configfile.moc"
