#include "core/history/historyfile.h"

#include "core/base/files.h"
#include "core/config/paths.h"

#include <QFile>
#include <QFileInfo>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Whether a clock that said `before` may say `wall` later on, corrections by a few minutes included.
bool goesOn(Minute before, Minute wall, std::chrono::minutes most)
{
    return wall - before >= -std::chrono::minutes(10) && wall - before <= most;
}

} // namespace

Minute ClockProof::look(Minute wall, Steady now)
{
    const auto passed = m_last ? now - *m_last : Steady::duration(0);
    if (!m_last)
        m_assuredAt = now;
    m_last = now;
    // As much as is known to have passed since, in this run.
    const auto since = std::chrono::ceil<std::chrono::minutes>(now - m_assuredAt) + std::chrono::minutes(10);
    if (goesOn(m_state.assured, wall, std::max<std::chrono::minutes>(step, since))) {
        m_assuredAt = now;
        m_state = {std::max(m_state.assured, wall), std::nullopt, std::chrono::minutes(0)};
        m_rest = {};
    } else if (m_state.doubted && goesOn(*m_state.doubted, wall, pause)) {
        m_state.doubted = wall;
        m_rest += passed;
        const auto whole = std::chrono::floor<std::chrono::minutes>(m_rest);
        m_rest -= whole;
        m_state.proven += whole;
        if (m_state.proven >= (goesOn(m_state.assured, wall, pause) ? proof : longProof))
            m_state = {wall, std::nullopt, std::chrono::minutes(0)};
        if (!m_state.doubted)
            m_assuredAt = now;
    } else {
        m_state.doubted = wall;
        m_state.proven = std::chrono::minutes(0);
        m_rest = {};
    }
    return std::min(m_state.assured, wall);
}

QByteArray KeyMarks::markOf(const QByteArray &baseUrl, const QByteArray &key) const
{
    // No address holds a line break.
    return QMessageAuthenticationCode::hash(baseUrl + '\n' + key, secret, QCryptographicHash::Sha256).toHex();
}

QByteArray KeyMarks::newSecret()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->fillRange(words.data(), words.size());
    return QByteArray(reinterpret_cast<const char *>(words.data()), sizeof words);
}

namespace {

constexpr auto asideSuffix = ".broken"_L1;
/// Blocks of exchanges that are forgotten in one transaction, which then takes some milliseconds longer.
constexpr int blocksAtATime = 4;

// The columns after the first are in the order of Outcome. A minute is counted since 1970 in UTC.
constexpr auto createTable = R"(CREATE TABLE minutes (
    minute INTEGER PRIMARY KEY,
    complete INTEGER NOT NULL, recovered INTEGER NOT NULL, caller_error INTEGER NOT NULL,
    error INTEGER NOT NULL, truncated INTEGER NOT NULL, client_cancelled INTEGER NOT NULL))"_L1;
constexpr auto selectMinutes = R"(SELECT minute, complete, recovered, caller_error, error, truncated, client_cancelled
    FROM minutes WHERE minute >= ?)"_L1;
constexpr auto addMinute = R"(INSERT INTO minutes VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (minute) DO UPDATE SET
    complete = complete + excluded.complete, recovered = recovered + excluded.recovered,
    caller_error = caller_error + excluded.caller_error, error = error + excluded.error,
    truncated = truncated + excluded.truncated, client_cancelled = client_cancelled + excluded.client_cancelled)"_L1;
// Beside the first table, for what older versions leave alone. The secret has one row.
constexpr auto createKeys = "CREATE TABLE IF NOT EXISTS keys (mark TEXT PRIMARY KEY)"_L1;
constexpr auto createSecret = "CREATE TABLE IF NOT EXISTS secret (value TEXT NOT NULL)"_L1;
// One row: minutes since 1970, the second of them NULL where nothing is doubted, and a number of minutes.
constexpr auto createClock = "CREATE TABLE IF NOT EXISTS clock (assured INTEGER NOT NULL, doubted INTEGER, proven INTEGER NOT NULL)"_L1;
constexpr auto deleteMinutes = "DELETE FROM minutes WHERE minute < ?"_L1;

