#include "core/config/paths.h"
#include "tests/cli/program.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTcpServer>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;

namespace {

QJsonObject readJson(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

QJsonObject status(const Program &qcc)
{
    return qcc.run("proxy status --json").json();
}

/// Two clusters whose endpoints nobody asks.
void addClusters(const Program &qcc)
{
    for (const QString &name : {u"work"_s, u"spare"_s}) {
        const Ended added = qcc.run({u"endpoint"_s, u"add"_s, name, u"--base-url"_s, u"http://127.0.0.1:9"_s,
                                     u"--api-key"_s, u"sk-test"_s});
        QCOMPARE(added.exit, 0);
    }
}

struct Answer {
    int status = 0;
    QByteArray body;
};

Answer finished(QNetworkReply *reply)
{
    QSignalSpy spy(reply, &QNetworkReply::finished);
    if (!reply->isFinished())
        spy.wait(20'000);
    reply->deleteLater();
    return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
}

} // namespace

class TestCliProxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void startsInTheBackgroundAndStops();
    void aSecondStartSaysThatItRuns();
    void aPortOfAnotherProgramIsAFailure();
    void anUnknownClusterIsAFailure();
    void aStrangersProcessIsNeverStopped();
    void aKilledProxyDoesNotCount();
    void stopsAProxyWhoseControlSocketIsGone();
    void restartKeepsClusterHostAndPort();
    void restartStartsWhatDoesNotRun();
    void useSwitchesTheRunningProxy();
    void foregroundEndsOnASignal_data();
    void foregroundEndsOnASignal();
    void startOnTheDemoBringsTheDemoUp();
    void hangupReadsTheConfigurationAgain();
    void anEarlyHangupEndsNothing();
    void aTerminalThatHasGoneEndsTheForeground();
    void whatHangsIsEndedByForceAlone_data();
    void whatHangsIsEndedByForceAlone();
};

void TestCliProxy::hangupReadsTheConfigurationAgain()
{
    const Program qcc;
    addClusters(qcc);
    QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
    const auto pid = static_cast<pid_t>(status(qcc).value("pid"_L1).toInteger());
    for (int i = 0; i < 5; ++i)
        QCOMPARE(kill(pid, SIGHUP), 0);
    QFile config(qcc.file(u"config.json"_s));
    QVERIFY(config.open(QIODevice::ReadOnly));
    const QByteArray text = config.readAll().replace("\"active_cluster\": \"work\"", "\"active_cluster\": \"spare\"");
    config.close();
    QVERIFY(text.contains("\"spare\""));
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.write(text);
    config.close();
    QCOMPARE(kill(pid, SIGHUP), 0);
    QTRY_COMPARE(status(qcc).value("cluster"_L1).toString(), u"spare"_s);
    QCOMPARE(status(qcc).value("pid"_L1).toInteger(), pid);
    QCOMPARE(qcc.run("proxy stop").exit, 0);
}

void TestCliProxy::anEarlyHangupEndsNothing()
{
    const Program qcc;
    addClusters(qcc);
    QProcess process;
    QByteArray seen;
    connect(&process, &QProcess::readyReadStandardOutput, this, [&] { seen += process.readAllStandardOutput(); });
    qcc.start(process, {u"proxy"_s, u"start"_s, u"--foreground"_s, u"--port"_s, u"0"_s});
    QVERIFY(process.waitForStarted());
    // From the first moment that main() has run.
    const auto blocksHangups = [&process] {
        QFile status(u"/proc/%1/status"_s.arg(process.processId()));
        if (!status.open(QIODevice::ReadOnly))
            return false;
        const QByteArray text = status.readAll();
        const qsizetype at = text.indexOf("SigBlk:") + 7;
        return (text.mid(at, text.indexOf('\n', at) - at).trimmed().toULongLong(nullptr, 16) & 1) != 0 || text.contains("Threads:\t2");
    };
    while (!blocksHangups() && process.state() == QProcess::Running) { }
    for (int i = 0; i < 200 && seen.isEmpty(); ++i) {
        QCOMPARE(kill(static_cast<pid_t>(process.processId()), SIGHUP), 0);
        QTest::qWait(2);
    }
    QTRY_VERIFY(seen.startsWith("qcc is running on http://127.0.0.1:"));
    QCOMPARE(qcc.run("proxy stop").exit, 0);
    QVERIFY(process.state() == QProcess::NotRunning || process.waitForFinished());
}

/// As by closing the window in which it runs.
void TestCliProxy::aTerminalThatHasGoneEndsTheForeground()
{
    const Program qcc;
    addClusters(qcc);
    QProcess process; // script(1) is the terminal
    QSignalSpy ended(&process, &QProcess::finished);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"QCC_HOME"_s, qcc.home());
    environment.insert(u"QCC_KEYCHAIN"_s, u"off"_s);
    process.setProcessEnvironment(environment);
    process.start(u"script"_s, {u"-qec"_s, u"exec '%1' proxy start --foreground --port 0"_s.arg(QStringLiteral(QCC_PROGRAM)), u"/dev/null"_s});
    if (!process.waitForStarted())
        QSKIP("script(1) is not installed");
    QTRY_VERIFY(status(qcc).value("running"_L1).toBool());
    process.kill(); // and with it the terminal
    QVERIFY(!ended.isEmpty() || ended.wait());
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(qcc.file(u"proxy.pid"_s)), 15'000);
    QTRY_COMPARE(qcc.run("proxy status").exit, 3);
}

