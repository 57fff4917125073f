#include "core/upstream/ownaddress.h"

#include "core/base/plainaddress.h"

#include <algorithm>
#include <array>
#include <utility>

namespace qcc {

namespace {

bool isUnspecified(const QHostAddress &address)
{
    return address == QHostAddress(QHostAddress::AnyIPv4) || address == QHostAddress(QHostAddress::AnyIPv6)
        || address == QHostAddress(QHostAddress::Any);
}

/// Whether one that listens on `listening` hears what comes over the protocol of `address`, on whichever address.
bool hearsAll(const QHostAddress &listening, const QHostAddress &address)
{
    return listening == QHostAddress(QHostAddress::Any)
        || (isUnspecified(listening) && listening.protocol() == address.protocol());
}

} // namespace

bool endsAt(const OwnAddress &own, const QHostAddress &peer, quint16 port, const QHostAddress &local)
{
    if (own.port == 0 || port != own.port)
        return false;
    const QHostAddress there = plainAddress(peer);
    // Who speaks to himself has the same address at both ends; only loopback has others to choose from.
    const bool here = there.isLoopback() || isUnspecified(there) || there == plainAddress(local);
    return here && (hearsAll(own.host, there) || there == plainAddress(own.host));
}

bool mayReach(const QHostAddress &listening, const QHostAddress &resolved, const QList<QHostAddress> &ours)
{
    const QHostAddress there = plainAddress(resolved);
    const QHostAddress door = plainAddress(listening);
    if (there.isLoopback() || isUnspecified(there))
        return door.isLoopback() || isUnspecified(door);
    if (there == door)
        return true;
    return isUnspecified(door) && std::ranges::any_of(ours, [&there](const QHostAddress &own) { return plainAddress(own) == there; });
}

bool isNearby(const QHostAddress &address)
{
    static const std::array networks{
        std::pair(QHostAddress(QStringLiteral("10.0.0.0")), 8),     std::pair(QHostAddress(QStringLiteral("172.16.0.0")), 12),
        std::pair(QHostAddress(QStringLiteral("192.168.0.0")), 16), std::pair(QHostAddress(QStringLiteral("169.254.0.0")), 16),
        std::pair(QHostAddress(QStringLiteral("100.64.0.0")), 10),  std::pair(QHostAddress(QStringLiteral("fc00::")), 7),
        std::pair(QHostAddress(QStringLiteral("fe80::")), 10)};
    const QHostAddress bare = plainAddress(address);
    return bare.isLoopback() || isUnspecified(bare)
        || std::ranges::any_of(networks, [&bare](const auto &network) { return bare.isInSubnet(network.first, network.second); });
}

} // namespace qcc
