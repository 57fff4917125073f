#pragma once

#include <QHostAddress>
#include <QString>

namespace qcc {

/// Who holds the other end of a connection, as far as the system tells.
struct PeerUser {
    enum class Kind {
        Unknown, ///< Another computer, another network namespace, or a system that does not tell.
        Ours,    ///< The user whom this process belongs to.
        Root,    ///< Who could read our memory anyway.
        Other,
        Gone,    ///< Nobody any more: the connection was left as soon as it was made.
    };
    Kind kind = Kind::Unknown;
    QString name; ///< Of Other; the number where it has no name.
};

/// Finds out who holds the other ends of connections.
/// Thread: the one that made it. Costs tens of microseconds a question on Linux; elsewhere the whole list of sockets is read.
class PeerUsers
{
public:
    PeerUsers();
    ~PeerUsers();
    Q_DISABLE_COPY_MOVE(PeerUsers)

    /// Of the connection from `peer`:`peerPort` to `local`:`localPort`, both on this computer.
    PeerUser find(const QHostAddress &peer, quint16 peerPort, const QHostAddress &local, quint16 localPort);

private:
    // Of Linux's socket diagnosis alone.
    [[maybe_unused]] int m_descriptor = -1;
    [[maybe_unused]] quint32 m_questions = 0;
};

} // namespace qcc
