#pragma once

#include <QString>

namespace qcc {

/// The program that listens on a TCP port of this machine.
struct PortOwner {
    QString name; ///< Empty where the system does not tell.
    qint64 pid = 0;

    bool isQcc() const { return name == QLatin1String("qcc") || name == QLatin1String("qcc-tray"); }
};

PortOwner ownerOfPort(quint16 port);

} // namespace qcc
