#include "core/history/history.h"
#include "core/history/historyfile.h"
#include "tests/support/historyfixture.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTest>

#include <functional>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::days;

namespace {

OutcomeCounts counts(quint64 complete, quint64 cancelled = 0)
{
    OutcomeCounts its;
    its.byOutcome = {complete, 0, 0, 0, 0, cancelled};
    return its;
}

/// An exchange ends.
void finish(History &history, Outcome outcome, Timeline::Time end)
{
    ExchangeRecord exchange;
    exchange.outcome = outcome;
    exchange.endedAt = end;
    history.record(exchange);
}

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;

} // namespace

class TestHistory : public QObject, private HistoryFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { makeFolder(); }
    void cleanup() { removeFolder(); }

    void itIsRememberedThatAKeyHasWorked()
    {
        const QByteArray secretKey("sk-very-secret-key-0123456789");
        QByteArray mark;
        {
            HistoryFile file(path());
            QVERIFY(file.open());
            const Result<KeyMarks> none = file.readKeys();
            QVERIFY(none);
            QVERIFY(none->marks.isEmpty());
            QCOMPARE(none->secret.size(), 32);
            mark = none->markOf("https://relay.example", secretKey);
            QVERIFY(file.addKey(mark));
            QVERIFY(file.addKey(mark)); // twice is once
        }
        HistoryFile file(path());
        QVERIFY(file.open());
        const Result<KeyMarks> keys = file.readKeys();
        QVERIFY(keys);
        QCOMPARE(keys->marks, QSet<QByteArray>{mark});
        QCOMPARE(keys->markOf("https://relay.example", secretKey), mark);
        // Of another key, or the same one elsewhere, nothing is known.
        QVERIFY(keys->markOf("https://relay.example", "sk-other") != mark);
        QVERIFY(keys->markOf("https://other.example", secretKey) != mark);
        file.close();
        for (const QString &name : QDir(m_folder->path()).entryList({u"history.db*"_s})) {
            QFile raw(m_folder->filePath(name));
            QVERIFY(raw.open(QIODevice::ReadOnly));
            const QByteArray bytes = raw.readAll();
            QVERIFY(!bytes.contains(secretKey) && !bytes.contains("relay.example"));
        }
    }

    void aFileOfAnOlderVersionLearnsAboutKeys()
    {
        {
            HistoryFile file(path());
            QVERIFY(file.open());
            QVERIFY(file.add({{thisMinute, counts(2)}}, sinceEver, {thisMinute, {}, {}}));
        }
        HistoryFile file(path());
        QVERIFY(file.open());
        QVERIFY(file.readKeys());
        QCOMPARE(*file.read(sinceEver), (MinuteCounts{{thisMinute, counts(2)}}));
    }

    void tellsWhatIsKnownOfKeys()
    {
        History history(path(), *m_log, 10ms);
        QSignalSpy loaded(&history, &History::keysLoaded);
        QSignalSpy unknown(&history, &History::keysUnknown);
        history.configure({.enabled = true, .days = 30}, now);
        QTRY_COMPARE(loaded.size(), 1);
        history.configure({.enabled = false, .days = 30}, now);
        QCOMPARE(unknown.size(), 1);
    }

    void aFileKeepsWhatWasAdded()
    {
        {
            HistoryFile file(path());
            QVERIFY(file.open());
            QVERIFY(file.add({{thisMinute, counts(2, 1)}, {thisMinute - 90min, counts(7)}}, sinceEver, {thisMinute, {}, {}}));
            QVERIFY(file.add({{thisMinute, counts(3)}}, sinceEver, {thisMinute, {}, {}}));
        }
        HistoryFile file(path());
        QVERIFY(file.open());
        const Result<MinuteCounts> all = file.read(sinceEver);
        QVERIFY(all);
        QCOMPARE(*all, (MinuteCounts{{thisMinute, counts(5, 1)}, {thisMinute - 90min, counts(7)}}));
        QCOMPARE(*file.read(thisMinute), (MinuteCounts{{thisMinute, counts(5, 1)}}));
    }

    void onlyItsOwnerMayReadIt()
    {
        HistoryFile file(path());
        QVERIFY(file.open());
        QVERIFY(file.add({{thisMinute, counts(1)}}, sinceEver, {thisMinute, {}, {}}));
        const QFileInfoList files = QDir(m_folder->path()).entryInfoList({u"history.db*"_s}, QDir::Files);
        QVERIFY(!files.isEmpty());
        for (const QFileInfo &one : files)
            QVERIFY2(!(one.permissions() & ~ownerOnly), qPrintable(one.fileName()));
        file.close();
        QVERIFY(QFile::setPermissions(path(), ownerOnly | QFile::ReadOther));
        QVERIFY(file.open());
        QVERIFY(!(QFileInfo(path()).permissions() & ~ownerOnly));
    }

    void addingForgetsWhatIsTooOld()
    {
        HistoryFile file(path());
        QVERIFY(file.open());
        QVERIFY(file.add({{thisMinute - 2min, counts(1)}, {thisMinute - 1min, counts(2)}}, sinceEver, {thisMinute, {}, {}}));
        QVERIFY(file.add({{thisMinute, counts(3)}}, thisMinute - 1min, {thisMinute, {}, {}}));
        QCOMPARE(*file.read(sinceEver), (MinuteCounts{{thisMinute - 1min, counts(2)}, {thisMinute, counts(3)}}));
    }

    void aWriteThatFailsChangesNothing()
    {
        HistoryFile file(path());
        QVERIFY(file.open());
        QVERIFY(file.add({{thisMinute - 1min, counts(1)}}, sinceEver, {thisMinute, {}, {}}));
        refuseWrites(true);
        QVERIFY(!file.add({{thisMinute - 1min, counts(1)}, {thisMinute, counts(1)}}, sinceEver, {thisMinute, {}, {}}));
        QVERIFY(!file.isDamaged());
        refuseWrites(false);
        QCOMPARE(*file.read(sinceEver), (MinuteCounts{{thisMinute - 1min, counts(1)}}));
        QVERIFY(file.add({{thisMinute, counts(1)}}, sinceEver, {thisMinute, {}, {}}));
    }

    void aRestartKeepsWhatWasCounted()
    {
        run([](History &history) {
            finish(history, Outcome::Complete, now);
            finish(history, Outcome::Complete, now - 3h);
        });
        run([](History &history) { finish(history, Outcome::Complete, now); });
        const MinuteCounts kept = run();
        QCOMPARE(kept, (MinuteCounts{{thisMinute, counts(2)}, {thisMinute - 3h, counts(1)}}));
        QCOMPARE(logText(), QString());
    }

    void whatALaterRunCountsIsAddedToWhatItLoads()
    {
        run([](History &history) { finish(history, Outcome::Complete, now); });
        Timeline timeline;
        History history(path(), *m_log);
        connect(&history, &History::loaded, this, [&timeline](const MinuteCounts &earlier) { timeline.add(earlier); });
        history.configure({}, now);
        timeline.count(Outcome::Complete, now); // before the file has been read
        finish(history, Outcome::Complete, now);
        QTRY_COMPARE(timeline.lastHour(now).total(), quint64(2));
    }

    void loadsNoMoreThanATimelineKeeps()
    {
        run([](History &history) {
            finish(history, Outcome::Complete, now - days(8));
            finish(history, Outcome::Complete, now - days(6));
        });
        QCOMPARE(run(), (MinuteCounts{{thisMinute - days(6), counts(1)}}));
        // Which is not to say that it is gone.
        QCOMPARE(run({}, now - days(5)).size(), std::size_t(2));
    }

    void keepsAsManyDaysAsConfigured()
    {
        run([](History &history) {
            finish(history, Outcome::Complete, now - days(4));
            finish(history, Outcome::Complete, now - days(2));
        });
        QCOMPARE(run({}, now, {.enabled = true, .days = 3}), (MinuteCounts{{thisMinute - days(2), counts(1)}}));
        // Written at its end; more days bring nothing back.
        QCOMPARE(run(), (MinuteCounts{{thisMinute - days(2), counts(1)}}));
    }

    void fewerDaysTakeEffectAtOnce()
    {
        run([](History &history) {
            finish(history, Outcome::Complete, now - days(4));
            finish(history, Outcome::Complete, now);
        });
        History history(path(), *m_log);
        history.configure({.enabled = true, .days = 30}, now);
        history.configure({.enabled = true, .days = 3}, now);
        QTRY_COMPARE(minutesInFile(), 1);
    }

    void writesWhileItRuns()
    {
        History history(path(), *m_log, 20ms);
        history.configure({}, now);
        finish(history, Outcome::Complete, now);
        QTRY_COMPARE(minutesInFile(), 1);
        finish(history, Outcome::Complete, now + 1min);
        QTRY_COMPARE(minutesInFile(), 2);
    }

    void disabledItTouchesNoFile()
    {
        run([](History &history) { finish(history, Outcome::Complete, now); }, now, {.enabled = false, .days = 30});
        QCOMPARE(QDir(m_folder->path()).entryList({u"history*"_s}), QStringList());
    }

    void followsBeingSwitchedOffAndOn()
    {
        run([](History &history) { finish(history, Outcome::Complete, now); });
        {
            History history(path(), *m_log);
            QSignalSpy loaded(&history, &History::loaded);
            history.configure({.enabled = false, .days = 30}, now);
            finish(history, Outcome::Error, now);
            history.configure({.enabled = true, .days = 30}, now);
            QTRY_COMPARE(loaded.size(), 1);
            finish(history, Outcome::Complete, now);
            history.configure({.enabled = false, .days = 30}, now);
            finish(history, Outcome::Error, now);
            // What this run wrote must not come to it as an earlier run's.
            history.configure({.enabled = true, .days = 30}, now);
            finish(history, Outcome::Complete, now + 1min);
            history.configure({.enabled = false, .days = 30}, now);
            QTRY_COMPARE(minutesInFile(), 2);
            QTRY_VERIFY(!QFile::exists(path() + u"-wal"_s)); // closed
            QCOMPARE(loaded.size(), 1);
        }
        QCOMPARE(run(), (MinuteCounts{{thisMinute, counts(2)}, {thisMinute + 1min, counts(1)}}));
    }

    void aFileThatIsNoneOfOursIsMovedAside_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("statement"); // run on a file of ours when there is no content
        QTest::newRow("no database") << QByteArray("this is no database, and long enough to tell").repeated(100) << QString();
        QTest::newRow("cut off") << QByteArray("SQLite format 3\0", 16) << QString();
        QTest::newRow("another program's") << QByteArray() << u"PRAGMA user_version = 0"_s;
        QTest::newRow("without its table") << QByteArray() << u"DROP TABLE minutes"_s;
        QTest::newRow("without a column") << QByteArray() << u"ALTER TABLE minutes DROP COLUMN recovered"_s;
    }

    void aFileThatIsNoneOfOursIsMovedAside()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, statement);
        if (content.isEmpty()) {
            run([](History &history) { finish(history, Outcome::Complete, now); });
            execute(statement);
        } else {
            writeFile(path(), content);
        }
        writeFile(path() + u".broken"_s, "an earlier one");
        const QByteArray before = readFile(path());
        run([](History &history) { finish(history, Outcome::Complete, now); });
        QCOMPARE(readFile(path() + u".broken"_s), before);
        QCOMPARE(logText().count("WARNING"_L1), 1);
        QVERIFY2(logText().contains("history.db.broken"_L1), qPrintable(logText()));
        QCOMPARE(run(), (MinuteCounts{{thisMinute, counts(1)}}));
        QCOMPARE(logText().count("WARNING"_L1), 1);
    }

    void aFileThatGoesBadWhileItRunsIsReplaced()
    {
        run([](History &history) {
            for (auto later = 0min; later < 24h; ++later)
                finish(history, Outcome::Complete, now - days(40) + later);
        });
        History history(path(), *m_log, 10ms);
        QSignalSpy loaded(&history, &History::loaded);
        history.configure({}, now); // which reads the newest pages; the oldest are wanted when it forgets them
        QTRY_COMPARE(loaded.size(), 1);
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        const qint64 size = file.size();
        QVERIFY(size > 8192);
        file.write(QByteArray(size, 'x'));
        file.close();
        finish(history, Outcome::Complete, now);
        QTRY_VERIFY2(logText().contains("history begins anew"_L1), qPrintable(logText()));
        QTRY_COMPARE(minutesInFile(), 1);
        QCOMPARE(logText().count("WARNING"_L1), 1);
        QCOMPARE(loaded.size(), 1);
    }

    void aNewerVersionsFileIsLeftAlone()
    {
        run([](History &history) { finish(history, Outcome::Complete, now); });
        execute(u"PRAGMA user_version = 2"_s);
        const QByteArray before = readFile(path());
        QCOMPARE(run([](History &history) { finish(history, Outcome::Complete, now); }, now, {}, false), MinuteCounts());
        QCOMPARE(readFile(path()), before);
        QCOMPARE(logText().count("WARNING"_L1), 1);
        QVERIFY2(logText().contains("newer qcc"_L1), qPrintable(logText()));
    }

    void aPlaceThatCannotBeWrittenToStopsNobody_data()
    {
        QTest::addColumn<QString>("place");
        QTest::newRow("no folder") << u"nowhere/history.db"_s;
        QTest::newRow("below a file") << u"proxy.log/history.db"_s;
    }

    void aPlaceThatCannotBeWrittenToStopsNobody()
    {
        QFETCH(QString, place);
        History history(m_folder->filePath(place), *m_log, 5ms);
        history.configure({}, now);
        finish(history, Outcome::Complete, now);
        QTRY_COMPARE(logText().count("WARNING"_L1), 1);
        finish(history, Outcome::Complete, now);
        QVERIFY2(logText().contains("no history"_L1), qPrintable(logText()));
    }

    void aLinkThatLeadsOutIsNotFollowedWhenItIsSwitchedOn_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::newRow("the file") << QString();
        QTest::newRow("SQLite's own beside it") << u"-wal"_s;
    }

    void aLinkThatLeadsOutIsNotFollowedWhenItIsSwitchedOn()
    {
        QFETCH(QString, suffix);
        QTemporaryDir outside;
        const QString victim = outside.filePath(u"victim"_s);
        QFile(victim).open(QIODevice::WriteOnly);
        History history(path(), *m_log, 5ms);
        history.configure({.enabled = false, .days = 30}, now);
        QVERIFY(QFile::link(victim, path() + suffix));
        history.configure({.enabled = true, .days = 30}, now);
        finish(history, Outcome::Complete, now);
        QTRY_VERIFY2(logText().contains(path() + suffix + u" is a link that leads out"_s), qPrintable(logText()));
        QCOMPARE(QFileInfo(victim).size(), 0);
        QCOMPARE(QDir(outside.path()).entryList(QDir::Files), QStringList{u"victim"_s});
    }

    void aFullDiskIsOneWarningAndLosesNothing()
    {
        run();
        refuseWrites(true);
        {
            History history(path(), *m_log, 5ms);
            history.configure({}, now);
            finish(history, Outcome::Complete, now);
            QTRY_COMPARE(logText().count("WARNING"_L1), 1);
            finish(history, Outcome::Complete, now);
        }
        QCOMPARE(logText().count("WARNING"_L1), 1);
        {
            History history(path(), *m_log, 5ms);
            history.configure({}, now);
            finish(history, Outcome::Complete, now);
            QTRY_COMPARE(logText().count("WARNING"_L1), 2);
            refuseWrites(false);
            finish(history, Outcome::Complete, now);
            QTRY_COMPARE(minutesInFile(), 1);
        }
        QCOMPARE(run(), (MinuteCounts{{thisMinute, counts(2)}}));
    }

