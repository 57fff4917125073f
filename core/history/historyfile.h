#pragma once

#include "core/base/result.h"
#include "core/journal/timeline.h"

#include <QString>

class QSqlError;

namespace qcc {

/// history.db: how many exchanges ended in which minute with which outcome, and nothing about what was in them.
/// Thread: from open() to close() the same one, which waits for the disk.
class HistoryFile
{
public:
    explicit HistoryFile(QString path);
    ~HistoryFile();
    HistoryFile(const HistoryFile &) = delete;
    HistoryFile &operator=(const HistoryFile &) = delete;

    /// Opens the file, or makes it with mode 0600.
    /// Errors: Failed.
    Result<void> open();
    void close();
    bool isOpen() const { return m_open; }

    /// What is in the file, from the minute `from` on.
    /// Errors: Failed.
    Result<MinuteCounts> read(Minute from);
    /// Adds `counts` to what is there and forgets the minutes before `keepFrom`: all of it or nothing.
    /// Errors: WriteFailed.
    Result<void> add(const MinuteCounts &counts, Minute keepFrom);

    /// Whether the last failure says that no qcc can ever use this file.
    bool isDamaged() const { return m_damaged; }
    /// Closes the file and renames it to history.db.broken, in place of an earlier one.
    /// Errors: WriteFailed.
    Result<void> setAside();

private:
    Result<void> makeReady();
    Failure damaged(const QString &why);
    Failure failure(const QSqlError &error, ErrorCode code = ErrorCode::Failed);

    QString m_path;
    QString m_connection; ///< The name under which Qt knows it.
    bool m_open = false;
    bool m_damaged = false;
};

} // namespace qcc
