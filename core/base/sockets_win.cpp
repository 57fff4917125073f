#include "core/base/sockets.h"

#include <winsock2.h>
// After winsock2.h, which it needs.
#include <mstcpip.h>

#include <algorithm>
#include <limits>

namespace qcc {

void watchForDeadPeer(qintptr descriptor)
{
    if (descriptor < 0)
        return;
    // The number of probes is fixed at ten. Source: SIO_KEEPALIVE_VALS, Windows Sockets 2.
    tcp_keepalive values{1, 15'000, 2'000};
    DWORD returned = 0;
    ::WSAIoctl(static_cast<SOCKET>(descriptor), SIO_KEEPALIVE_VALS, &values, sizeof values, nullptr, 0, &returned, nullptr, nullptr);
}

std::optional<TcpState> tcpState(qintptr)
{
    return std::nullopt;
}

qint64 sendNow(qintptr descriptor, QByteArrayView bytes)
{
    const int most = static_cast<int>((std::min<qsizetype>)(bytes.size(), (std::numeric_limits<int>::max)()));
    // Qt's sockets do not block.
    const int sent = ::send(static_cast<SOCKET>(descriptor), bytes.data(), most, 0);
    return sent == SOCKET_ERROR && ::WSAGetLastError() == WSAEWOULDBLOCK ? 0 : sent;
}

// A second handle would be another process's, by WSADuplicateSocket, and Qt's socket closes both sides with the first: connections stay.
qintptr secondHandle(qintptr)
{
    return -1;
}

// Winsock reports a reset through recv() alone, and Qt keeps that to itself: the close counts as clean here.
CloseProbe::CloseProbe(qintptr) : m_handle(-1) { }
CloseProbe::~CloseProbe() = default;

bool CloseProbe::wasReset() const
{
    return false;
}

QByteArray CloseProbe::unread() const
{
    return {};
}

CloseProbe::Taken CloseProbe::requestTaken()
{
    return Taken::Maybe;
}

void endSending(qintptr descriptor)
{
    ::shutdown(static_cast<SOCKET>(descriptor), SD_SEND);
}

void resetOnClose(qintptr descriptor)
{
    const linger now{1, 0};
    ::setsockopt(static_cast<SOCKET>(descriptor), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char *>(&now), sizeof now);
}

void closeSocket(qintptr descriptor)
{
    ::closesocket(static_cast<SOCKET>(descriptor));
}

std::optional<qint64> unacknowledgedBytes(qintptr)
{
    return std::nullopt;
}

bool isOurUsers(qintptr)
{
    // The named pipe's access list, made for this user alone (control/controlserver), lets nobody else in.
    return true;
}

} // namespace qcc
