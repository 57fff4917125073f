#pragma once

#include "core/base/result.h"
#include "core/base/sqlitefile.h"
#include "core/history/clockproof.h"
#include "core/history/keymarks.h"
#include "core/journal/timeline.h"

#include <QString>

namespace qcc {

/// history.db: how many exchanges ended in which minute with which outcome, and nothing about what was in them; and which keys have worked.
/// Thread: from open() to close() the same one, which waits for the disk.
class HistoryFile
{
public:
    explicit HistoryFile(QString path);

    /// Opens the file, or makes it with mode 0600.
    /// Errors: Failed.
    Result<void> open();
    void close() { m_file.close(); }
    bool isOpen() const { return m_file.isOpen(); }

    /// What is in the file, from the minute `from` on.
    /// Errors: Failed.
    Result<MinuteCounts> read(Minute from);
    /// Adds `counts` to what is there, forgets the minutes before `keepFrom`, and keeps `clock`: all of it or nothing.
    /// Errors: WriteFailed.
    Result<void> add(const MinuteCounts &counts, Minute keepFrom, const ClockProof::State &clock);
    /// What the last run knew of the computer's clock; of a file without that, the time of its last minute before `now`, else `now`.
    /// Errors: Failed.
    Result<ClockProof::State> readClock(Minute now);

    /// What is known of keys; makes their secret the first time.
    /// Errors: Failed.
    Result<KeyMarks> readKeys();
    /// Errors: WriteFailed.
    Result<void> addKey(const QByteArray &mark);

    /// Whether the last failure says that no qcc can ever use this file.
    bool isDamaged() const { return m_damaged; }
    /// Closes the file and renames it to history.db.broken, in place of an earlier one.
    /// Errors: WriteFailed.
    Result<void> setAside();

private:
    Result<void> makeReady();
    Failure damaged(const QString &why);
    Failure failure(ErrorCode code = ErrorCode::Failed);

    QString m_path;
    SqliteFile m_file;
    bool m_damaged = false;
};

} // namespace qcc
