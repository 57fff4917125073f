#include "core/report/probejson.h"

#include "core/report/jsonvalues.h"

namespace qcc {

using namespace Qt::StringLiterals;

QJsonObject probeJson(const QString &cluster, const Endpoint &endpoint, const ProbeResult &result)
{
    return {{u"cluster"_s, cluster},
            {u"id"_s, endpoint.id},
            {u"name"_s, endpoint.name},
            {u"base_url"_s, QString::fromUtf8(endpoint.baseUrl)},
            {u"enabled"_s, endpoint.enabled},
            {u"reachable"_s, result.reachable},
            {u"status"_s, result.status == 0 ? QJsonValue(QJsonValue::Null) : QJsonValue(result.status)},
            {u"failure"_s, result.reachable ? QJsonValue(QJsonValue::Null) : QJsonValue(toWord(result.failure))},
            {u"phase"_s, toWord(result.phase)},
            {u"error"_s, result.error.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(result.error)},
            {u"warning"_s, result.warning.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(result.warning)},
            {u"dns_ms"_s, orNull(result.times.dns)},
            {u"connect_ms"_s, orNull(result.times.connect)},
            {u"tls_ms"_s, orNull(result.times.tls)},
            {u"first_byte_ms"_s, orNull(result.firstByteMs)},
            {u"total_ms"_s, result.totalMs}};
}

} // namespace qcc
