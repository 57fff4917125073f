#include "core/config/configfile.h"


#include <QJsonArray>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

double inSeconds(std::chrono::milliseconds duration)
{
    return static_cast<double>(duration.count()) / 1000;
}

qint64 inSeconds(std::chrono::seconds duration)
{
    return duration.count();
}

} // namespace

QJsonObject defaultConfigJson()
{
    const Config d;
    return {
        {"version"_L1, 1},
        {"listen"_L1,
         QJsonObject{{"host"_L1, d.listen.host}, {"port"_L1, d.listen.port}, {"access_token"_L1, QJsonValue::Null},
                     {"allowed_hosts"_L1, QJsonArray()}, {"allowed_origins"_L1, QJsonArray()}, {"allowed_users"_L1, QJsonArray()},
                     {"unknown_peers"_L1, toWord(d.listen.unknownPeers)}}},
        {"keys"_L1, QJsonObject{{"at_rest"_L1, toWord(d.keysAtRest)}}},
        {"active_cluster"_L1, QJsonValue::Null},
        {"clusters"_L1, QJsonArray()},
        {"pool"_L1,
         QJsonObject{{"max_connections"_L1, d.pool.maxConnections},
                     {"max_keepalive_connections"_L1, d.pool.maxKeepaliveConnections},
                     {"keepalive_expiry_s"_L1, inSeconds(d.pool.keepaliveExpiry)},
                     {"strategy"_L1, toWord(d.pool.strategy)}}},
        {"timeouts"_L1,
         QJsonObject{{"connect_s"_L1, inSeconds(d.timeouts.connect)},
                     {"connect_failover_s"_L1, inSeconds(d.timeouts.connectFailover)},
                     {"read_s"_L1, inSeconds(d.timeouts.read)},
                     {"total_s"_L1, inSeconds(d.timeouts.total)}}},
        {"retry"_L1,
         QJsonObject{{"max_attempts"_L1, d.retry.maxAttempts},
                     {"max_attempts_per_endpoint"_L1, d.retry.maxAttemptsPerEndpoint},
                     {"retry_statuses"_L1, QJsonArray()},
                     {"pass_statuses"_L1, QJsonArray()}}},
        {"breaker"_L1,
         QJsonObject{{"failures"_L1, d.breaker.failures},
                     {"window_s"_L1, inSeconds(d.breaker.window)},
                     {"open_s"_L1, inSeconds(d.breaker.open)},
                     {"max_open_s"_L1, inSeconds(d.breaker.maxOpen)}}},
        {"affinity"_L1, QJsonObject{{"ttl_s"_L1, inSeconds(d.affinity.ttl)}}},
        {"model"_L1, QJsonObject{{"mode"_L1, toWord(d.model.mode)}, {"override"_L1, d.model.override}}},
        {"client"_L1, QJsonObject{{"sse_keepalive_s"_L1, inSeconds(d.client.sseKeepalive)}}},
        {"log"_L1,
         QJsonObject{{"level"_L1, toWord(d.log.level)}, {"max_mb"_L1, d.log.maxMb}, {"files"_L1, d.log.files}}},
        {"history"_L1, QJsonObject{{"enabled"_L1, d.history.enabled}, {"days"_L1, d.history.days}}},
    };
}

} // namespace qcc
