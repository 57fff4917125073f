#pragma once

#include <QString>
#include <QVariantList>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

struct sqlite3;
struct sqlite3_stmt;

namespace qcc {

/// What reading a file may cost.
struct SqliteCost {
    std::chrono::milliseconds time;
    qint64 memoryBytes;   ///< Of SQLite itself.
    qint64 valueBytes;    ///< The longest value that is handed out, and the longest statement of the file's schema.
};

/// Keeps SQLite within bounds while it reads a file of which nobody knows what is in it.
///
/// Such a file can hold SQL that runs while it is only being read (a view, a virtual table, a column that is computed, even in the statistics
/// that SQLite looks at before it answers anything), and bytes that lead in circles. Looking at what the file says of itself is no way out:
/// to be asked it must have been read. So nothing is left that could run: no view, no virtual table, no function; and time and memory are
/// looked at whenever a row or a loop is done and before each read of the file.
/// Lifetime: outlives the database that it holds.
class SqliteBounds
{
public:
    /// The time begins now.
    explicit SqliteBounds(const SqliteCost &most);
    ~SqliteBounds();
    Q_DISABLE_COPY_MOVE(SqliteBounds)

    /// The name by which the file has to be opened. What is no ordinary file is not, neither itself nor what SQLite keeps beside it.
    const char *vfs() const;
    /// Holds for the open database. False where this SQLite cannot be held.
    bool holdFor(sqlite3 *database);

    /// Why reading was ended, in a sentence's words; empty while it goes on.
    const QString &exceeded() const { return m_exceeded; }
    QString valueTooLong() const;

private:
    struct Vfs;
    struct Methods;

    bool exceeds();

    SqliteCost m_most;
    std::chrono::steady_clock::time_point m_end;
    qint64 m_usedBefore;
    QString m_exceeded;
    std::unique_ptr<Vfs> m_vfs;
};

/// Why SQLite could not do what it was asked.
struct SqliteError {
    // Result codes that say more than "it did not work". Source: sqlite.org/rescode.html.
    static constexpr int generic = 1; ///< Of a statement: it names what is not there.
    static constexpr int corrupt = 11;
    static constexpr int notADatabase = 26;

    int code = 0; ///< The primary result code; 0 where SQLite was not even asked.
    QString message;
};

/// A statement that is compiled once and run often. It takes and gives columns as what they are, so that a row costs no more than SQLite itself.
/// Lifetime: within that of the open file that it is of.
class SqliteStatement
{
public:
    enum class Step { Row, Done, Failed };

    SqliteStatement() = default;
    bool isNull() const { return !m_statement; }

    /// The values of the question marks, one after the other. Those that are left out are NULL.
    SqliteStatement &bind(qint64 value);
    SqliteStatement &bind(std::optional<qint64> value);
    SqliteStatement &bind(const QString &text);
    /// To the next row, or to the end, after which it may be bound anew.
    Step step();
    /// Runs it to its end; for what answers no rows.
    bool run() { return step() == Step::Done; }
    /// Leaves the rows that have not been asked for.
    void reset();

    // Columns of the row at hand; 0 and the empty text for NULL.
    qint64 number(int column) const;
    std::optional<qint64> numberOrNothing(int column) const;
    QString text(int column) const;

private:
    friend class SqliteFile;
    struct Finalize {
        void operator()(sqlite3_stmt *statement) const;
    };

    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
    int m_bound = 0;
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

    /// A file of our own, to be read and written; it is made where there is none. `timeout`: how long to wait where another program is
    /// writing.
    bool open(const QString &path, std::chrono::milliseconds timeout = std::chrono::seconds(5));
    /// A file of another program, to be read: whatever is in it, that costs no more than `most` from now on, and none of its SQL runs.
    bool openForeign(const QString &path, const SqliteCost &most, std::chrono::milliseconds timeout);
    /// A file of our own that is there, to be read, also while another process or thread writes it.
    bool openToRead(const QString &path, std::chrono::milliseconds timeout = std::chrono::seconds(5));
    /// No statement of it is left by then.
    void close();
    bool isOpen() const { return m_database != nullptr; }

    /// `values` are those of the statement's question marks.
    bool run(const QString &statement, const QVariantList &values = {});
    /// Calls `row` with the columns of each row, until there is none left or it answers false.
    bool read(const QString &statement, const QVariantList &values, const std::function<bool(const QVariantList &)> &row);

    /// isNull() where it could not be compiled.
    SqliteStatement prepare(const QString &statement);
    /// To be asked after a step that failed: it becomes error().
    void takeError() { fail(); }

    /// To write: whoever reads first and then finds that another has written has to begin anew.
    bool begin() { return run(QStringLiteral("BEGIN IMMEDIATE")); }
    bool commit() { return run(QStringLiteral("COMMIT")); }
    void rollback();

    const SqliteError &error() const { return m_error; }

private:
    bool open(const QString &path, int flags, std::chrono::milliseconds timeout);
    bool bind(sqlite3_stmt *statement, const QVariantList &values);
    bool fail();

    std::unique_ptr<SqliteBounds> m_bounds; ///< Null for a file of our own. Outlives the database, which reads by way of it.
    sqlite3 *m_database = nullptr;
    SqliteError m_error;
};

} // namespace qcc
