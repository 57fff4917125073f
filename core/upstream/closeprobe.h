#pragma once

#include <QtGlobal>

namespace qcc {

/// Tells afterwards whether a peer reset a connection or closed it. Qt reports both as the same error, yet an answer that only
/// the close of the connection ends is complete after the one and broken after the other.
/// Source: RFC 9112 §8.
class CloseProbe
{
public:
    /// `descriptor` is not owned; the probe keeps a second handle on the same socket.
    explicit CloseProbe(qintptr descriptor);
    ~CloseProbe();
    Q_DISABLE_COPY_MOVE(CloseProbe)

    /// Ask after Qt has reported the end. Where the system cannot tell, false.
    bool wasReset() const;

private:
    qintptr m_handle;
};

} // namespace qcc
