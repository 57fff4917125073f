#include "core/import/importinto.h"
#include "core/import/importplaces.h"
#include "tests/support/files.h"
#include "tests/support/hostiledatabase.h"
#include "tests/support/residentmemory.h"

#include <QDir>
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

namespace {

/// Puts something in the place of a file.
using Put = std::function<void(const QString &path)>;

#ifdef Q_OS_UNIX
void putPipe(const QString &path)
{
    QCOMPARE(::mkfifo(QFile::encodeName(path).constData(), 0600), 0);
}

void putEndlessDevice(const QString &path)
{
    QVERIFY(QFile::link(u"/dev/zero"_s, path));
}
#endif

void putFolder(const QString &path)
{
    QVERIFY(QDir().mkpath(path));
}

void putGigabytes(const QString &path)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(qint64(10) << 30)); // of nothing
}

/// `unit` again and again in a list, as much of it as a file may hold.
void putMany(const QString &path, const QByteArray &unit)
{
    constexpr qsizetype most = 1024 * 1024;
    const QByteArray begin = R"({"profiles": [)", end = "null]}";
    writeFile(path, begin + (unit + ',').repeated((most - begin.size() - end.size()) / (unit.size() + 1)) + end);
}

QByteArray endpoint(const QByteArray &name, const QByteArray &key = "k")
{
    return R"({"name": ")" + name + R"(", "url": "https:\/\/a.example", "key": ")" + key + R"("})";
}

} // namespace

Q_DECLARE_METATYPE(Put)

