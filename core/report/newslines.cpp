#include "core/report/newslines.h"

#include <algorithm>
#include <cmath>

namespace qcc {

namespace {

/// "45 s", "30 min".
QString span(double seconds)
{
    return seconds < 120 ? QStringLiteral("%1 s").arg(std::ceil(seconds)) : QStringLiteral("%1 min").arg(std::ceil(seconds / 60));
}

QString clusterOf(const QString &endpointId, const Config &config, const QString &inUse)
{
    const auto hasIt = [&endpointId](const Cluster &cluster) {
        return std::ranges::find(cluster.endpoints, endpointId, &Endpoint::id) != cluster.endpoints.end();
    };
    if (const Cluster *cluster = config.cluster(inUse); cluster && hasIt(*cluster))
        return inUse;
    const auto found = std::ranges::find_if(config.clusters, hasIt);
    return found == config.clusters.end() ? QString() : found->name;
}

} // namespace

LogLine logLineFor(const RoutingNews &news)
{
    const QString who = QStringLiteral("endpoint %1 (%2)").arg(news.endpointName, news.endpointId);
    switch (news.kind) {
    case NewsKind::Opened:
        return {LogLevel::Warning, QStringLiteral("%1 is left alone for %2: %3; it is checked in the background and comes back by itself")
                                       .arg(who, span(news.seconds), news.reason)};
    case NewsKind::Returned:
        return {LogLevel::Info, QStringLiteral("%1 is back").arg(who)};
    case NewsKind::KeyRefused:
        if (news.seconds > 0)
            return {LogLevel::Error, QStringLiteral("%1 refuses its key, which has worked, and rests for %2; it is checked in the background and comes back by itself")
                                         .arg(who, span(news.seconds))};
        return {LogLevel::Error, QStringLiteral("%1 refused its key and is not used any more. Edit the key, or try it again with: qcc endpoint test")
                                     .arg(who)};
    case NewsKind::QuotaSpent:
        return {LogLevel::Error, QStringLiteral("%1 says that its balance or quota is spent and rests for %2").arg(who, span(news.seconds))};
    case NewsKind::RateLimited:
        return {LogLevel::Warning, QStringLiteral("%1 limits the rate and rests for %2").arg(who, span(news.seconds))};
    case NewsKind::Preferred:
        return {LogLevel::Info, QStringLiteral("%1 is picked by hand: new requests go there first").arg(who)};
    case NewsKind::NotPreferred:
        return {LogLevel::Info, QStringLiteral("%1 is not picked by hand any more").arg(who)};
    }
    Q_UNREACHABLE();
}

QJsonObject newsEvent(const RoutingNews &news, const Config &config, const QString &inUse)
{
    return {{QStringLiteral("event"), QStringLiteral("news")},
            {QStringLiteral("kind"), toWord(news.kind)},
            {QStringLiteral("endpoint_id"), news.endpointId},
            {QStringLiteral("endpoint_name"), news.endpointName},
            {QStringLiteral("reason"), news.reason},
            {QStringLiteral("seconds"), news.seconds},
            {QStringLiteral("cluster"), clusterOf(news.endpointId, config, inUse)}};
}

} // namespace qcc
