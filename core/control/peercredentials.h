#pragma once

#include <QtGlobal>

namespace qcc {

/// Whether the other end of the local socket `descriptor` belongs to this user, or to root, who could read our memory anyway. The mode of
/// the socket says the same, until somebody opens the folder to others.
bool isOurUsers(qintptr descriptor);

} // namespace qcc
