#include "app/tray/historyfeed.h"
#include "core/history/historyfile.h"
#include "tests/support/files.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kept = 1200; // More than a page.

bool all(const ExchangeRecord &)
{
    return true;
}

} // namespace

/// What the window writes to a file of the user's choice.
class TestTrayExport : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<HistoryFeed> m_feed;

    QString path(const QString &name) const { return m_folder->filePath(name); }

    /// How many requests were written; nothing where it failed.
    std::optional<qint64> exported(const QString &name, const ExchangeTest &wanted = all)
    {
        QSignalSpy done(m_feed.get(), &HistoryFeed::exported);
        m_feed->startExport(path(name), {}, wanted);
        if (!QTest::qWaitFor([&done] { return !done.isEmpty(); }))
            return std::nullopt;
        return done.first().first().toLongLong();
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_feed = std::make_unique<HistoryFeed>(path(u"history.db"_s));
        QList<ExchangeRecord> exchanges(kept);
        quint64 number = 0;
        for (ExchangeRecord &exchange : exchanges) {
            exchange.number = ++number;
            exchange.endedAt = std::chrono::system_clock::now();
            exchange.startedAt = QDateTime::currentDateTimeUtc();
        }
        HistoryFile file(path(u"history.db"_s));
        QVERIFY(file.open());
        QVERIFY(file.add({}, {}, {}, exchanges));
    }

    void holdsAllThatIsWantedInTheFormOfItsName()
    {
        QCOMPARE(exported(u"all.json"_s), std::optional<qint64>(kept));
        const QJsonArray requests = QJsonDocument::fromJson(readFile(path(u"all.json"_s))).object().value("requests"_L1).toArray();
        QCOMPARE(requests.size(), kept);
        QCOMPARE(requests.first()["number"_L1].toInt(), kept);
        QCOMPARE(exported(u"some.csv"_s, [](const ExchangeRecord &exchange) { return exchange.number % 2 == 0; }), std::optional<qint64>(kept / 2));
        const QByteArray csv = readFile(path(u"some.csv"_s));
        QVERIFY(csv.startsWith("\xEF\xBB\xBFstarted_at,ended_at,"));
        QCOMPARE(csv.count("\r\n"), kept / 2 + 1);
    }

    void isForItsOwnerAlone_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isThere");
        for (const QString &name : {u"export.csv"_s, u"export.json"_s}) {
            QTest::newRow(qPrintable(name)) << name << false;
            QTest::newRow(qPrintable(name + u", in place of another"_s)) << name << true;
        }
    }

    void isForItsOwnerAlone()
    {
#ifdef Q_OS_UNIX
        QFETCH(QString, name);
        QFETCH(bool, isThere);
        const mode_t before = ::umask(0);
        if (isThere)
            writeFile(path(name), "what others may read");
        const std::optional<qint64> written = exported(name);
        ::umask(before);
        QCOMPARE(written, std::optional<qint64>(kept));
        struct stat file{};
        QCOMPARE(::stat(QFile::encodeName(path(name)).constData(), &file), 0);
        QCOMPARE(file.st_mode & 07777, mode_t(0600));
#else
        QSKIP("modes are Unix's");
#endif
    }

    void isCancelledBeforeItBegins()
    {
        writeFile(path(u"export.csv"_s), "an earlier one");
        QSignalSpy done(m_feed.get(), &HistoryFeed::exported);
        m_feed->startExport(path(u"export.csv"_s), {}, all);
        m_feed->cancelExport();
        QTRY_COMPARE(done.size(), 1);
        QCOMPARE(done.first().first().toLongLong(), -1);
        QCOMPARE(readFile(path(u"export.csv"_s)), QByteArray("an earlier one"));
        QCOMPARE(QDir(m_folder->path()).entryList({u"export*"_s}).size(), 1);
        // The next one is not.
        QCOMPARE(exported(u"export.csv"_s), std::optional<qint64>(kept));
    }

    void aPlaceThatCannotBeWrittenToIsNamed()
    {
        QSignalSpy failed(m_feed.get(), &HistoryFeed::exportFailed);
        m_feed->startExport(path(u"nowhere/export.csv"_s), {}, all);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!failed.first().first().toString().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestTrayExport)
#include "tst_trayexport.moc"
