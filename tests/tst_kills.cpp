#include "core/base/sqlitefile.h"
#include "core/config/configedit.h"
#include "core/config/configfile.h"
#include "core/config/settings.h"
#include "core/history/historyfile.h"
#include "tests/support/testkeys.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <random>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kills = 250; // of each kind
const Minute thisMinute{29'000'000min};

/// A process that works until it is killed, and tells after each piece of work how many are done.
class Victim
{
public:
    explicit Victim(const std::function<bool(quint32 done)> &work)
    {
        int ends[2];
        if (::pipe(ends) != 0)
            qFatal("no pipe");
        m_pid = ::fork();
        if (m_pid == 0) {
            for (quint32 done = 1; work(done); ++done)
                if (::write(ends[1], &done, sizeof done) != sizeof done)
                    break;
            ::_exit(1);
        }
        ::close(ends[1]);
        m_told = ends[0];
    }

    /// How long it takes for the first so many pieces, each.
    std::chrono::microseconds pace(quint32 pieces)
    {
        QElapsedTimer clock;
        clock.start();
        while (m_done < pieces && take())
            ;
        return std::chrono::microseconds(clock.nsecsElapsed() / 1'000 / pieces);
    }

    /// Returns once the first piece is done.
    Victim &atWork()
    {
        pace(1);
        return *this;
    }

    /// How many pieces it has told of after so long a time. False in `died`: it ended by itself.
    quint32 killAfter(std::chrono::microseconds time, bool *died)
    {
        ::usleep(static_cast<useconds_t>(time.count()));
        ::kill(m_pid, SIGKILL);
        int status = 0;
        ::waitpid(m_pid, &status, 0);
        *died = WIFSIGNALED(status);
        while (take())
            ;
        ::close(m_told);
        return m_done;
    }

private:
    bool take() { return ::read(m_told, &m_done, sizeof m_done) == sizeof m_done; }

    pid_t m_pid = -1;
    int m_told = -1;
    quint32 m_done = 0;
};

/// The `number`-th version of a config.json: as long as real ones are, and every part of it tells the number.
void makeVersion(QJsonObject &json, int number)
{
    QJsonArray clusters;
    for (int i = 0; i < 20; ++i) {
        const QByteArray text = QByteArray::number(number) + '/' + QByteArray::number(i);
        const QString hash = QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
        clusters.append(QJsonObject{{"name"_L1, u"cluster %1 of %2: %3"_s.arg(i).arg(number).arg(hash)}, {"endpoints"_L1, QJsonArray()}});
    }
    json.insert("clusters"_L1, clusters);
    json.insert("made"_L1, number);
}

} // namespace

