// Whose files qcc leaves behind, with a real second user: Linux, and only root can become one.
#include "tests/cli/program.h"
#include "tests/support/files.h"
#include "tests/support/forwardproxy.h"
#include "tests/support/needsroot.h"

#include <QDir>
#include <QDirIterator>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

constexpr uid_t nobody = 65534;

/// A copy of the program where nobody may run it, too.
QString program()
{
    static const QTemporaryDir place;
    static const QString copy = [] {
        QFile::setPermissions(place.path(), QFile::Permissions(0x7755));
        const QString path = place.filePath(u"qcc"_s);
        QFile::copy(QStringLiteral(QCC_PROGRAM), path);
        return path;
    }();
    return copy;
}

/// Runs qcc as root or as nobody, in an environment of these variables.
Ended runQcc(const QStringList &arguments, const QMap<QString, QString> &variables, bool asNobody = false)
{
    QProcess process;
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, qEnvironmentVariable("PATH"));
    environment.insert(u"QCC_KEYCHAIN"_s, u"off"_s);
    environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    for (auto its = variables.begin(); its != variables.end(); ++its)
        environment.insert(its.key(), its.value());
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(u"/"_s);
    if (asNobody) {
        process.setChildProcessModifier([] {
            if (::setgid(nobody) != 0 || ::setuid(nobody) != 0)
                ::_exit(126);
        });
    }
    process.start(program(), arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(30'000))
        process.kill();
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

uid_t ownerOf(const QString &path)
{
    struct stat facts{};
    return ::lstat(QFile::encodeName(path).constData(), &facts) == 0 ? facts.st_uid : uid_t(-1);
}

/// Everything below `folder`, itself included, that is not nobody's.
QStringList notTheirs(const QString &folder)
{
    QStringList found;
    if (ownerOf(folder) != nobody)
        found.append(folder);
    QDirIterator all(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    while (all.hasNext()) {
        if (const QString path = all.next(); ownerOf(path) != nobody)
            found.append(path);
    }
    return found;
}

} // namespace

class TestCliOwner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { NEEDS_ROOT(); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(::chown(QFile::encodeName(m_folder->path()).constData(), nobody, nobody) == 0);
        m_home = {{u"HOME"_s, m_folder->path()}};
    }

    void cleanup()
    {
        if (m_folder)
            runQcc({u"proxy"_s, u"stop"_s}, m_home, true);
        m_folder.reset();
    }

    /// As `sudo` does it where HOME stays the user's.
    void whatRootDoesStaysTheUsers_data()
    {
        QTest::addColumn<bool>("first");
        QTest::newRow("the first run of all") << true;
        QTest::newRow("after the user's own") << false;
    }

    void whatRootDoesStaysTheUsers()
    {
        QFETCH(bool, first);
        const QStringList add{u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, u"http://127.0.0.1:9/"_s, u"--api-key"_s, u"sk-test-0123456789"_s};
        if (!first)
            QCOMPARE(runQcc({u"cluster"_s, u"add"_s, u"mine"_s}, m_home, true).exit, 0);
        const Ended added = runQcc(add, m_home);
        QVERIFY2(added.exit == 0, qPrintable(added.err));
        const QString port = QString::number(freePort());
        const Ended started = runQcc({u"proxy"_s, u"start"_s, u"--port"_s, port}, m_home);
        QVERIFY2(started.exit == 0, qPrintable(started.err));
        QCOMPARE(notTheirs(m_folder->path()), QStringList());
        // He sees it, and may stop it.
        const Ended seen = runQcc({u"proxy"_s, u"status"_s}, m_home, true);
        QVERIFY2(seen.exit == 0, qPrintable(seen.err));
        QVERIFY(runQcc({u"endpoint"_s, u"list"_s, u"work"_s}, m_home, true).out.contains("127.0.0.1:9"_L1));
        QCOMPARE(runQcc({u"proxy"_s, u"stop"_s}, m_home, true).exit, 0);
        QCOMPARE(runQcc({u"cluster"_s, u"add"_s, u"other"_s}, m_home, true).exit, 0);
        // And what he has started, root may stop.
        QCOMPARE(runQcc({u"proxy"_s, u"start"_s, u"--port"_s, port}, m_home, true).exit, 0);
        QCOMPARE(runQcc({u"proxy"_s, u"stop"_s}, m_home).exit, 0);
        QCOMPARE(notTheirs(m_folder->path()), QStringList());
        QVERIFY(QFile::exists(m_folder->filePath(u".fastcc/proxy.log"_s)));
        QVERIFY(QFile::exists(m_folder->filePath(u".fastcc/history.db"_s)));
    }

    void rootsOwnHomeStaysRoots()
    {
        QTemporaryDir own;
        QCOMPARE(runQcc({u"cluster"_s, u"add"_s, u"work"_s}, {{u"HOME"_s, own.path()}}).exit, 0);
        QCOMPARE(ownerOf(own.filePath(u".fastcc/config.json"_s)), uid_t(0));
    }

    void whatIsDeniedIsNotTakenForAbsent_data()
    {
        QTest::addColumn<uid_t>("owner");
        QTest::addColumn<mode_t>("mode");
        QTest::addColumn<bool>("above");
        QTest::addColumn<QString>("says");
        QTest::addColumn<QString>("step");
        QTest::newRow("a folder of root's") << uid_t(0) << mode_t(0700) << false << u"belongs to another user (root)"_s << u"sudo chown -hR \"$(id -un)\""_s;
        QTest::newRow("one's own, closed") << nobody << mode_t(0000) << false << u"is closed to you"_s << u"chmod u+rwx"_s;
        QTest::newRow("below a folder of root's") << uid_t(0) << mode_t(0700) << true << u"belongs to another user (root)"_s << u"Set QCC_HOME"_s;
    }

    void whatIsDeniedIsNotTakenForAbsent()
    {
        QFETCH(uid_t, owner);
        QFETCH(mode_t, mode);
        QFETCH(bool, above);
        QFETCH(QString, says);
        QFETCH(QString, step);
        const QString closed = m_folder->filePath(u"closed"_s);
        const QString home = above ? closed + u"/home"_s : closed;
        QVERIFY(QDir().mkpath(home));
        writeFile(home + u"/config.json"_s, R"({"clusters": [{"name": "work"}]})");
        for (const QString &path : {home + u"/config.json"_s, home, closed})
            QVERIFY(::chown(QFile::encodeName(path).constData(), nobody, nobody) == 0);
        QVERIFY(::chown(QFile::encodeName(closed).constData(), owner, owner) == 0);
        QVERIFY(::chmod(QFile::encodeName(closed).constData(), mode) == 0);
        for (const QStringList &command : {QStringList{u"cluster"_s, u"list"_s}, QStringList{u"cluster"_s, u"add"_s, u"more"_s},
                                           QStringList{u"proxy"_s, u"status"_s}, QStringList{u"proxy"_s, u"start"_s}, QStringList{u"proxy"_s, u"logs"_s}}) {
            const Ended ended = runQcc(command, {{u"QCC_HOME"_s, home}}, true);
            QVERIFY2(ended.exit == 1, qPrintable(command.join(u' ') + ended.out + ended.err));
            QVERIFY2(ended.err.contains(says) && ended.err.contains(step), qPrintable(ended.err));
        }
        ::chmod(QFile::encodeName(closed).constData(), 0700);
    }

    void withoutHomeTheUserDatabaseSaysWhereItIs()
    {
        // nobody's home is a folder that does not exist.
        const Ended ended = runQcc({u"cluster"_s, u"add"_s, u"work"_s}, {}, true);
        QCOMPARE(ended.exit, 1);
        QVERIFY2(ended.err.contains("/nonexistent"_L1), qPrintable(ended.err));
        QVERIFY(!QFile::exists(u"/.fastcc"_s));
    }

    void theHomeInQccHomeIsTheUsers_data()
    {
        QTest::addColumn<QString>("given");
        QTest::newRow("tilde") << u"~/qcc"_s;
        QTest::newRow("variable") << u"$HOME/qcc"_s;
        QTest::newRow("variable in braces") << u"${HOME}/qcc"_s;
    }

    void theHomeInQccHomeIsTheUsers()
    {
        QFETCH(QString, given);
        const Ended ended = runQcc({u"cluster"_s, u"add"_s, u"work"_s}, {{u"HOME"_s, m_folder->path()}, {u"QCC_HOME"_s, given}}, true);
        QVERIFY2(ended.exit == 0, qPrintable(ended.err));
        QVERIFY(QFile::exists(m_folder->filePath(u"qcc/config.json"_s)));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QMap<QString, QString> m_home;
};

QTEST_GUILESS_MAIN(TestCliOwner)
#include "tst_cliowner.moc"
