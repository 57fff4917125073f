#include "core/front/peeruser.h"

// Not run by us so far: written from the documentation of GetExtendedTcpTable and GetTokenInformation.
#include <winsock2.h>

#include <windows.h>

#include <iphlpapi.h>

#include <memory>
#include <optional>
#include <vector>

namespace qcc {

namespace {

struct HandleCloser {
    using pointer = HANDLE;
    void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using Handle = std::unique_ptr<HANDLE, HandleCloser>;

bool isMapped(const QHostAddress &address, quint32 *v4)
{
    bool ok = false;
    *v4 = address.toIPv4Address(&ok);
    return ok;
}

/// The process behind the IPv4 connection whose own end is `peer`:`peerPort`.
std::optional<DWORD> ownerOf(quint32 peer, quint16 peerPort, quint32 local, quint16 localPort)
{
    DWORD size = 0;
    GetExtendedTcpTable(nullptr, &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_CONNECTIONS, 0);
    std::vector<unsigned char> space(size + 4096);
    size = static_cast<DWORD>(space.size());
    if (GetExtendedTcpTable(space.data(), &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_CONNECTIONS, 0) != NO_ERROR)
        return std::nullopt;
    const auto *table = reinterpret_cast<const MIB_TCPTABLE_OWNER_PID *>(space.data());
    for (DWORD i = 0; i < table->dwNumEntries; ++i) {
        const MIB_TCPROW_OWNER_PID &row = table->table[i];
        if (row.dwLocalAddr == htonl(peer) && row.dwRemoteAddr == htonl(local) && static_cast<u_short>(row.dwLocalPort) == htons(peerPort)
            && static_cast<u_short>(row.dwRemotePort) == htons(localPort))
            return row.dwOwningPid;
    }
    return std::nullopt;
}

std::vector<unsigned char> userOfToken(HANDLE process)
{
    HANDLE opened = nullptr;
    if (!OpenProcessToken(process, TOKEN_QUERY, &opened))
        return {};
    const Handle token(opened);
    DWORD size = 0;
    GetTokenInformation(token.get(), TokenUser, nullptr, 0, &size);
    std::vector<unsigned char> space(size);
    if (size == 0 || !GetTokenInformation(token.get(), TokenUser, space.data(), size, &size))
        return {};
    return space;
}

PSID sidIn(std::vector<unsigned char> &tokenUser)
{
    return reinterpret_cast<TOKEN_USER *>(tokenUser.data())->User.Sid;
}

} // namespace

PeerUsers::PeerUsers() = default;
PeerUsers::~PeerUsers() = default;

PeerUser PeerUsers::find(const QHostAddress &peer, quint16 peerPort, const QHostAddress &local, quint16 localPort)
{
    quint32 peer4 = 0;
    quint32 local4 = 0;
    if (!isMapped(peer, &peer4) || !isMapped(local, &local4))
        return {};
    const std::optional<DWORD> owner = ownerOf(peer4, peerPort, local4, localPort);
    if (!owner)
        return {};
    if (*owner == 0)
        return {PeerUser::Kind::Gone, {}};
    const Handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, *owner));
    // A process that may not be looked at belongs to somebody else, or to the system.
    if (!process)
        return {PeerUser::Kind::Other, QString::number(*owner)};
    std::vector<unsigned char> theirs = userOfToken(process.get());
    std::vector<unsigned char> ours = userOfToken(GetCurrentProcess());
    if (theirs.empty() || ours.empty())
        return {};
    return EqualSid(sidIn(theirs), sidIn(ours)) ? PeerUser{PeerUser::Kind::Ours, {}} : PeerUser{PeerUser::Kind::Other, QString::number(*owner)};
}

} // namespace qcc