/// What another program, or somebody who means ill, can leave in the places where endpoints are looked for.
class TestImportHostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aPlaceCostsLittleWhateverStandsThere_data()
    {
        QTest::addColumn<ImportSource>("source");
        QTest::addColumn<QString>("name");
        QTest::addColumn<Put>("fill");
        QTest::addColumn<QString>("why");
        struct Place {
            const char *name;
            ImportSource source;
            QString file;
        };
        const Place places[]{{"cache.json", ImportSource::Fastcc, u"cache.json"_s},
                             {"cc-switch's config.json", ImportSource::CcSwitch, u"config.json"_s},
                             {"cc-switch.db", ImportSource::CcSwitch, u"cc-switch.db"_s},
                             {"Claude Code's settings.json", ImportSource::ClaudeCode, u"settings.json"_s},
                             {"Claude Code's settings.local.json", ImportSource::ClaudeCode, u"settings.local.json"_s}};
        for (const Place &place : places) {
            const bool isDatabase = place.file.endsWith(u".db"_s);
            const auto row = [&place](const char *what, const Put &fill, const QString &why) {
                QTest::addRow("%s: %s", place.name, what) << place.source << place.file << fill << why;
            };
#ifdef Q_OS_UNIX
            row("a pipe", putPipe, u"is no file"_s);
            row("a device without end", putEndlessDevice, u"is no file"_s);
#endif
            row("a folder", putFolder, u"is no file"_s);
            row("gigabytes", putGigabytes, isDatabase ? u"not a database"_s : u"larger than 1 MB"_s);
            if (isDatabase)
                continue;
            row("deep", [](const QString &path) { writeFile(path, QByteArray(1'000'000, '[')); }, u"not valid JSON"_s);
            for (const char *unit : {"[0]", "[[]]", R"({"":0})", "0"})
                row(unit, [unit](const QString &path) { putMany(path, unit); }, {});
        }
        const auto database = [](const char *what, const std::function<bool(const QString &)> &make, const QString &why) {
            QTest::addRow("cc-switch.db: %s", what) << ImportSource::CcSwitch << u"cc-switch.db"_s
                                                    << Put([make](const QString &path) { QVERIFY(make(path)); }) << why;
        };
        database("a view without end", hostile::viewWithoutEnd, u"its providers are no table"_s);
        database("a view of hours", hostile::viewOfHours, u"its providers are no table"_s);
        database("a virtual table", hostile::virtualTable, u"its providers are no table"_s);
        database("a column that is computed", hostile::computedColumn, u"it computes what it should hold"_s);
        database("rows without end", hostile::rowsWithoutEnd, u"reading it takes longer than 3 s"_s);
        database("a row in circles", [](const QString &path) { return hostile::rowInCircles(path, hostile::LongValue::Other); },
                 u"reading it takes"_s);
        database("a value of gigabytes", [](const QString &path) { return hostile::rowInCircles(path, hostile::LongValue::Name); },
                 u"a value in it is longer than 256 KB"_s);
    }

    void aPlaceCostsLittleWhateverStandsThere()
    {
        QFETCH(ImportSource, source);
        QFETCH(QString, name);
        QFETCH(Put, fill);
        QFETCH(QString, why);
        fill(m_folder->filePath(name));
        const qint64 before = residentBytes();
        forgetPeak();
        QElapsedTimer clock;
        clock.start();
        const ImportFindings findings = search(source);
        QVERIFY2(clock.elapsed() < 5'000, qPrintable(QString::number(clock.elapsed())));
        const qint64 grown = peakBytes() - before;
        QVERIFY2(grown < 64 * 1024 * 1024 + sanitizerBytes, qPrintable(QString::number(grown)));
        QVERIFY(findings.endpoints.isEmpty());
        QVERIFY(!findings.searched.isEmpty());
        for (const SearchedPlace &place : findings.searched) {
            if (place.place.endsWith(name))
                QVERIFY2(why.isEmpty() || place.problem.contains(why), qPrintable(place.problem));
        }
    }

    void manyEndpointsFarDownAreLeftThere_data()
    {
        QTest::addColumn<int>("depth");
        QTest::addColumn<QString>("why");
        QTest::newRow("down") << 30 << u"it holds more than 500 endpoints"_s;
        QTest::newRow("far down") << 1'000 << QString();
    }

    void manyEndpointsFarDownAreLeftThere()
    {
        QFETCH(int, depth);
        QFETCH(QString, why);
        QByteArray many = endpoint("a") + ',';
        many = many.repeated(900'000 / many.size()).chopped(1);
        writeFile(m_folder->filePath(u"cache.json"_s), R"({"p":)" + QByteArray(depth, '[') + many + QByteArray(depth, ']') + '}');
        QElapsedTimer clock;
        clock.start();
        const ImportFindings found = search(ImportSource::Fastcc);
        QVERIFY2(clock.elapsed() < 3'000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(found.endpoints.isEmpty());
        QVERIFY2(found.searched.first().problem.contains(why), qPrintable(found.searched.first().problem));
    }

    void whatWouldFillTheScreenIsNotTaken()
    {
        const QByteArray usual = endpoint("a");
        for (const char *word : {"name", "url", "key"}) {
            const QByteArray member = '"' + QByteArray(word) + "\": \"";
            const QByteArray longer = QByteArray(usual).replace(member, member + QByteArray(9'000, 'x'));
            writeFile(m_folder->filePath(u"cache.json"_s), R"({"p": [)" + usual + ',' + longer + "]}");
            const ImportFindings found = search(ImportSource::Fastcc);
            QVERIFY(found.endpoints.isEmpty());
            QVERIFY2(found.searched.first().problem.contains("is longer than 8192 characters"_L1), qPrintable(found.searched.first().problem));
        }
        writeFile(m_folder->filePath(u"cache.json"_s), R"({"p": [)" + usual + "]}");
        QCOMPARE(search(ImportSource::Fastcc).endpoints.size(), 1);
    }

    void asManyAsAreTakenAreTakenOverAtOnce()
    {
        QByteArray many;
        for (int i = 0; i < 500; ++i)
            many += endpoint("n", QByteArray::number(i)) + ',';
        writeFile(m_folder->filePath(u"cache.json"_s), R"({"p": [)" + many.chopped(1) + "]}");
        const ImportFindings found = search(ImportSource::Fastcc);
        QCOMPARE(found.endpoints.size(), 500);
        QJsonObject config;
        QElapsedTimer clock;
        clock.start();
        const QList<ImportedEndpoint> all = importInto(config, found.endpoints);
        QCOMPARE(all.size(), 500);
        QCOMPARE(all.last().name, u"n-500"_s);
        QVERIFY2(clock.elapsed() < 5'000, qPrintable(QString::number(clock.elapsed())));
    }

private:
    ImportFindings search(ImportSource source) const
    {
        return findEndpoints({{m_folder->filePath(u"cache.json"_s)}, m_folder->path(), m_folder->path(), {}}, source);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestImportHostile)
#include "tst_importhostile.moc"