void TestCliProxy::whatHangsIsEndedByForceAlone_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::newRow("stop") << QByteArray("proxy stop");
    QTest::newRow("restart") << QByteArray("proxy restart --port 0");
}

void TestCliProxy::whatHangsIsEndedByForceAlone()
{
    QFETCH(QByteArray, command);
    const Program qcc;
    addClusters(qcc);
    QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
    const auto pid = static_cast<pid_t>(status(qcc).value("pid"_L1).toInteger());
    QCOMPARE(kill(pid, SIGSTOP), 0);
    if (command == "proxy stop") { // once is enough: it waits for long
        const Ended asked = qcc.run(command.constData());
        QCOMPARE(asked.exit, 1);
        QVERIFY2(asked.err.contains("did not stop within 15 seconds"_L1) && asked.err.contains("qcc proxy stop --force"_L1), qPrintable(asked.err));
        QCOMPARE(kill(pid, 0), 0);
    }
    const Ended forced = qcc.run((command + " --force").constData());
    QVERIFY2(forced.exit == 0, qPrintable(forced.err));
    QVERIFY2(forced.out.contains("is ended at once"_L1), qPrintable(forced.out));
    if (command.contains("restart")) {
        QVERIFY(status(qcc).value("pid"_L1).toInteger() != pid);
        QCOMPARE(qcc.run("proxy stop").exit, 0);
    }
    QCOMPARE(qcc.run("proxy status").exit, 3);
}

void TestCliProxy::initTestCase()
{
    QVERIFY(QFile::exists(QStringLiteral(QCC_PROGRAM)));
}

void TestCliProxy::startsInTheBackgroundAndStops()
{
    const Program qcc;
    addClusters(qcc);
    const Ended started = qcc.run("proxy start --port 0");
    QCOMPARE(started.err, QString());
    QCOMPARE(started.exit, 0);

    const QJsonObject running = status(qcc);
    const QString address = u"http://127.0.0.1:%1"_s.arg(running.value("port"_L1).toInt());
    QCOMPARE(started.out, u"qcc is running on %1 (cluster \"work\", 1 endpoint)\n"_s.arg(address));
    QCOMPARE(running.value("running"_L1).toBool(), true);
    QCOMPARE(running.value("address"_L1).toString(), address);
    QCOMPARE(running.value("cluster"_L1).toString(), u"work"_s);
    QCOMPARE(running.value("pid"_L1), readJson(qcc.file(u"proxy.pid"_s)).value("pid"_L1));
    const Ended shown = qcc.run("proxy status");
    QCOMPARE(shown.exit, 0);
    QVERIFY(shown.out.contains(address));

    QNetworkAccessManager network;
    QCOMPARE(finished(network.get(QNetworkRequest(QUrl(address + "/__qcc__/health"_L1)))).status, 200);
    QCOMPARE(qcc.run("proxy logs").exit, 0);

    const Ended stopped = qcc.run("proxy stop");
    QCOMPARE(stopped.err, QString());
    QCOMPARE(stopped.exit, 0);
    const Ended after = qcc.run("proxy status --json");
    QCOMPARE(after.exit, 3);
    QCOMPARE(after.json(), (QJsonObject{{u"running"_s, false}}));
    QVERIFY(!QFile::exists(qcc.file(u"proxy.pid"_s)));
    QCOMPARE(QDir(qcc.home()).entryList({u"launch-*"_s}), QStringList());
}

