#pragma once

#include <QFile>
#include <QString>

#include <chrono>

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

    /// Waits for at most `patience`. Impossible: the file cannot be opened. Where a file system knows no locks, it counts as locked.
    Outcome lock(std::chrono::milliseconds patience);
    void unlock() { m_file.close(); }

private:
    /// Opens the file, which is made where there is none, and is no link.
    static bool open(QFile &file);
    /// Busy where another holds it.
    static Outcome tryLock(int descriptor);

    QFile m_file;
};

} // namespace qcc