/// The first column of the first row; an invalid value where there is an error, which the file tells.
QVariant firstValue(SqliteFile &file, const QString &statement)
{
    QVariant value;
    const bool done = file.read(statement, {}, [&value](const QVariantList &row) {
        value = row.first();
        return false;
    });
    return done ? value : QVariant();
}

qint64 toNumber(Minute minute)
{
    return minute.time_since_epoch().count();
}

/// What is not there need not be removed.
Result<void> removeFile(const QString &path)
{
    if (QFile file(path); file.exists() && !file.remove())
        return Failure{ErrorCode::WriteFailed, u"%1 cannot be removed: %2"_s.arg(path, file.errorString()), {}};
    return {};
}

/// What belongs to a history.db that is gone; SQLite would play it into the next one.
Result<void> removeBeside(const QString &path)
{
    Result<void> removed;
    for (auto suffix = historyFiles.begin() + 1; removed && suffix != historyFiles.end(); ++suffix)
        removed = removeFile(path + *suffix);
    return removed;
}

} // namespace

qint64 historyBytes(const QString &path)
{
    qint64 bytes = 0;
    for (const QLatin1StringView suffix : historyFiles)
        bytes += QFileInfo(path + suffix).size();
    return bytes;
}

QString historyOwnerProblem(const QString &path)
{
    for (const QLatin1StringView suffix : historyFiles) {
        if (QString wrong = fileOwnerProblem(path + suffix); !wrong.isEmpty())
            return wrong;
    }
    return {};
}

HistoryFile::HistoryFile(QString path, qint64 mostExchanges) : m_path(std::move(path)), m_most(mostExchanges) { }

void HistoryFile::close()
{
    m_exchanges.forget();
    m_file.close();
}

Result<void> HistoryFile::open()
{
    m_damaged = false;
    // The home was looked at before the start, and this may be opened long after.
    if (const QString wrong = historyOwnerProblem(m_path); !wrong.isEmpty())
        return Failure{ErrorCode::NotAllowed, wrong, {}};
    // SQLite's own files beside this one get its permissions.
    constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;
    if (QFileInfo::exists(m_path)) {
        narrow(m_path, ownerOnly);
        const QFileInfo file(m_path);
        if (!file.isFile() || !file.isReadable() || !file.isWritable())
            return damaged(u"it is no file that may be read and written"_s);
    } else if (QFile file(m_path); !file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly)) {
        return Failure{ErrorCode::Failed, file.errorString(), {}};
    }
    if (!m_file.open(m_path))
        return failure();
    Result<void> ready = makeReady();
    if (!ready)
        close();
    return ready;
}

Result<void> HistoryFile::makeReady()
{
    const QVariant version = firstValue(m_file, u"PRAGMA user_version"_s);
    const QVariant tables = version.isValid() ? firstValue(m_file, u"SELECT count(*) FROM sqlite_master"_s) : QVariant();
    if (!tables.isValid())
        return failure();
    if (version.toInt() > HistoryFile::fileVersion)
        return Failure{ErrorCode::Failed, u"it was written by a newer qcc"_s, {}};
    if (version.toInt() == 0 && tables.toInt() > 0)
        return damaged(u"it is another program's"_s);
    // With a write-ahead log a commit costs no wait for the disk and nobody who reads waits for one who writes; a kill takes nothing that was committed,
    // a loss of power what came since the log was last played in, which is when the disk is waited for. A large deletion must not leave its marks on memory
    // or the disk.
    for (const char *pragma : {"journal_mode = WAL", "synchronous = NORMAL", "wal_autocheckpoint = 4000", "cache_size = -1024", "journal_size_limit = 16777216"}) {
        if (!m_file.run("PRAGMA "_L1 + QLatin1String(pragma)))
            return failure();
    }
    if (version.toInt() == 0) {
        const QString setVersion = u"PRAGMA user_version = %1"_s.arg(HistoryFile::fileVersion);
        if (!m_file.begin() || !m_file.run(createTable) || !m_file.run(setVersion) || !m_file.commit())
            return failure();
    }
    if (!m_file.run(createClock))
        return failure();
    // It asks for no minute at all, only whether the columns are there.
    const bool fits = m_file.read(selectMinutes, {std::numeric_limits<qint64>::max()}, [](const QVariantList &) { return true; });
    if (!fits && m_file.error().code == SqliteError::generic)
        return damaged(m_file.error().message);
    return {};
}

