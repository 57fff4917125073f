#pragma once

#include <QtGlobal>

namespace qcc {

/// Makes the coming close of this socket a reset, so that a peer whose answer ends with the connection sees it broken.
void resetOnClose(qintptr descriptor);
/// Closes a socket that nobody has taken over.
void closeSocket(qintptr descriptor);

} // namespace qcc
