#include "core/base/replacefile.h"
#include "core/config/configedit.h"
#include "core/config/configfile.h"
#include "core/control/controlclient.h"
#include "core/service/proxyservice.h"
#include "tests/support/files.h"
#include "tests/support/rawclient.h"
#include "tests/support/residentmemory.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/scriptwords.h"
#include "tests/support/testkeys.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray streamRequest(R"JSON({"model":"claude-x","stream":true,"messages":[]})JSON");

QJsonObject jsonOf(const RawResponse &response)
{
    return QJsonDocument::fromJson(response.body).object();
}

} // namespace

/// The whole proxy in this process: files, control socket, /__qcc__/, start and stop.
class TestProxyService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
        m_second = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_second->listen());
        addEndpoint(u"one"_s, m_upstream->baseUrl(), "secret-key-one");
        addEndpoint(u"two"_s, m_second->baseUrl(), "secret-key-two");
        m_keys = std::make_unique<TestKeys>(paths());
        m_service = std::make_unique<ProxyService>(paths(), *m_keys);
    }

    void cleanup()
    {
        m_service.reset();
        m_upstream.reset();
        m_second.reset();
    }

    void startsServesAndStops()
    {
        QSignalSpy started(m_service.get(), &ProxyService::started);
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        const Result<void> begun = start();
        QVERIFY2(begun.has_value(), begun ? "" : qPrintable(begun.error().message));
        QCOMPARE(started.size(), 1);
        QCOMPARE(m_service->cluster(), u"one"_s);
        const QJsonObject pid = readPidFile(paths().pidFile());
        QCOMPARE(pid.value("pid"_L1).toInteger(), QCoreApplication::applicationPid());
        QCOMPARE(pid.value("port"_L1).toInt(), m_service->port());
        QCOMPARE(pid.value("cluster_name"_L1).toString(), u"one"_s);

        const QJsonObject before = ask("/__qcc__/stats");
        QCOMPARE(before.value("success_rate"_L1).toDouble(), 100.0);
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        // Asked for right after the answer, it is counted.
        const QJsonObject after = ask("/__qcc__/stats");
        QCOMPARE(after.value("total_requests"_L1).toInt(), 1);
        QCOMPARE(after.value("successful_requests"_L1).toInt(), 1);
        QCOMPARE(after.value("in_flight"_L1).toInt(), 0);
        QCOMPARE(after.value("pool"_L1)["opened_total"_L1].toInt(), 1);

        m_service->stop();
        QTRY_COMPARE(stopped.size(), 1);
        QVERIFY(!QFile::exists(paths().pidFile()));
        RawClient late;
        late.connectTo(m_port);
        QTRY_VERIFY(late.wasRefused());
    }

    void takesAStopBackThatIsUnderWay()
    {
        QVERIFY(start());
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        QCOMPARE(post("/v1/messages", streamRequest).status, 200); // a worker that will have nothing to end
        std::vector<std::unique_ptr<RawClient>> running;
        for (int round = 1; round <= 5; ++round) {
            running.push_back(std::make_unique<RawClient>());
            running.back()->connectTo(m_port);
            running.back()->post("/v1/messages", streamRequest, {{"x-events", "30"}, {"x-gap-ms", "20"}});
            QTRY_VERIFY(!running.back()->response().body.isEmpty());
            m_service->stop(1min);
            QVERIFY(!m_service->isRunning());
            RawClient refused;
            refused.connectTo(m_port);
            QTRY_VERIFY(refused.wasRefused());
            const Result<void> resumed = m_service->resume();
            QVERIFY2(resumed.has_value(), resumed ? "" : qPrintable(resumed.error().message));
            QVERIFY(m_service->isRunning());
            QCOMPARE(post("/v1/messages", streamRequest).status, 200);
            QCOMPARE(ask("/__qcc__/stats").value("running"_L1).toBool(), true);
        }
        for (const auto &client : running) {
            QTRY_VERIFY(client->response().complete);
            QVERIFY(client->response().body.contains("message_stop"));
        }
        QCOMPARE(stopped.size(), 0);
        // What the workers told of earlier ends does not end this one too soon.
        RawClient last;
        last.connectTo(m_port);
        last.post("/v1/messages", streamRequest, {{"x-events", "10"}, {"x-gap-ms", "20"}});
        QTRY_VERIFY(!last.response().body.isEmpty());
        m_service->stop(1min);
        QTRY_COMPARE(stopped.size(), 1);
        QTRY_VERIFY(last.response().complete);
        QVERIFY(last.response().body.contains("message_stop"));
        QCOMPARE(m_service->resume().error().code, ErrorCode::NotRunning);
    }

    void takesNoStopBackThatHasCutWhatRan()
    {
        QVERIFY(start());
        RawClient client;
        client.connectTo(m_port);
        client.post("/v1/messages", streamRequest, {{"x-gap-ms", "100000"}});
        QTRY_VERIFY(m_upstream->openStreams() == 1);
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        m_service->stop(0ms);
        QTRY_VERIFY(logText().contains(u"the grace period is over"_s));
        const Result<void> resumed = m_service->resume();
        QVERIFY(!resumed);
        QCOMPARE(resumed.error().code, ErrorCode::NotRunning);
        QTRY_COMPARE(stopped.size(), 1);
    }

    void takesNoStopBackWithoutItsPort()
    {
        QVERIFY(start());
        RawClient client;
        client.connectTo(m_port);
        client.post("/v1/messages", streamRequest, {{"x-events", "20"}, {"x-gap-ms", "20"}});
        QTRY_VERIFY(!client.response().body.isEmpty());
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        m_service->stop(1min);
        QTcpServer other;
        QVERIFY2(other.listen(QHostAddress::LocalHost, m_port), qPrintable(other.errorString()));
        QVERIFY(!m_service->resume());
        QVERIFY(!m_service->isRunning());
        QTRY_VERIFY(client.response().complete);
        QTRY_COMPARE(stopped.size(), 1);
    }

    void startsAgainAfterStopping()
    {
        for (int i = 0; i < 3; ++i) {
            QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
            QVERIFY(start());
            QCOMPARE(post("/v1/messages", streamRequest).status, 200);
            m_service->stop();
            QTRY_COMPARE(stopped.size(), 1);
        }
    }

    void namesWhatStandsInTheWayOfStarting_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<QString>("cluster");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("word");
        QTest::newRow("unknown cluster") << QByteArray() << u"nosuch"_s << ErrorCode::NotFound << u"nosuch"_s;
        QTest::newRow("broken JSON") << QByteArray("{\n\"version\": 1,\n oops }") << QString() << ErrorCode::InvalidConfig << u"line 3"_s;
        QTest::newRow("bad value") << QByteArray("{\n\"version\": 1,\n\"listen\": {\"port\": 99999}}") << QString() << ErrorCode::InvalidConfig << u"listen.port"_s;
        QTest::newRow("open to the network") << QByteArray("{\"version\":1,\"listen\":{\"host\":\"0.0.0.0\"}}") << QString() << ErrorCode::InvalidConfig << u"access_token"_s;
    }

    void namesWhatStandsInTheWayOfStarting()
    {
        QFETCH(QByteArray, config);
        QFETCH(QString, cluster);
        if (!config.isEmpty()) {
            QFile file(paths().config());
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(config);
        }
        StartOptions options;
        options.port = 0;
        if (!cluster.isEmpty())
            options.cluster = cluster;
        const Result<void> begun = m_service->start(options);
        QVERIFY(!begun);
        QTEST(begun.error().code, "code");
        const QString said = begun.error().message + begun.error().hint;
        QFETCH(QString, word);
        QVERIFY2(said.contains(word), qPrintable(said));
        QVERIFY(!m_service->isRunning());
        QVERIFY(!QFile::exists(paths().pidFile()));
    }

    void tellsWhoHasThePort()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        StartOptions options;
        options.port = other.serverPort();
        const Result<void> begun = m_service->start(options);
        QVERIFY(!begun);
        QCOMPARE(begun.error().code, ErrorCode::PortInUse);
        QVERIFY2(begun.error().message.contains(QString::number(other.serverPort())), qPrintable(begun.error().message));