private:
    /// One run of the proxy; answers what it found of earlier ones.
    MinuteCounts run(const std::function<void(History &)> &then = {}, Timeline::Time at = now, const Config::History &settings = {},
                     bool loads = true)
    {
        History history(path(), *m_log);
        MinuteCounts found;
        QSignalSpy loaded(&history, &History::loaded);
        connect(&history, &History::loaded, this, [&found](const MinuteCounts &earlier) { found = earlier; });
        history.configure(settings, at);
        if (settings.enabled && loads && !QTest::qWaitFor([&loaded] { return !loaded.isEmpty(); }))
            qWarning("history did not load");
        if (then)
            then(history);
        return found;
    }

    /// Lets writes of this minute fail, as they do where the disk is full.
    void refuseWrites(bool refuse) const
    {
        const QString create = u"CREATE TRIGGER full BEFORE INSERT ON minutes WHEN NEW.minute = %1 "
                               "BEGIN SELECT RAISE(ABORT, 'no room'); END"_s.arg(thisMinute.time_since_epoch().count());
        execute(refuse ? create : u"DROP TRIGGER full"_s);
    }

    int minutesInFile() const
    {
        return QFile::exists(path()) ? execute(u"SELECT count(*) FROM minutes"_s).toInt() : 0;
    }
};

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