Result<MinuteCounts> HistoryFile::read(Minute from)
{
    MinuteCounts minutes;
    const bool done = m_file.read(selectMinutes, {toNumber(from)}, [&minutes](const QVariantList &row) {
        OutcomeCounts &counts = minutes[Minute(std::chrono::minutes(row.first().toLongLong()))];
        qsizetype column = 0;
        for (quint64 &count : counts.byOutcome)
            count = row.at(++column).toULongLong();
        return true;
    });
    if (!done)
        return failure();
    return minutes;
}

Result<ClockProof::State> HistoryFile::readClock(Minute now)
{
    std::optional<ClockProof::State> clock;
    const auto take = [&clock](const QVariantList &row) {
        const auto minute = [](const QVariant &value) { return Minute(std::chrono::minutes(value.toLongLong())); };
        clock = ClockProof::State{minute(row.at(0)), row.at(1).isNull() ? std::nullopt : std::optional(minute(row.at(1))),
                                  std::chrono::minutes(row.at(2).toLongLong())};
        return false;
    };
    if (!m_file.read(u"SELECT assured, doubted, proven FROM clock"_s, {}, take))
        return failure();
    if (clock)
        return *clock;
    clock = ClockProof::State{now, {}, {}};
    const auto last = [&clock](const QVariantList &row) {
        if (!row.first().isNull())
            clock->assured = Minute(std::chrono::minutes(row.first().toLongLong()));
        return false;
    };
    if (!m_file.read(u"SELECT max(minute) FROM minutes WHERE minute <= ?"_s, {toNumber(now)}, last))
        return failure();
    return *clock;
}

Result<void> HistoryFile::add(const MinuteCounts &counts, Minute keepFrom, const ClockProof::State &clock, const QList<ExchangeRecord> &exchanges,
                              bool words)
{
    if (!m_file.begin())
        return failure(ErrorCode::WriteFailed);
    bool done = true;
    for (auto it = counts.begin(); done && it != counts.end(); ++it) {
        QVariantList values{toNumber(it->first)};
        for (const quint64 count : it->second.byOutcome)
            values.append(static_cast<qint64>(count)); // SQLite knows no unsigned ones.
        done = m_file.run(addMinute, values);
    }
    const QVariant doubted = clock.doubted ? QVariant(toNumber(*clock.doubted)) : QVariant(QMetaType::fromType<qint64>());
    done = done && m_file.run(deleteMinutes, {toNumber(keepFrom)}) && m_file.run(u"DELETE FROM clock"_s)
        && m_file.run(u"INSERT INTO clock VALUES (?, ?, ?)"_s, {toNumber(clock.assured), doubted, static_cast<qint64>(clock.proven.count())})
        && addExchanges(exchanges, words, keepFrom);
    return done && m_file.commit() ? Result<void>() : undone();
}

bool HistoryFile::addExchanges(const QList<ExchangeRecord> &exchanges, bool words, Minute keepFrom)
{
    // A file in which none has been kept so far needs no tables to forget them.
    if (exchanges.isEmpty() && !m_exchanges.isReady() && !hasExchanges())
        return true;
    const ExchangeTables::Fit fit = makeExchangesReady();
    m_keepsExchanges = fit != ExchangeTables::Fit::Newer;
    if (fit != ExchangeTables::Fit::Fits)
        return !m_keepsExchanges;
    const std::optional<bool> more = m_exchanges.add(exchanges, words)
        ? m_exchanges.shorten(toNumber(keepFrom) * 60'000, m_most, blocksAtATime + static_cast<int>(exchanges.size() / ExchangeTables::perBlock))
        : std::nullopt;
    m_mayForgetMore = more.value_or(false);
    return more.has_value();
}

ExchangeTables::Fit HistoryFile::makeExchangesReady()
{
    const ExchangeTables::Fit fit = m_exchanges.makeReady();
    m_misfits = fit == ExchangeTables::Fit::Broken && m_file.error().code == SqliteError::generic;
    return fit;
}

bool HistoryFile::hasExchanges()
{
    return firstValue(m_file, u"SELECT count(*) FROM sqlite_master WHERE name = 'layout'"_s).toInt() > 0;
}

Result<void> HistoryFile::clear()
{
    if (!m_file.begin())
        return failure(ErrorCode::WriteFailed);
    const bool has = hasExchanges();
    const ExchangeTables::Fit fit = has ? makeExchangesReady() : ExchangeTables::Fit::Fits;
    if (fit == ExchangeTables::Fit::Newer) {
        m_file.rollback();
        return Failure{ErrorCode::WriteFailed, u"a newer qcc has written the requests in it"_s, {}};
    }
    const bool done = fit == ExchangeTables::Fit::Fits && m_file.run(u"DELETE FROM minutes"_s) && (!has || m_exchanges.clear()) && m_file.commit();
    if (!done)
        return undone();
    // Without them the pages would stay for rows to come, and in the log of what was written.
    if (!m_file.run(u"VACUUM"_s) || !m_file.run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s))
        return failure(ErrorCode::WriteFailed);
    return removeFile(m_path + asideSuffix);
}