void TestCliProxy::aSecondStartSaysThatItRuns()
{
    const Program qcc;
    addClusters(qcc);
    QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
    const QJsonValue pid = status(qcc).value("pid"_L1);
    const Ended again = qcc.run("proxy start --port 0");
    QCOMPARE(again.exit, 4);
    QVERIFY(again.err.startsWith("error: "_L1));
    QCOMPARE(qcc.run("proxy start --port 0 --foreground").exit, 4);
    QCOMPARE(status(qcc).value("pid"_L1), pid);
}

void TestCliProxy::aPortOfAnotherProgramIsAFailure()
{
    const Program qcc;
    addClusters(qcc);
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const QString port = QString::number(other.serverPort());
    const Ended ended = qcc.run({u"proxy"_s, u"start"_s, u"--port"_s, port});
    QCOMPARE(ended.exit, 1);
    QVERIFY2(ended.err.contains(port), qPrintable(ended.err));
    QVERIFY2(ended.err.contains("hint: "_L1), qPrintable(ended.err));
    QCOMPARE(qcc.run("proxy status").exit, 3);
}

void TestCliProxy::anUnknownClusterIsAFailure()
{
    const Program qcc;
    addClusters(qcc);
    const Ended ended = qcc.run("proxy start --port 0 --cluster wrok");
    QCOMPARE(ended.exit, 1);
    QVERIFY2(ended.err.contains("wrok"_L1), qPrintable(ended.err));
    QCOMPARE(qcc.run("proxy status").exit, 3);
}

