#include "app/tray/hostedproxy.h"
#include "app/tray/pagefeeds.h"
#include "app/tray/startup.h"
#include "app/tray/traycore.h"
#include "core/base/replacefile.h"
#include "core/control/controlclient.h"

#include <QElapsedTimer>
#include <QFile>
#include <QLocalSocket>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TrayInstanceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(m_folder.isValid()); }

    void aSecondStartReachesTheFirst()
    {
        TrayInstance first(socket());
        QVERIFY(first.claim());
        QSignalSpy started(&first, &TrayInstance::startedAgain);

        TrayInstance second(socket());
        const Result<void> claimed = second.claim();
        QVERIFY(!claimed);
        QCOMPARE(claimed.error().code, ErrorCode::AlreadyRunning);
        std::optional<Result<void>> answer;
        second.forward({u"qcc-tray"_s, u"--cluster"_s, u"my work"_s}, [&answer](const Result<void> &result) { answer = result; });
        QTRY_VERIFY(answer);
        QVERIFY(*answer);
        QCOMPARE(started.size(), 1);
        QCOMPARE(started.at(0).at(0).toStringList(), (QStringList{u"qcc-tray"_s, u"--cluster"_s, u"my work"_s}));
        QCOMPARE(started.at(0).at(1).toString(), QString());
    }

    void theLeaveToComeToTheFrontIsHandedOver()
    {
        TrayInstance first(socket());
        QVERIFY(first.claim());
        QSignalSpy started(&first, &TrayInstance::startedAgain);
        qputenv("XDG_ACTIVATION_TOKEN", "a token of the desktop");
        const auto taken = qScopeGuard([] { qunsetenv("XDG_ACTIVATION_TOKEN"); });
        TrayInstance second(socket());
        second.forward({u"qcc-tray"_s}, [](const Result<void> &) {});
        QTRY_COMPARE(started.size(), 1);
        QCOMPARE(started.at(0).at(1).toString(), u"a token of the desktop"_s);
    }

    void whoComesToOneThatIsEndingTakesItsPlace_data()
    {
        QTest::addColumn<bool>("asks");
        QTest::newRow("asked before its end") << true;
        QTest::newRow("comes with its end") << false;
    }
    void whoComesToOneThatIsEndingTakesItsPlace()
    {
        QFETCH(bool, asks);
        TrayInstance first(socket());
        QVERIFY(first.claim());
        QSignalSpy started(&first, &TrayInstance::startedAgain);
        if (asks)
            first.turnAway();
        TrayInstance second(socket());
        QVERIFY(!second.claim());
        std::optional<Result<void>> answer;
        second.forward({u"qcc-tray"_s}, [&answer](const Result<void> &result) { answer = result; });
        if (asks) {
            // Whatever the first still does takes longer than an answer would.
            ControlClientCall other(socket(), {{u"cmd"_s, u"start"_s}});
            QTRY_VERIFY(other.answer);
            QCOMPARE(other.answer->error().code, ErrorCode::Busy);
            QVERIFY(!answer);
        }
        first.release();
        QTRY_VERIFY(answer);
        QVERIFY(!*answer);
        QCOMPARE(answer->error().code, ErrorCode::NotRunning);
        QCOMPARE(started.size(), 0);
        QVERIFY(second.claim());
    }

    void anEndDoesNotComeBetweenAClaim()
    {
        // Whoever claims holds the lock: he finds nobody, and makes the name his. To close the socket first and take its file away then would take his.
        TrayInstance first(socket());
        QVERIFY(first.claim());
        FileLock claiming(socket() + u".lock"_s);
        QCOMPARE(claiming.lock(0ms), FileLock::Outcome::Locked);
        QElapsedTimer clock;
        clock.start();
        first.release();
        // It waits for as long as a claim may take, but not for one that hangs.
        QVERIFY2(clock.elapsed() >= 900, qPrintable(QString::number(clock.elapsed())));
        claiming.unlock();
        TrayInstance next(socket());
        QVERIFY(next.claim());
        QVERIFY(QFile::exists(socket()));
    }

    void aQuitThatDoesNotKnowOfAStartYetIsTakenBack()
    {
        const Paths paths(m_folder.filePath(u"home"_s));
        QVERIFY(paths.ensureHome().isEmpty());
        TrayOptions options;
        options.port = 0;
        TrayCore core(paths, options, {});
        QSignalSpy kept(&core, &TrayCore::kept), ended(&core, &TrayCore::ended), started(&core, &TrayCore::startedAgain);
        core.start([](QObject *) {});
        QVERIFY(core.claimed());
        QMetaObject::invokeMethod(core.host(), &HostedProxy::introduce);

        // Another start is told that this one runs, while this thread is busy.
        handOver(paths.traySocket());
        core.quit(10s);
        QTRY_COMPARE(kept.size(), 1);
        QTRY_COMPARE(started.size(), 1);
        QCOMPARE(ended.size(), 0);

        // Of that one it knows.
        core.quit(10s);
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(kept.size(), 1);
        TrayInstance next(paths.traySocket());
        QVERIFY(next.claim());
    }

    void theSystemsWishIsNotTakenBack()
    {
        const Paths paths(m_folder.filePath(u"other home"_s));
        QVERIFY(paths.ensureHome().isEmpty());
        TrayOptions options;
        options.port = 0;
        TrayCore core(paths, options, {});
        QSignalSpy kept(&core, &TrayCore::kept), ended(&core, &TrayCore::ended), stop(&core, &TrayCore::stopRequested);
        core.start([](QObject *) {});
        QVERIFY(core.claimed());
        QMetaObject::invokeMethod(core.host(), &HostedProxy::introduce);
        QMetaObject::invokeMethod(core.host(), [&core] { core.requestStop(1); });
        QTRY_COMPARE(stop.size(), 1);
        QCOMPARE(stop.first().first().toBool(), false);
        ControlClientCall refused(paths.traySocket(), {{u"cmd"_s, u"start"_s}});
        QTRY_VERIFY(refused.answer);
        QCOMPARE(refused.answer->error().code, ErrorCode::Busy);
        core.keep();
        core.quit(10s);
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(kept.size(), 0);
    }

    void theSocketOfADeadOneIsReplaced()
    {
        // What a killed process leaves behind: a name that nobody answers.
        {
            TrayInstance dead(socket());
            QVERIFY(dead.claim());
        }
        QFile remains(socket());
        QVERIFY(remains.exists() || remains.open(QIODevice::WriteOnly));
        TrayInstance next(socket());
        QVERIFY(next.claim());
    }

    void saysWhenNobodyIsThere()
    {
        TrayInstance alone(socket());
        std::optional<Result<void>> answer;
        alone.forward({u"qcc-tray"_s}, [&answer](const Result<void> &result) { answer = result; });
        QTRY_VERIFY(answer);
        QVERIFY(!*answer);
        QCOMPARE(answer->error().code, ErrorCode::NotRunning);
    }

    void refusesOtherCommands()
    {
        TrayInstance first(socket());
        QVERIFY(first.claim());
        QSignalSpy started(&first, &TrayInstance::startedAgain);
        ControlClientCall call(socket(), {{u"cmd"_s, u"stop"_s}});
        QTRY_VERIFY(call.answer);
        QVERIFY(!*call.answer);
        QCOMPARE(call.answer->error().code, ErrorCode::Usage);
        QCOMPARE(started.size(), 0);
    }

    void theLogIsReadAgainOnlyWhileSomebodyLooks()
    {
        const QString path = m_folder.filePath(u"proxy.log"_s);
        LogFeed feed(path);
        QSignalSpy read(&feed, &LogFeed::linesRead);
        feed.follow({});
        QCOMPARE(read.size(), 1);
        QCOMPARE(read.at(0).at(0).toStringList(), QStringList());

        append(path, "2026-11-23 10:00:00,000 - INFO - one\n");
        QTRY_COMPARE(read.last().at(0).toStringList(), QStringList{u"2026-11-23 10:00:00,000 - INFO - one"_s});
        append(path, "2026-11-23 10:00:01,000 - INFO - two\n");
        QTRY_COMPARE(read.last().at(1).toLongLong(), qint64(2));

        // Rotated: another file of the same name.
        QVERIFY(QFile::rename(path, path + ".1"_L1));
        append(path, "2026-11-23 10:00:02,000 - INFO - three\n");
        QTRY_COMPARE(read.last().at(0).toStringList(), QStringList{u"2026-11-23 10:00:02,000 - INFO - three"_s});
        append(path, "2026-11-23 10:00:03,000 - INFO - four\n");
        QTRY_COMPARE(read.last().at(1).toLongLong(), qint64(2));

        feed.rest();
        const qsizetype before = read.size();
        append(path, "2026-11-23 10:00:04,000 - INFO - five\n");
        LogFeed other(path);
        QSignalSpy otherRead(&other, &LogFeed::linesRead);
        other.follow({});
        append(path, "2026-11-23 10:00:05,000 - INFO - six\n");
        // By the time another reader has heard of it, this one would have as well.
        QTRY_COMPARE(otherRead.last().at(1).toLongLong(), qint64(4));
        QCOMPARE(read.size(), before);
    }

private:
    struct ControlClientCall {
        ControlClientCall(const QString &socket, const QJsonObject &request)
            : client(socket)
        {
            client.call(request, [this](const Result<QJsonObject> &result) { answer = result; });
        }
        ControlClient client;
        std::optional<Result<QJsonObject>> answer;
    };

    /// Without a turn of this thread's event loop.
    static void handOver(const QString &socketName)
    {
        QLocalSocket socket;
        socket.connectToServer(socketName);
        QVERIFY(socket.waitForConnected());
        socket.write("{\"cmd\":\"start\",\"arguments\":[]}\n");
        QVERIFY(socket.waitForReadyRead());
        QVERIFY(socket.readAll().contains("\"ok\":true"));
    }

    static void append(const QString &path, const QByteArray &line)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::Append));
        QCOMPARE(file.write(line), qint64(line.size()));
    }

    QString socket() const { return m_folder.filePath(u"tray.sock"_s); }

    QTemporaryDir m_folder;
};

QTEST_MAIN(TrayInstanceTest)
#include "tst_trayinstance.moc"
