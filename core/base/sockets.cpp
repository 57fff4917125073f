#include "core/base/sockets.h"

namespace qcc {

QHostAddress plainAddress(QHostAddress address)
{
    address.setScopeId(QString());
    bool mapped = false;
    const quint32 v4 = address.toIPv4Address(&mapped);
    // Qt converts "::" as well, but who listens there hears no IPv4.
    const bool dressed = mapped && v4 != 0 && address.protocol() == QAbstractSocket::IPv6Protocol;
    return dressed ? QHostAddress(v4) : address;
}

} // namespace qcc
