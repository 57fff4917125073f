#pragma once

#include "core/base/fileowner.h"

#include <QFileDevice>
#include <QString>

class QByteArray;

namespace qcc {

/// Puts `text` in the place of what the file holds, so that whoever reads it, at any moment and after any kind of end, finds the old text or
/// the new one, whole. Where `path` is a symbolic link, what it leads to is replaced, or the link itself. The new text lies in `path` + ".new" until then; a kill
/// leaves that behind at most, and the next call takes it away. Only one process and thread may replace one file at a time.
/// A file that is mounted by itself, which the system lets nobody replace, is written over; until that is done the new text lies beside it, too: wholeCopyOf().
/// Returns why it failed, in the system's words, with the old text untouched; empty: it is done.
QString replaceFile(const QString &path, const QByteArray &text, QFileDevice::Permissions permissions, Links links = Links::Followed);

/// Where the whole text is of a file that is being written over, or was when the program or the computer ended; empty: there is none. It counts only where what the
/// file holds is not whole.
QString wholeCopyOf(const QString &path);

} // namespace qcc
