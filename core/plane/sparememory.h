#pragma once

namespace qcc {

/// Gives memory that a burst of connections left behind back to the system. Takes some milliseconds: call it when nobody waits.
/// Thread: any.
void returnSpareMemory();

} // namespace qcc
