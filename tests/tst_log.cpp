#include "core/log/logfile.h"
#include "core/log/logreader.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QLoggingCategory>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

#ifdef Q_OS_UNIX
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

Config::Log settings(LogLevel level = LogLevel::Info, int files = 3)
{
    Config::Log log;
    log.level = level;
    log.maxMb = 1;
    log.files = files;
    return log;
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList linesOf(const QString &path)
{
    QStringList lines = QString::fromUtf8(contents(path)).split(u'\n');
    lines.removeLast();
    return lines;
}

QStringList messagesOf(const QJsonObject &answer)
{
    QStringList messages;
    for (const QJsonValue &line : answer.value("logs"_L1).toArray())
        messages.append(line.toString().section(u" - "_s, 2));
    return messages;
}

#ifdef Q_OS_UNIX
/// What is written to stderr while it lives.
class CapturedStderr
{
public:
    explicit CapturedStderr(const QString &path) : m_path(path)
    {
        std::fflush(stderr);
        m_saved = ::dup(STDERR_FILENO);
        const int file = ::open(QFile::encodeName(path).constData(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
        ::dup2(file, STDERR_FILENO);
        ::close(file);
    }
    ~CapturedStderr()
    {
        std::fflush(stderr);
        ::dup2(m_saved, STDERR_FILENO);
        ::close(m_saved);
    }
    QByteArray text() const
    {
        std::fflush(stderr);
        return contents(m_path);
    }

private:
    QString m_path;
    int m_saved;
};

/// No file of this process grows beyond `bytes` while it lives: as if the disk were full.
class FullDisk
{
public:
    explicit FullDisk(rlim_t bytes)
    {
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit limit = m_before;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before{};
    void (*m_handler)(int);
};
#endif

} // namespace

class TestLog : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString path() const { return m_folder->filePath(u"proxy.log"_s); }
    void write(const QByteArray &text) const
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::Append));
        QCOMPARE(file.write(text), text.size());
    }
    /// `count` lines "INFO - line 1" and so on, every tenth of them "ERROR - line 10".
    static QByteArray numbered(int count, int first = 1)
    {
        QByteArray text;
        for (int i = first; i < first + count; ++i)
            text += "2026-11-23 01:02:03,004 - " + QByteArray(i % 10 == 0 ? "ERROR" : "INFO") + " - line "
                + QByteArray::number(i) + '\n';
        return text;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aLineHasTimeLevelAndMessage()
    {
        LogFile log(path(), settings(LogLevel::Debug));
        log.write(LogLevel::Debug, u"a"_s);
        log.write(LogLevel::Info, u"[req-12] ✓ 响应成功: HTTP 200"_s);
        log.write(LogLevel::Warning, u"c"_s);
        log.write(LogLevel::Error, u"d %n {} %v"_s);
        const QStringList lines = linesOf(path()); // Flushed, although the log is still open.
        const QStringList ends{u"DEBUG - a"_s, u"INFO - [req-12] ✓ 响应成功: HTTP 200"_s, u"WARNING - c"_s,
                               u"ERROR - d %n {} %v"_s};
        QCOMPARE(lines.size(), ends.size());
        static const QRegularExpression form(u"^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} - (.*)$"_s);
        for (qsizetype i = 0; i < lines.size(); ++i)
            QCOMPARE(form.match(lines.at(i)).captured(1), ends.at(i));
        const QDateTime time = QDateTime::fromString(lines.at(0).first(23), u"yyyy-MM-dd HH:mm:ss,zzz"_s);
        QVERIFY(qAbs(time.secsTo(QDateTime::currentDateTime())) < 60); // Local time.
    }

    void theLevelChangesWhileRunning()
    {
        LogFile log(path(), settings(LogLevel::Warning));
        log.write(LogLevel::Info, u"no"_s);
        log.apply(settings(LogLevel::Debug));
        log.write(LogLevel::Debug, u"yes"_s);
        log.apply(settings(LogLevel::Error));
        log.write(LogLevel::Warning, u"no"_s);
        const QStringList lines = linesOf(path());
        QCOMPARE(lines.size(), 1);
        QVERIFY(lines.at(0).endsWith(u"yes"_s));
    }

    void aMessageStaysOneLine_data()
    {
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("line");
        QTest::newRow("plain") << u"✓ 响应成功"_s << u"✓ 响应成功"_s;
        QTest::newRow("line break") << u"a\r\nb\tc"_s << u"a\\r\\nb\\tc"_s;
        QTest::newRow("terminal escape") << u"\x1b[31mred"_s << u"\\u001b[31mred"_s;
        QTest::newRow("C1 control") << QString(QChar(0x9b)) << u"\\u009b"_s;
        QTest::newRow("NUL") << QString(QChar(0)) << u"\\u0000"_s;
        QTest::newRow("line separator") << QString(QChar(0x2028)) << u"\\u2028"_s;
        QTest::newRow("text turned round") << u"a\u202etxt"_s << u"a\\u202etxt"_s;
    }

    void aMessageStaysOneLine()
    {
        QFETCH(QString, message);
        QFETCH(QString, line);
        LogFile log(path(), settings());
        log.write(LogLevel::Info, message);
        QVERIFY(contents(path()).endsWith((u" - "_s + line + u'\n').toUtf8()));
        QCOMPARE(contents(path()).count('\n'), 1);
    }

    void theFileTurnsOverAndOldOnesGo()
    {
        LogFile log(path(), settings(LogLevel::Info, 3));
        const QString hundredKb(100 * 1024, u'x');
        for (int i = 0; i < 45; ++i)
            log.write(LogLevel::Info, QString::number(i) + hundredKb);
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files, QDir::Name),
                 (QStringList{u"proxy.1.log"_s, u"proxy.2.log"_s, u"proxy.log"_s}));
        for (const QString &name : QDir(m_folder->path()).entryList(QDir::Files)) {
            const QFileInfo file(m_folder->filePath(name));
            QVERIFY(file.size() <= 1024 * 1024);
            QCOMPARE(file.permissions(),
                     QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser);
        }
        QVERIFY(linesOf(path()).constLast().section(u" - "_s, 2).startsWith(u"44x"_s));
    }

    void linesOfManyThreadsDoNotMix()
    {
        constexpr int perThread = 500;
        {
            LogFile log(path(), settings());
            const auto writer = [&log](QChar letter) {
                for (int i = 0; i < perThread; ++i)
                    log.write(LogLevel::Info, QString(100, letter));
            };
            const std::jthread one(writer, u'a');
            const std::jthread two(writer, u'b');
        }
        const QStringList lines = linesOf(path());
        QCOMPARE(lines.size(), 2 * perThread);
        static const QRegularExpression whole(u" - INFO - (a{100}|b{100})$"_s);
        QCOMPARE(lines.filter(whole).size(), 2 * perThread);
    }

    void qtsMessagesComeIn()
    {
        LogFile log(path(), settings());
        {
            const QtMessages route(log);
            const QLoggingCategory category("some.category");
            qWarning("careful");
            qCCritical(category, "broken");
            qDebug("below the level");
        }
        QTest::ignoreMessage(QtWarningMsg, "afterwards");
        qWarning("afterwards");
        const QStringList lines = linesOf(path());
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines.at(0).endsWith(u" - WARNING - careful"_s));
        QVERIFY(lines.at(1).endsWith(u" - ERROR - some.category: broken"_s));
    }

