#include "core/history/historyfile.h"

#include <QFile>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr auto driver = "QSQLITE"_L1;
constexpr int schemaVersion = 1;

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
constexpr auto deleteMinutes = "DELETE FROM minutes WHERE minute < ?"_L1;

// Result codes of SQLite.
constexpr int genericError = 1;
constexpr int corrupt = 11;
constexpr int notADatabase = 26;

int codeOf(const QSqlError &error)
{
    return error.nativeErrorCode().toInt() & 0xff; // The rest of an extended code says where.
}

/// The first column of the first row; an invalid value where there is an error, which the query tells.
QVariant firstValue(QSqlQuery &query, const QString &statement)
{
    const QVariant value = query.exec(statement) && query.next() ? query.value(0) : QVariant();
    query.finish();
    return value;
}

qint64 toNumber(Minute minute)
{
    return minute.time_since_epoch().count();
}

} // namespace

HistoryFile::HistoryFile(QString path)
    : m_path(std::move(path)), m_connection(QUuid::createUuid().toString(QUuid::WithoutBraces))
{
}

HistoryFile::~HistoryFile()
{
    close();
}

Result<void> HistoryFile::open()
{
    Q_ASSERT(!m_open);
    m_damaged = false;
    if (!QSqlDatabase::isDriverAvailable(driver))
        return Failure{ErrorCode::Failed, u"Qt's SQLite driver is not installed"_s, {}};
    // SQLite's own files beside this one get its permissions.
    constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;
    if (QFileInfo::exists(m_path)) {
        QFile::setPermissions(m_path, ownerOnly);
        const QFileInfo file(m_path);
        if (!file.isFile() || !file.isReadable() || !file.isWritable())
            return damaged(u"it is no file that may be read and written"_s);
    } else if (QFile file(m_path); !file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly)) {
        return Failure{ErrorCode::Failed, file.errorString(), {}};
    }
    m_open = true;
    QSqlDatabase::addDatabase(driver, m_connection).setDatabaseName(m_path);
    Result<void> ready = makeReady();
    if (!ready)
        close();
    return ready;
}

Result<void> HistoryFile::makeReady()
{
    QSqlDatabase database = QSqlDatabase::database(m_connection, false);
    if (!database.open())
        return failure(database.lastError());
    QSqlQuery query(database);
    const QVariant version = firstValue(query, u"PRAGMA user_version"_s);
    const QVariant tables = firstValue(query, u"SELECT count(*) FROM sqlite_master"_s);
    if (!version.isValid() || !tables.isValid())
        return failure(query.lastError());
    if (version.toInt() > schemaVersion)
        return Failure{ErrorCode::Failed, u"it was written by a newer qcc"_s, {}};
    if (version.toInt() == 0 && tables.toInt() > 0)
        return damaged(u"it is another program's"_s);
    // With a write-ahead log a commit costs no wait for the disk; what a loss of power takes is the last half minute.
    if (!query.exec(u"PRAGMA journal_mode = WAL"_s) || !query.exec(u"PRAGMA synchronous = NORMAL"_s))
        return failure(query.lastError());
    query.finish();
    if (version.toInt() == 0) {
        const QString setVersion = u"PRAGMA user_version = %1"_s.arg(schemaVersion);
        if (!database.transaction() || !query.exec(createTable) || !query.exec(setVersion) || !database.commit())
            return failure(query.lastError().isValid() ? query.lastError() : database.lastError());
    }
    if (!query.prepare(selectMinutes) && codeOf(query.lastError()) == genericError)
        return damaged(query.lastError().databaseText()); // "no such column: …"
    return {};
}

void HistoryFile::close()
{
    if (!m_open)
        return;
    m_open = false;
    QSqlDatabase::database(m_connection, false).close();
    QSqlDatabase::removeDatabase(m_connection);
}

Result<MinuteCounts> HistoryFile::read(Minute from)
{
    Q_ASSERT(m_open);
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.setForwardOnly(true);
    if (!query.prepare(selectMinutes))
        return failure(query.lastError());
    query.addBindValue(toNumber(from));
    if (!query.exec())
        return failure(query.lastError());
    MinuteCounts minutes;
    while (query.next()) {
        OutcomeCounts &counts = minutes[Minute(std::chrono::minutes(query.value(0).toLongLong()))];
        for (std::size_t i = 0; i < counts.byOutcome.size(); ++i)
            counts.byOutcome[i] = query.value(static_cast<int>(i) + 1).toULongLong();
    }
    if (query.lastError().isValid())
        return failure(query.lastError());
    return minutes;
}

Result<void> HistoryFile::add(const MinuteCounts &counts, Minute keepFrom)
{
    Q_ASSERT(m_open);
    QSqlDatabase database = QSqlDatabase::database(m_connection, false);
    if (!database.transaction())
        return failure(database.lastError(), ErrorCode::WriteFailed);
    QSqlQuery query(database);
    bool done = query.prepare(addMinute);
    for (auto it = counts.begin(); done && it != counts.end(); ++it) {
        query.addBindValue(toNumber(it->first));
        for (const quint64 count : it->second.byOutcome)
            query.addBindValue(static_cast<qint64>(count)); // Unsigned numbers would be bound as text.
        done = query.exec();
    }
    done = done && query.prepare(deleteMinutes);
    if (done) {
        query.addBindValue(toNumber(keepFrom));
        done = query.exec();
    }
    const QSqlError error = query.lastError();
    query.finish();
    if (done && database.commit())
        return {};
    const Failure why = failure(done ? database.lastError() : error, ErrorCode::WriteFailed);
    database.rollback();
    return why;
}

Result<void> HistoryFile::setAside()
{
    close();
    const QString aside = m_path + u".broken"_s;
    QFile::remove(aside);
    if (QFile file(m_path); !file.rename(aside))
        return Failure{ErrorCode::WriteFailed, u"it cannot be renamed: "_s + file.errorString(), {}};
    // They belong to the old file; SQLite would play them into the new one.
    for (const QString &suffix : {u"-wal"_s, u"-shm"_s}) {
        if (QFile file(m_path + suffix); file.exists() && !file.remove())
            return Failure{ErrorCode::WriteFailed, u"%1 cannot be removed: %2"_s.arg(file.fileName(), file.errorString()), {}};
    }
    return {};
}

Failure HistoryFile::damaged(const QString &why)
{
    m_damaged = true;
    return {ErrorCode::Failed, why, {}};
}

Failure HistoryFile::failure(const QSqlError &error, ErrorCode code)
{
    // The others speak of its surroundings: a full disk, a lock.
    m_damaged = codeOf(error) == corrupt || codeOf(error) == notADatabase;
    return {code, error.databaseText().isEmpty() ? error.driverText() : error.databaseText(), {}};
}

} // namespace qcc
