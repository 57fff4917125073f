#include "core/history/exchangetables.h"
#include "core/history/history.h"
#include "core/history/historyreader.h"
#include "core/report/recordsjson.h"
#include "tests/support/historyfixture.h"

#include <QDir>
#include <QSignalSpy>
#include <QTest>
#include <QTimeZone>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::days;

namespace {

const ClockProof::State sure{thisMinute, {}, {}};

QDateTime dateTime(Timeline::Time time)
{
    return QDateTime::fromMSecsSinceEpoch(std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count(), QTimeZone::utc());
}

ExchangeRecord exchange(quint64 number, Outcome outcome = Outcome::Complete, Timeline::Time ended = now)
{
    ExchangeRecord exchange;
    exchange.number = number;
    exchange.outcome = outcome;
    exchange.endedAt = ended;
    exchange.startedAt = dateTime(ended - 1500ms);
    exchange.method = "POST";
    exchange.path = "/v1/messages";
    exchange.cluster = u"work"_s;
    exchange.model = u"opus"_s;
    exchange.client = u"claude-cli"_s;
    exchange.status = 200;
    exchange.totalMs = 1500.25;
    AttemptRecord attempt;
    attempt.endpointId = u"0badcafe"_s;
    attempt.endpointName = u"relay-a"_s;
    attempt.status = 200;
    attempt.phase = Phase::Body;
    attempt.totalMs = 1400;
    exchange.attempts.append(attempt);
    return exchange;
}

/// With something in everything that can hold something.
ExchangeRecord fullExchange()
{
    ExchangeRecord full = exchange(12, Outcome::Recovered);
    full.path = "/v1/größe";
    full.streamed = true;
    full.answeredModel = u"opus-4"_s;
    full.classes = {u"subagent"_s};
    full.route = u"class=subagent"_s;
    full.requestBytes = 5'000'000'000;
    full.answerBytes = 12;
    full.inputTokens = 100;
    full.outputTokens = 0;
    full.firstByteMs = 12.345;
    full.error = u"the words of qcc"_s;
    AttemptRecord failed;
    failed.endpointId = u"12345678"_s;
    failed.endpointName = u"größer"_s;
    failed.phase = Phase::Headers;
    failed.failure = FailureClass::RateLimit;
    failed.status = 429;
    failed.reusedConnection = true;
    failed.version = HttpVersion::Http2;
    failed.address = u"203.0.113.7:443"_s;
    failed.fromUpstream = false;
    failed.error = u"it said no"_s;
    failed.upstreamError = u"rate_limit_error: slow down"_s;
    failed.offsetMs = 0.5;
    failed.dnsMs = 1;
    failed.connectMs = 2.5;
    failed.tlsMs = 3;
    failed.firstByteMs = 4;
    failed.totalMs = 5;
    full.attempts.prepend(failed);
    return full;
}

QList<quint64> numbers(const HistoryPage &page)
{
    QList<quint64> numbers;
    for (const KeptExchange &kept : page.exchanges)
        numbers.append(kept.record.number);
    return numbers;
}

} // namespace

