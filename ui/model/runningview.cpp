#include "ui/model/runningview.h"

#include <QJsonArray>
#include <QJsonObject>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

RunningState stateOf(const QString &word)
{
    if (word == "attempting"_L1)
        return RunningState::Attempting;
    if (word == "holding"_L1)
        return RunningState::Holding;
    if (word == "streaming"_L1)
        return RunningState::Streaming;
    return RunningState::Waiting;
}

RunningView runningView(const QJsonObject &object)
{
    RunningView exchange;
    exchange.number = static_cast<quint64>(object.value("number"_L1).toInteger());
    exchange.startedAt = QDateTime::fromString(object.value("started_at"_L1).toString(), Qt::ISODateWithMs);
    exchange.method = object.value("method"_L1).toString();
    exchange.path = object.value("path"_L1).toString();
    exchange.client = object.value("client"_L1).toString();
    exchange.model = object.value("model"_L1).toString();
    exchange.cluster = object.value("cluster"_L1).toString();
    exchange.state = stateOf(object.value("state"_L1).toString());
    exchange.endpointId = object.value("endpoint_id"_L1).toString();
    exchange.endpointName = object.value("endpoint_name"_L1).toString();
    exchange.attempts = object.value("attempts"_L1).toInt();
    exchange.ageMs = object.value("age_ms"_L1).toDouble();
    if (const QJsonValue firstByte = object.value("first_byte_ms"_L1); firstByte.isDouble())
        exchange.firstByteMs = firstByte.toDouble();
    exchange.answerBytes = object.value("answer_bytes"_L1).toInteger();
    return exchange;
}

} // namespace

QList<RunningView> runningViews(const QJsonObject &answer)
{
    QList<RunningView> list;
    const QJsonArray running = answer.value("running"_L1).toArray();
    for (const auto &value : running)
        list.append(runningView(value.toObject()));
    return list;
}

} // namespace qcc
