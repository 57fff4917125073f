#pragma once

namespace qcc {

/// Lets this process hold as many descriptors as the system allows it; two are needed for each running request. Returns how many.
int raiseDescriptorLimit();

/// How many descriptors this process may hold.
int descriptorLimit();
/// How many more it can open now: at least so many, where the system numbers them from the lowest free one.
int descriptorsLeft();
/// Whether one more may be opened for a request: the last few are kept for the control socket, by which qcc is asked how it does and stopped.
inline bool mayOpenForRequest()
{
    return descriptorsLeft() >= 6;
}
/// Whether a thread may be started now. Each needs descriptors of its own, and GLib and Qt end the process where it gets none.
inline bool mayStartThread()
{
    return descriptorsLeft() >= 8;
}

} // namespace qcc