Result<KeyMarks> HistoryFile::readKeys()
{
    KeyMarks keys;
    if (!m_file.run(createKeys) || !m_file.run(createSecret))
        return failure();
    const auto take = [&keys](const QVariantList &row) {
        keys.secret = QByteArray::fromHex(row.first().toByteArray());
        return false;
    };
    if (!m_file.read(u"SELECT value FROM secret"_s, {}, take))
        return failure();
    if (keys.secret.isEmpty()) {
        keys.secret = KeyMarks::newSecret();
        if (!m_file.run(u"INSERT INTO secret VALUES (?)"_s, {QString::fromLatin1(keys.secret.toHex())}))
            return failure();
    }
    const bool done = m_file.read(u"SELECT mark FROM keys"_s, {}, [&keys](const QVariantList &row) {
        keys.marks.insert(row.first().toByteArray());
        return true;
    });
    return done ? Result<KeyMarks>(std::move(keys)) : failure();
}

Result<void> HistoryFile::addKey(const QByteArray &mark)
{
    if (!m_file.run(u"INSERT OR IGNORE INTO keys VALUES (?)"_s, {QString::fromLatin1(mark)}))
        return failure(ErrorCode::WriteFailed);
    return {};
}

Result<void> HistoryFile::takeOverKeys(const KeyMarks &keys)
{
    if (!m_file.begin())
        return failure(ErrorCode::WriteFailed);
    const bool done = m_file.run(createKeys) && m_file.run(createSecret) && m_file.run(u"DELETE FROM keys"_s) && m_file.run(u"DELETE FROM secret"_s)
        && m_file.run(u"INSERT INTO secret VALUES (?)"_s, {QString::fromLatin1(keys.secret.toHex())})
        && std::ranges::all_of(keys.marks, [this](const QByteArray &mark) { return addKey(mark).has_value(); });
    return done && m_file.commit() ? Result<void>() : undone();
}

Result<void> HistoryFile::setAside()
{
    close();
    const QString aside = m_path + asideSuffix;
    QFile::remove(aside);
    if (QFile file(m_path); !file.rename(aside))
        return Failure{ErrorCode::WriteFailed, u"it cannot be renamed: "_s + file.errorString(), {}};
    return removeBeside(m_path);
}

Result<void> HistoryFile::remove()
{
    close();
    Result<void> removed = removeBeside(m_path);
    if (removed)
        removed = removeFile(m_path);
    return removed ? removeFile(m_path + asideSuffix) : removed;
}

Failure HistoryFile::damaged(const QString &why)
{
    m_damaged = true;
    return {ErrorCode::Failed, why, {}};
}

Failure HistoryFile::failure(ErrorCode code)
{
    const SqliteError &error = m_file.error();
    // The others speak of its surroundings: a full disk, a lock.
    m_damaged = error.code == SqliteError::corrupt || error.code == SqliteError::notADatabase;
    return {code, error.message, {}};
}

Failure HistoryFile::undone()
{
    Failure why = failure(ErrorCode::WriteFailed);
    m_damaged = m_damaged || std::exchange(m_misfits, false);
    m_exchanges.forget();
    m_file.rollback();
    return why;
}

} // namespace qcc
