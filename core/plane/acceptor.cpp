#include "core/plane/acceptor.h"

#include "core/base/systemresources.h"

#include <QHostAddress>
#include <QTcpServer>

#include <algorithm>

namespace qcc {

using namespace std::chrono_literals;

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

namespace {

/// Descriptors that clients do not get: as many as the usual number of connections to upstreams needs, where there are so many.
int kept()
{
    return std::clamp(descriptorLimit() / 8, 16, 128);
}

/// Qt's own default; connections never wait here, so that any number but 0 does.
constexpr int pendingAtMost = 30;

} // namespace

Acceptor::Acceptor(std::function<void(qintptr)> accepted, QObject *parent)
    : QTcpServer(parent)
    , m_accepted(std::move(accepted))
{
    // A burst of a thousand clients must not lose a second to a SYN that found the queue full.
    setListenBacklogSize(4096);
    connect(this, &QTcpServer::acceptError, this, &Acceptor::pauseForDescriptors);
    m_lookAgain.setInterval(20ms);
    connect(&m_lookAgain, &QTimer::timeout, this, &Acceptor::lookAgain);
}

void Acceptor::incomingConnection(qintptr descriptor)
{
    m_accepted(descriptor);
    if (!hasRoom())
        pauseForDescriptors();
}

bool Acceptor::hasRoom() const
{
    return descriptorsLeft() >= kept() && !m_isFull();
}

void Acceptor::stop()
{
    // Resuming is for a server that listens.
    m_lookAgain.stop();
    close();
    setMaxPendingConnections(pendingAtMost); // for the next listen()
}

void Acceptor::pauseForDescriptors()
{
    if (m_lookAgain.isActive() || !isListening())
        return;
    // Trying at once would only burn the processor.
    pauseAccepting();
    // Qt goes on accepting what has arrived already, paused or not; only this ends its loop.
    setMaxPendingConnections(0);
    m_lookAgain.start();
    Q_EMIT descriptorsShort();
    Q_EMIT roomWanted();
}

void Acceptor::lookAgain()
{
    if (!hasRoom()) {
        Q_EMIT roomWanted();
        return;
    }
    m_lookAgain.stop();
    Q_EMIT descriptorsEnough();
    setMaxPendingConnections(pendingAtMost);
    resumeAccepting();
}

} // namespace qcc
