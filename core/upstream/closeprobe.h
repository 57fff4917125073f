#pragma once

#include <QByteArray>

namespace qcc {

/// Looks at a connection that Qt has given up. Qt reports a reset and a close as the same error, yet an answer that only the close of
/// the connection ends is complete after the one and broken after the other; and when writing fails it drops what the peer had
/// said before, which is where an early refusal of an upload stands.
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

private:
    qintptr m_handle;
};

} // namespace qcc
