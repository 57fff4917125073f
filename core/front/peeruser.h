#pragma once

#include <QHostAddress>
#include <QString>

#include <optional>

namespace qcc {

/// Who holds the other end of a connection. Gone is not Unknown: who sends and leaves at once must not get the owner's keys, nor pass for root, as
/// whose Linux reports such a socket.
struct PeerUser {
    enum class Kind {
        Unknown,   ///< The system could not be asked: it has no socket diagnosis, or none that we know of.
        Elsewhere, ///< Another computer, or another network namespace.
        Ours,      ///< The user whom this process belongs to.
        Root,      ///< Who could read our memory anyway.
        Other,
        Gone,      ///< Nobody any more: the connection was left as soon as it was made, so that nobody can tell who it was.
    };
    Kind kind = Kind::Unknown;
    QString name = {}; ///< Of Other; the number where it has no name.
};

/// Unix: who the user with this number is to us; the name costs a look into the system's list of users for strangers alone.
PeerUser peerUserOf(quint32 user);

/// A connection as we see it: its other end is the peer's.
struct PeerConnection {
    QHostAddress peer;
    quint16 peerPort = 0;
    QHostAddress local;
    quint16 localPort = 0;
    qintptr descriptor = -1; ///< Of our end.
};

/// Finds out who holds the other ends of connections.
/// Thread: the one that made it. Costs tens of microseconds a question on Linux; elsewhere the whole list of sockets is read.
class PeerUsers
{
public:
    PeerUsers();
    ~PeerUsers();
    Q_DISABLE_COPY_MOVE(PeerUsers)

    PeerUser find(const PeerConnection &connection);
    /// Whether the system answers such questions.
    bool works();

private:
    /// Who the system says holds the socket at the other end; nothing where it knows of no such socket, Unknown where it does not say.
    std::optional<PeerUser> lookUp(const PeerConnection &connection);

    // Of Linux's socket diagnosis alone.
    [[maybe_unused]] int m_descriptor = -1;
    [[maybe_unused]] quint32 m_questions = 0;
    std::optional<bool> m_works; ///< Once it is known.
};

} // namespace qcc