/// What SIGKILL leaves behind, at any moment of a write. The moments are random; the seed is told, and fixed.
class TestKills : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_random.seed(20261126);
    }

    void configIsAlwaysOneOfTheVersionsWritten()
    {
        const QString path = m_folder->filePath(u"config.json"_s);
        const auto edit = [&path](quint32) {
            return editConfig(path, [](QJsonObject &json) -> Result<void> {
                makeVersion(json, json.value("made"_L1).toInt() + 1);
                return {};
            }).has_value();
        };
        bool killed = false;
        Victim first(edit);
        const auto pace = first.pace(20);
        first.killAfter(0us, &killed);
        QVERIFY(killed);
        int written = loadConfigJson(path)->value("made"_L1).toInt();
        int unfinished = 0;
        for (int round = 0; round < kills; ++round) {
            const int told = static_cast<int>(Victim(edit).atWork().killAfter(within(2 * pace), &killed));
            QVERIFY2(killed, "an edit failed, because of what an earlier kill left behind");

            unfinished += QFile::exists(path + u".new"_s);
            QVERIFY(loadConfig(path).has_value());
            const Result<QJsonObject> json = loadConfigJson(path);
            QVERIFY(json.has_value());
            const int made = json->value("made"_L1).toInt();
            QVERIFY2(made == written + told || made == written + told + 1, qPrintable(u"%1 after %2 and %3"_s.arg(made).arg(written).arg(told)));
            written = made;
            QJsonObject expected = defaultConfigJson();
            makeVersion(expected, made);
            QCOMPARE(*json, expected);
        }
        // Many were killed in the middle of a write.
        QVERIFY2(unfinished >= kills / 20, qPrintable(QString::number(unfinished)));
        // What was killed leaves nothing but the lock, which is free again, and one unfinished text, which the next edit takes away.
        const Result<Config> last = editConfig(path, [](QJsonObject &json) { return addCluster(json, u"last"_s); });
        QVERIFY2(last.has_value(), qPrintable(last ? QString() : last.error().message + last.error().hint));
        const QStringList left = QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden | QDir::System);
        QCOMPARE(left, (QStringList{u"config.json"_s, u"config.json.lock"_s}));
    }

    void historyNeverGoesBack()
    {
        const QString path = m_folder->filePath(u"history.db"_s);
        const auto write = [&path](quint32 done) {
            static HistoryFile *file = nullptr; // the victim's; it dies with it
            if (done == 1) {
                file = new HistoryFile(path);
                if (!file->open())
                    return false;
            }
            MinuteCounts one;
            one[thisMinute].count(Outcome::Complete);
            return file->add(one, thisMinute - 1h, {thisMinute, {}, {}}).has_value();
        };
        bool killed = false;
        Victim first(write);
        const auto pace = first.pace(20);
        first.killAfter(0us, &killed);
        QVERIFY(killed);
        quint64 counted = countIn(path);
        for (int round = 0; round < kills; ++round) {
            // Opening takes as long as some writes.
            const quint32 told = Victim(write).killAfter(within(20 * pace), &killed);
            QVERIFY2(killed, "a write failed, because of what an earlier kill left behind");

            const quint64 now = countIn(path);
            QVERIFY2(now == counted + told || now == counted + told + 1, qPrintable(u"%1 after %2 and %3"_s.arg(now).arg(counted).arg(told)));
            counted = now;
        }
        QCOMPARE(integrity(path), u"ok"_s);
        const QStringList left = QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden);
        QVERIFY2(left.size() <= 3, qPrintable(left.join(u' '))); // SQLite's own two at most
        QVERIFY(!left.contains(u"history.db.broken"_s));
    }

    void aLockFileHoldsNobodyUp()
    {
        // An earlier edit's, whatever became of that.
        const QString path = m_folder->filePath(u"config.json"_s);
        QFile lock(path + u".lock"_s);
        QVERIFY(lock.open(QIODevice::WriteOnly));
        lock.write("1\nqcc\nhere\n");
        lock.close();
        QElapsedTimer clock;
        clock.start();
        const Result<Config> edited = editConfig(path, [](QJsonObject &json) { return addCluster(json, u"a"_s); });
        QVERIFY2(edited.has_value(), qPrintable(edited ? QString() : edited.error().message));
        QVERIFY2(clock.elapsed() < 1'000, qPrintable(QString::number(clock.elapsed())));
    }

private:
    std::chrono::microseconds within(std::chrono::microseconds most)
    {
        return std::chrono::microseconds(std::uniform_int_distribution<int>(0, static_cast<int>(most.count()))(m_random));
    }

    /// As the next run of the proxy finds it; 0 where it cannot be used.
    static quint64 countIn(const QString &path)
    {
        HistoryFile file(path);
        const Result<void> opened = file.open();
        const Result<MinuteCounts> read = opened ? file.read(thisMinute - 1h) : opened.error();
        return read ? read->at(thisMinute).of(Outcome::Complete) : 0;
    }

    static QString integrity(const QString &path)
    {
        QString said;
        SqliteFile file;
        if (file.open(path))
            file.read(u"PRAGMA integrity_check"_s, {}, [&said](const QVariantList &row) {
                said = row.first().toString();
                return false;
            });
        return said;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::mt19937 m_random;
};

QTEST_GUILESS_MAIN(TestKills)
#include "tst_kills.moc"