void TestCliProxy::aStrangersProcessIsNeverStopped()
{
    const Program qcc;
    // This very test: alive, and no qcc.
    QFile file(qcc.file(u"proxy.pid"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument({{u"pid"_s, QCoreApplication::applicationPid()}, {u"port"_s, 7860}}).toJson());
    file.close();
    QCOMPARE(qcc.run("proxy status").exit, 3);
    QCOMPARE(qcc.run("proxy stop").exit, 3);
    QVERIFY(!file.exists());
}

void TestCliProxy::aKilledProxyDoesNotCount()
{
    const Program qcc;
    addClusters(qcc);
    QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
    const auto pid = static_cast<pid_t>(status(qcc).value("pid"_L1).toInteger());
    QVERIFY(pid > 1);
    QCOMPARE(kill(pid, SIGKILL), 0);
    QTRY_COMPARE(qcc.run("proxy status").exit, 3);
    QVERIFY(QFile::exists(qcc.file(u"proxy.pid"_s)));
    QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
    QVERIFY(status(qcc).value("pid"_L1).toInteger() != pid);
}

void TestCliProxy::stopsAProxyWhoseControlSocketIsGone()
{
    const Program qcc;
    addClusters(qcc);
    QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
    QVERIFY(QFile::remove(qcc::Paths(qcc.home()).controlSocket()));
    const Ended lost = qcc.run("proxy status");
    QCOMPARE(lost.exit, 1);
    QVERIFY(lost.err.contains("does not answer"_L1));
    QCOMPARE(qcc.run("proxy stop").exit, 0);
    QVERIFY(!QFile::exists(qcc.file(u"proxy.pid"_s)));
    QCOMPARE(qcc.run("proxy stop").exit, 3);
}

void TestCliProxy::restartKeepsClusterHostAndPort()
{
    const Program qcc;
    addClusters(qcc);
    QCOMPARE(qcc.run("proxy start --port 0 --cluster spare").exit, 0);
    const QJsonObject before = status(qcc);
    const Ended restarted = qcc.run("proxy restart");
    QCOMPARE(restarted.err, QString());
    QCOMPARE(restarted.exit, 0);
    const QJsonObject after = status(qcc);
    QVERIFY(after.value("pid"_L1) != before.value("pid"_L1));
    for (const auto key : {"cluster"_L1, "host"_L1, "port"_L1})
        QCOMPARE(after.value(key), before.value(key));
    QCOMPARE(qcc.run("proxy restart --cluster work").exit, 0);
    QCOMPARE(status(qcc).value("cluster"_L1).toString(), u"work"_s);
    QCOMPARE(status(qcc).value("port"_L1), before.value("port"_L1));
}

void TestCliProxy::restartStartsWhatDoesNotRun()
{
    const Program qcc;
    addClusters(qcc);
    QCOMPARE(qcc.run("proxy restart --port 0").exit, 0);
    QCOMPARE(qcc.run("proxy status").exit, 0);
}

void TestCliProxy::useSwitchesTheRunningProxy()
{
    const Program qcc;
    addClusters(qcc);
    QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
    const Ended used = qcc.run("cluster use spare");
    QCOMPARE(used.exit, 0);
    QVERIFY(used.out.contains("from now on"_L1));
    QCOMPARE(status(qcc).value("cluster"_L1).toString(), u"spare"_s);
    QCOMPARE(readJson(qcc.file(u"config.json"_s)).value("active_cluster"_L1).toString(), u"spare"_s);

    // One that the proxy may not have read yet.
    QCOMPARE(qcc.run("cluster add fresh").exit, 0);
    QCOMPARE(qcc.run("cluster use fresh").exit, 0);
    QCOMPARE(status(qcc).value("cluster"_L1).toString(), u"fresh"_s);
}

void TestCliProxy::foregroundEndsOnASignal_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void TestCliProxy::foregroundEndsOnASignal()
{
    QFETCH(int, number);
    const Program qcc;
    addClusters(qcc);
    QProcess process;
    QSignalSpy ended(&process, &QProcess::finished);
    QByteArray seen;
    connect(&process, &QProcess::readyReadStandardOutput, this, [&] { seen += process.readAllStandardOutput(); });
    qcc.start(process, {u"proxy"_s, u"start"_s, u"--foreground"_s, u"--port"_s, u"0"_s});
    QTRY_VERIFY(seen.startsWith("qcc is running on http://127.0.0.1:"));
    QCOMPARE(kill(static_cast<pid_t>(process.processId()), number), 0);
    QVERIFY(!ended.isEmpty() || ended.wait(15'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    QVERIFY(!QFile::exists(qcc.file(u"proxy.pid"_s)));
}

void TestCliProxy::startOnTheDemoBringsTheDemoUp()
{
    const Program qcc;
    const Ended started = qcc.run("proxy start --cluster demo --port 0");
    QCOMPARE(started.err, QString());
    QCOMPARE(started.exit, 0);
    QVERIFY(started.out.contains("cluster \"demo\", 1 endpoint"_L1));
    QVERIFY(QFile::exists(qcc.file(u"demo.pid"_s)));

    QNetworkAccessManager network;
    QNetworkRequest request(QUrl(status(qcc).value("address"_L1).toString() + "/v1/messages"_L1));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    const Answer answer = finished(network.post(
        request, "{\"model\":\"demo\",\"max_tokens\":64,\"stream\":true,"
                 "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"));
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.contains("message_stop"));

    // After the demo was stopped, the next start finds it a place again.
    QCOMPARE(qcc.run("demo stop").exit, 0);
    QCOMPARE(qcc.run("proxy restart").exit, 0);
    QVERIFY(QFile::exists(qcc.file(u"demo.pid"_s)));
}

QTEST_GUILESS_MAIN(TestCliProxy)
#include "tst_cliproxy.moc"
