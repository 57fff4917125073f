#include "core/journal/runningexchange.h"

#include <QJsonArray>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QJsonObject toJson(const RunningExchange &exchange)
{
    const ExchangeRecord &soFar = exchange.soFar;
    return {{"id"_L1, soFar.id()},
            {"number"_L1, static_cast<qint64>(soFar.number)},
            {"started_at"_L1, soFar.startedAt.toUTC().toString(Qt::ISODateWithMs)},
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
            {"first_byte_ms"_L1, soFar.firstByteMs ? QJsonValue(*soFar.firstByteMs) : QJsonValue(QJsonValue::Null)},
            {"answer_bytes"_L1, soFar.answerBytes}};
}

} // namespace

QString toWord(RunningExchange::State state)
{
    switch (state) {
    case RunningExchange::State::Waiting:
        return u"waiting"_s;
    case RunningExchange::State::Attempting:
        return u"attempting"_s;
    case RunningExchange::State::Holding:
        return u"holding"_s;
    case RunningExchange::State::Streaming:
        return u"streaming"_s;
    }
    Q_UNREACHABLE();
}

QJsonObject runningJson(QList<RunningExchange> exchanges)
{
    std::ranges::sort(exchanges, {}, [](const RunningExchange &exchange) { return exchange.soFar.number; });
    QJsonArray running;
    for (const RunningExchange &exchange : std::as_const(exchanges).first(std::min(exchanges.size(), mostRunningListed)))
        running.append(toJson(exchange));
    return {{"running"_L1, running}};
}

} // namespace qcc
