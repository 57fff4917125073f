#include "core/base/sqlitefile.h"

#include <QByteArray>
#include <QFileInfo>

#include <sqlite3.h>

#include <algorithm>
#include <vector>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// For one turn of a loop: far more than our own statements need, and too few to take long.
constexpr int mostInstructions = 1000;

void refuseFunction(sqlite3_context *context, int, sqlite3_value **)
{
    sqlite3_result_error(context, "it computes what it should hold", -1);
}

/// Puts a refusal in the place of each of SQLite's functions: one call of some of them can take hours with the longest of values, and what
/// runs inside of one call nothing can interrupt. The names have to be there, since harmless schemas use them for defaults and checks.
bool refuseFunctions(sqlite3 *database)
{
    // Asked of another database, since this one would be read for it.
    sqlite3 *nothing = nullptr;
    sqlite3_stmt *names = nullptr;
    bool all = sqlite3_open_v2(":memory:", &nothing, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK
        && sqlite3_prepare_v2(nothing, "SELECT DISTINCT name FROM pragma_function_list", -1, &names, nullptr) == SQLITE_OK;
    int refused = 0;
    while (all && sqlite3_step(names) == SQLITE_ROW) {
        const auto *name = reinterpret_cast<const char *>(sqlite3_column_text(names, 0));
        // As harmless and constant as a schema may ask a function to be.
        constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
        all = sqlite3_create_function(database, name, -1, flags, nullptr, refuseFunction, nullptr, nullptr) == SQLITE_OK;
        ++refused;
    }
    sqlite3_finalize(names);
    sqlite3_close(nothing);
    return all && refused > 0;
}

} // namespace

/// The methods of an open file, of which only reading is another.
struct SqliteBounds::Methods : sqlite3_io_methods {
    const sqlite3_io_methods *usual;
    SqliteBounds *bounds;

    Methods(const sqlite3_io_methods *its, SqliteBounds *bounding) : sqlite3_io_methods(*its), usual(its), bounds(bounding)
    {
        xRead = &readWithin;
        iVersion = std::min(iVersion, 2); // Without those that map the file into memory.
    }

    static int readWithin(sqlite3_file *file, void *to, int bytes, sqlite3_int64 from)
    {
        const auto *methods = static_cast<const Methods *>(file->pMethods);
        return methods->bounds->exceeds() ? SQLITE_INTERRUPT : methods->usual->xRead(file, to, bytes, from);
    }
};

/// The system's files, opened and read within bounds.
struct SqliteBounds::Vfs : sqlite3_vfs {
    sqlite3_vfs *usual;
    SqliteBounds *bounds;
    QByteArray name;
    std::vector<std::unique_ptr<Methods>> methods;

    explicit Vfs(SqliteBounds *bounding)
        : sqlite3_vfs(*sqlite3_vfs_find(nullptr))
        , usual(sqlite3_vfs_find(nullptr))
        , bounds(bounding)
        , name("qcc-" + QByteArray::number(reinterpret_cast<quintptr>(this), 16))
    {
        zName = name.constData();
        xOpen = &openWithin;
        sqlite3_vfs_register(this, 0);
    }
    ~Vfs() { sqlite3_vfs_unregister(this); }
    Q_DISABLE_COPY_MOVE(Vfs)

    static int openWithin(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *gotFlags)
    {
        auto *its = static_cast<Vfs *>(vfs);
        // A pipe would make open() itself wait for its other end.
        if (const QFileInfo there(QString::fromUtf8(path)); path && there.exists() && !there.isFile()) {
            file->pMethods = nullptr;
            return SQLITE_CANTOPEN;
        }
        const int opened = its->usual->xOpen(its->usual, path, file, flags, gotFlags);
        if (file->pMethods) {
            its->methods.push_back(std::make_unique<Methods>(file->pMethods, its->bounds));
            file->pMethods = its->methods.back().get();
        }
        return opened;
    }
};

SqliteBounds::SqliteBounds(const SqliteCost &most)
    : m_most(most)
    , m_end(std::chrono::steady_clock::now() + most.time)
    , m_usedBefore(sqlite3_memory_used())
    , m_vfs(std::make_unique<Vfs>(this))
{
}

SqliteBounds::~SqliteBounds() = default;

const char *SqliteBounds::vfs() const
{
    return m_vfs->zName;
}

