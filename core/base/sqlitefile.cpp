#include "core/base/sqlitefile.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QUuid>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr auto driver = "QSQLITE"_L1;

} // namespace

SqliteFile::SqliteFile() : m_connection(QUuid::createUuid().toString(QUuid::WithoutBraces)) { }

SqliteFile::~SqliteFile()
{
    close();
}

bool SqliteFile::open(const QString &path, Mode mode, std::chrono::milliseconds patience)
{
    Q_ASSERT(!m_open);
    if (!QSqlDatabase::isDriverAvailable(driver)) {
        m_error = {0, u"Qt's SQLite driver is not installed"_s};
        return false;
    }
    m_open = true;
    bool opened = false;
    {
        QSqlDatabase file = QSqlDatabase::addDatabase(driver, m_connection);
        file.setDatabaseName(path);
        file.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(patience.count()) + (mode == Mode::ReadOnly ? u";QSQLITE_OPEN_READONLY"_s : QString()));
        opened = file.open() || fail(file.lastError());
    }
    if (!opened)
        close();
    return opened;
}

void SqliteFile::close()
{
    if (!m_open)
        return;
    m_open = false;
    database().close();
    QSqlDatabase::removeDatabase(m_connection);
}

QSqlDatabase SqliteFile::database() const
{
    return QSqlDatabase::database(m_connection, false);
}

bool SqliteFile::start(QSqlQuery &query, const QString &statement, const QVariantList &values)
{
    Q_ASSERT(m_open);
    query.setForwardOnly(true);
    if (!query.prepare(statement))
        return fail(query.lastError());
    for (const QVariant &value : values)
        query.addBindValue(value);
    return query.exec() || fail(query.lastError());
}

bool SqliteFile::run(const QString &statement, const QVariantList &values)
{
    QSqlQuery query(database());
    return start(query, statement, values);
}

bool SqliteFile::read(const QString &statement, const QVariantList &values, const std::function<void(const QVariantList &)> &row)
{
    QSqlQuery query(database());
    if (!start(query, statement, values))
        return false;
    const int columns = query.record().count();
    while (query.next()) {
        QVariantList cells;
        for (int i = 0; i < columns; ++i)
            cells.append(query.value(i));
        row(cells);
    }
    return !query.lastError().isValid() || fail(query.lastError());
}

bool SqliteFile::begin()
{
    QSqlDatabase file = database();
    return file.transaction() || fail(file.lastError());
}

bool SqliteFile::commit()
{
    QSqlDatabase file = database();
    return file.commit() || fail(file.lastError());
}

void SqliteFile::rollback()
{
    database().rollback();
}

bool SqliteFile::fail(const QSqlError &error)
{
    const int primary = error.nativeErrorCode().toInt() & 0xff; // The rest of an extended code says where.
    m_error = {primary, error.databaseText().isEmpty() ? error.driverText() : error.databaseText()};
    return false;
}

} // namespace qcc
