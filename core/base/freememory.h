#pragma once

namespace qcc {

/// Gives memory that was freed back to the system, where the allocator keeps it in pieces between what lives on. Takes a millisecond or a few, in
/// which other threads may have to wait for memory. Does nothing where the allocator has no such thing. Thread: any.
void returnFreeMemory();

} // namespace qcc
