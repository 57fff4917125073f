#include "core/plane/listenfailure.h"

#include "core/plane/portowner.h"

#include <QHostAddress>
#include <QTcpServer>

namespace qcc {

namespace {

/// A port that is free right now, near the wanted one. 0 when none is found.
quint16 freePortNear(const QHostAddress &host, quint16 wanted)
{
    for (int offset = 1; offset <= 20 && wanted + offset < 65536; ++offset) {
        QTcpServer probe;
        if (probe.listen(host, static_cast<quint16>(wanted + offset)))
            return probe.serverPort();
    }
    return 0;
}

Failure portTaken(const QHostAddress &address, quint16 wanted)
{
    const PortOwner owner = ownerOfPort(wanted);
    if (owner.isQcc())
        return {ErrorCode::AlreadyRunning,
                QStringLiteral("qcc already runs on port %1 (pid %2), with another home folder").arg(wanted).arg(owner.pid),
                QStringLiteral("Stop that one, or choose another port with --port.")};
    const QString who = owner.name.isEmpty() ? QStringLiteral("another program")
                                             : QStringLiteral("%1 (pid %2)").arg(owner.name).arg(owner.pid);
    const quint16 free = freePortNear(address, wanted);
    return {ErrorCode::PortInUse, QStringLiteral("port %1 is in use by %2").arg(wanted).arg(who),
            free ? QStringLiteral("Port %1 is free: qcc proxy start --port %1").arg(free)
                 : QStringLiteral("Choose another port with --port.")};
}

} // namespace

Failure explainListenFailure(const QTcpServer &server, const QHostAddress &address, quint16 port)
{
    if (server.serverError() == QAbstractSocket::AddressInUseError)
        return portTaken(address, port);
    return {ErrorCode::NotAllowed,
            QStringLiteral("cannot listen on %1 port %2: %3").arg(address.toString()).arg(port).arg(server.errorString()),
            port < 1024 ? QStringLiteral("Ports below 1024 belong to the system; use a higher one.")
                        : QStringLiteral("Choose another address or port with --host and --port.")};
}

} // namespace qcc
