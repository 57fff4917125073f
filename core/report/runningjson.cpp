#include "core/report/runningjson.h"

#include "core/report/jsonvalues.h"

#include <QJsonArray>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QJsonObject toJson(const RunningExchange &exchange)
{
    const ExchangeRecord &soFar = exchange.soFar;
    return {{"id"_L1, soFar.id()},
            {"number"_L1, number(soFar.number)},
            {"started_at"_L1, isoTime(soFar.startedAt)},
            {"method"_L1, QString::fromUtf8(soFar.method)},
            {"path"_L1, QString::fromUtf8(soFar.path)},
            {"client"_L1, soFar.client},
            {"model"_L1, soFar.model},
            {"cluster"_L1, soFar.cluster},
            {"state"_L1, toWord(exchange.state)},
            {"endpoint_id"_L1, exchange.endpointId},
            {"endpoint_name"_L1, exchange.endpointName},
            {"attempts"_L1, exchange.attempts()},
            {"age_ms"_L1, soFar.totalMs},
            {"first_byte_ms"_L1, orNull(soFar.firstByteMs)},
            {"answer_bytes"_L1, soFar.answerBytes}};
}

} // namespace

QJsonObject runningJson(QList<RunningExchange> exchanges)
{
    std::ranges::sort(exchanges, {}, [](const RunningExchange &exchange) { return exchange.soFar.number; });
    QJsonArray running;
    for (const RunningExchange &exchange : std::as_const(exchanges).first(std::min(exchanges.size(), mostRunningListed)))
        running.append(toJson(exchange));
    return {{"running"_L1, running}};
}

} // namespace qcc