/// The exchanges in history.db: how they get there, how long they stay, and how they are found again.
class TestHistoryRequests : public QObject, private HistoryFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { makeFolder(); }
    void cleanup() { removeFolder(); }

    void whatIsKeptIsWhatWasRecorded()
    {
        const ExchangeRecord full = fullExchange();
        add({exchange(11), full});
        const QList<KeptExchange> kept = page().exchanges;
        QCOMPARE(kept.size(), 2);
        QCOMPARE(exchangeJson(kept[0].record), exchangeJson(full));
        QCOMPARE(exchangeJson(kept[1].record), exchangeJson(exchange(11)));
        QCOMPARE(kept[0].record.endedAt, full.endedAt);
        QVERIFY(!kept[1].record.inputTokens && !kept[1].record.firstByteMs && !kept[1].record.attempts[0].dnsMs);
    }

    void columnsThatNothingFillsAreThereAndNull()
    {
        add({fullExchange()});
        QVERIFY(execute(u"SELECT coalesce(cache_read_tokens, cache_write_tokens) FROM exchanges"_s).isNull());
    }

    void runsAreToldApart()
    {
        add({exchange(1), exchange(2)});
        add({exchange(1)});
        const QList<KeptExchange> kept = page().exchanges;
        QCOMPARE(kept.size(), 3);
        QVERIFY(kept[0].run != kept[2].run);
        QCOMPARE(kept[1].run, kept[2].run);
        QVERIFY(kept[0].id > kept[1].id && kept[1].id > kept[2].id);
    }

    void moreAttemptsThanFitLeaveTheFirstAndTheLast()
    {
        ExchangeRecord many = exchange(1);
        const AttemptRecord one = many.attempts.first();
        many.attempts.clear();
        for (int i = 0; i < 100; ++i) {
            many.attempts.append(one);
            many.attempts.last().status = 200 + i;
        }
        add({many, exchange(2)});
        const ExchangeRecord kept = page().exchanges.last().record;
        QCOMPARE(kept.attempts.size(), 64);
        QCOMPARE(kept.attempts[62].status, 262);
        QCOMPARE(kept.attempts[63].status, 299);
    }

    void longNamesAreCut()
    {
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= 20; ++number) {
            ExchangeRecord one = exchange(number);
            one.path = "/v1/" + QByteArray(60'000, 'p') + QByteArray::number(number);
            one.model = u"model "_s + QString(60'000, u'm') + QString::number(number);
            one.attempts.first().address = QString(60'000, u'a');
            exchanges.append(one);
        }
        add(exchanges);
        const ExchangeRecord kept = page().exchanges.first().record;
        QCOMPARE(kept.path, "/v1/" + QByteArray(496, 'p'));
        QCOMPARE(kept.model, u"model "_s + QString(494, u'm'));
        QCOMPARE(kept.attempts.first().address, QString(500, u'a'));
        QVERIFY(historyBytes(path()) < 200'000);
    }

    void wordsAreCutAndHoldNoKey_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("kept");
        QTest::newRow("short") << u"no room"_s << u"no room"_s;
        QTest::newRow("long") << QString(400, u'x') << QString(300, u'x');
        const QString pair = u"\U0001F600"_s;
        QTest::newRow("cut within a pair") << QString(299, u'x') + pair << QString(299, u'x');
        QTest::newRow("a key") << u"Incorrect API key provided: sk-ant-api03-0123456789abcdef. Look it up"_s
                               << u"Incorrect API key provided: *** Look it up"_s;
        QTest::newRow("a bearer") << u"bad header (Authorization: Bearer abcdefghijklmnop)"_s << u"bad header (Authorization: Bearer ***)"_s;
        QTest::newRow("in a query") << u"GET /v1?key=0123456789abcdef failed"_s << u"GET /v1?key=*** failed"_s;
        QTest::newRow("named") << u"api_key: 0123456789abcdef, model: m"_s << u"api_key: ***, model: m"_s;
        QTest::newRow("Google's") << u"API key AIzaSyA-0123456789abcdef not valid"_s << u"API key *** not valid"_s;
        QTest::newRow("where it would be cut") << QString(290, u'x') + u" sk-ant-api03-0123456789abcdef"_s << QString(290, u'x') + u" ***"_s;
        QTest::newRow("ids stay") << u"overloaded (request id: req_011CTxyz0123456789)"_s << u"overloaded (request id: req_011CTxyz0123456789)"_s;
        QTest::newRow("tokens that are counted") << u"max_tokens: 200000 > 128000"_s << u"max_tokens: 200000 > 128000"_s;
        QTest::newRow("what steers") << u"a\u001b[31mb\nc"_s << u"a\\u001b[31mb\\nc"_s;
    }

    void wordsAreCutAndHoldNoKey()
    {
        QFETCH(QString, said);
        QFETCH(QString, kept);
        QCOMPARE(keptWords(said), kept);
        ExchangeRecord failed = exchange(1, Outcome::Error);
        failed.error = said;
        failed.attempts.first().error = said;
        failed.attempts.first().upstreamError = said;
        add({failed});
        const ExchangeRecord record = page().exchanges.first().record;
        QCOMPARE(record.error, kept);
        QCOMPARE(record.attempts.first().error, kept);
        QCOMPARE(record.attempts.first().upstreamError, kept);
    }

    void withoutWordsThereAreNone()
    {
        {
            History history(path(), *m_log);
            history.configure({.enabled = true, .days = 30, .words = false}, now);
            history.record(fullExchange());
        }
        const ExchangeRecord kept = page().exchanges.first().record;
        QVERIFY(kept.error.isEmpty() && kept.attempts[0].error.isEmpty() && kept.attempts[0].upstreamError.isEmpty());
        QCOMPARE(kept.attempts[0].failure, FailureClass::RateLimit);
        QCOMPARE(execute(u"SELECT count(*) FROM texts WHERE kind = %1"_s.arg(int(TextKind::Words))).toInt(), 0);
    }

    void wordsChangeWhileItRuns()
    {
        {
            History history(path(), *m_log, 1h);
            history.configure({}, now);
            history.record(fullExchange());
            history.configure({.enabled = true, .days = 30, .words = false}, now);
            history.record(fullExchange());
        }
        const QList<KeptExchange> kept = page().exchanges;
        QVERIFY(kept[0].record.error.isEmpty());
        QCOMPARE(kept[1].record.error, u"the words of qcc"_s);
    }

    void disabledItKeepsNothing()
    {
        {
            History history(path(), *m_log);
            history.configure({.enabled = false, .days = 30, .words = true}, now);
            history.record(exchange(1));
        }
        QCOMPARE(QDir(m_folder->path()).entryList({u"history*"_s}), QStringList());
        QCOMPARE(HistoryReader(path()).open().error().code, ErrorCode::NotFound);
    }

    void anOlderFileIsTakenOver()
    {
        // As a version wrote it that knew minutes alone.
        for (const char *statement : {"PRAGMA journal_mode = WAL", "CREATE TABLE minutes (minute INTEGER PRIMARY KEY, complete INTEGER NOT NULL, recovered INTEGER "
                                      "NOT NULL, caller_error INTEGER NOT NULL, error INTEGER NOT NULL, truncated INTEGER NOT NULL, client_cancelled INTEGER NOT NULL)",
                                      "PRAGMA user_version = 1", "CREATE TABLE keys (mark TEXT PRIMARY KEY)", "INSERT INTO keys VALUES ('ab')",
                                      "CREATE TABLE secret (value TEXT NOT NULL)", "INSERT INTO secret VALUES ('0011')"})
            execute(QString::fromLatin1(statement));
        execute(u"INSERT INTO minutes VALUES (%1, 7, 0, 0, 0, 0, 1)"_s.arg((thisMinute - 5min).time_since_epoch().count()));
        QCOMPARE(page().exchanges.size(), 0);
        QCOMPARE(*page().total, 0);
        {
            History history(path(), *m_log);
            QSignalSpy loaded(&history, &History::loaded);
            history.configure({}, now);
            QTRY_COMPARE(loaded.size(), 1);
            QCOMPARE(loaded.first().first().value<MinuteCounts>().at(thisMinute - 5min).total(), quint64(8));
            history.record(exchange(1));
        }
        QCOMPARE(numbers(page()), QList<quint64>{1});
        QCOMPARE(execute(u"SELECT mark FROM keys"_s).toString(), u"ab"_s);
        QCOMPARE(execute(u"SELECT value FROM secret"_s).toString(), u"0011"_s);
        QCOMPARE(execute(u"SELECT sum(complete) FROM minutes"_s).toInt(), 8);
        QCOMPARE(execute(u"PRAGMA user_version"_s).toInt(), 1); // which older versions still read
        QCOMPARE(logText(), QString());
    }

    void aNewerVersionsRequestsAreLeftAlone()
    {
        add({exchange(1)});
        execute(u"UPDATE layout SET exchanges = 2"_s);
        {
            History history(path(), *m_log, 5ms);
            history.configure({}, now);
            history.record(exchange(2));
            QTRY_COMPARE(execute(u"SELECT sum(complete) FROM minutes"_s).toInt(), 1);
            history.record(exchange(3));
        }
        QCOMPARE(execute(u"SELECT sum(complete) FROM minutes"_s).toInt(), 2);
        QCOMPARE(execute(u"SELECT count(*) FROM exchanges"_s).toInt(), 1);
        QCOMPARE(logText().count("WARNING"_L1), 1);
        QVERIFY2(logText().contains("newer qcc"_L1), qPrintable(logText()));
        HistoryReader reader(path());
        const Result<void> opened = reader.open();
        QVERIFY(!opened && opened.error().message.contains("newer qcc"_L1));
        QVERIFY(!clearHistory(path()));
        QCOMPARE(execute(u"SELECT count(*) FROM exchanges"_s).toInt(), 1);
    }

    void aDamagedFileIsMovedAside_data()
    {
        QTest::addColumn<QString>("statement");
        QTest::newRow("without a table") << u"DROP TABLE attempts"_s;
        QTest::newRow("without a column") << u"ALTER TABLE exchanges DROP COLUMN total_us"_s;
        QTest::newRow("without its texts") << u"DROP TABLE texts"_s;
    }

    void aDamagedFileIsMovedAside()
    {
        QFETCH(QString, statement);
        add({exchange(1)});
        execute(statement);
        {
            History history(path(), *m_log);
            history.configure({}, now);
            history.record(exchange(2));
        }
        QCOMPARE(logText().count("WARNING"_L1), 1);
        QVERIFY2(logText().contains("history.db.broken"_L1), qPrintable(logText()));
        QVERIFY(QFile::exists(path() + u".broken"_s));
        QCOMPARE(numbers(page()), QList<quint64>{2});
    }

    void aFullDiskLosesNothingThatFitsIntoMemory()
    {
        add({exchange(1)});
        execute(u"CREATE TRIGGER full BEFORE INSERT ON exchanges BEGIN SELECT RAISE(ABORT, 'no room'); END"_s);
        {
            History history(path(), *m_log, 5ms);
            history.configure({}, now);
            history.record(exchange(2));
            QTRY_COMPARE(logText().count("WARNING"_L1), 1);
            QVERIFY2(logText().contains("no room"_L1), qPrintable(logText()));
            history.record(exchange(3));
            QTest::qWait(20);
            execute(u"DROP TRIGGER full"_s);
            history.record(exchange(4));
        }
        QCOMPARE(logText().count("WARNING"_L1), 1);
        QCOMPARE(numbers(page()), (QList<quint64>{4, 3, 2, 1}));
        // One that failed in the middle has left neither texts nor marks that name nothing.
        QCOMPARE(execute(u"SELECT count(*) FROM marks WHERE text NOT IN (SELECT id FROM texts)"_s).toInt(), 0);
    }

    void plainOnesGoFirst()
    {
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= 10; ++number)
            exchanges.append(exchange(number, number % 3 == 0 ? Outcome::Error : Outcome::Complete));
        QCOMPARE(shed(exchanges, 20), quint64(0));
        QCOMPARE(shed(exchanges, 5), quint64(5));
        const auto left = [&exchanges] {
            QList<quint64> those;
            for (const ExchangeRecord &one : exchanges)
                those.append(one.number);
            return those;
        };
        QCOMPARE(left(), (QList<quint64>{3, 6, 8, 9, 10}));
        QCOMPARE(shed(exchanges, 2), quint64(3));
        QCOMPARE(left(), (QList<quint64>{6, 9}));
        QCOMPARE(shed(exchanges, -5), quint64(2));
    }

    void whileTheFileIsHeldUpOnlySoManyWait()
    {
        add({exchange(1)});
        SqliteFile other;
        QVERIFY(other.open(path()));
        QVERIFY(other.begin());
        constexpr quint64 most = History::mostWaiting;
        {
            History history(path(), *m_log, 1ms);
            history.configure({}, now);
            for (quint64 number = 1; number <= 3 * most; ++number) {
                history.record(exchange(number, number == 2 ? Outcome::Error : Outcome::Complete));
                if (number == most / 4)
                    QTest::qWait(20); // so that some have been handed over
            }
            other.rollback();
            other.close();
        }
        const quint64 kept = execute(u"SELECT count(*) FROM exchanges"_s).toULongLong() - 1;
        QVERIFY2(kept > most / 2 && kept <= most, qPrintable(QString::number(kept)));
        QVERIFY2(logText().contains(u"it lacks %1 of them"_s.arg(3 * most - kept)), qPrintable(logText()));
        QCOMPARE(logText().count("WARNING"_L1), 1);
        QCOMPARE(page({.outcomes = {Outcome::Error}}).exchanges.size(), 1);
    }

    void daysAreKeptToTheMinute()
    {
        // A block that is partly old, and one that is all of it.
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= 3000; ++number) {
            ExchangeRecord one = exchange(number, number % 7 == 0 ? Outcome::Error : Outcome::Complete, now - days(30) + std::chrono::minutes(number - 2000));
            one.model = number <= 1500 ? u"gone"_s : number <= 2040 ? u"nearly gone"_s : u"here"_s;
            exchanges.append(one);
        }
        add(exchanges);
        QCOMPARE(*page().total, 3000);
        {
            History history(path(), *m_log);
            history.configure({}, now);
            history.record(exchange(3001));
        }
        const HistoryPage rest = page({.order = HistoryOrder::OldestFirst});
        QCOMPARE(*rest.total, 1002);
        QCOMPARE(rest.exchanges.first().record.number, quint64(2000));
        QCOMPARE(*page({.outcomes = {Outcome::Error}}).total, 143);
        QCOMPARE(execute(u"SELECT count(*) FROM attempts"_s).toInt(), 1002);
        HistoryReader reader(path());
        QVERIFY(reader.open());
        QCOMPARE(reader.names()->models, (QStringList{u"here"_s, u"nearly gone"_s, u"opus"_s}));
        QCOMPARE(page({.model = u"nearly gone"_s}).exchanges.size(), 41);
    }

    void aClockThatIsAheadForgetsNothing()
    {
        add({exchange(1)});
        {
            History history(path(), *m_log);
            history.configure({}, now + days(400));
            history.record(exchange(2, Outcome::Complete, now + days(400)));
        }
        QCOMPARE(*page().total, 2);
    }

    void aRowOfTheFutureHoldsUpNoneBehindIt()
    {
        add({exchange(1, Outcome::Complete, now + days(3650))});
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 2; number <= 3000; ++number)
            exchanges.append(exchange(number, Outcome::Complete, now - days(2)));
        add(exchanges);
        HistoryFile file(path());
        QVERIFY(file.open());
        do
            QVERIFY(file.add({}, thisMinute - days(1), sure));
        while (file.mayForgetMore());
        QCOMPARE(numbers(page()), QList<quint64>{1});
    }

    void whatCannotBeForgottenIsNamed()
    {
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= ExchangeTables::perBlock; ++number)
            exchanges.append(exchange(number, Outcome::Complete, now - days(2)));
        exchanges.first().model = u"gone"_s;
        add(exchanges);
        execute(u"CREATE TRIGGER full BEFORE DELETE ON texts BEGIN SELECT RAISE(ABORT, 'no room'); END"_s);
        HistoryFile file(path());
        QVERIFY(file.open());
        const Result<void> added = file.add({}, thisMinute - days(1), sure);
        QVERIFY(!added);
        QCOMPARE(added.error().message, u"no room"_s);
    }

    void beyondTheMostTheOldestGo()
    {
        HistoryFile file(path(), 2500);
        QVERIFY(file.open());
        for (quint64 number = 1; number <= 10'000; number += 500) {
            QList<ExchangeRecord> exchanges;
            for (quint64 i = 0; i < 500; ++i)
                exchanges.append(exchange(number + i));
            QVERIFY(file.add({}, sinceEver, sure, exchanges));
        }
        const HistoryPage kept = page({.limit = 5000});
        QVERIFY2(kept.exchanges.size() <= 2500 && kept.exchanges.size() > 1400, qPrintable(QString::number(kept.exchanges.size())));
        QCOMPARE(kept.exchanges.first().record.number, quint64(10'000));
        QCOMPARE(*kept.total, kept.exchanges.size());
        QCOMPARE(execute(u"SELECT count(*) FROM attempts"_s).toInt(), kept.exchanges.size());
    }

    void clearingLeavesNoTrace()
    {
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= 5000; ++number) {
            exchanges.append(exchange(number, Outcome::Error));
            exchanges.last().error = u"telltale %1"_s.arg(number);
        }
        add(exchanges);
        History history(path(), *m_log, 1h);
        history.configure({}, now);
        history.record(exchange(5001));
        std::optional<Result<HistoryCleared>> cleared;
        history.clear([&cleared](const Result<HistoryCleared> &done) { cleared = done; });
        QTRY_VERIFY(cleared);
        QVERIFY(*cleared);
        QCOMPARE((*cleared)->exchanges, 5001);
        QVERIFY((*cleared)->bytesBefore > 500'000);
        QVERIFY2((*cleared)->bytes < 150'000, qPrintable(QString::number((*cleared)->bytes)));
        for (const QString &name : QDir(m_folder->path()).entryList({u"history.db*"_s}))
            QVERIFY2(!readFile(m_folder->filePath(name)).contains("telltale"), qPrintable(name));
        QCOMPARE(*page().total, 0);
        // It goes on.
        history.record(exchange(5002));
        bool written = false;
        history.writeNow([&written] { written = true; });
        QTRY_VERIFY(written);
        QCOMPARE(numbers(page()), QList<quint64>{5002});
        QCOMPARE(page({.cluster = u"work"_s}).exchanges.size(), 1);
    }

    void clearingRemovesWhatDamageWasMovedAside()
    {
        add({exchange(1)});
        writeFile(path() + u".broken"_s, "telltale");
        QVERIFY(clearHistory(path()));
        QVERIFY(!QFile::exists(path() + u".broken"_s));
        QCOMPARE(*page().total, 0);
    }

    void aDamagedFileIsClearedToo()
    {
        writeFile(path(), QByteArray(8192, 'x'));
        const Result<HistoryCleared> cleared = clearHistory(path());
        QVERIFY(cleared);
        QCOMPARE(cleared->bytesBefore, 8192);
        QVERIFY(QDir(m_folder->path()).entryList({u"history.db*"_s}).isEmpty());
    }

    void whatIsDamagedInsideIsClearedToo_data()
    {
        QTest::addColumn<QString>("statement");
        QTest::addColumn<bool>("isOpen");
        for (const bool isOpen : {false, true}) {
            const QByteArray where = isOpen ? ", by who has it open" : "";
            QTest::newRow("a page" + where) << QString() << isOpen;
            QTest::newRow("without a table" + where) << u"DROP TABLE attempts"_s << isOpen;
            QTest::newRow("without a column" + where) << u"ALTER TABLE exchanges DROP COLUMN total_us"_s << isOpen;
            QTest::newRow("without what is counted" + where) << u"DROP TABLE blocks"_s << isOpen;
        }
    }

    void whatIsDamagedInsideIsClearedToo()
    {
        QFETCH(QString, statement);
        QFETCH(bool, isOpen);
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= 2000; ++number)
            exchanges.append(exchange(number));
        add(exchanges);
        if (statement.isEmpty()) {
            const qint64 root = execute(u"SELECT rootpage FROM sqlite_master WHERE name = 'attempts'"_s).toLongLong();
            const qint64 size = execute(u"PRAGMA page_size"_s).toLongLong();
            QFile file(path());
            QVERIFY(root > 1 && file.open(QIODevice::ReadWrite) && file.seek((root - 1) * size));
            file.write(QByteArray(size, 'x'));
        } else {
            execute(statement);
        }
        std::optional<Result<HistoryCleared>> cleared;
        if (isOpen) {
            History history(path(), *m_log, 1h);
            history.configure({}, now);
            history.clear([&cleared](const Result<HistoryCleared> &done) { cleared = done; });
            QTRY_VERIFY(cleared);
            history.record(exchange(3000));
        } else {
            cleared = clearHistory(path());
            add({exchange(3000)});
        }
        QVERIFY2(*cleared, qPrintable(*cleared ? QString() : cleared->error().message));
        QVERIFY((*cleared)->bytesBefore > (*cleared)->bytes);
        QCOMPARE(QDir(m_folder->path()).entryList({u"history.db*"_s}), QStringList{u"history.db"_s});
        QCOMPARE(numbers(page()), QList<quint64>{3000});
    }

    void whatIsDeletedWhileQccRunsIsMadeAnew()
    {
        History history(path(), *m_log, 5ms);
        history.configure({}, now);
        const auto writes = [&history](const ExchangeRecord &exchange) {
            history.record(exchange);
            bool written = false;
            history.writeNow([&written] { written = true; });
            QTRY_VERIFY(written);
        };
        writes(exchange(1));
        QVERIFY(QFile::remove(path()));
        writes(exchange(2));
        QCOMPARE(numbers(page()), QList<quint64>{2});
        QVERIFY2(logText().contains("made anew"_L1), qPrintable(logText()));
        QCOMPARE(logText().count("WARNING"_L1), 1);
    }

    void whatIsMadeAnewKnowsTheKeys_data()
    {
        QTest::addColumn<QString>("statement");
        QTest::newRow("after it was deleted") << QString();
        QTest::newRow("after it was damaged") << u"DROP TABLE attempts"_s;
    }

    void whatIsMadeAnewKnowsTheKeys()
    {
        QFETCH(QString, statement);
        KeyMarks known;
        {
            History history(path(), *m_log, 5ms);
            QSignalSpy loaded(&history, &History::keysLoaded);
            history.configure({}, now);
            QTRY_COMPARE(loaded.size(), 1);
            known = loaded.first().first().value<KeyMarks>();
            history.keyWorked(known.markOf("https://a.example", "key"));
            history.record(exchange(1));
            bool written = false;
            history.writeNow([&written] { written = true; });
            QTRY_VERIFY(written);
            QCOMPARE(execute(u"SELECT count(*) FROM keys"_s).toInt(), 1);
            if (statement.isEmpty())
                QVERIFY(QFile::remove(path()));
            else
                execute(statement);
            history.record(exchange(2));
            QTRY_COMPARE(logText().count("WARNING"_L1), 1);
            history.keyWorked(known.markOf("https://b.example", "key"));
        }
        HistoryFile file(path());
        QVERIFY(file.open());
        const Result<KeyMarks> kept = file.readKeys();
        QVERIFY(kept);
        QCOMPARE(kept->secret, known.secret);
        QCOMPARE(kept->marks, (QSet{known.markOf("https://a.example", "key"), known.markOf("https://b.example", "key")}));
    }

    void nothingOfADamagedFileStaysBesideTheNewOne()
    {
        for (const QLatin1StringView suffix : historyFiles)
            writeFile(path() + suffix, "old");
        HistoryFile file(path());
        QVERIFY(file.setAside());
        QCOMPARE(QDir(m_folder->path()).entryList({u"history.db*"_s}), QStringList{u"history.db.broken"_s});
    }

    void clearingForgetsNoKey()
    {
        QByteArray mark;
        {
            HistoryFile file(path());
            QVERIFY(file.open());
            mark = file.readKeys()->markOf("https://relay.example", "key");
            QVERIFY(file.addKey(mark));
        }
        QVERIFY(clearHistory(path()));
        HistoryFile file(path());
        QVERIFY(file.open());
        QVERIFY(file.readKeys()->marks.contains(mark));
    }

    void whoeverClearsItBesideTheWriterDoesNotConfuseIt()
    {
        HistoryFile file(path());
        QVERIFY(file.open());
        QVERIFY(file.add({}, sinceEver, sure, {exchange(1)}));
        QVERIFY(clearHistory(path()));
        QVERIFY(file.add({}, sinceEver, sure, {exchange(2)}));
        const QList<KeptExchange> kept = page({.cluster = u"work"_s}).exchanges;
        QCOMPARE(kept.size(), 1);
        QCOMPARE(exchangeJson(kept[0].record), exchangeJson(exchange(2)));
    }

    void isFoundByWhatIsAskedFor_data()
    {
        QTest::addColumn<HistoryQuery>("query");
        QTest::addColumn<QList<quint64>>("found");
        QTest::newRow("all") << HistoryQuery{} << QList<quint64>{6, 5, 4, 3, 2, 1};
        QTest::newRow("oldest first") << HistoryQuery{.order = HistoryOrder::OldestFirst} << QList<quint64>{1, 2, 3, 4, 5, 6};
        QTest::newRow("so many") << HistoryQuery{.limit = 2} << QList<quint64>{6, 5};
        QTest::newRow("an outcome") << HistoryQuery{.outcomes = {Outcome::Error}} << QList<quint64>{2};
        QTest::newRow("outcomes") << HistoryQuery{.outcomes = {Outcome::Error, Outcome::Recovered}} << QList<quint64>{3, 2};
        QTest::newRow("none of an outcome") << HistoryQuery{.outcomes = {Outcome::Truncated}} << QList<quint64>{};
        QTest::newRow("a cluster") << HistoryQuery{.cluster = u"home"_s} << QList<quint64>{4};
        QTest::newRow("no such cluster") << HistoryQuery{.cluster = u"hom"_s} << QList<quint64>{};
        QTest::newRow("an endpoint that failed before another answered") << HistoryQuery{.endpoint = u"relay-b"_s} << QList<quint64>{3};
        QTest::newRow("a model asked for") << HistoryQuery{.model = u"haiku"_s} << QList<quint64>{5};
        QTest::newRow("a model that answered") << HistoryQuery{.model = u"haiku-4"_s} << QList<quint64>{5};
        QTest::newRow("a client") << HistoryQuery{.client = u"codex"_s} << QList<quint64>{6};
        QTest::newRow("several") << HistoryQuery{.outcomes = {Outcome::Complete}, .cluster = u"work"_s, .model = u"opus"_s} << QList<quint64>{6, 1};
        QTest::newRow("several that never meet") << HistoryQuery{.cluster = u"home"_s, .client = u"codex"_s} << QList<quint64>{};
        QTest::newRow("text of an error") << HistoryQuery{.text = u"QUITE unheard"_s} << QList<quint64>{2};
        QTest::newRow("text of an upstream's") << HistoryQuery{.text = u"slow down"_s} << QList<quint64>{3};
        QTest::newRow("text of an address") << HistoryQuery{.text = u"203.0.113.7"_s} << QList<quint64>{3};
        QTest::newRow("text of a failure") << HistoryQuery{.text = u"rate_limit"_s} << QList<quint64>{3};
        QTest::newRow("text of a path") << HistoryQuery{.text = u"/chat/"_s} << QList<quint64>{4};
        QTest::newRow("text with signs of its own") << HistoryQuery{.text = u"100%_!"_s} << QList<quint64>{2};
        QTest::newRow("signs are no wildcards") << HistoryQuery{.text = u"re%y"_s} << QList<quint64>{};
        QTest::newRow("text that is nowhere") << HistoryQuery{.text = u"nowhere"_s} << QList<quint64>{};
        QTest::newRow("an outcome's word") << HistoryQuery{.orOutcomes = {Outcome::Recovered}, .text = u"broken"_s} << QList<quint64>{3, 2};
        QTest::newRow("an outcome's word that is no text") << HistoryQuery{.orOutcomes = {Outcome::Error}, .text = u"nowhere"_s} << QList<quint64>{2};
        QTest::newRow("a request") << HistoryQuery{.text = u"req-4"_s} << QList<quint64>{4};
        QTest::newRow("since") << HistoryQuery{.from = now - 2h} << QList<quint64>{6, 5, 4};
        QTest::newRow("until") << HistoryQuery{.to = now - 2h} << QList<quint64>{3, 2, 1};
        QTest::newRow("between") << HistoryQuery{.from = now - 4h, .to = now - 1h} << QList<quint64>{4, 3, 2};
    }

    void isFoundByWhatIsAskedFor()
    {
        QFETCH(HistoryQuery, query);
        QFETCH(QList<quint64>, found);
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= 6; ++number)
            exchanges.append(exchange(number, Outcome::Complete, now - std::chrono::hours(6 - number)));
        exchanges[1].outcome = Outcome::Error;
        exchanges[1].error = u"quite unheard-of: 100%_! broken"_s;
        exchanges[2].outcome = Outcome::Recovered;
        exchanges[2].attempts.prepend(fullExchange().attempts.first());
        exchanges[2].attempts.first().endpointName = u"relay-b"_s;
        exchanges[3].cluster = u"home"_s;
        exchanges[3].path = "/v1/chat/completions";
        exchanges[4].model = u"haiku"_s;
        exchanges[4].answeredModel = u"haiku-4"_s;
        exchanges[5].client = u"codex"_s;
        add(exchanges);
        QCOMPARE(numbers(page(query)), found);
    }

    void outcomesAreCounted_data()
    {
        QTest::addColumn<HistoryQuery>("query");
        QTest::addColumn<bool>("counted");
        QTest::newRow("all") << HistoryQuery{} << true;
        QTest::newRow("whatever outcome is asked for") << HistoryQuery{.outcomes = {Outcome::Truncated}} << true;
        QTest::newRow("since the midst of a block") << HistoryQuery{.from = now - std::chrono::minutes(1500)} << true;
        QTest::newRow("until the midst of a block") << HistoryQuery{.to = now - std::chrono::minutes(700)} << true;
        QTest::newRow("between, over a whole block") << HistoryQuery{.from = now - std::chrono::minutes(2500), .to = now - std::chrono::minutes(10)} << true;
        QTest::newRow("within one block") << HistoryQuery{.from = now - std::chrono::minutes(20), .to = now - std::chrono::minutes(10)} << true;
        QTest::newRow("in no time") << HistoryQuery{.from = now + 1h} << true;
        QTest::newRow("with a text") << HistoryQuery{.text = u"work"_s} << false;
        QTest::newRow("of an endpoint") << HistoryQuery{.endpoint = u"relay-a"_s} << false;
        QTest::newRow("on a later page") << HistoryQuery{.beyond = 100} << false;
    }

    void outcomesAreCounted()
    {
        QFETCH(HistoryQuery, query);
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= 3000; ++number)
            exchanges.append(exchange(number, EnumTable<Outcome>::values[number * number % 6], now - std::chrono::minutes(3000 - number)));
        add(exchanges);
        query.limit = 0; // who asks for the counts alone
        const std::optional<HistoryCounts> counts = page(query).counts;
        QTEST(counts.has_value(), "counted");
        if (!counts)
            return;
        PerEnum<Outcome, qint64> expected;
        for (const ExchangeRecord &one : std::as_const(exchanges))
            expected[one.outcome] += one.endedAt >= query.from.value_or(one.endedAt) && (!query.to || one.endedAt < *query.to) ? 1 : 0;
        QCOMPARE(counts->outcomes.all, expected.all);
        QCOMPARE(counts->newest, std::chrono::floor<std::chrono::milliseconds>(now));
    }

    void withoutAnythingThereIsNothingToCount()
    {
        QVERIFY(!page().counts); // no file
        add({});
        QCOMPARE(page().counts->outcomes.all, (PerEnum<Outcome, qint64>().all));
        QVERIFY(!page().counts->newest);
    }

    void manyTextsAreFoundLikeFew()
    {
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= 5000; ++number) {
            exchanges.append(exchange(number, Outcome::Error));
            exchanges.last().error = u"trouble %1"_s.arg(number);
        }
        add(exchanges);
        add({exchange(5001)});
        QCOMPARE(page({.text = u"trouble"_s, .limit = 10'000}).exchanges.size(), 5000);
        QCOMPARE(page({.orOutcomes = {Outcome::Complete}, .text = u"trouble"_s, .limit = 10'000}).exchanges.size(), 5001);
        QCOMPARE(numbers(page({.text = u"trouble 777"_s})), QList<quint64>{777});
    }

    void pagesStayWhileRowsAreAdded()
    {
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= 2500; ++number)
            exchanges.append(exchange(number, number % 5 == 0 ? Outcome::Error : Outcome::Complete));
        add(exchanges);
        for (const HistoryOrder order : {HistoryOrder::NewestFirst, HistoryOrder::OldestFirst}) {
            HistoryQuery query{.outcomes = {Outcome::Error}, .order = order, .limit = 33};
            QList<quint64> seen;
            for (bool more = true; more;) {
                const HistoryPage one = page(query);
                seen += numbers(one);
                more = one.hasMore;
                query.beyond = one.exchanges.last().id;
                if (order == HistoryOrder::NewestFirst)
                    add({exchange(9000, Outcome::Error)});
            }
            QList<quint64> expected;
            for (quint64 number = 5; number <= 2500; number += 5)
                expected.append(number);
            if (order == HistoryOrder::NewestFirst)
                std::ranges::reverse(expected);
            seen.removeAll(9000);
            QCOMPARE(seen, expected);
        }
    }

    void isReadWhileItIsWritten()
    {
        HistoryFile file(path());
        QVERIFY(file.open());
        QVERIFY(file.add({}, sinceEver, sure, {exchange(1)}));
        HistoryReader reader(path());
        QVERIFY(reader.open());
        QCOMPARE(numbers(*reader.page({})), QList<quint64>{1});
        QVERIFY(file.add({}, sinceEver, sure, {exchange(2)}));
        QCOMPARE(numbers(*reader.page({})), (QList<quint64>{2, 1}));
        QCOMPARE(reader.summary()->exchanges, 2);
        QCOMPARE(*reader.summary()->newest, std::chrono::floor<std::chrono::milliseconds>(now));
    }

    void whatCannotBeReadIsNoEmptyPage_data()
    {
        QTest::addColumn<QString>("table");
        QTest::addColumn<HistoryQuery>("query");
        QTest::newRow("names") << u"texts"_s << HistoryQuery{};
        QTest::newRow("a name that is looked for") << u"texts"_s << HistoryQuery{.cluster = u"work"_s};
        QTest::newRow("an outcome that is looked for") << u"texts"_s << HistoryQuery{.outcomes = {Outcome::Error}};
        QTest::newRow("where many texts are") << u"marks"_s << HistoryQuery{.text = u"trouble"_s};
        QTest::newRow("attempts") << u"attempts"_s << HistoryQuery{};
    }

    void whatCannotBeReadIsNoEmptyPage()
    {
        QFETCH(QString, table);
        QFETCH(HistoryQuery, query);
        QList<ExchangeRecord> exchanges;
        for (quint64 number = 1; number <= 2500; ++number) {
            exchanges.append(exchange(number, Outcome::Error));
            exchanges.last().error = u"trouble %1"_s.arg(number);
        }
        add(exchanges);
        HistoryReader reader(path());
        QVERIFY(reader.open());
        execute(u"DROP TABLE "_s + table);
        const Result<HistoryPage> found = reader.page(query);
        QVERIFY(!found);
        QCOMPARE(found.error().message, u"no such table: "_s + table);
    }

    void whatTheUpstreamSaidOfAFinalFailureIsInItsWords()
    {
        ExchangeRecord failed = fullExchange();
        failed.error = u"every endpoint failed"_s;
        failed.attempts.last().upstreamError = u"insufficient_quota"_s;
        QCOMPARE(wordsOf(failed), u"every endpoint failed · insufficient_quota"_s);
        failed.error = u"relay-a answered insufficient_quota"_s;
        QCOMPARE(wordsOf(failed), failed.error);
        failed.attempts.clear();
        QCOMPARE(wordsOf(failed), failed.error);
    }

    void aLineOfCsvIsOneLineAndNoFormula()
    {
        KeptExchange kept{3, 2, fullExchange()};
        kept.record.model = u"=cmd()"_s;
        kept.record.error = u"a \"word\", and\nanother"_s;
        const QString line = csvLine(kept);
        QVERIFY2(line.startsWith(u"2026-11-23T10:17:18.500Z,2026-11-23T10:17:20.000Z,2,req-12,POST,/v1/größe,work,'=cmd(),"_s), qPrintable(line));
        QVERIFY2(line.endsWith(",2,relay-a,\"a \"\"word\"\", and\\nanother\",subagent,class=subagent"_L1), qPrintable(line));
        QCOMPARE(csvHeading().count(u','), csvLine({1, 1, exchange(1)}).count(u','));
    }

private:
    /// One run of the proxy.
    void add(const QList<ExchangeRecord> &exchanges)
    {
        HistoryFile file(path());
        QVERIFY(file.open());
        const Result<void> added = file.add({}, sinceEver, sure, exchanges);
        QVERIFY2(added, qPrintable(added ? QString() : added.error().message));
    }

    HistoryPage page(const HistoryQuery &query = {}) const
    {
        HistoryReader reader(path());
        const Result<void> opened = reader.open();
        Result<HistoryPage> page = opened ? reader.page(query) : Result<HistoryPage>(opened.error());
        if (!page)
            qWarning("%s", qPrintable(page.error().message));
        return page ? *std::move(page) : HistoryPage();
    }
};

QTEST_GUILESS_MAIN(TestHistoryRequests)
#include "tst_historyrequests.moc"
