#pragma once

#include <QString>

namespace qcc {

/// Waits until what was written to this file descriptor is on the disk. Returns why it is not; empty: it is, or the file system cannot tell.
QString syncToDisk(int descriptor);

} // namespace qcc
