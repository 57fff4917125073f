#pragma once

#include <QString>
#include <QVariantList>

#include <chrono>
#include <functional>

class QSqlDatabase;
class QSqlError;
class QSqlQuery;

namespace qcc {

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
/// Thread: from open() to close() the same one, which waits for the disk.
class SqliteFile
{
public:
    enum class Mode { ReadOnly, ReadWrite };

    SqliteFile();
    ~SqliteFile();
    Q_DISABLE_COPY_MOVE(SqliteFile)

    /// `patience`: how long to wait where another program is writing.
    bool open(const QString &path, Mode mode, std::chrono::milliseconds patience = std::chrono::seconds(5));
    void close();
    bool isOpen() const { return m_open; }

    /// `values` are those of the statement's question marks.
    bool run(const QString &statement, const QVariantList &values = {});
    /// Calls `row` with the columns of each row.
    bool read(const QString &statement, const QVariantList &values, const std::function<void(const QVariantList &)> &row);

    bool begin();
    bool commit();
    void rollback();

    const SqliteError &error() const { return m_error; }

private:
    QSqlDatabase database() const;
    bool start(QSqlQuery &query, const QString &statement, const QVariantList &values);
    bool fail(const QSqlError &error);

    QString m_connection; ///< The name under which Qt knows it.
    bool m_open = false;
    SqliteError m_error;
};

} // namespace qcc
