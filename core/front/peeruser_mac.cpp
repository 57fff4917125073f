#include "core/front/peeruser.h"

#include "core/base/sockets.h"

// Not run by us so far: written from the headers of XNU (netinet/in_pcb.h, netinet/tcp_var.h, sys/socketvar.h).
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/tcp.h>
#include <netinet/tcp_var.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

namespace qcc {

namespace {

/// The system's list of TCP sockets, which everybody may read: a head, an entry for each, a tail; each begins with its length.
std::vector<char> tcpSockets()
{
    constexpr auto name = "net.inet.tcp.pcblist64";
    for (int attempt = 0; attempt < 3; ++attempt) {
        size_t size = 0;
        if (sysctlbyname(name, nullptr, &size, nullptr, 0) != 0)
            return {};
        // It may grow in between.
        std::vector<char> space(size + size / 8 + 4096);
        size = space.size();
        if (sysctlbyname(name, space.data(), &size, nullptr, 0) == 0) {
            space.resize(size);
            return space;
        }
        if (errno != ENOMEM)
            break;
    }
    return {};
}

bool isV4(const xinpcb64 &socket)
{
    return (socket.inp_vflag & INP_IPV4) != 0;
}

QHostAddress ownAddress(const xinpcb64 &socket)
{
    if (isV4(socket))
        return QHostAddress(ntohl(socket.inp_dependladdr.inp46_local.ia46_addr4.s_addr));
    return QHostAddress(reinterpret_cast<const quint8 *>(&socket.inp_dependladdr.inp6_local));
}

QHostAddress otherAddress(const xinpcb64 &socket)
{
    if (isV4(socket))
        return QHostAddress(ntohl(socket.inp_dependfaddr.inp46_foreign.ia46_addr4.s_addr));
    return QHostAddress(reinterpret_cast<const quint8 *>(&socket.inp_dependfaddr.inp6_foreign));
}

/// The user of the socket that `is` accepts.
template <typename Predicate>
std::optional<uid_t> userOf(const std::vector<char> &sockets, Predicate is)
{
    size_t at = 0;
    quint32 length = 0;
    for (bool head = true; at + sizeof length <= sockets.size(); head = false, at += length) {
        std::memcpy(&length, sockets.data() + at, sizeof length);
        if (length < sizeof length || length > sockets.size() - at)
            break;
        if (head || length < sizeof(xtcpcb64))
            continue; // The tail is short, too.
        xtcpcb64 entry;
        std::memcpy(&entry, sockets.data() + at, sizeof entry);
        if (is(entry.xt_inpcb))
            return entry.xt_inpcb.xi_socket.so_uid;
    }
    return std::nullopt;
}

} // namespace

PeerUsers::PeerUsers() = default;
PeerUsers::~PeerUsers() = default;

bool PeerUsers::works()
{
    return !tcpSockets().empty();
}

std::optional<PeerUser> PeerUsers::lookUp(const PeerConnection &connection)
{
    const QHostAddress theirs = plainAddress(connection.peer);
    const QHostAddress ours = plainAddress(connection.local);
    const std::vector<char> sockets = tcpSockets();
    if (sockets.empty())
        return PeerUser();
    const std::optional<uid_t> user = userOf(sockets, [&](const xinpcb64 &socket) {
        // The socket asked about is the peer's, so what is remote for us is its own.
        return socket.inp_lport == htons(connection.peerPort) && socket.inp_fport == htons(connection.localPort)
            && plainAddress(ownAddress(socket)) == theirs && plainAddress(otherAddress(socket)) == ours;
    });
    return user ? std::optional(peerUserOf(*user)) : std::nullopt;
}

} // namespace qcc
