#pragma once

#include "core/base/result.h"
#include "core/keys/sealing.h"

#include <QString>

class QFileDevice;

namespace qcc {

/// Whether the mode of `file` lets other users of this computer open it.
bool isOpenToOthers(const QFileDevice &file);

/// The master key in the file `path`. A file that others may read is narrowed to its owner, with a warning in the log.
/// Errors: NotFound (no such file), NotAllowed (unreadable, or others may read it and the system does not let that be changed), Failed (damaged).
Result<MasterKey> readKeyFile(const QString &path);

/// Makes `path` with a new master key, mode 0600, whole or not at all. Whoever calls it has made sure that there is none.
/// Errors: WriteFailed.
Result<MasterKey> makeKeyFile(const QString &path);

} // namespace qcc
