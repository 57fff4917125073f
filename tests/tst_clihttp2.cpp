#include "tests/cli/program.h"
#include "tests/support/http2server.h"
#include "tests/support/rawclient.h"

#include <QElapsedTimer>
#include <QTest>

#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace qcc::test;

/// The program, while HTTP/2 servers do their worst.
class TestCliHttp2 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAndStopsMeanwhile_data()
    {
        QTest::addColumn<QByteArray>("path");
        for (const char *path : {"/unfolding-header", "/continuations", "/ping-flood", "/settings-flood", "/empty-data-flood", "/endless"})
            QTest::newRow(path + 1) << QByteArray(path);
    }

    void answersAndStopsMeanwhile()
    {
        if (!Http2Server::isInstalled())
            QSKIP("Python with hpack is not installed.");
        QFETCH(QByteArray, path);
        MisbehavingUpstream upstream;
        QVERIFY2(upstream.start(), qPrintable(upstream.problem()));
        const Program qcc;
        const Ended added = qcc.run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, QString::fromLatin1(upstream.baseUrl()), u"--api-key"_s,
                                     u"sk-test"_s, u"--http2"_s, u"on"_s, u"--ca-file"_s, upstream.server().certificateFile()});
        QVERIFY2(added.exit == 0 && added.err.isEmpty(), qPrintable(added.err));
        QCOMPARE(qcc.run("proxy start --port 0").exit, 0);
        const auto port = static_cast<quint16>(qcc.run("proxy status --json").json().value("port"_L1).toInt());

        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 8; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(port);
            QTRY_VERIFY(clients.back()->isConnected());
            clients.back()->pauseReading();
            clients.back()->get(path);
        }
        QTRY_VERIFY(upstream.arrived(path) >= 4);
        qint64 slowest = 0;
        for (int i = 0; i < 5; ++i) {
            RawClient asker;
            asker.connectTo(port);
            QElapsedTimer clock;
            clock.start();
            asker.get("/__qcc__/stats");
            QTRY_VERIFY(asker.response().complete);
            slowest = qMax(slowest, clock.elapsed());
            QCOMPARE(asker.response().status, 200);
        }
        QElapsedTimer clock;
        clock.start();
        const Ended stopped = qcc.run("proxy stop");
        QCOMPARE(stopped.err, QString());
        QCOMPARE(stopped.exit, 0);
        qInfo("stats within %lld ms, stopped within %lld ms", slowest, clock.elapsed());
    }
};

QTEST_GUILESS_MAIN(TestCliHttp2)
#include "tst_clihttp2.moc"