bool SqliteBounds::holdFor(sqlite3 *database)
{
    const auto longest = static_cast<int>(m_most.valueBytes);
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, longest);
    sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, longest);
    sqlite3_limit(database, SQLITE_LIMIT_VDBE_OP, mostInstructions);
    sqlite3_progress_handler(
        database, 1, [](void *bounds) { return static_cast<SqliteBounds *>(bounds)->exceeds() ? 1 : 0; }, this);
    return sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr) == SQLITE_OK
        && sqlite3_drop_modules(database, nullptr) == SQLITE_OK && refuseFunctions(database);
}

QString SqliteBounds::valueTooLong() const
{
    return u"a value in it is longer than %1 KB"_s.arg(m_most.valueBytes / 1024);
}

bool SqliteBounds::exceeds()
{
    if (!m_exceeded.isEmpty())
        return true;
    if (std::chrono::steady_clock::now() > m_end)
        m_exceeded = u"reading it takes longer than %1 s"_s.arg(std::chrono::duration<double>(m_most.time).count());
    else if (sqlite3_memory_used() - m_usedBefore > m_most.memoryBytes)
        m_exceeded = u"reading it takes more than %1 MB of memory"_s.arg(m_most.memoryBytes / (1024 * 1024));
    return !m_exceeded.isEmpty();
}

namespace {

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

void SqliteStatement::Finalize::operator()(sqlite3_stmt *statement) const
{
    sqlite3_finalize(statement);
}

SqliteStatement &SqliteStatement::bind(qint64 value)
{
    sqlite3_bind_int64(m_statement.get(), ++m_bound, value);
    return *this;
}

SqliteStatement &SqliteStatement::bind(std::optional<qint64> value)
{
    if (value)
        return bind(*value);
    ++m_bound; // they are cleared after each run
    return *this;
}

SqliteStatement &SqliteStatement::bind(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    sqlite3_bind_text64(m_statement.get(), ++m_bound, bytes.constData(), static_cast<sqlite3_uint64>(bytes.size()), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

SqliteStatement::Step SqliteStatement::step()
{
    const int stepped = m_statement ? sqlite3_step(m_statement.get()) : SQLITE_MISUSE;
    if (stepped == SQLITE_ROW)
        return Step::Row;
    reset();
    return stepped == SQLITE_DONE ? Step::Done : Step::Failed;
}

void SqliteStatement::reset()
{
    if (!m_statement)
        return;
    sqlite3_reset(m_statement.get());
    sqlite3_clear_bindings(m_statement.get());
    m_bound = 0;
}

qint64 SqliteStatement::number(int column) const
{
    return sqlite3_column_int64(m_statement.get(), column);
}

std::optional<qint64> SqliteStatement::numberOrNothing(int column) const
{
    return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL ? std::nullopt : std::optional(number(column));
}

QString SqliteStatement::text(int column) const
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(m_statement.get(), column));
    return QString::fromUtf8(text, sqlite3_column_bytes(m_statement.get(), column));
}

SqliteFile::SqliteFile() = default;

SqliteFile::~SqliteFile()
{
    close();
}

bool SqliteFile::open(const QString &path, std::chrono::milliseconds timeout)
{
    return open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, timeout);
}

bool SqliteFile::openForeign(const QString &path, const SqliteCost &most, std::chrono::milliseconds timeout)
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
    if (!open(path, SQLITE_OPEN_READONLY, timeout))
        return false;
    if (m_bounds->holdFor(m_database))
        return true;
    close();
    m_error = {0, u"this SQLite cannot be kept from running what is in a file"_s};
    return false;
}

bool SqliteFile::openToRead(const QString &path, std::chrono::milliseconds timeout)
{
    return open(path, SQLITE_OPEN_READONLY, timeout);
}

bool SqliteFile::open(const QString &path, int flags, std::chrono::milliseconds timeout)
{
    Q_ASSERT(!m_database);
    // One thread at a time uses it.
    const int opened = sqlite3_open_v2(path.toUtf8().constData(), &m_database, flags | SQLITE_OPEN_NOMUTEX, m_bounds ? m_bounds->vfs() : nullptr);
    if (opened != SQLITE_OK) {
        fail();
        close();
        return false;
    }
    sqlite3_busy_timeout(m_database, static_cast<int>(timeout.count()));
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
    const SqliteStatement query = prepare(statement);
    sqlite3_stmt *compiled = query.m_statement.get();
    if (!compiled || !bind(compiled, values))
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

SqliteStatement SqliteFile::prepare(const QString &statement)
{
    SqliteStatement prepared;
    sqlite3_stmt *compiled = nullptr;
    const QByteArray text = statement.toUtf8();
    if (sqlite3_prepare_v2(m_database, text.constData(), static_cast<int>(text.size()), &compiled, nullptr) != SQLITE_OK)
        fail();
    prepared.m_statement.reset(compiled);
    return prepared;
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
