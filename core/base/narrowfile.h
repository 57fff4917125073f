#pragma once

#include <QFileDevice>

namespace qcc {

/// Sees to it that nobody but its owner gets at `file` (a QFile; or the path of a file or folder), and he as `wanted`. The system is asked for a change only
/// where one is needed: some file systems know none, and have what is wanted anyway. False: others get at it, and that cannot be changed.
bool narrow(QFileDevice &file, QFileDevice::Permissions wanted);
bool narrow(const QString &path, QFileDevice::Permissions wanted);

} // namespace qcc
