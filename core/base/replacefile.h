#pragma once

#include "core/base/files.h"

#include <QFile>
#include <QFileDevice>
#include <QString>

#include <chrono>

class QByteArray;

namespace qcc {

/// A lock among processes and threads, held by the system on an open file: it is gone with its holder, however that ends. The file stays,
/// empty, and means nothing by itself.
class FileLock
{
public:
    enum class Outcome { Locked, Busy, Impossible };

    explicit FileLock(const QString &path);
    /// Unlocks.
    ~FileLock() = default;
    FileLock(const FileLock &) = delete;
    FileLock &operator=(const FileLock &) = delete;

    /// Waits for at most `timeout`. Impossible: the file cannot be opened. Where a file system knows no locks, it counts as locked.
    Outcome lock(std::chrono::milliseconds timeout);
    void unlock() { m_file.close(); }

private:
    /// Opens the file, which is made where there is none, and is no link.
    static bool open(QFile &file);
    /// Busy where another holds it.
    static Outcome tryLock(int descriptor);

    QFile m_file;
};

/// Waits until what was written to this file descriptor is on the disk. Returns why it is not; empty: it is, or the file system cannot tell.
QString syncToDisk(int descriptor);

/// What follows the name of a file that is about to take its place.
inline constexpr QLatin1StringView replacedBySuffix{".new"};

/// Puts `text` in the place of what the file holds, so that whoever reads it, at any moment and after any kind of end, finds the old text or
/// the new one, whole. Where `path` is a symbolic link, what it leads to is replaced, or the link itself. The new text lies in `path` + `suffix` until then, a name that must be nobody else's; a kill
/// leaves that behind at most, and the next call takes it away. Only one process and thread may replace one file at a time.
/// A file that is mounted by itself, which the system lets nobody replace, is written over; until that is done the new text lies beside it, too: wholeCopyOf().
/// Returns why it failed, in the system's words, with the old text untouched; empty: it is done.
QString replaceFile(const QString &path, const QByteArray &text, QFileDevice::Permissions permissions, Links links = Links::Followed,
                    QLatin1StringView suffix = replacedBySuffix);

/// Takes away what a replaceFile() of `path` that was killed has left beside it.
void removeLeftover(const QString &path, QLatin1StringView suffix = replacedBySuffix);

/// Where the whole text is of a file that is being written over, or was when the program or the computer ended; empty: there is none. It counts only where what the
/// file holds is not whole, so that an edit by hand is never overruled.
QString wholeCopyOf(const QString &path);

} // namespace qcc
