#include "tests/cli/program.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QStandardPaths>
#include <QTest>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;

namespace {

constexpr auto kKey = "sk-secret-0123456789abcdef"_L1;

/// A session bus and gnome-keyring on it, with files of their own.
class Session
{
public:
    Session()
    {
        for (const QString &folder : {u"run"_s, u"share"_s}) {
            QDir(m_folder.path()).mkdir(folder);
            QFile::setPermissions(m_folder.filePath(folder), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        }
        QFile setup(m_folder.filePath(u"bus.conf"_s));
        // Without service files: nobody but the test starts a keychain here.
        if (setup.open(QIODevice::WriteOnly)) {
            setup.write("<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context=\"default\"><allow send_destination=\"*\" "
                        "eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>");
            setup.close();
        }
        m_bus.setProcessEnvironment(environment());
        m_bus.start(u"dbus-daemon"_s, {u"--nofork"_s, u"--print-address"_s, u"--config-file=%1"_s.arg(setup.fileName())});
    }

    ~Session()
    {
        endKeyring();
        m_bus.terminate();
        m_bus.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(Session)

    bool isUp()
    {
        if (m_address.isEmpty() && QTest::qWaitFor([this] { return m_bus.canReadLine(); }))
            m_address = QString::fromLatin1(m_bus.readLine().trimmed());
        return !m_address.isEmpty();
    }

    /// Unlocked where `password` is not null.
    bool startKeyring(const QByteArray &password)
    {
        m_keyring = std::make_unique<QProcess>();
        m_keyring->setProcessEnvironment(environment());
        QStringList arguments{u"--foreground"_s, u"--components=secrets"_s};
        if (!password.isNull())
            arguments.append(u"--unlock"_s);
        m_keyring->start(u"gnome-keyring-daemon"_s, arguments);
        m_keyring->write(password);
        m_keyring->closeWriteChannel();
        return QTest::qWaitFor([this] { return hasOwner(); }, 15'000);
    }

    void endKeyring()
    {
        if (!m_keyring)
            return;
        m_keyring->kill();
        m_keyring->waitForFinished();
        m_keyring.reset();
    }

    /// Makes it hang, or go on.
    void signalKeyring(int signal) const { ::kill(pid_t(m_keyring->processId()), signal); }

    void lend(Program &qcc) const
    {
        qcc.setVariable(u"QCC_KEYCHAIN"_s, QString());
        for (const QString &name : {u"HOME"_s, u"XDG_RUNTIME_DIR"_s, u"XDG_DATA_HOME"_s, u"DBUS_SESSION_BUS_ADDRESS"_s})
            qcc.setVariable(name, environment().value(name));
    }

private:
    QProcessEnvironment environment() const
    {
        QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
        all.insert(u"HOME"_s, m_folder.path());
        all.insert(u"XDG_RUNTIME_DIR"_s, m_folder.filePath(u"run"_s));
        all.insert(u"XDG_DATA_HOME"_s, m_folder.filePath(u"share"_s));
        all.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, m_address);
        all.remove(u"DISPLAY"_s);
        all.remove(u"WAYLAND_DISPLAY"_s);
        return all;
    }

    bool hasOwner() const
    {
        QProcess ask;
        ask.setProcessEnvironment(environment());
        ask.start(u"dbus-send"_s, {u"--session"_s, u"--print-reply"_s, u"--dest=org.freedesktop.DBus"_s, u"/"_s,
                                   u"org.freedesktop.DBus.NameHasOwner"_s, u"string:org.freedesktop.secrets"_s});
        return ask.waitForFinished() && ask.readAllStandardOutput().contains("true");
    }

    QTemporaryDir m_folder;
    QProcess m_bus;
    std::unique_ptr<QProcess> m_keyring;
    QString m_address;
};

QByteArray config(const Program &qcc)
{
    QFile file(qcc.file(u"config.json"_s));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Ended addEndpoint(const Program &qcc, const QString &name)
{
    return qcc.run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, u"https://%1.example"_s.arg(name), u"--api-key"_s, kKey, u"--name"_s, name});
}

} // namespace

/// The programs with a real keychain: gnome-keyring on a session bus of its own.
class TestCliKeychain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (const QString &program : {u"dbus-daemon"_s, u"dbus-send"_s, u"gnome-keyring-daemon"_s}) {
            if (QStandardPaths::findExecutable(program).isEmpty())
                QSKIP(qPrintable(u"there is no %1; tests/run.sh installs it"_s.arg(program)));
        }
    }

    void theMasterKeyLiesInTheKeychain()
    {
        Session session;
        QVERIFY(session.isUp());
        QVERIFY(session.startKeyring("password"));
        Program qcc;
        session.lend(qcc);
        const Ended added = addEndpoint(qcc, u"a"_s);
        QVERIFY2(added.exit == 0, qPrintable(added.err));
        QVERIFY(!QFile::exists(qcc.file(u"secret.key"_s)));
        QVERIFY(!config(qcc).contains("sk-secret"));
        const Ended secured = qcc.run("config secure");
        QVERIFY2(secured.out.contains(u"in the system keychain"_s), qPrintable(secured.out + secured.err));
        QCOMPARE(qcc.run("config check").exit, 0);

        // It is there after the next login, too, and another home uses the same.
        session.endKeyring();
        QVERIFY(session.startKeyring("password"));
        QCOMPARE(qcc.run("config check").exit, 0);
        Program other;
        session.lend(other);
        QCOMPARE(addEndpoint(other, u"a"_s).exit, 0);
        QCOMPARE(qcc.run("config check").exit, 0);
        QCOMPARE(other.run("config check").exit, 0);

        // To a file and back.
        QCOMPARE(qcc.run("config secure --file").exit, 0);
        QVERIFY(QFile::exists(qcc.file(u"secret.key"_s)));
        QCOMPARE(qcc.run("config check").exit, 0);
        QCOMPARE(qcc.run("config secure --keychain").exit, 0);
        QVERIFY(!QFile::exists(qcc.file(u"secret.key"_s)));
        QCOMPARE(qcc.run("config check").exit, 0);
    }

    void aLockedKeychainIsNamedAndKept()
    {
        Session session;
        QVERIFY(session.isUp());
        QVERIFY(session.startKeyring("password"));
        Program qcc;
        session.lend(qcc);
        QCOMPARE(addEndpoint(qcc, u"a"_s).exit, 0);
        session.endKeyring();
        QVERIFY(session.startKeyring({}));
        const Ended check = qcc.run("config check");
        QCOMPARE(check.exit, 1);
        QVERIFY2(check.err.contains(u"keychain"_s), qPrintable(check.err));
        QCOMPARE(addEndpoint(qcc, u"b"_s).exit, 1);
        QCOMPARE(qcc.run("config secure --keychain").exit, 1);
        QVERIFY(!QFile::exists(qcc.file(u"secret.key"_s)));
        // Nothing of this has cost anything.
        session.endKeyring();
        QVERIFY(session.startKeyring("password"));
        QCOMPARE(qcc.run("config check").exit, 0);
    }

    void aKeychainThatHangsIsNotWaitedForLong()
    {
        constexpr qint64 mostMs = 9'000;
        Session session;
        QVERIFY(session.isUp());
        QVERIFY(session.startKeyring("password"));
        Program qcc;
        session.lend(qcc);
        QCOMPARE(addEndpoint(qcc, u"a"_s).exit, 0);
        session.signalKeyring(SIGSTOP);
        QElapsedTimer clock;
        clock.start();
        const Ended check = qcc.run("config check");
        const qint64 took = clock.elapsed();
        session.signalKeyring(SIGCONT);
        QCOMPARE(check.exit, 1);
        QVERIFY2(check.err.contains(u"did not answer within 5 s"_s), qPrintable(check.err));
        QVERIFY2(took < mostMs, QByteArray::number(took).constData());
        QCOMPARE(qcc.run("config check").exit, 0);
    }

    void withoutAServiceTheKeyLiesInAFile()
    {
        Session session;
        QVERIFY(session.isUp());
        Program qcc;
        session.lend(qcc);
        const Ended added = addEndpoint(qcc, u"a"_s);
        QVERIFY2(added.exit == 0, qPrintable(added.err));
        QVERIFY(QFile::exists(qcc.file(u"secret.key"_s)));
        QCOMPARE(qcc.run("config check").exit, 0);
    }
};

QTEST_GUILESS_MAIN(TestCliKeychain)
#include "tst_clikeychain.moc"
