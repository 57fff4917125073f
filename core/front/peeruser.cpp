#include "core/front/peeruser.h"

#include "core/base/sockets.h"

#include <QNetworkInterface>

#include <algorithm>

namespace qcc {

namespace {

bool comesFromThisComputer(const PeerConnection &connection)
{
    const QHostAddress peer = plainAddress(connection.peer);
    if (peer.isLoopback() || peer == plainAddress(connection.local))
        return true;
    const QList<QHostAddress> ours = QNetworkInterface::allAddresses();
    return std::any_of(ours.begin(), ours.end(), [&peer](const QHostAddress &address) { return plainAddress(address) == peer; });
}

} // namespace

PeerUser PeerUsers::find(const PeerConnection &connection)
{
    // A socket that was reset has no other end any more, not even an address of it.
    if (connection.peer.isNull())
        return {PeerUser::Kind::Gone};
    if (const std::optional<PeerUser> user = lookUp(connection))
        return *user;
    return {comesFromThisComputer(connection) ? PeerUser::Kind::Gone : PeerUser::Kind::Elsewhere};
}

} // namespace qcc
