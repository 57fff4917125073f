#pragma once

#include <QString>

#include <chrono>
#include <memory>

struct sqlite3;

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

} // namespace qcc
