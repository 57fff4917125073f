#include "core/base/sqlitefile.h"
#include "tests/support/files.h"
#include "tests/support/hostiledatabase.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <functional>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Make = std::function<bool(const QString &path)>;

constexpr qint64 mega = 1024 * 1024;
constexpr SqliteCost little{300ms, 4 * mega, 64 * 1024};

} // namespace

Q_DECLARE_METATYPE(Make)

class TestSqliteFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void keepsWhatItIsGiven()
    {
        SqliteFile file;
        QVERIFY(file.open(path()));
        QVERIFY(file.run(u"CREATE TABLE t(a, b, c, d, e, f)"_s));
        const QVariantList given{42, qint64(1) << 40, true, u"tür"_s, QByteArray("\0x", 2), QVariant()};
        QVERIFY2(file.run(u"INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)"_s, given), qPrintable(file.error().message));
        QVariantList got;
        QVERIFY(file.read(u"SELECT *, 0.5 FROM t WHERE a = ?"_s, {42}, [&got](const QVariantList &row) {
            got = row;
            return true;
        }));
        QCOMPARE(got, (QVariantList{42, qint64(1) << 40, 1, u"tür"_s, QByteArray("\0x", 2), QVariant(), 0.5}));
        QVERIFY(!file.run(u"SELECT b FROM nowhere"_s));
        QCOMPARE(file.error().code, SqliteError::generic);
        QCOMPARE(file.error().message, u"no such table: nowhere"_s);
    }

    void aStatementRunsOftenAndForgetsItsValues()
    {
        SqliteFile file;
        QVERIFY(file.open(path()));
        QVERIFY(file.run(u"CREATE TABLE t(a INTEGER UNIQUE, b, c)"_s));
        {
            SqliteStatement add = file.prepare(u"INSERT INTO t VALUES (?, ?, ?)"_s);
            QVERIFY(!add.isNull());
            QVERIFY(add.bind(qint64(1) << 40).bind(u"tür"_s).bind(std::optional<qint64>(7)).run());
            QVERIFY(add.bind(qint64(2)).bind(std::optional<qint64>()).run()); // without the third
            QVERIFY(!add.bind(qint64(2)).bind(u"again"_s).run());
            file.takeError();
            QVERIFY2(file.error().message.contains("UNIQUE"_L1), qPrintable(file.error().message));
            QVERIFY(add.bind(qint64(3)).run());
            SqliteStatement all = file.prepare(u"SELECT a, b, c FROM t WHERE a > ? ORDER BY a DESC"_s);
            for (int round = 0; round < 2; ++round) {
                all.bind(qint64(2));
                QCOMPARE(all.step(), SqliteStatement::Step::Row);
                QCOMPARE(all.number(0), qint64(1) << 40);
                QCOMPARE(all.text(1), u"tür"_s);
                QCOMPARE(all.numberOrNothing(2), std::optional<qint64>(7));
                QCOMPARE(all.step(), SqliteStatement::Step::Row);
                QCOMPARE(all.text(1), QString());
                QVERIFY(!all.numberOrNothing(2));
                if (round == 0)
                    all.reset(); // with a row left
                else
                    QCOMPARE(all.step(), SqliteStatement::Step::Done);
            }
            QVERIFY(file.prepare(u"SELECT b FROM nowhere"_s).isNull());
            QCOMPARE(file.error().code, SqliteError::generic);
        }
        file.close();
        QVERIFY(file.openToRead(path()));
        QVERIFY(file.read(u"SELECT a FROM t"_s, {}, [](const QVariantList &) { return true; }));
        QVERIFY(!file.run(u"DELETE FROM t"_s));
        file.close();
        QVERIFY(!file.openToRead(path() + u".none"_s));
    }

    void readsNoFurtherThanIsWanted()
    {
        SqliteFile file;
        QVERIFY(file.open(path()));
        int rows = 0;
        QVERIFY(file.read(u"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"_s, {},
                          [&rows](const QVariantList &) { return ++rows < 3; }));
        QCOMPARE(rows, 3);
    }

    void aForeignFileIsReadAsItIs()
    {
        // With what harmless schemas have: defaults, checks, and indexes that are computed where something is written.
        QVERIFY(hostile::database(path(), {u"CREATE TABLE t(a TEXT DEFAULT (datetime('now')), b CHECK (length(b) < 9), c)"_s,
                                           u"CREATE INDEX i ON t(lower(a))"_s, u"CREATE VIEW v AS SELECT abs(c) FROM t"_s,
                                           u"CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t WHERE abs(c) > 9; END"_s,
                                           u"INSERT INTO t VALUES ('x', 'y', 1)"_s, u"ANALYZE"_s}));
        const QByteArray before = readFile(path());
        SqliteFile file;
        QVERIFY(file.openForeign(path(), little, 0ms));
        QVariantList got;
        const auto take = [&got](const QVariantList &row) {
            got += row;
            return true;
        };
        QVERIFY2(file.read(u"SELECT a, b, c FROM t"_s, {}, take), qPrintable(file.error().message));
        QCOMPARE(got, (QVariantList{u"x"_s, u"y"_s, 1}));
        QVERIFY(!file.run(u"INSERT INTO t VALUES ('z', 'z', 2)"_s));
        file.close();
        QCOMPARE(readFile(path()), before);
    }

    void aForeignFileCostsNoMoreThanIsAllowed_data()
    {
        QTest::addColumn<Make>("make");
        QTest::addColumn<QString>("why");
        const auto row = [](const char *name, const Make &make, const QString &why) { QTest::newRow(name) << make << why; };
        row("a view without end", hostile::viewWithoutEnd, u"no such table"_s);
        row("a view of hours", hostile::viewOfHours, u"prohibited"_s);
        row("a column that is computed", hostile::computedColumn, u"it computes what it should hold"_s);
        row("statistics that are computed", hostile::computedStatistics, {});
        row("a virtual table", hostile::virtualTable, u"no such module"_s);
        row("a schema without end", hostile::schemaWithoutEnd, u"reading it takes"_s);
        row("rows without end", hostile::rowsWithoutEnd, u"reading it takes longer than 0.3 s"_s);
        row("a row in circles", [](const QString &path) { return hostile::rowInCircles(path, hostile::LongValue::Other); },
            u"reading it takes"_s);
        row("a value of gigabytes", [](const QString &path) { return hostile::rowInCircles(path, hostile::LongValue::Name); },
            u"a value in it is longer than 64 KB"_s);
        row("a greedy cache", hostile::greedyCache, u"reading it takes"_s);
    }

    void aForeignFileCostsNoMoreThanIsAllowed()
    {
        QFETCH(Make, make);
        QFETCH(QString, why);
        QVERIFY(make(path()));
        QElapsedTimer clock;
        clock.start();
        SqliteFile file;
        QVERIFY(file.openForeign(path(), little, 0ms));
        const bool read = file.run(u"SELECT name, meta FROM providers"_s);
        QVERIFY2(clock.elapsed() < 3'000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(read, why.isEmpty());
        QVERIFY2(file.error().message.contains(why), qPrintable(file.error().message));
    }

    void theMemoryIsBoundedByItself()
    {
        QVERIFY(hostile::greedyCache(path()));
        SqliteFile file;
        QVERIFY(file.openForeign(path(), {1min, 4 * mega, 64 * 1024}, 0ms));
        QVERIFY(!file.run(u"SELECT name FROM providers"_s));
        QCOMPARE(file.error().message, u"reading it takes more than 4 MB of memory"_s);
    }

    void theTimeIsThatOfTheWholeReading()
    {
        QVERIFY(hostile::rowsWithoutEnd(path()));
        SqliteFile file;
        QVERIFY(file.openForeign(path(), little, 0ms));
        QVERIFY(!file.run(u"SELECT name FROM providers"_s));
        QElapsedTimer clock;
        clock.start();
        QVERIFY(!file.run(u"SELECT name FROM providers"_s));
        QVERIFY(clock.elapsed() < 200);
        QVERIFY(file.error().message.contains(u"longer than"_s));
    }

#ifdef Q_OS_UNIX
    void aPipeBesideAForeignFileIsNotWaitedFor_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::newRow("journal") << u"-journal"_s;
        QTest::newRow("log") << u"-wal"_s;
        QTest::newRow("index of the log") << u"-shm"_s;
    }

    void aPipeBesideAForeignFileIsNotWaitedFor()
    {
        QFETCH(QString, suffix);
        const bool logged = suffix != "-journal"_L1;
        QVERIFY(hostile::database(path(), {u"CREATE TABLE t(a)"_s, logged ? u"PRAGMA journal_mode = WAL"_s : u"INSERT INTO t VALUES (1)"_s}));
        QFile::remove(path() + suffix);
        QCOMPARE(::mkfifo(QFile::encodeName(path() + suffix).constData(), 0600), 0);
        SqliteFile file;
        // Not only when something is read: SQLite opens the index by itself, and waits there where it may only read.
        QVERIFY(!file.openForeign(path(), little, 0ms));
        QVERIFY2(file.error().message.contains(suffix + u" beside it is no file"_s), qPrintable(file.error().message));
    }
#endif

    void garbageBesideAForeignFileChangesNothing()
    {
        QVERIFY(hostile::database(path(), {u"CREATE TABLE t(a)"_s, u"INSERT INTO t VALUES (1)"_s, u"PRAGMA journal_mode = WAL"_s}));
        writeFile(path() + u"-wal"_s, QByteArray(1'000'000, 'x'));
        SqliteFile file;
        QVERIFY(file.openForeign(path(), little, 0ms));
        int rows = 0;
        QVERIFY2(file.read(u"SELECT a FROM t"_s, {}, [&rows](const QVariantList &) { return ++rows > 0; }), qPrintable(file.error().message));
        QCOMPARE(rows, 1);
    }

private:
    QString path() const { return m_folder->filePath(u"file.db"_s); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestSqliteFile)
#include "tst_sqlitefile.moc"
