#include "core/base/sockets.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace qcc {

qint64 sendNow(qintptr descriptor, QByteArrayView bytes)
{
#ifdef MSG_NOSIGNAL
    constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
#else
    // An older macOS is told by the socket. Qt ignores the signal from its own first write on, which may come later.
    constexpr int flags = MSG_DONTWAIT;
    const int on = 1;
    ::setsockopt(static_cast<int>(descriptor), SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    ssize_t sent = 0;
    do {
        sent = ::send(static_cast<int>(descriptor), bytes.data(), static_cast<size_t>(bytes.size()), flags);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : sent;
}

qintptr secondHandle(qintptr descriptor)
{
    return ::fcntl(static_cast<int>(descriptor), F_DUPFD_CLOEXEC, 0);
}

CloseProbe::CloseProbe(qintptr descriptor) : m_handle(secondHandle(descriptor)) { }

CloseProbe::~CloseProbe()
{
    if (m_handle >= 0)
        ::close(static_cast<int>(m_handle));
}

bool CloseProbe::wasReset() const
{
    if (m_handle < 0)
        return false;
    // After a clean close the socket waits for our own close and still knows its peer; after a reset it is gone.
    sockaddr_storage peer;
    socklen_t size = sizeof peer;
    return ::getpeername(static_cast<int>(m_handle), reinterpret_cast<sockaddr *>(&peer), &size) != 0 && errno == ENOTCONN;
}

QByteArray CloseProbe::unread() const
{
    QByteArray all;
    std::array<char, 16 * 1024> some;
    constexpr qsizetype enough = 512 * 1024;
    while (m_handle >= 0 && all.size() < enough) {
        const ssize_t got = ::recv(static_cast<int>(m_handle), some.data(), some.size(), 0);
        if (got <= 0)
            break;
        all.append(some.data(), got);
    }
    return all;
}

CloseProbe::Taken CloseProbe::requestTaken()
{
    const std::optional<TcpState> now = m_handle >= 0 ? tcpState(m_handle) : std::nullopt;
    if (!m_before || !now || now->acknowledged != m_before->acknowledged)
        return Taken::Maybe;
    if (!now->over)
        return now->peerClosed ? Taken::NotKnownYet : Taken::Maybe;
    // A reset that follows the peer's close is told as a broken pipe, any other as a reset. Source: Linux, tcp_reset().
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(static_cast<int>(m_handle), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == EPIPE)
        m_closedFirst = true;
    return m_before->peerClosed || m_closedFirst ? Taken::No : Taken::Maybe;
}

void endSending(qintptr descriptor)
{
    ::shutdown(static_cast<int>(descriptor), SHUT_WR);
}

void resetOnClose(qintptr descriptor)
{
    const linger now{1, 0};
    ::setsockopt(static_cast<int>(descriptor), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void closeSocket(qintptr descriptor)
{
    ::close(static_cast<int>(descriptor));
}

} // namespace qcc
