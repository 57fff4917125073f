#pragma once

#include <QString>
#include <QVariantList>

#include <chrono>
#include <functional>
#include <memory>

struct sqlite3;
struct sqlite3_stmt;

namespace qcc {

class SqliteBounds;
struct SqliteCost;

/// Why SQLite could not do what it was asked.
struct SqliteError {
    // Result codes that say more than "it did not work". Source: sqlite.org/rescode.html.
    static constexpr int generic = 1; ///< Of a statement: it names what is not there.
    static constexpr int corrupt = 11;
    static constexpr int notADatabase = 26;

    int code = 0; ///< The primary result code; 0 where SQLite was not even asked.
    QString message;
};

/// An open SQLite file. What fails returns false, and error() tells why.
/// It is opened by SQLite itself, not by Qt's driver: what bounds the cost of a foreign file are calls of the same library, and that driver may
/// bring one of its own.
/// Thread: from open() to close() the same one, which waits for the disk.
class SqliteFile
{
public:
    SqliteFile();
    ~SqliteFile();
    Q_DISABLE_COPY_MOVE(SqliteFile)

    /// A file of our own, to be read and written; it is made where there is none. `patience`: how long to wait where another program is
    /// writing.
    bool open(const QString &path, std::chrono::milliseconds patience = std::chrono::seconds(5));
    /// A file of another program, to be read: whatever is in it, that costs no more than `most` from now on, and none of its SQL runs.
    bool openForeign(const QString &path, const SqliteCost &most, std::chrono::milliseconds patience);
    void close();
    bool isOpen() const { return m_database != nullptr; }

    /// `values` are those of the statement's question marks.
    bool run(const QString &statement, const QVariantList &values = {});
    /// Calls `row` with the columns of each row, until there is none left or it answers false.
    bool read(const QString &statement, const QVariantList &values, const std::function<bool(const QVariantList &)> &row);

    bool begin() { return run(QStringLiteral("BEGIN")); }
    bool commit() { return run(QStringLiteral("COMMIT")); }
    void rollback();

    const SqliteError &error() const { return m_error; }

private:
    bool open(const QString &path, int flags, std::chrono::milliseconds patience);
    bool bind(sqlite3_stmt *statement, const QVariantList &values);
    bool fail();

    std::unique_ptr<SqliteBounds> m_bounds; ///< Null for a file of our own. Outlives the database, which reads by way of it.
    sqlite3 *m_database = nullptr;
    SqliteError m_error;
};

} // namespace qcc
