#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHostAddress>

#include <optional>

namespace qcc {

// What Qt's sockets neither do nor tell, by the descriptor of one.

/// An address as it can be compared: IPv4 in IPv6's clothes taken out of them, and no scope, which is a name in one place and a number
/// in another.
inline QHostAddress plainAddress(QHostAddress address)
{
    address.setScopeId(QString());
    bool mapped = false;
    const quint32 v4 = address.toIPv4Address(&mapped);
    // Qt converts "::" as well, but who listens there hears no IPv4.
    const bool dressed = mapped && v4 != 0 && address.protocol() == QAbstractSocket::IPv6Protocol;
    return dressed ? QHostAddress(v4) : address;
}

/// Makes the system notice that the peer of an open TCP socket is gone without a word (a cable, a sleeping router, a lost VPN): it
/// asks after 15 s of silence, then three times in 5 s steps, and on Linux it also waits no longer than 30 s for the
/// acknowledgement of what was sent. The socket then ends with an error. Without a descriptor (-1), or where the system knows no such
/// option, nothing happens.
void watchForDeadPeer(qintptr descriptor);

/// How the system sees a TCP connection.
struct TcpState {
    bool peerClosed = false;  ///< The peer's FIN is here, and the connection not over.
    bool over = false;        ///< By a reset, or by both sides' FIN.
    quint64 acknowledged = 0; ///< Bytes of ours so far.
};

/// Nothing where the system does not tell. Source: tcp(7), TCP_INFO.
std::optional<TcpState> tcpState(qintptr descriptor);

/// Looks at a connection that Qt has given up. Qt reports a reset and a close as the same error, yet an answer that only the close of
/// the connection ends is complete after the one and broken after the other; and when writing fails it drops what the peer had
/// said before, which is where an early refusal of an upload stands. And whether a request that met the end of a kept connection was taken
/// decides whether it may be sent again for free: what was read may have been paid for, so that it takes a proof (ARCH-4).
/// Source: RFC 9112 §§8, 9.3.
class CloseProbe
{
public:
    /// `descriptor` is not owned; the probe keeps a second handle on the same socket.
    explicit CloseProbe(qintptr descriptor);
    ~CloseProbe();
    Q_DISABLE_COPY_MOVE(CloseProbe)

    /// Ask after Qt has reported the end. Where the system cannot tell, false.
    bool wasReset() const;
    /// What the peer sent and Qt never read.
    QByteArray unread() const;

    enum class Taken { No, Maybe, NotKnownYet };
    /// The next bytes written are a request's.
    void requestComes() { m_before = tcpState(m_handle); }
    /// Whether the peer may have taken that request. No: it had closed the connection before, and none of the bytes was acknowledged. Ask after
    /// Qt has reported the end, and again as long as it is not known yet: until the peer acknowledges or resets.
    Taken requestTaken();

private:
    qintptr m_handle;
    std::optional<TcpState> m_before;
    bool m_closedFirst = false; ///< The peer's close came before the reset.
};

/// Ends this side of a connection, and leaves the other open: what was sent arrives, and the end behind it.
void endSending(qintptr descriptor);
/// Makes the coming close of this socket a reset, so that a peer whose answer ends with the connection sees it broken.
void resetOnClose(qintptr descriptor);
/// Hands bytes to the system without a copy of them and without waiting. Returns how many it has taken; -1 where the connection is over.
qint64 sendNow(qintptr descriptor, QByteArrayView bytes);
/// Another descriptor of the same socket, which lives on when the first is closed; -1 where there is none to be had.
qintptr secondHandle(qintptr descriptor);
/// Closes a socket that nobody has taken over.
void closeSocket(qintptr descriptor);

/// Bytes that were written to the connection and that its other end has not acknowledged. Nothing where the system does not tell. It shows who reads
/// slowly, where room to write appears only when a third of what the system holds, which is megabytes, has gone.
std::optional<qint64> unacknowledgedBytes(qintptr descriptor);

/// Whether the other end of the local socket `descriptor` belongs to this user, or to root, who could read our memory anyway. The mode of
/// the socket says the same, until somebody opens the folder to others.
bool isOurUsers(qintptr descriptor);

} // namespace qcc
