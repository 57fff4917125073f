#include "core/upstream/ownaddress.h"

#include "core/base/sockets.h"
#include "core/config/config.h"
#include "core/upstream/networkwatch.h"

#include <QHostInfo>
#include <QJsonArray>
#include <QTimer>
#include <QUrl>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

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

namespace {

constexpr auto timeout = 2s;

QList<QByteArray> urlsOf(const QJsonObject &config)
{
    QList<QByteArray> urls;
    const QJsonArray clusters = config.value("clusters"_L1).toArray();
    for (const QJsonValue &cluster : clusters) {
        const QJsonArray endpoints = cluster.toObject().value("endpoints"_L1).toArray();
        for (const QJsonValue &endpoint : endpoints)
            urls.append(endpoint.toObject().value("base_url"_L1).toString().toUtf8());
    }
    return urls;
}

Config::Listen listenOf(const QJsonObject &config)
{
    const QJsonObject listen = config.value("listen"_L1).toObject();
    Config::Listen out;
    out.host = listen.value("host"_L1).toString(out.host);
    out.port = static_cast<quint16>(listen.value("port"_L1).toInt(out.port));
    return out;
}

/// What is being asked.
struct Questions {
    qsizetype open = 0;
    std::function<void(const Result<void> &)> answer;

    void tell(const Result<void> &result)
    {
        if (const auto once = std::exchange(answer, nullptr))
            once(result);
    }
};

} // namespace

QList<QByteArray> urlsToCheck(const QJsonObject &before, const QJsonObject &after)
{
    const quint16 port = listenOf(after).port;
    // Where qcc moves, every endpoint may be the one that is in the way.
    const QList<QByteArray> known = before.value("listen"_L1) == after.value("listen"_L1) ? urlsOf(before) : QList<QByteArray>();
    QList<QByteArray> urls;
    for (const QByteArray &text : urlsOf(after)) {
        const QUrl url = QUrl::fromEncoded(text);
        if (!known.contains(text) && !urls.contains(text) && url.port(url.scheme() == "https"_L1 ? 443 : 80) == port)
            urls.append(text);
    }
    return urls;
}

void refuseLoops(const QJsonObject &config, const QList<QByteArray> &baseUrls, QObject *context,
                 std::function<void(const Result<void> &)> answer)
{
    // Shared by the lookups and the deadline: whoever comes last finds that it has been answered.
    const auto questions = std::make_shared<Questions>();
    questions->open = baseUrls.size();
    questions->answer = std::move(answer);
    const QString host = listenOf(config).host;
    const QHostAddress listening = host == "localhost"_L1 ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(host);
    const QList<QHostAddress> ours = baseUrls.isEmpty() ? QList<QHostAddress>() : NetworkWatch::addresses();
    for (const QByteArray &baseUrl : baseUrls) {
        QHostInfo::lookupHost(QUrl::fromEncoded(baseUrl).host(), context, [questions, baseUrl, listening, ours](const QHostInfo &found) {
            for (const QHostAddress &address : found.addresses()) {
                if (mayReach(listening, address, ours))
                    return questions->tell(Failure{
                        ErrorCode::NotAllowed,
                        u"The base URL %1 leads back to qcc itself: it resolves to %2, where qcc listens."_s.arg(
                            QString::fromUtf8(baseUrl), address.toString()),
                        u"Use the address of the upstream, or let qcc listen on another port (listen.port)."_s});
            }
            if (--questions->open == 0)
                questions->tell({});
        });
    }
    QTimer::singleShot(baseUrls.isEmpty() ? 0s : timeout, context, [questions] { questions->tell({}); });
}

} // namespace qcc
