#include "app/tray/startup.h"

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;

class TrayOptionsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatIsGiven()
    {
        const CommandLine line = readCommandLine({QStringLiteral("qcc-tray"), QStringLiteral("--hidden"), QStringLiteral("--wait-for-tray"),
                                                  QStringLiteral("--cluster=work"), QStringLiteral("--port"), QStringLiteral("0")});
        QVERIFY(line.options);
        QVERIFY(line.options->hidden);
        QVERIFY(line.options->waitForTray);
        QCOMPARE(line.options->cluster, std::optional(QStringLiteral("work")));
        QCOMPARE(line.options->port, std::optional<quint16>(0));
    }

    void leavesTheRestToTheConfiguration()
    {
        const CommandLine line = readCommandLine({QStringLiteral("qcc-tray")});
        QVERIFY(line.options);
        QVERIFY(!line.options->hidden);
        QVERIFY(!line.options->waitForTray);
        QVERIFY(!line.options->cluster);
        QVERIFY(!line.options->port);
    }

    void answersWithoutOptions_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const QStringList &arguments, int exitCode, const char *says) {
            QTest::newRow(name) << arguments << exitCode << QString::fromUtf8(says);
        };
        row("help", {QStringLiteral("--help")}, 0, "--wait-for-tray");
        row("version", {QStringLiteral("--version")}, 0, QCC_VERSION);
        row("unknown option", {QStringLiteral("--nonsense")}, 2, "nonsense");
        row("a word too many", {QStringLiteral("start")}, 2, "\"start\"");
        row("port is no number", {QStringLiteral("--port=x")}, 2, "\"x\" is not a port");
        row("port too large", {QStringLiteral("--port=65536")}, 2, "\"65536\" is not a port");
        row("port without a value", {QStringLiteral("--port")}, 2, "port");
    }
    void answersWithoutOptions()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        const CommandLine line = readCommandLine(QStringList{QStringLiteral("qcc-tray")} + arguments);
        QVERIFY(!line.options);
        QTEST(line.exitCode, "exitCode");
        const QString text = line.lines.join(QLatin1Char('\n'));
        QVERIFY2(text.contains(says), qPrintable(text));
    }

    void wordsOfOthersSteerNoTerminal_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("home");
        const QString evil = QStringLiteral("a\x1b[31m\u009b2J\u202e\nforged");
        QTest::newRow("of the command line") << QStringList{QStringLiteral("--") + evil} << QString();
        QTest::newRow("of a path") << QStringList() << QStringLiteral("/dev/null/") + evil;
    }
    void wordsOfOthersSteerNoTerminal()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, home);
        const QTemporaryDir folder;
        QProcess tray;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QCC_HOME"), home.isEmpty() ? folder.path() : home);
        tray.setProcessEnvironment(environment);
        QSignalSpy finished(&tray, &QProcess::finished);
        tray.start(QStringLiteral(QCC_TRAY_PROGRAM), arguments);
        QVERIFY(!finished.isEmpty() || finished.wait(30'000));
        const QByteArray said = tray.readAllStandardError();
        QVERIFY2(said.contains("a\\u001b[31m\\u009b2J\\u202e\\nforged"), said.constData());
        QVERIFY2(!said.contains('\x1b') && !said.contains("\u202e") && !said.contains("\u009b"), said.constData());
    }
};

QTEST_GUILESS_MAIN(TrayOptionsTest)
#include "tst_trayoptions.moc"
