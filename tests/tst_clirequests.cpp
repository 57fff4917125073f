#include "core/base/sqlitefile.h"
#include "core/history/historyfile.h"
#include "core/history/historyreader.h"
#include "tests/cli/program.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"

#include <QJsonArray>
#include <QRandomGenerator>
#include <QTest>

#include <csignal>
#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Of the requests that `ended` lists.
QStringList ids(const Ended &ended)
{
    QStringList ids;
    const QJsonArray requests = ended.json().value("requests"_L1).toArray();
    for (const QJsonValue &request : requests)
        ids.append(request.toObject().value("id"_L1).toString());
    return ids;
}

} // namespace

/// `qcc requests` and `qcc history`, on what a real proxy has kept.
class TestCliRequests : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Program> m_qcc;
    ScriptedUpstream m_upstream;
    quint16 m_port = 0;

    void start(const QJsonObject &history = {})
    {
        QCOMPARE(m_qcc->run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, QString::fromLatin1(m_upstream.baseUrl()), u"--name"_s, u"relay"_s,
                             u"--api-key"_s, u"sk-test"_s}).exit, 0);
        if (!history.isEmpty())
            set(history);
        startAgain();
    }

    void startAgain()
    {
        const Ended started = m_qcc->run("proxy start --port 0");
        QVERIFY2(started.exit == 0, qPrintable(started.err));
        m_port = static_cast<quint16>(m_qcc->run("proxy status --json").json().value("port"_L1).toInt());
    }

    void set(const QJsonObject &history)
    {
        QFile file(m_qcc->file(u"config.json"_s));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QJsonObject config = QJsonDocument::fromJson(file.readAll()).object();
        config.insert(u"history"_s, history);
        file.resize(0);
        file.seek(0);
        file.write(QJsonDocument(config).toJson());
    }

    /// The status; 0 where no whole answer came.
    int ask(const QByteArray &model = "opus", const QByteArray &target = "/v1/messages")
    {
        RawClient client;
        client.connectTo(m_port);
        client.request("POST", target, {{"user-agent", "claude-cli/2.0"}}, "{\"model\":\"" + model + "\",\"max_tokens\":1,\"messages\":[]}");
        const bool done = QTest::qWaitFor([&client] { return client.response().complete || client.isClosed(); }, 15'000);
        return done && client.response().complete ? client.response().status : 0;
    }

    /// The last requests, as the proxy tells them.
    QJsonArray live()
    {
        RawClient client;
        client.connectTo(m_port);
        client.get("/__qcc__/requests");
        const bool done = QTest::qWaitFor([&client] { return client.response().complete; }, 15'000);
        const QJsonValue requests = QJsonDocument::fromJson(client.response().body).object().value("requests"_L1);
        if (!done || !requests.isArray())
            qWarning("the proxy tells of no requests");
        return done ? requests.toArray() : QJsonArray{QJsonValue()};
    }

    QString historyPath() const { return m_qcc->file(u"history.db"_s); }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_upstream.listen()); }

    void init()
    {
        m_qcc = std::make_unique<Program>();
        m_upstream.setBehaviour([](const Arrived &arrived) {
            return arrived.body.contains("broken") ? Script().answer(400, "application/json", R"({"error":{"type":"bad","message":"it is, broken"}})") : Script();
        });
    }

    void withoutAnyItSaysSo()
    {
        const Ended none = m_qcc->run("requests");
        QCOMPARE(none.exit, 1);
        QVERIFY2(none.err.contains("No request has been kept yet."_L1), qPrintable(none.err));
        QVERIFY(m_qcc->run("history").out.contains(historyPath()));
        QVERIFY(m_qcc->run("history clear").out.contains("no history to clear"_L1));
        QCOMPARE(m_qcc->run("history clear --json").json().value("exchanges"_L1).toInt(-1), 0);
        QVERIFY(!QFile::exists(historyPath()));
    }

    void whatHasJustEndedIsListed()
    {
        start();
        QCOMPARE(ask(), 200);
        // At once, and from the proxy's memory by way of the file.
        const Ended listed = m_qcc->run("requests --json");
        QCOMPARE(listed.exit, 0);
        QCOMPARE(ids(listed), QStringList{u"req-1"_s});
        const QJsonObject request = listed.json().value("requests"_L1).toArray().first().toObject();
        const QJsonObject live = this->live().first().toObject();
        for (auto it = live.begin(); it != live.end(); ++it) {
            QVERIFY2(request.contains(it.key()), qPrintable(it.key()));
            if (!it.value().isDouble() && !it.value().isArray()) // they are kept to the microsecond
                QCOMPARE(request.value(it.key()), it.value());
        }
        QCOMPARE(request.value("attempts"_L1).toArray().first().toObject().keys(), live.value("attempts"_L1).toArray().first().toObject().keys());
        QCOMPARE(request.value("client"_L1).toString(), u"claude-cli"_s);
    }

    void filtersAndForms()
    {
        start();
        QCOMPARE(ask("opus"), 200);
        QCOMPARE(ask("broken"), 400);
        QCOMPARE(ask("haiku"), 200);
        QCOMPARE(m_qcc->run("proxy stop").exit, 0);
        // Without a proxy, and the newest last.
        QCOMPARE(ids(m_qcc->run("requests --json")), (QStringList{u"req-1"_s, u"req-2"_s, u"req-3"_s}));
        QCOMPARE(ids(m_qcc->run("requests --json --limit 2")), (QStringList{u"req-2"_s, u"req-3"_s}));
        QCOMPARE(ids(m_qcc->run("requests --json --since 1h")), (QStringList{u"req-1"_s, u"req-2"_s, u"req-3"_s}));
        QCOMPARE(ids(m_qcc->run("requests --json --since 1h --limit 1")), QStringList{u"req-3"_s});
        QCOMPARE(ids(m_qcc->run("requests --json --until 2026-01-01")), QStringList());
        QCOMPARE(ids(m_qcc->run("requests --json --outcome failed")), QStringList{u"req-2"_s});
        QCOMPARE(ids(m_qcc->run("requests --json --outcome complete --model haiku")), QStringList{u"req-3"_s});
        QCOMPARE(ids(m_qcc->run("requests --json --cluster work --endpoint relay --client claude-cli")).size(), 3);
        QCOMPARE(ids(m_qcc->run("requests --json --grep broken")), QStringList{u"req-2"_s});
        QCOMPARE(ids(m_qcc->run("requests --json --grep req-3")), QStringList{u"req-3"_s});

        const QStringList csv = m_qcc->run("requests --csv").out.split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(csv.size(), 4);
        QVERIFY2(csv.first().startsWith("started_at,ended_at,run,id,"_L1), qPrintable(csv.first()));
        QVERIFY2(csv[2].endsWith(",1,relay,\"bad: it is, broken\",,"_L1), qPrintable(csv[2]));

        const QStringList table = m_qcc->run("requests").out.split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(table.size(), 4);
        QVERIFY(table[0].startsWith("ENDED"_L1));
        QVERIFY2(table[2].contains("caller_error"_L1) && table[2].contains("relay"_L1) && table[2].contains("it is, broken"_L1), qPrintable(table[2]));

        const Ended slip = m_qcc->run("requests --cluster wrok");
        QCOMPARE(slip.exit, 0);
        QVERIFY2(slip.err.contains("Did you mean \"work\"?"_L1), qPrintable(slip.err));
        QCOMPARE(slip.out, u"No request matches.\n"_s);
        QCOMPARE(m_qcc->run("requests --json --cluster wrok").json().value("requests"_L1), QJsonValue(QJsonArray()));
    }

    void ofMoreNamesThanAreReadNoneIsASlip()
    {
        QList<ExchangeRecord> exchanges(HistoryReader::mostNames + 1);
        for (ExchangeRecord &exchange : exchanges)
            exchange.model = u"model-%1"_s.arg(&exchange - exchanges.data(), 4, 10, QLatin1Char('0'));
        {
            HistoryFile file(historyPath());
            QVERIFY(file.open());
            QVERIFY(file.add({}, {}, {}, exchanges));
        }
        const Ended listed = m_qcc->run({u"requests"_s, u"--json"_s, u"--model"_s, exchanges.constLast().model});
        QCOMPARE(listed.err, QString());
        QCOMPARE(ids(listed).size(), 1);
    }

    void timesThatAreNoneAreExplained_data()
    {
        QTest::addColumn<QString>("time");
        QTest::addColumn<bool>("isGood");
        for (const char *good : {"90s", "30m", "2h", "7d", "2w", "2026-11-30", "2026-11-30T14:00", "2026-11-30T14:00:05", "2026-11-30T14:00:05Z", "2026-11-30T14:00+08:00"})
            QTest::newRow(good) << QString::fromLatin1(good) << true;
        for (const char *bad : {"yesterday", "2", "2x", "-2h", "2026-13-01", "2026-11-30T25:00", "1234567890h"})
            QTest::newRow(bad) << QString::fromLatin1(bad) << false;
    }

    void timesThatAreNoneAreExplained()
    {
        QFETCH(QString, time);
        QFETCH(bool, isGood);
        const Ended ended = m_qcc->run({u"requests"_s, u"--since="_s + time});
        QCOMPARE(ended.exit, isGood ? 1 : 2); // there is no history
        QCOMPARE(ended.err.contains("is no time for --since"_L1) && ended.err.contains("2026-11-30T14:00"_L1), !isGood);
    }

    void aSpanThatIsNoneIsExplained()
    {
        const Ended ended = m_qcc->run("requests --since 1h --until 2h");
        QCOMPARE(ended.exit, 2);
        QVERIFY2(ended.err.contains("--until is not after --since"_L1), qPrintable(ended.err));
        QCOMPARE(m_qcc->run("requests --since 2h --until 1h").exit, 1); // there is no history
    }

    void restartsGoOnWithIt()
    {
        start();
        QCOMPARE(ask(), 200);
        QCOMPARE(m_qcc->run("proxy restart").exit, 0);
        m_port = static_cast<quint16>(m_qcc->run("proxy status --json").json().value("port"_L1).toInt());
        QCOMPARE(ask(), 200);
        const Ended listed = m_qcc->run("requests --json");
        QCOMPARE(ids(listed), (QStringList{u"req-1"_s, u"req-1"_s}));
        const QJsonArray requests = listed.json().value("requests"_L1).toArray();
        QVERIFY(requests[0].toObject().value("run"_L1).toInt() < requests[1].toObject().value("run"_L1).toInt());
    }

    void clearsWithAndWithoutAProxy()
    {
        start();
        QCOMPARE(ask(), 200);
        QCOMPARE(m_qcc->run("history --json").json().value("requests"_L1).toInt(), 1);
        const Ended cleared = m_qcc->run("history clear");
        QVERIFY2(cleared.out.startsWith("Removed 1 request and the counts of 1 minute; history.db went from "_L1), qPrintable(cleared.out + cleared.err));
        QCOMPARE(m_qcc->run("requests").out, u"No request matches.\n"_s);
        QCOMPARE(live(), QJsonArray());
        QCOMPARE(ask(), 200);
        QCOMPARE(ids(m_qcc->run("requests --json")), QStringList{u"req-2"_s});
        QCOMPARE(m_qcc->run("proxy stop").exit, 0);
        QCOMPARE(m_qcc->run("history clear --json").json().value("exchanges"_L1).toInt(), 1);
        QCOMPARE(m_qcc->run("history --json").json().value("requests"_L1).toInt(-1), 0);
    }

    void whatWasClearedIsCounted_data()
    {
        QTest::addColumn<int>("requests");
        QTest::addColumn<int>("minutes");
        QTest::addColumn<QString>("told");
        QTest::newRow("none") << 0 << 0 << u"Removed 0 requests and the counts of 0 minutes;"_s;
        QTest::newRow("one") << 1 << 1 << u"Removed 1 request and the counts of 1 minute;"_s;
        QTest::newRow("several") << 2 << 3 << u"Removed 2 requests and the counts of 3 minutes;"_s;
    }

    void whatWasClearedIsCounted()
    {
        QFETCH(int, requests);
        QFETCH(int, minutes);
        QFETCH(QString, told);
        const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now());
        {
            MinuteCounts counts;
            for (int minute = 0; minute < minutes; ++minute)
                counts[now - std::chrono::minutes(minute)].count(Outcome::Complete);
            HistoryFile file(historyPath());
            QVERIFY(file.open());
            QVERIFY(file.add(counts, {}, {now, {}, {}}, QList<ExchangeRecord>(requests)));
        }
        const Ended cleared = m_qcc->run("history clear");
        QCOMPARE(cleared.exit, 0);
        QVERIFY2(cleared.out.startsWith(told), qPrintable(cleared.out + cleared.err));
    }

    void switchedOffItKeepsNoneAndSaysSo()
    {
        start({{u"enabled"_s, false}});
        QCOMPARE(ask(), 200);
        const Ended none = m_qcc->run("requests");
        QCOMPARE(none.exit, 1);
        QVERIFY2(none.err.contains("History is off"_L1) && none.err.contains("history.enabled"_L1), qPrintable(none.err));
        QVERIFY(!QFile::exists(historyPath()));
    }

    void whatIsFromBeforeItWasSwitchedOffIsStillListedAndCleared()
    {
        start();
        QCOMPARE(ask(), 200);
        set({{u"enabled"_s, false}});
        QTRY_VERIFY(!QFile::exists(historyPath() + u"-wal"_s)); // the proxy has closed it
        QCOMPARE(ask(), 200);
        const Ended listed = m_qcc->run("requests --json");
        QCOMPARE(ids(listed), QStringList{u"req-1"_s});
        QVERIFY(listed.err.contains("History is off"_L1));
        QCOMPARE(live().size(), 2);
        QCOMPARE(m_qcc->run("history clear --json").json().value("exchanges"_L1).toInt(), 1);
        QCOMPARE(live(), QJsonArray());
        QCOMPARE(m_qcc->run("history --json").json().value("requests"_L1).toInt(-1), 0);
    }

    void aDamagedFileIsNamed()
    {
        QFile file(historyPath());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray("this is no database, and long enough to tell").repeated(100));
        file.close();
        for (const char *line : {"requests", "history"}) {
            const Ended ended = m_qcc->run(line);
            QCOMPARE(ended.exit, 1);
            QVERIFY2(ended.err.contains(historyPath()) && ended.err.contains("cannot be read"_L1), qPrintable(ended.err));
        }
        QVERIFY(QFile::exists(historyPath()));
    }

    void aKillLosesTheLastSecondAtMost()
    {
        start();
        for (int round = 0; round < 4; ++round) {
            struct Done {
                qint64 atMs;
                int number;
            };
            QList<Done> done;
            QElapsedTimer clock;
            clock.start();
            const qint64 until = 1'300 + QRandomGenerator::global()->bounded(700);
            while (clock.elapsed() < until) {
                QCOMPARE(ask(), 200);
                done.append({clock.elapsed(), static_cast<int>(done.size()) + 1});
            }
            const auto pid = static_cast<pid_t>(m_qcc->run("proxy status --json").json().value("pid"_L1).toInteger());
            const qint64 killedMs = clock.elapsed();
            QCOMPARE(kill(pid, SIGKILL), 0);
            QTRY_VERIFY(kill(pid, 0) != 0);
            HistoryReader reader(historyPath());
            QVERIFY(reader.open());
            const Result<HistoryPage> page = reader.page({.limit = 100'000});
            QVERIFY(page);
            QSet<int> kept;
            for (const KeptExchange &one : page->exchanges) {
                if (one.run == page->exchanges.first().run)
                    kept.insert(static_cast<int>(one.record.number));
            }
            qsizetype old = 0;
            for (const Done &one : done) {
                if (one.atMs < killedMs - 1'000 && ++old)
                    QVERIFY2(kept.contains(one.number), qPrintable(u"req-%1, %2 ms before the end"_s.arg(one.number).arg(killedMs - one.atMs)));
            }
            QVERIFY(old > 0);
            reader.close();
            startAgain();
        }
        QVERIFY(!QFile::exists(historyPath() + u".broken"_s));
        QString integrity;
        SqliteFile file;
        QVERIFY(file.open(historyPath()));
        QVERIFY(file.read(u"PRAGMA integrity_check"_s, {}, [&integrity](const QVariantList &row) {
            integrity = row.first().toString();
            return false;
        }));
        QCOMPARE(integrity, u"ok"_s);
    }

    void helpAndCompletionKnowIt()
    {
        QVERIFY(m_qcc->run("help requests").out.contains("--outcome"_L1));
        QVERIFY(m_qcc->run("help history clear").out.contains("proxy.log"_L1));
        QVERIFY(m_qcc->run({u"__complete"_s, u"requests"_s, u"--outcome"_s, QString()}).out.contains("failed"_L1));
        QVERIFY(m_qcc->run({u"__complete"_s, u"history"_s, QString()}).out.contains("clear"_L1));
    }
};

QTEST_GUILESS_MAIN(TestCliRequests)
#include "tst_clirequests.moc"
