#include "tests/support/sockettricks.h"

#include <QAbstractSocket>

#ifdef Q_OS_WIN
#include <winsock2.h>
#include <ws2tcpip.h>
#define QCC_SHUT_WRITE SD_SEND
#else
#include <sys/socket.h>
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

bool wasReset(const QAbstractSocket *socket)
{
    // Qt reports FIN and RST alike; only after RST has the system no peer any more.
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    return ::getpeername(descriptorOf(socket), reinterpret_cast<sockaddr *>(&peer), &size) != 0;
}

} // namespace qcc::test