#ifdef Q_OS_UNIX
    void echoGoesToStderrToo()
    {
        const CapturedStderr captured(m_folder->filePath(u"stderr"_s));
        LogFile log(path(), settings(), {.echo = true});
        log.write(LogLevel::Info, u"hello"_s);
        QVERIFY(captured.text().endsWith(" - INFO - hello\n"));
        QCOMPARE(captured.text(), contents(path()));
    }

    void withoutEchoStderrStaysQuiet()
    {
        const CapturedStderr captured(m_folder->filePath(u"stderr"_s));
        LogFile log(path(), settings());
        log.write(LogLevel::Error, u"hello"_s);
        QCOMPARE(captured.text(), QByteArray());
    }

    void aLogThatCannotBeOpenedFallsBackToStderr()
    {
        QVERIFY(QDir().mkdir(path()));
        const CapturedStderr captured(m_folder->filePath(u"stderr"_s));
        LogFile log(path(), settings());
        log.write(LogLevel::Info, u"one"_s);
        log.write(LogLevel::Info, u"two"_s);
        const QList<QByteArray> lines = captured.text().split('\n');
        QCOMPARE(lines.size(), 4);
        QVERIFY(lines.at(0).startsWith("qcc: the log goes to stderr"));
        QVERIFY(lines.at(1).endsWith(" - INFO - one"));
        QVERIFY(lines.at(2).endsWith(" - INFO - two"));
    }

    void neitherALinkNorAPipeIsWrittenTo_data()
    {
        QTest::addColumn<bool>("link");
        QTest::addColumn<bool>("atTheStart");
        QTest::newRow("a link that leads out, at the start") << true << true;
        QTest::newRow("a link that leads out, when it is opened again") << true << false;
        QTest::newRow("a pipe, at the start") << false << true;
        QTest::newRow("a pipe, when it is opened again") << false << false;
    }

    void neitherALinkNorAPipeIsWrittenTo()
    {
        QFETCH(bool, link);
        QFETCH(bool, atTheStart);
        QTemporaryDir outside;
        const QString victim = outside.filePath(u"victim"_s);
        QFile(victim).open(QIODevice::WriteOnly);
        const auto putItThere = [&] {
            QFile::remove(path());
            QVERIFY(link ? QFile::link(victim, path()) : ::mkfifo(QFile::encodeName(path()), 0600) == 0);
        };
        const CapturedStderr captured(m_folder->filePath(u"stderr"_s));
        if (atTheStart)
            putItThere();
        LogFile log(path(), settings());
        if (!atTheStart)
            putItThere();
        log.apply(settings(LogLevel::Info, 2));
        log.write(LogLevel::Info, u"hello"_s);
        QVERIFY2(captured.text().contains("qcc: the log goes to stderr") && captured.text().contains("hello"), captured.text().constData());
        QCOMPARE(QFileInfo(victim).size(), 0);
        // Whoever reads it does not wait for a writer.
        QCOMPARE(LogReader(path()).read({}).value("logs"_L1).toArray().size(), 0);
    }

    void aFullDiskFallsBackToStderr()
    {
        constexpr qsizetype room = 4'096;
        write(QByteArray(room, 'x'));
        const CapturedStderr captured(m_folder->filePath(u"stderr"_s));
        {
            const FullDisk full(room);
            LogFile log(path(), settings());
            log.write(LogLevel::Info, u"one"_s);
            log.write(LogLevel::Info, u"two"_s);
        }
        const QList<QByteArray> lines = captured.text().split('\n');
        QCOMPARE(lines.size(), 4);
        QVERIFY(lines.at(0).startsWith("qcc: the log goes to stderr"));
        QVERIFY(lines.at(1).endsWith(" - INFO - one"));
        QVERIFY(lines.at(2).endsWith(" - INFO - two"));
        QCOMPARE(QFileInfo(path()).size(), qint64(room));
    }

    void afterAFullDiskALineSaysHowManyAreMissing()
    {
        constexpr qsizetype room = 4'096;
        write(QByteArray(room - 8, 'x') + '\n');
        const CapturedStderr captured(m_folder->filePath(u"stderr"_s));
        LogFile log(path(), settings());
        {
            const FullDisk full(room); // of the first line there is a beginning
            for (const QString &line : {u"one"_s, u"two"_s, u"three"_s})
                log.write(LogLevel::Info, line);
        }
        log.apply(settings(LogLevel::Info, 2)); // changed settings do not wait for the next try
        log.write(LogLevel::Info, u"four"_s);
        log.write(LogLevel::Info, u"five"_s);
        const QList<QByteArray> lines = contents(path()).trimmed().split('\n');
        QCOMPARE(lines.size(), 5);
        QVERIFY2(lines.at(2).startsWith("20") && lines.at(2).contains(" - WARNING - 3 lines are missing here"), lines.at(2));
        QVERIFY(lines.at(3).endsWith(" - INFO - four"));
        QVERIFY(lines.at(4).endsWith(" - INFO - five"));
    }

    void aLogWhoseFileIsGoneBeginsAnew_data()
    {
        QTest::addColumn<QString>("how");
        for (const QString &how : {u"removed"_s, u"renamed"_s, u"replaced"_s, u"moved and replaced"_s})
            QTest::newRow(qPrintable(how)) << how;
    }

    void aLogWhoseFileIsGoneBeginsAnew()
    {
        QFETCH(QString, how);
        LogFile log(path(), settings());
        log.write(LogLevel::Info, u"before"_s);
        const QString aside = m_folder->filePath(u"aside"_s);
        if (how == u"removed"_s)
            QVERIFY(QFile::remove(path()));
        else
            QVERIFY(QFile::rename(path(), aside));
        if (how.contains(u"replaced"_s))
            write("what was there\n");
        for (const QString &line : {u"one"_s, u"two"_s})
            log.write(LogLevel::Info, line);
        const QByteArray text = contents(path());
        QCOMPARE(text.count('\n'), how.contains(u"replaced"_s) ? 3 : 2);
        QVERIFY(text.contains(" - INFO - one\n") && text.endsWith(" - INFO - two\n"));
        QCOMPARE(QFileInfo(path()).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        if (how != u"removed"_s)
            QVERIFY(contents(aside).endsWith(" - INFO - before\n"));
    }

    void aHomeThatIsGoneIsNotMadeAgain()
    {
        QVERIFY(QDir(m_folder->path()).mkdir(u"home"_s));
        const QString home = m_folder->filePath(u"home"_s);
        const CapturedStderr captured(m_folder->filePath(u"stderr"_s));
        LogFile log(home + u"/proxy.log"_s, settings());
        log.write(LogLevel::Info, u"before"_s);
        QVERIFY(QDir(home).removeRecursively());
        log.write(LogLevel::Info, u"after"_s);
        QVERIFY(!QFile::exists(home));
        QVERIFY2(captured.text().contains("is gone") && captured.text().contains("after"), captured.text());
    }

    void localTimeFollowsTheZone()
    {
        const QByteArray before = qgetenv("TZ");
        const auto restore = qScopeGuard([&before] { before.isEmpty() ? qunsetenv("TZ") : qputenv("TZ", before); });
        qputenv("TZ", "Europe/Berlin");
        LogFile log(path(), settings(LogLevel::Error));
        log.write(LogLevel::Error, u"one"_s);
        QCOMPARE(contents(path()).count('\n'), 1); // nothing is said of the zone that it was from the start
        qputenv("TZ", "Asia/Kolkata");
        QTRY_VERIFY((log.write(LogLevel::Error, u"two"_s), contents(path()).contains(" - INFO - Local time is UTC+05:30 from here on; before, it was UTC+0")));
        QCOMPARE(contents(path()).count("Local time"), 1);
        const QByteArray last = contents(path()).trimmed().split('\n').last().first(19);
        const QDateTime there = QDateTime::fromString(QString::fromLatin1(last), u"yyyy-MM-dd HH:mm:ss"_s);
        QVERIFY(std::abs(there.secsTo(QDateTime::currentDateTime())) < 60);
    }

    void aLogThatCanBeWrittenAgainIsUsedAgain()
    {
        QVERIFY(QDir().mkdir(path()));
        const CapturedStderr captured(m_folder->filePath(u"stderr"_s));
        LogFile log(path(), settings());
        QVERIFY(QDir().rmdir(path()));
        log.apply(settings(LogLevel::Info, 2)); // Changed settings do not wait for the next try.
        log.write(LogLevel::Info, u"back"_s);
        QVERIFY(contents(path()).endsWith(" - INFO - back\n"));
        QCOMPARE(captured.text().count('\n'), 1);
    }
#endif

    void theReaderShowsTheLastLinesThatMatch_data()
    {
        QTest::addColumn<LogQuery>("query");
        QTest::addColumn<QStringList>("messages");
        QTest::newRow("the last") << LogQuery{2, {}, {}} << QStringList{u"line 4999"_s, u"line 5000"_s};
        QTest::newRow("by level") << LogQuery{2, LogLevel::Warning, {}} << QStringList{u"line 4990"_s, u"line 5000"_s};
        QTest::newRow("by text") << LogQuery{2, {}, u"ne 12"_s} << QStringList{u"line 1298"_s, u"line 1299"_s};
        QTest::newRow("by both") << LogQuery{9, LogLevel::Error, u"line 10"_s}
                                 << QStringList{u"line 10"_s,   u"line 100"_s,  u"line 1000"_s, u"line 1010"_s,
                                                u"line 1020"_s, u"line 1030"_s, u"line 1040"_s, u"line 1050"_s,
                                                u"line 1060"_s, u"line 1070"_s, u"line 1080"_s, u"line 1090"_s}.last(9);
        QTest::newRow("more matches than wanted") << LogQuery{9, LogLevel::Info, u"INFO - line 1"_s}
                                          << QStringList{u"line 1991"_s, u"line 1992"_s, u"line 1993"_s, u"line 1994"_s,
                                                         u"line 1995"_s, u"line 1996"_s, u"line 1997"_s, u"line 1998"_s,
                                                         u"line 1999"_s};
        QTest::newRow("by one of several") << LogQuery{3, {}, u"nothing"_s, {u"line 4998"_s, u"line 17"_s, u"line 4999"_s}}
                                           << QStringList{u"line 1799"_s, u"line 4998"_s, u"line 4999"_s};
        QTest::newRow("nothing wanted is all") << LogQuery{1, {}, {}, {u"line 17"_s}} << QStringList{u"line 5000"_s};
        QTest::newRow("no match") << LogQuery{9, {}, u"nothing"_s} << QStringList();
        QTest::newRow("at least one") << LogQuery{-5, {}, {}} << QStringList{u"line 5000"_s};
    }

    void theReaderShowsTheLastLinesThatMatch()
    {
        QFETCH(LogQuery, query);
        QFETCH(QStringList, messages);
        write(numbered(5'000)); // Several blocks.
        LogReader reader(path());
        const QJsonObject answer = reader.read(query);
        QCOMPARE(messagesOf(answer), messages);
        QCOMPARE(answer.value("total_lines"_L1).toInt(), 5'000);
        QCOMPARE(answer.value("displayed_lines"_L1).toInt(), int(messages.size()));
        QCOMPARE(answer.value("log_file"_L1).toString(), path());
        QCOMPARE(answer.keys(), (QStringList{u"displayed_lines"_s, u"filters"_s, u"log_file"_s, u"logs"_s,
                                             u"total_lines"_s}));
    }

    void theReaderFindsEveryLineOnce()
    {
        const QByteArray text = numbered(5'000);
        write(text);
        LogReader reader(path());
        const QJsonArray logs = reader.read({10'000, {}, {}}).value("logs"_L1).toArray();
        QByteArray joined;
        for (const QJsonValue &line : logs)
            joined += line.toString().toUtf8() + '\n';
        QCOMPARE(joined, text);
    }

    void theReaderRepeatsItsFilters()
    {
        LogReader reader(path());
        const QJsonObject filters = reader.read({7, LogLevel::Warning, u"x"_s}).value("filters"_L1).toObject();
        QCOMPARE(filters, (QJsonObject{{"lines"_L1, 7}, {"level"_L1, u"warning"_s}, {"grep"_L1, u"x"_s}}));
    }

    void aMissingOrEmptyLogHasNoLines()
    {
        LogReader reader(path());
        for (int i = 0; i < 2; ++i) {
            const QJsonObject answer = reader.read({});
            QCOMPARE(answer.value("logs"_L1).toArray().size(), 0);
            QCOMPARE(answer.value("total_lines"_L1).toInt(), 0);
            write("");
            QVERIFY(QFileInfo::exists(path()));
        }
    }

    void aLineThatIsBeingWrittenIsNotShown()
    {
        write(numbered(1) + "2026-11-23 01:02:03,004 - INFO - hal");
        LogReader reader(path());
        QCOMPARE(messagesOf(reader.read({})), QStringList{u"line 1"_s});
    }

    void theCountFollowsAGrowingAndATurnedFile()
    {
        LogReader reader(path());
        const auto total = [&reader] { return reader.read({1, {}, {}}).value("total_lines"_L1).toInt(); };
        write(numbered(3));
        QCOMPARE(total(), 3);
        write(numbered(4'000, 4));
        QCOMPARE(total(), 4'003);
        QVERIFY(QFile::remove(path()));
        write(numbered(2));
        QCOMPARE(total(), 2);
        QVERIFY(QFile::remove(path()));
        write(numbered(5).replace("2026", "2027")); // Longer than the one before.
        QCOMPARE(total(), 5);
    }
};

QTEST_GUILESS_MAIN(TestLog)
#include "tst_log.moc"
