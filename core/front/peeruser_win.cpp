#include "core/front/peeruser.h"

#include "core/base/sockets.h"

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

/// The ends of a connection as its own side has them.
struct Ends {
    QHostAddress own;
    quint16 ownPort;
    QHostAddress other;
    quint16 otherPort;
};

bool isOf(const MIB_TCPROW_OWNER_PID &row, const Ends &ends)
{
    return row.dwLocalAddr == htonl(ends.own.toIPv4Address()) && row.dwRemoteAddr == htonl(ends.other.toIPv4Address());
}

bool isOf(const MIB_TCP6ROW_OWNER_PID &row, const Ends &ends)
{
    return QHostAddress(row.ucLocalAddr) == ends.own && QHostAddress(row.ucRemoteAddr) == ends.other;
}

/// The processes behind the system's connections, and which one has these ends; `Table` is the one of the address family.
template <typename Table>
class OwnerTable
{
public:
    explicit OwnerTable(ULONG family)
    {
        DWORD size = 0;
        GetExtendedTcpTable(nullptr, &size, FALSE, family, TCP_TABLE_OWNER_PID_CONNECTIONS, 0);
        m_space.resize(size + 4096);
        size = static_cast<DWORD>(m_space.size());
        m_known = GetExtendedTcpTable(m_space.data(), &size, FALSE, family, TCP_TABLE_OWNER_PID_CONNECTIONS, 0) == NO_ERROR;
    }

    bool isKnown() const { return m_known; }

    std::optional<DWORD> ownerOf(const Ends &ends) const
    {
        const auto *table = reinterpret_cast<const Table *>(m_space.data());
        for (DWORD i = 0; i < table->dwNumEntries; ++i) {
            const auto &row = table->table[i];
            if (static_cast<u_short>(row.dwLocalPort) == htons(ends.ownPort)
                && static_cast<u_short>(row.dwRemotePort) == htons(ends.otherPort) && isOf(row, ends))
                return row.dwOwningPid;
        }
        return std::nullopt;
    }

private:
    std::vector<unsigned char> m_space;
    bool m_known = false;
};

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

/// Whose the process `owner` is.
PeerUser judge(DWORD owner)
{
    if (owner == 0)
        return {PeerUser::Kind::Gone};
    const Handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, owner));
    // A process that may not be looked at belongs to somebody else, or to the system.
    if (!process)
        return {PeerUser::Kind::Other, QString::number(owner)};
    std::vector<unsigned char> theirs = userOfToken(process.get());
    std::vector<unsigned char> ours = userOfToken(GetCurrentProcess());
    if (theirs.empty() || ours.empty())
        return {};
    return EqualSid(sidIn(theirs), sidIn(ours)) ? PeerUser{PeerUser::Kind::Ours} : PeerUser{PeerUser::Kind::Other, QString::number(owner)};
}

template <typename Table>
std::optional<PeerUser> judge(const OwnerTable<Table> &table, const Ends &ends)
{
    if (!table.isKnown())
        return PeerUser();
    const std::optional<DWORD> owner = table.ownerOf(ends);
    return owner ? std::optional(judge(*owner)) : std::nullopt;
}

} // namespace

PeerUsers::PeerUsers() = default;
PeerUsers::~PeerUsers() = default;

bool PeerUsers::works()
{
    return OwnerTable<MIB_TCPTABLE_OWNER_PID>(AF_INET).isKnown();
}

std::optional<PeerUser> PeerUsers::lookUp(const PeerConnection &connection)
{
    const Ends ends{plainAddress(connection.peer), connection.peerPort, plainAddress(connection.local), connection.localPort};
    return ends.own.protocol() == QAbstractSocket::IPv4Protocol ? judge(OwnerTable<MIB_TCPTABLE_OWNER_PID>(AF_INET), ends)
                                                                : judge(OwnerTable<MIB_TCP6TABLE_OWNER_PID>(AF_INET6), ends);
}

} // namespace qcc
