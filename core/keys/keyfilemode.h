#pragma once

class QFileDevice;

namespace qcc {

/// Whether the mode of `file` lets other users of this computer open it.
bool isOpenToOthers(const QFileDevice &file);

} // namespace qcc
