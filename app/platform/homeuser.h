#pragma once

class QString;

namespace qcc::platform {

/// Where root runs qcc in a home that is another user's (by `sudo`, or in a container with a mounted folder), goes on as that user, so that he still
/// can use what is written, and nobody else's rights serve his endpoints. Of a home that is still to be made the folder decides in which it will lie. Where the system does
/// not allow it, nothing changes: see homeOwnerProblem(). Before threads and files.
void becomeUserOf(const QString &home);

} // namespace qcc::platform
