#pragma once

class QString;

namespace qcc {

/// Whether a local socket can be made in `folder`: file systems of other computers, of other systems and of virtual machines often take none. True
/// as well where that cannot be tried out now. Leaves nothing behind. Each folder is tried once.
bool takesSockets(const QString &folder);

} // namespace qcc
