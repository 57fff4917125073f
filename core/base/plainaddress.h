#pragma once

#include <QHostAddress>

namespace qcc {

/// An address as it can be compared: IPv4 in IPv6's clothes taken out of them, and no scope, which is a name in one place and a number
/// in another.
QHostAddress plainAddress(QHostAddress address);

} // namespace qcc
