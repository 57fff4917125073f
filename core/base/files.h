#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QFileDevice>
#include <QString>

#include <cstdio>
#include <optional>
#include <utility>

class QFile;

namespace qcc {

/// Which file it is, whatever it is called by now.
using FileIdentity = std::pair<quint64, quint64>;

/// Nothing where there is no such file, or where the system takes no name from an open one.
std::optional<FileIdentity> identityOf(const QString &path);
std::optional<FileIdentity> identityOf(std::FILE *open);

/// Who has a say about a file or a folder.
struct FileOwner {
    bool isLink = false;
    bool isOurs = true;
    QString name = {};           ///< Of another owner; the number where it has no name.
    bool isRoots = false;        ///< The system's, which may do everything anyway.
    bool isSticky = false;       ///< A folder in which each may remove what is his alone.
    bool othersMayWrite = false; ///< Everybody, or a group that is not this user's private one.
};

enum class Links { AsTheyAre, Followed };

/// Nothing where there is no such file. On systems whose files have no owner in this sense all are ours.
std::optional<FileOwner> ownerOf(const QString &path, Links links);
/// Of an open file, whatever has taken its name since.
std::optional<FileOwner> ownerOf(const QFile &open);

/// Opens the ordinary file `path` for reading, and nothing that stands in its place: a pipe may have nobody at its other end, and a device no
/// end at all. It never waits, and neither do those who read from `file`.
/// Errors: Failed; the message says why "it" is not opened.
Result<void> openOrdinary(const QString &path, QFile &file);

/// What the ordinary file `path` holds, where that is no more than `mostBytes`.
/// Errors: Failed (also where it is larger); the message says why "it" is not read.
Result<QByteArray> readOrdinary(const QString &path, qint64 mostBytes);

/// Sees to it that nobody but its owner gets at `file` (a QFile; or the path of a file or folder), and he as `wanted`. The system is asked for a change only
/// where one is needed: some file systems know none, and have what is wanted anyway. False: others get at it, and that cannot be changed.
bool narrow(QFileDevice &file, QFileDevice::Permissions wanted);
bool narrow(const QString &path, QFileDevice::Permissions wanted);

/// A file that only this process can open, and that is gone with it, however it ends: it has no name (on Windows a name that goes with the
/// last handle). Mode 0600.
class NamelessFile
{
public:
    NamelessFile() = default;
    ~NamelessFile();
    Q_DISABLE_COPY_MOVE(NamelessFile)

    /// Makes one on the disk of `folder`. Returns why not, in the system's words; empty: it is there.
    QString open(const QString &folder);
    bool isOpen() const { return m_handle != invalid; }

    /// Writes behind what is there. Returns why not all of it could be written; empty: it is there.
    QString append(QByteArrayView bytes);
    qint64 size() const { return m_size; }
    /// Reads up to `most` bytes from `position`. Returns how many; -1 where the disk does not give them.
    qint64 read(qint64 position, char *into, qint64 most) const;

private:
    static constexpr qintptr invalid = -1;

    qintptr m_handle = invalid;
    qint64 m_size = 0;
};

} // namespace qcc
