#include "core/base/sqlitefile.h"

#include "core/base/sqlitebounds.h"

#include <QFileInfo>

#include <sqlite3.h>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

struct Finalize {
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};

int bindOne(sqlite3_stmt *statement, int place, const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::UnknownType:
        return sqlite3_bind_null(statement, place);
    case QMetaType::Bool:
    case QMetaType::Int:
    case QMetaType::LongLong:
        return sqlite3_bind_int64(statement, place, value.toLongLong());
    case QMetaType::QByteArray: {
        const QByteArray bytes = value.toByteArray();
        return sqlite3_bind_blob64(statement, place, bytes.constData(), static_cast<sqlite3_uint64>(bytes.size()), SQLITE_TRANSIENT);
    }
    case QMetaType::QString: {
        const QByteArray text = value.toString().toUtf8();
        return sqlite3_bind_text64(statement, place, text.constData(), static_cast<sqlite3_uint64>(text.size()), SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
    }
    default:
        Q_ASSERT_X(false, "SqliteFile", value.typeName());
        return SQLITE_MISMATCH;
    }
}

QVariant cell(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return static_cast<qint64>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
        const auto *text = sqlite3_column_text(statement, column);
        return QString::fromUtf8(reinterpret_cast<const char *>(text), sqlite3_column_bytes(statement, column));
    }
    case SQLITE_BLOB: {
        const auto *bytes = static_cast<const char *>(sqlite3_column_blob(statement, column));
        return QByteArray(bytes, sqlite3_column_bytes(statement, column));
    }
    default:
        return {};
    }
}

} // namespace

SqliteFile::SqliteFile() = default;

SqliteFile::~SqliteFile()
{
    close();
}

bool SqliteFile::open(const QString &path, std::chrono::milliseconds patience)
{
    return open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, patience);
}

bool SqliteFile::openForeign(const QString &path, const SqliteCost &most, std::chrono::milliseconds patience)
{
    // SQLite opens the index of the log by itself, and may wait there for the other end of a pipe.
    for (const char *beside : {"-wal", "-shm", "-journal"}) {
        const QFileInfo other(path + QLatin1String(beside));
        if ((other.exists() || other.isSymLink()) && !other.isFile()) {
            m_error = {0, u"%1 beside it is no file"_s.arg(other.fileName())};
            return false;
        }
    }
    m_bounds = std::make_unique<SqliteBounds>(most);
    if (!open(path, SQLITE_OPEN_READONLY, patience))
        return false;
    if (m_bounds->holdFor(m_database))
        return true;
    close();
    m_error = {0, u"this SQLite cannot be kept from running what is in a file"_s};
    return false;
}

bool SqliteFile::open(const QString &path, int flags, std::chrono::milliseconds patience)
{
    Q_ASSERT(!m_database);
    // One thread at a time uses it.
    const int opened = sqlite3_open_v2(path.toUtf8().constData(), &m_database, flags | SQLITE_OPEN_NOMUTEX, m_bounds ? m_bounds->vfs() : nullptr);
    if (opened != SQLITE_OK) {
        fail();
        close();
        return false;
    }
    sqlite3_busy_timeout(m_database, static_cast<int>(patience.count()));
    return true;
}

void SqliteFile::close()
{
    sqlite3_close(m_database);
    m_database = nullptr;
    m_bounds.reset();
}

bool SqliteFile::bind(sqlite3_stmt *statement, const QVariantList &values)
{
    int place = 0;
    return std::ranges::all_of(values, [&](const QVariant &value) { return bindOne(statement, ++place, value) == SQLITE_OK; }) || fail();
}

bool SqliteFile::run(const QString &statement, const QVariantList &values)
{
    return read(statement, values, [](const QVariantList &) { return true; });
}

bool SqliteFile::read(const QString &statement, const QVariantList &values, const std::function<bool(const QVariantList &)> &row)
{
    Q_ASSERT(m_database);
    sqlite3_stmt *compiled = nullptr;
    const QByteArray text = statement.toUtf8();
    if (sqlite3_prepare_v2(m_database, text.constData(), static_cast<int>(text.size()), &compiled, nullptr) != SQLITE_OK)
        return fail();
    const std::unique_ptr<sqlite3_stmt, Finalize> query(compiled);
    if (!bind(compiled, values))
        return false;
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(compiled)) == SQLITE_ROW) {
        QVariantList cells;
        for (int i = 0; i < sqlite3_column_count(compiled); ++i)
            cells.append(cell(compiled, i));
        if (!row(cells))
            return true;
    }
    return step == SQLITE_DONE || fail();
}

void SqliteFile::rollback()
{
    run(u"ROLLBACK"_s);
}

bool SqliteFile::fail()
{
    const int primary = sqlite3_errcode(m_database) & 0xff; // The rest of an extended code says where.
    m_error = {primary, QString::fromUtf8(sqlite3_errmsg(m_database))};
    if (m_bounds && !m_bounds->exceeded().isEmpty())
        m_error = {0, m_bounds->exceeded()};
    else if (m_bounds && primary == SQLITE_TOOBIG)
        m_error.message = m_bounds->valueTooLong();
    return false;
}

} // namespace qcc
