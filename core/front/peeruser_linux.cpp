#include "core/front/peeruser_unix.h"

#include "core/base/plainaddress.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
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
        return {PeerUser::Kind::Gone, {}};
    return peerUserOf(socket.idiag_uid);
}

std::optional<inet_diag_msg> ask(int descriptor, const Question &question)
{
    if (send(descriptor, &question, sizeof question, 0) != ssize_t(sizeof question))
        return std::nullopt;
    alignas(nlmsghdr) std::array<char, 4096> space;
    // The kernel has answered by the time send() returns.
    const ssize_t got = recv(descriptor, space.data(), space.size(), MSG_DONTWAIT);
    if (got < ssize_t(NLMSG_LENGTH(sizeof(inet_diag_msg))))
        return std::nullopt;
    nlmsghdr head;
    std::memcpy(&head, space.data(), sizeof head);
    if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY || head.nlmsg_seq != question.head.nlmsg_seq)
        return std::nullopt;
    inet_diag_msg socket;
    std::memcpy(&socket, space.data() + NLMSG_HDRLEN, sizeof socket);
    return socket;
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

PeerUser PeerUsers::find(const QHostAddress &peer, quint16 peerPort, const QHostAddress &local, quint16 localPort)
{
    const std::optional<inet_diag_msg> socket =
        ask(m_descriptor, questionAbout(++m_questions, plainAddress(peer), peerPort, plainAddress(local), localPort));
    return socket ? judge(*socket) : PeerUser();
}

} // namespace qcc
