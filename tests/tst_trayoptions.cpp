#include "app/tray/options.h"

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
        QVERIFY2(line.text.contains(says), qPrintable(line.text));
        QVERIFY(line.text.endsWith(QLatin1Char('\n')));
    }
};

QTEST_GUILESS_MAIN(TrayOptionsTest)
#include "tst_trayoptions.moc"
