#include "core/front/peeruser.h"

#include "core/base/sockets.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace qcc {

namespace {

struct Question {
    nlmsghdr head{};
    inet_diag_req_v2 body{};
};

void setAddress(__be32 (&out)[4], const QHostAddress &address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        out[0] = htonl(address.toIPv4Address());
        return;
    }
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    std::memcpy(out, &bytes, sizeof bytes);
}

/// Source: sock_diag(7).
Question questionAbout(quint32 number, const QHostAddress &peer, quint16 peerPort, const QHostAddress &local, quint16 localPort)
{
    Question question;
    question.head.nlmsg_len = sizeof question;
    question.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.head.nlmsg_flags = NLM_F_REQUEST;
    question.head.nlmsg_seq = number;
    question.body.sdiag_family = peer.protocol() == QAbstractSocket::IPv4Protocol ? AF_INET : AF_INET6;
    question.body.sdiag_protocol = IPPROTO_TCP;
    question.body.idiag_states = ~0u;
    // The socket asked about is the peer's, so what is remote for us is its source.
    question.body.id.idiag_sport = htons(peerPort);
    question.body.id.idiag_dport = htons(localPort);
    setAddress(question.body.id.idiag_src, peer);
    setAddress(question.body.id.idiag_dst, local);
    question.body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    question.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return question;
}

PeerUser judge(const inet_diag_msg &socket)
{
    // A socket that no process holds any more says root where it lingers as a time-wait one, whoever it was.
    if (socket.idiag_inode == 0)
        return {PeerUser::Kind::Gone};
    return peerUserOf(socket.idiag_uid);
}

enum class Knowledge { Found, NotThere, None };

Knowledge ask(int descriptor, const Question &question, inet_diag_msg &socket)
{
    if (send(descriptor, &question, sizeof question, 0) != ssize_t(sizeof question))
        return Knowledge::None;
    alignas(nlmsghdr) std::array<char, 4096> space;
    // The kernel has answered by the time send() returns.
    const ssize_t got = recv(descriptor, space.data(), space.size(), MSG_DONTWAIT);
    nlmsghdr head{};
    if (got < ssize_t(sizeof head))
        return Knowledge::None;
    std::memcpy(&head, space.data(), sizeof head);
    if (head.nlmsg_seq != question.head.nlmsg_seq)
        return Knowledge::None;
    if (head.nlmsg_type == NLMSG_ERROR && got >= ssize_t(NLMSG_LENGTH(sizeof(nlmsgerr)))) {
        nlmsgerr error;
        std::memcpy(&error, space.data() + NLMSG_HDRLEN, sizeof error);
        return error.error == -ENOENT ? Knowledge::NotThere : Knowledge::None;
    }
    if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY || got < ssize_t(NLMSG_LENGTH(sizeof socket)))
        return Knowledge::None;
    std::memcpy(&socket, space.data() + NLMSG_HDRLEN, sizeof socket);
    return Knowledge::Found;
}

class Descriptor
{
public:
    explicit Descriptor(int number) : m_number(number) { }
    ~Descriptor()
    {
        if (m_number >= 0)
            close(m_number);
    }
    Q_DISABLE_COPY_MOVE(Descriptor)
    operator int() const { return m_number; }

private:
    int m_number;
};

/// A question about a connection that is certainly there: one of our own. Nothing where none can be made.
std::optional<Question> certainQuestion(quint32 number, const Descriptor &server, const Descriptor &client)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto *where = reinterpret_cast<sockaddr *>(&address);
    socklen_t size = sizeof address;
    // Loopback settles it within the call.
    if (bind(server, where, size) != 0 || listen(server, 1) != 0 || getsockname(server, where, &size) != 0 || connect(client, where, size) != 0)
        return std::nullopt;
    const quint16 serverPort = ntohs(address.sin_port);
    if (getsockname(client, where, &size) != 0)
        return std::nullopt;
    const QHostAddress loopback(QHostAddress::LocalHost);
    return questionAbout(number, loopback, ntohs(address.sin_port), loopback, serverPort);
}

/// A peer that resets frees its address, and whoever comes next may get it: then the socket that was found is not the one.
bool wasReset(qintptr descriptor)
{
    tcp_info info{};
    socklen_t size = sizeof info;
    return getsockopt(static_cast<int>(descriptor), IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_state == TCP_CLOSE;
}

} // namespace

PeerUsers::PeerUsers()
    : m_descriptor(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG))
{
}

PeerUsers::~PeerUsers()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

bool PeerUsers::works()
{
    if (m_works)
        return *m_works;
    const Descriptor server(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const Descriptor client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const std::optional<Question> question = certainQuestion(++m_questions, server, client);
    if (!question)
        return false; // no descriptor left, perhaps: asked again the next time
    inet_diag_msg socket;
    m_works = ask(m_descriptor, *question, socket) == Knowledge::Found;
    return *m_works;
}

std::optional<PeerUser> PeerUsers::lookUp(const PeerConnection &connection)
{
    Question question = questionAbout(++m_questions, plainAddress(connection.peer), connection.peerPort,
                                      plainAddress(connection.local), connection.localPort);
    inet_diag_msg socket;
    Knowledge known = ask(m_descriptor, question, socket);
    if (known == Knowledge::NotThere) {
        // One that is bound to a device is found under that alone; what leads from here to here goes by way of the loopback's.
        question.head.nlmsg_seq = ++m_questions;
        question.body.id.idiag_if = if_nametoindex("lo");
        known = ask(m_descriptor, question, socket);
    }
    switch (known) {
    case Knowledge::Found:
        return wasReset(connection.descriptor) ? PeerUser{PeerUser::Kind::Gone} : judge(socket);
    case Knowledge::NotThere:
        // A kernel without the diagnosis of TCP says the same.
        return works() ? std::nullopt : std::optional(PeerUser());
    case Knowledge::None:
        break;
    }
    return PeerUser();
}

} // namespace qcc
