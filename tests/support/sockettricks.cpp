#include "tests/support/sockettricks.h"

#include <QAbstractSocket>

#ifdef Q_OS_WIN
#include <winsock2.h>
#include <ws2tcpip.h>
#define QCC_SHUT_WRITE SD_SEND
#else
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#define QCC_SHUT_WRITE SHUT_WR
#endif

namespace qcc::test {

namespace {

#ifdef Q_OS_WIN
using Descriptor = SOCKET;
#else
using Descriptor = int;
#endif

Descriptor descriptorOf(const QAbstractSocket *socket)
{
    return static_cast<Descriptor>(socket->socketDescriptor());
}

} // namespace

void resetConnection(QAbstractSocket *socket)
{
    linger now{};
    now.l_onoff = 1;
    now.l_linger = 0; // On: close() drops the queue and answers with RST.
    ::setsockopt(descriptorOf(socket), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char *>(&now), sizeof now);
    socket->abort();
}

void shutdownWriting(QAbstractSocket *socket)
{
    ::shutdown(descriptorOf(socket), QCC_SHUT_WRITE);
}

#ifdef Q_OS_WIN
ConnectionWitness::ConnectionWitness(const QAbstractSocket *) { }
ConnectionWitness::~ConnectionWitness() = default;
bool ConnectionWitness::sawReset() const
{
    return false;
}
#else
ConnectionWitness::ConnectionWitness(const QAbstractSocket *socket)
    : m_descriptor(::fcntl(descriptorOf(socket), F_DUPFD_CLOEXEC, 0)) // no program that is started meanwhile keeps it open
{
}

ConnectionWitness::~ConnectionWitness()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

bool ConnectionWitness::sawReset() const
{
    // After FIN the connection still has a peer, after RST it has none.
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    return ::getpeername(m_descriptor, reinterpret_cast<sockaddr *>(&peer), &size) != 0;
}
#endif

} // namespace qcc::test