#ifdef Q_OS_LINUX
        QVERIFY2(begun.error().message.contains(QString::number(QCoreApplication::applicationPid())), qPrintable(begun.error().message));
#endif
        QVERIFY2(begun.error().hint.contains("--port"_L1), qPrintable(begun.error().hint));
        // Nothing is left behind: the next start works.
        QVERIFY(start());
    }

    void knowsThatItRunsAlready()
    {
        QVERIFY(start());
        ProxyService second(paths(), *m_keys);
        StartOptions options;
        options.port = 0;
        const Result<void> begun = second.start(options);
        QVERIFY(!begun);
        QCOMPARE(begun.error().code, ErrorCode::AlreadyRunning);
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        QVERIFY(QFile::exists(paths().pidFile()));
    }

    void switchesClustersWithoutCuttingAStream()
    {
        QVERIFY(start());
        m_upstream->setBehaviour([](const Arrived &) {
            return Script().streamHead().events({"event: content_block_delta\ndata: {}\n\n", "event: message_stop\ndata: {}\n\n"}, 400ms).lastChunk();
        });
        RawClient stream;
        stream.connectTo(m_port);
        stream.post("/v1/messages", streamRequest);
        QTRY_VERIFY(!stream.response().body.isEmpty());
        QSignalSpy changed(m_service.get(), &ProxyService::clusterChanged);
        QVERIFY(m_service->useCluster(u"two"_s));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(ask("/__qcc__/stats").value("cluster"_L1).toString(), u"two"_s);
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        QCOMPARE(m_second->arrivedCount(), 1);
        QTRY_VERIFY(stream.response().complete);
        QVERIFY(stream.response().body.contains("message_stop"));
        const Result<Config> saved = loadConfig(paths().config());
        QVERIFY(saved);
        QCOMPARE(saved->activeCluster, u"two"_s);
        QCOMPARE(readPidFile(paths().pidFile()).value("cluster_name"_L1).toString(), u"two"_s);
        QVERIFY(!m_service->useCluster(u"three"_s));
    }

    void switchesWhileAnotherProcessEditsTheFile()
    {
        QVERIFY(start());
        FileLock command(paths().config() + u".lock"_s);
        QCOMPARE(command.lock(0ms), FileLock::Outcome::Locked);
        QElapsedTimer clock;
        clock.start();
        QVERIFY(m_service->useCluster(u"two"_s));
        QVERIFY(std::chrono::milliseconds(clock.elapsed()) < 500ms);
        QCOMPARE(m_service->cluster(), u"two"_s);
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        QCOMPARE(m_second->arrivedCount(), 1);
        QCOMPARE(readPidFile(paths().pidFile()).value("cluster_name"_L1).toString(), u"two"_s);
        QCOMPARE(m_service->useCluster(u"three"_s).error().code, ErrorCode::Busy);
        QCOMPARE(loadConfig(paths().config())->activeCluster, u"one"_s);
        command.unlock();
        QTRY_COMPARE(loadConfig(paths().config())->activeCluster, u"two"_s);
        QCOMPARE(m_service->cluster(), u"two"_s);
        QVERIFY(!m_service->useCluster(u"three"_s));
    }

    void savesTheClusterHoweverLongTheFileIsEdited()
    {
        QVERIFY(start());
        FileLock command(paths().config() + u".lock"_s);
        QCOMPARE(command.lock(0ms), FileLock::Outcome::Locked);
        QVERIFY(m_service->useCluster(u"two"_s));
        QTRY_VERIFY_WITH_TIMEOUT(logText().contains(u"cluster \"two\" is in use, but could not be saved"_s), 15'000);
        QVERIFY(m_service->useCluster(u"one"_s));
        QVERIFY(m_service->useCluster(u"two"_s));
        command.unlock();
        QTRY_COMPARE_WITH_TIMEOUT(loadConfig(paths().config())->activeCluster, u"two"_s, 15'000);
        QCOMPARE(m_service->cluster(), u"two"_s);
    }

    void saysAtTheStopThatTheClusterWasNotSaved()
    {
        QVERIFY(start());
        FileLock command(paths().config() + u".lock"_s);
        QCOMPARE(command.lock(0ms), FileLock::Outcome::Locked);
        QVERIFY(m_service->useCluster(u"two"_s));
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        m_service->stop();
        QVERIFY(!stopped.isEmpty() || stopped.wait());
        QVERIFY2(logText().contains(u"cluster \"two\" is in use, but could not be saved"_s), qPrintable(logText()));
    }

    void goesBackToTheConfiguredClusterAfterAStartWithAnother()
    {
        QVERIFY(start(u"two"_s));
        QCOMPARE(m_service->cluster(), u"two"_s);
        QSignalSpy changed(m_service.get(), &ProxyService::clusterChanged);
        QVERIFY(m_service->useCluster(u"one"_s)); // which the file says already
        QCOMPARE(m_service->cluster(), u"one"_s);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(readPidFile(paths().pidFile()).value("cluster_name"_L1).toString(), u"one"_s);
        QTRY_VERIFY(logText().contains(u"cluster \"one\" is in use"_s));
    }

    void whoDoesNotTakeAnswersGetsNoMoreOfThem()
    {
        QByteArray lines;
        for (int i = 0; i < 1000; ++i)
            lines += "2026-11-29 10:00:00 - INFO - " + QByteArray(100, 'x') + '\n';
        writeFile(paths().log(), lines);
        QVERIFY(start());
        QTcpSocket client;
        client.setReadBufferSize(1024);
        client.connectToHost(QHostAddress::LocalHost, m_service->port());
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        QCOMPARE(ask("/__qcc__/stats").value("running"_L1).toBool(), true);
        const qint64 before = residentBytes();
        // Answers of 100 KB; a kernel holds some of them.
        for (int i = 0; i < 600 && client.state() == QAbstractSocket::ConnectedState; ++i) {
            client.write("GET /__qcc__/logs?lines=1000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            QTRY_VERIFY(client.bytesToWrite() == 0 || client.state() != QAbstractSocket::ConnectedState);
            // Behind this one, on the same core thread.
            QCOMPARE(ask("/__qcc__/stats").value("running"_L1).toBool(), true);
        }
        QVERIFY2(residentBytes() - before < 16'000'000 + sanitizerBytes, qPrintable(QString::number(residentBytes() - before)));
    }

    void answersNoCommandOnceItIsGoing()
    {
        // Whatever the moment: a question to the workers is open, and the next command is here already.
        for (int turns = 0; turns < 12; ++turns) {
            if (!m_service)
                m_service = std::make_unique<ProxyService>(paths(), *m_keys);
            QVERIFY(start());
            QCOMPARE(post("/v1/messages", streamRequest).status, 200);
            QLocalSocket client;
            client.connectToServer(paths().controlSocket());
            QVERIFY(client.waitForConnected(1000));
            client.write("{\"cmd\":\"running\"}\n{\"cmd\":\"status\"}\n{\"cmd\":\"running\"}\n");
            client.flush();
            for (int i = 0; i < turns; ++i)
                QCoreApplication::processEvents();
            m_service.reset();
            QTRY_COMPARE(client.state(), QLocalSocket::UnconnectedState);
        }
    }

    void endsReadersOfLiveEventsAtOnce()
    {
        QVERIFY(start());
        RawClient reader, sleeper;
        for (RawClient *client : {&reader, &sleeper}) {
            client->connectTo(m_port);
            client->get("/__qcc__/events");
            QTRY_VERIFY(client->response().body.contains("event: stats"));
        }
        sleeper.pauseReading();
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        QElapsedTimer clock;
        clock.start();
        m_service->stop();
        QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, 15'000);
        QVERIFY2(clock.elapsed() < 4000, qPrintable(QString::number(clock.elapsed())));
        QTRY_VERIFY(reader.response().complete);
    }

    void followsConfigJsonAndKeepsTheLastGoodOne()
    {
        QVERIFY(start());
        QSignalSpy changed(m_service.get(), &ProxyService::clusterChanged);
        QVERIFY(editConfig(paths().config(), [](QJsonObject &json) { return useCluster(json, u"two"_s); }));
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(m_service->cluster(), u"two"_s);
        QFile file(paths().config());
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write("{ not json");
        file.close();
        QTRY_VERIFY(logText().contains("last good configuration"_L1));
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        QCOMPARE(m_second->arrivedCount(), 1);
    }

    void answersItsOwnPages_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("holds");
        QTest::newRow("health") << QByteArray("/__qcc__/health") << 200 << QByteArray("\"qcc\"");
        QTest::newRow("stats") << QByteArray("/__qcc__/stats") << 200 << QByteArray("success_rate");
        QTest::newRow("requests") << QByteArray("/__qcc__/requests?limit=5") << 200 << QByteArray("\"requests\"");
        QTest::newRow("logs") << QByteArray("/__qcc__/logs?lines=5&level=info&grep=listens+on") << 200 << QByteArray("listens on");
        QTest::newRow("metrics") << QByteArray("/__qcc__/metrics") << 200 << QByteArray("# TYPE qcc_");
        QTest::newRow("bad limit") << QByteArray("/__qcc__/requests?limit=x") << 400 << QByteArray("limit");
        QTest::newRow("bad level") << QByteArray("/__qcc__/logs?level=loud") << 400 << QByteArray("level");
        QTest::newRow("unknown page") << QByteArray("/__qcc__/nothing") << 404 << QByteArray("stats");
    }

    void answersItsOwnPages()
    {
        QFETCH(QByteArray, target);
        QVERIFY(start());
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        const RawResponse response = get(target);
        QTEST(response.status, "status");
        QFETCH(QByteArray, holds);
        QVERIFY2(response.body.contains(holds), response.body.constData());
        QVERIFY(!response.body.contains("secret-key"));
        QCOMPARE(m_upstream->arrivedCount(), 1); // nothing under /__qcc__/ is forwarded
    }

    void refusesToChangeAnythingOverHttp()
    {
        QVERIFY(start());
        QCOMPARE(post("/__qcc__/stats", "{}").status, 405);
    }

    void listsEveryAttempt()
    {
        QVERIFY(start());
        m_upstream->setDefaultScript("close-on-second-request");
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        const QJsonArray requests = ask("/__qcc__/requests").value("requests"_L1).toArray();
        QCOMPARE(requests.size(), 2);
        QCOMPARE(requests[0]["outcome"_L1].toString(), u"recovered"_s);
        const QJsonArray attempts = requests[0]["attempts"_L1].toArray();
        QCOMPARE(attempts.size(), 2);
        QCOMPARE(attempts[0]["failure"_L1].toString(), u"broken"_s);
        const QJsonObject stats = ask("/__qcc__/stats");
        QCOMPARE(stats.value("recovered"_L1).toInt(), 1);
        QCOMPARE(stats.value("pool"_L1)["stale_recovered_total"_L1].toInt(), 0);
        QCOMPARE(stats.value("success_rate"_L1).toDouble(), 100.0);
    }

    void streamsEventsWhileSomebodyListens()
    {
        QVERIFY(start());
        RawClient listener;
        listener.connectTo(m_port);
        listener.get("/__qcc__/events");
        QTRY_VERIFY(listener.response().body.contains("event: stats\ndata: {"));
        const qint64 before = listener.response().bodyBytes;
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        QTRY_VERIFY(listener.response().body.contains("\"total_requests\":1"));
        QVERIFY(listener.response().bodyBytes > before);
        QCOMPARE(listener.response().header("content-type"), QByteArray("text/event-stream"));
    }

    void logsRequestsAsPeopleGrepForThem()
    {
        QVERIFY(start());
        QCOMPARE(post("/v1/messages?key=querysecret", "{\"model\":\"m\"}").status, 200);
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        m_upstream->setDefaultScript("stream-cut-mid-event-close");
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        m_upstream->setDefaultScript("close-before-answer");
        QCOMPARE(post("/v1/messages", streamRequest).status, 502);
        QTRY_VERIFY(logText().contains(u"✗ 响应失败"_s));
        const QString log = logText();
        QVERIFY(log.contains(u"[req-1] ✓ 响应成功: HTTP 200, 耗时: "_s));
        QVERIFY(log.contains(u"✓ 流式响应完成"_s));
        QVERIFY(log.contains(u"⚠ 流式传输中断"_s));
        QVERIFY(!log.contains("secret"_L1));
        QCOMPARE(QFileInfo(paths().log()).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void obeysTheControlSocket()
    {
        QVERIFY(start());
        ControlClient client(paths().controlSocket());
        QCOMPARE(call(client, {{"cmd"_L1, "status"_L1}}).value("address"_L1).toString(), m_service->address());
        QCOMPARE(call(client, {{"cmd"_L1, "use_cluster"_L1}, {"name"_L1, "two"_L1}}).value("cluster"_L1).toString(), u"two"_s);
        QCOMPARE(call(client, {{"cmd"_L1, "use_cluster"_L1}, {"name"_L1, "three"_L1}}).value("failed"_L1).toInt(), int(ErrorCode::NotFound));
        QCOMPARE(call(client, {{"cmd"_L1, "dance"_L1}}).value("failed"_L1).toInt(), int(ErrorCode::Usage));
        QSignalSpy events(&client, &ControlClient::event);
        client.subscribe();
        QTRY_VERIFY(!events.isEmpty());
        QCOMPARE(events.first().first().toJsonObject().value("event"_L1).toString(), u"stats"_s);
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        QSignalSpy lost(&client, &ControlClient::lost);
        call(client, {{"cmd"_L1, "stop"_L1}});
        QTRY_COMPARE(stopped.size(), 1);
        QTRY_COMPARE(lost.size(), 1);
    }

    void tellsOverTheControlSocketWhatIsNew()
    {
        QVERIFY(start());
        ControlClient client(paths().controlSocket());
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        const QJsonObject first = call(client, {{"cmd"_L1, "requests"_L1}});
        QCOMPARE(first.value("total"_L1).toInt(), 2);
        QCOMPARE(first.value("requests"_L1).toArray().size(), 2);
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        const QJsonObject news = call(client, {{"cmd"_L1, "requests"_L1}, {"after"_L1, 2}});
        QCOMPARE(news.value("total"_L1).toInt(), 3);
        QCOMPARE(news.value("requests"_L1).toArray().size(), 1);
        QCOMPARE(news.value("requests"_L1)[0]["id"_L1].toString(), u"req-3"_s);
        QCOMPARE(call(client, {{"cmd"_L1, "stats"_L1}}).value("last_hour"_L1)["successful_requests"_L1].toInt(), 3);
    }

    void theTimelineHasTheEndpointsOfTheClusterInUse()
    {
        QVERIFY(start());
        ControlClient client(paths().controlSocket());
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        const QJsonObject timeline = call(client, {{"cmd"_L1, "timeline"_L1}, {"range_s"_L1, 86'400}});
        QCOMPARE(completeIn(timeline), 1);
        QCOMPARE(timeline.value("buckets"_L1).toArray().size(), 96);
        const QJsonObject endpoints = timeline.value("endpoints"_L1).toObject();
        QCOMPARE(endpoints.keys(), QStringList{endpointId(m_upstream->baseUrl(), "secret-key-one")});
        int ok = 0;
        for (const QJsonValue &minute : endpoints.begin().value()["ok"_L1].toArray())
            ok += minute.toInt();
        QCOMPARE(ok, 1);
    }

    void tellsSubscribersWhatHappensToEndpoints_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("kind");
        QTest::newRow("rate limited") << 429 << u"rate_limited"_s;
        QTest::newRow("quota") << 402 << u"quota_spent"_s;
        QTest::newRow("key refused") << 401 << u"key_refused"_s;
    }

    void tellsSubscribersWhatHappensToEndpoints()
    {
        QFETCH(int, status);
        QFETCH(QString, kind);
        QVERIFY(start());
        ControlClient client(paths().controlSocket());
        QList<QJsonObject> news;
        connect(&client, &ControlClient::event, this, [&news](const QJsonObject &event) {
            if (event.value("event"_L1) == "news"_L1)
                news.append(event);
        });
        QSignalSpy events(&client, &ControlClient::event);
        client.subscribe();
        QTRY_VERIFY(!events.isEmpty());
        m_upstream->setBehaviour([status](const Arrived &) { return Script().answer(status, "application/json", "{}"); });
        QCOMPARE(post("/v1/messages", streamRequest).status, status);
        QTRY_VERIFY(!news.isEmpty());
        QCOMPARE(news.first().value("kind"_L1).toString(), kind);
        QCOMPARE(news.first().value("endpoint_id"_L1).toString(), endpointId(m_upstream->baseUrl(), "secret-key-one"));
        QCOMPARE(news.first().value("cluster"_L1).toString(), u"one"_s);
        QVERIFY(logText().contains(news.first().value("endpoint_id"_L1).toString()));
    }

    void historySurvivesARestart()
    {
        for (int run = 1; run <= 3; ++run) {
            QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
            QVERIFY(start());
            QCOMPARE(post("/v1/messages", streamRequest).status, 200);
            ControlClient client(paths().controlSocket());
            QTRY_COMPARE(completeIn(call(client, {{"cmd"_L1, "timeline"_L1}, {"range_s"_L1, 86'400}})), run);
            const QJsonObject stats = m_service->stats();
            QCOMPARE(stats.value("total_requests"_L1).toInt(), 1);
            QCOMPARE(stats.value("last_hour"_L1)["total_requests"_L1].toInt(), run);
            m_service->stop();
            QTRY_COMPARE(stopped.size(), 1);
        }
        QCOMPARE(QFileInfo(paths().history()).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void withoutHistoryThereIsNoFileAndStillATimeline()
    {
        setHistory(false);
        QVERIFY(start());
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        ControlClient client(paths().controlSocket());
        QCOMPARE(completeIn(call(client, {{"cmd"_L1, "timeline"_L1}, {"range_s"_L1, 3'600}})), 1);
        QVERIFY(!QFile::exists(paths().history()));
        setHistory(true);
        QTRY_VERIFY(QFile::exists(paths().history()));
    }

    void runsOnBesideAHistoryThatIsDamaged()
    {
        QFile file(paths().history());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(10'000, 'x'));
        file.close();
        QVERIFY(start());
        QCOMPARE(post("/v1/messages", streamRequest).status, 200);
        QTRY_VERIFY(logText().contains("history.db.broken"_L1));
        QCOMPARE(QFileInfo(paths().history() + u".broken"_s).size(), 10'000);
    }

    void picksAnEndpointByHandUntilTheClusterChanges()
    {
        QVERIFY(start());
        ControlClient client(paths().controlSocket());
        QVERIFY(ask("/__qcc__/stats").value("preferred_endpoint_id"_L1).isNull());
        const QString id = ask("/__qcc__/stats").value("endpoints"_L1)[0]["id"_L1].toString();
        const QJsonObject picked = call(client, {{"cmd"_L1, "prefer_endpoint"_L1}, {"endpoint"_L1, id}});
        QCOMPARE(picked.value("endpoint"_L1)["id"_L1].toString(), id);
        QCOMPARE(ask("/__qcc__/stats").value("preferred_endpoint_id"_L1).toString(), id);
        QTRY_VERIFY(logText().contains(u"(%1) is picked by hand"_s.arg(id)));
        call(client, {{"cmd"_L1, "use_cluster"_L1}, {"name"_L1, "two"_L1}});
        QVERIFY(ask("/__qcc__/stats").value("preferred_endpoint_id"_L1).isNull());
        QTRY_VERIFY(logText().contains(u"(%1) is not picked by hand any more"_s.arg(id)));
    }

    void letsRunningAnswersFinishWhenItStops()
    {
        QVERIFY(start());
        m_upstream->setBehaviour([](const Arrived &) { return Script().delay(300ms).answer(200, "text/plain", "done"); });
        RawClient client;
        client.connectTo(m_port);
        client.get("/slow");
        QTRY_COMPARE(m_upstream->arrivedCount(), 1);
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        m_service->stop();
        QTRY_VERIFY(client.response().complete);
        QTRY_COMPARE(stopped.size(), 1);
    }

    void endsWhatOutlivesTheGrace()
    {
        QVERIFY(start());
        m_upstream->setBehaviour([](const Arrived &arrived) {
            return scriptFromWords(arrived.path() == "/v1/messages" ? "stall-mid-stream" : "stall-before-head", arrived);
        });
        RawClient streaming, waiting;
        streaming.connectTo(m_port);
        streaming.post("/v1/messages", streamRequest);
        waiting.connectTo(m_port);
        waiting.post("/v1/messages/batches", "{}");
        QTRY_VERIFY(streaming.response().body.contains("content_block_delta"));
        QTRY_COMPARE(m_upstream->openStreams(), 2);
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        m_service->stop(100ms);
        QTRY_COMPARE(stopped.size(), 1);
        QTRY_VERIFY(streaming.isClosed() && waiting.isClosed());
        // In the protocol's words, and broken at the transport too.
        QVERIFY2(streaming.response().body.contains("event: error\ndata: {"), streaming.response().body.constData());
        QVERIFY2(streaming.response().body.contains("qcc was stopped"), streaming.response().body.constData());
        QVERIFY(!streaming.response().complete);
        QCOMPARE(waiting.response().status, 503);
        QVERIFY2(waiting.response().body.contains("qcc was stopped"), waiting.response().body.constData());
        const QString log = logText();
        QCOMPARE(log.count("qcc was stopped before the answer had ended"_L1), 2);
        QVERIFY(!log.contains("the client left"_L1));
    }

    void helpsWhenNothingIsConfigured()
    {
        QVERIFY(QFile::remove(paths().config()));
        QVERIFY(start());
        const RawResponse response = post("/v1/messages", streamRequest);
        QCOMPARE(response.status, 503);
        QVERIFY(response.body.contains("qcc endpoint add"));
        QVERIFY(!response.header("retry-after").isEmpty());
    }

private:
    Paths paths() const { return Paths(m_folder->path()); }

    void addEndpoint(const QString &cluster, const QByteArray &url, const QByteArray &key)
    {
        const Result<Config> edited = editConfig(paths().config(), [&](QJsonObject &json) -> Result<void> {
            if (const Result<void> added = addCluster(json, cluster, Strategy::PriorityFailover); !added)
                return added;
            json.insert("pool"_L1, QJsonObject{{"strategy"_L1, "fixed"_L1}}); // no connections but those that requests ask for
            EndpointFields fields;
            fields.baseUrl = QString::fromLatin1(url);
            fields.apiKey = QString::fromLatin1(key);
            return qcc::addEndpoint(json, cluster, fields);
        });
        QVERIFY2(edited.has_value(), edited ? "" : qPrintable(edited.error().message));
    }

    void setHistory(bool enabled)
    {
        const Result<Config> edited = editConfig(paths().config(), [enabled](QJsonObject &json) -> Result<void> {
            json.insert("history"_L1, QJsonObject{{"enabled"_L1, enabled}});
            return {};
        });
        QVERIFY2(edited.has_value(), edited ? "" : qPrintable(edited.error().message));
    }

    /// How many exchanges of a timeline were complete at the first attempt.
    static int completeIn(const QJsonObject &timeline)
    {
        int sum = 0;
        for (const QJsonValue &bucket : timeline.value("buckets"_L1).toArray())
            sum += bucket[0].toInt();
        return sum;
    }

    Result<void> start(const std::optional<QString> &cluster = {})
    {
        StartOptions options;
        options.port = 0;
        options.cluster = cluster;
        Result<void> begun = m_service->start(options);
        m_port = m_service->port();
        return begun;
    }

    RawResponse exchange(const QByteArray &method, const QByteArray &target, const QByteArray &body)
    {
        RawClient client;
        client.connectTo(m_port);
        client.request(method, target, {}, body);
        const bool done = QTest::qWaitFor([&client] { return client.response().complete || client.isClosed(); }, 10'000);
        Q_UNUSED(done);
        return client.response();
    }
    RawResponse get(const QByteArray &target) { return exchange("GET", target, {}); }
    RawResponse post(const QByteArray &target, const QByteArray &body) { return exchange("POST", target, body); }
    QJsonObject ask(const QByteArray &target) { return jsonOf(get(target)); }

    static QJsonObject call(ControlClient &client, const QJsonObject &request)
    {
        std::optional<QJsonObject> answer;
        client.call(request, [&answer](const Result<QJsonObject> &result) {
            answer = result ? *result : QJsonObject{{"failed"_L1, int(result.error().code)}};
        });
        const bool done = QTest::qWaitFor([&answer] { return answer.has_value(); });
        Q_UNUSED(done);
        return answer.value_or(QJsonObject());
    }

    QString logText() const
    {
        QFile file(paths().log());
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<ScriptedUpstream> m_second;
    std::unique_ptr<TestKeys> m_keys;
    std::unique_ptr<ProxyService> m_service;
    quint16 m_port = 0;
};

QTEST_GUILESS_MAIN(TestProxyService)
#include "tst_proxyservice.moc"
