#pragma once

#include "core/upstream/tcpstate.h"

#include <QByteArray>

namespace qcc {

/// Looks at a connection that Qt has given up. Qt reports a reset and a close as the same error, yet an answer that only the close of
/// the connection ends is complete after the one and broken after the other; and when writing fails it drops what the peer had
/// said before, which is where an early refusal of an upload stands. And whether a request that met the end of a kept connection was taken
/// decides whether it may be sent again.
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

} // namespace qcc
