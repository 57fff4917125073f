#include "core/report/exchangejson.h"

#include "core/report/jsonvalues.h"

#include <QJsonArray>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QJsonObject attemptJson(const AttemptRecord &attempt)
{
    return {{"endpoint_id"_L1, attempt.endpointId},
            {"endpoint_name"_L1, attempt.endpointName},
            {"phase"_L1, toWord(attempt.phase)},
            {"failure"_L1, toWord(attempt.failure)},
            {"status"_L1, attempt.status},
            {"reused_connection"_L1, attempt.reusedConnection},
            {"protocol"_L1, toWord(attempt.version)},
            {"address"_L1, attempt.address},
            {"from_upstream"_L1, attempt.fromUpstream},
            {"error"_L1, attempt.error},
            {"upstream_error"_L1, attempt.upstreamError},
            {"offset_ms"_L1, attempt.offsetMs},
            {"dns_ms"_L1, orNull(attempt.dnsMs)},
            {"connect_ms"_L1, orNull(attempt.connectMs)},
            {"tls_ms"_L1, orNull(attempt.tlsMs)},
            {"first_byte_ms"_L1, orNull(attempt.firstByteMs)},
            {"total_ms"_L1, attempt.totalMs}};
}

std::optional<double> numberOrNothing(const QJsonValue &value)
{
    return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

std::optional<qint64> countOrNothing(const QJsonValue &value)
{
    return value.isDouble() ? std::optional(value.toInteger()) : std::nullopt;
}

std::optional<AttemptRecord> attemptFromJson(const QJsonObject &json)
{
    const auto phase = fromWord<Phase>(json.value("phase"_L1).toString());
    const auto failure = fromWord<FailureClass>(json.value("failure"_L1).toString());
    const auto version = fromWord<HttpVersion>(json.value("protocol"_L1).toString());
    if (!phase || !failure || !version)
        return std::nullopt;
    AttemptRecord attempt;
    attempt.endpointId = json.value("endpoint_id"_L1).toString();
    attempt.endpointName = json.value("endpoint_name"_L1).toString();
    attempt.phase = *phase;
    attempt.failure = *failure;
    attempt.status = json.value("status"_L1).toInt();
    attempt.reusedConnection = json.value("reused_connection"_L1).toBool();
    attempt.version = *version;
    attempt.address = json.value("address"_L1).toString();
    attempt.fromUpstream = json.value("from_upstream"_L1).toBool(true);
    attempt.error = json.value("error"_L1).toString();
    attempt.upstreamError = json.value("upstream_error"_L1).toString();
    attempt.offsetMs = json.value("offset_ms"_L1).toDouble();
    attempt.dnsMs = numberOrNothing(json.value("dns_ms"_L1));
    attempt.connectMs = numberOrNothing(json.value("connect_ms"_L1));
    attempt.tlsMs = numberOrNothing(json.value("tls_ms"_L1));
    attempt.firstByteMs = numberOrNothing(json.value("first_byte_ms"_L1));
    attempt.totalMs = json.value("total_ms"_L1).toDouble();
    return attempt;
}

} // namespace

QJsonObject exchangeJson(const ExchangeRecord &exchange)
{
    QJsonArray attempts;
    for (const AttemptRecord &attempt : exchange.attempts)
        attempts.append(attemptJson(attempt));
    return {{"id"_L1, exchange.id()},
            {"number"_L1, number(exchange.number)},
            {"started_at"_L1, isoTime(exchange.startedAt)},
            {"method"_L1, QString::fromUtf8(exchange.method)},
            {"path"_L1, QString::fromUtf8(exchange.path)},
            {"cluster"_L1, exchange.cluster},
            {"model"_L1, exchange.model},
            {"answered_model"_L1, exchange.answeredModel},
            {"client"_L1, exchange.client},
            {"outcome"_L1, toWord(exchange.outcome)},
            {"status"_L1, exchange.status},
            {"streamed"_L1, exchange.streamed},
            {"request_bytes"_L1, exchange.requestBytes},
            {"answer_bytes"_L1, exchange.answerBytes},
            {"input_tokens"_L1, orNull(exchange.inputTokens)},
            {"output_tokens"_L1, orNull(exchange.outputTokens)},
            {"first_byte_ms"_L1, orNull(exchange.firstByteMs)},
            {"total_ms"_L1, exchange.totalMs},
            {"error"_L1, exchange.error},
            {"attempts"_L1, attempts}};
}

std::optional<ExchangeRecord> exchangeFromJson(const QJsonObject &json)
{
    const auto outcome = fromWord<Outcome>(json.value("outcome"_L1).toString());
    const QJsonValue given = json.value("number"_L1);
    const QDateTime startedAt = QDateTime::fromString(json.value("started_at"_L1).toString(), Qt::ISODateWithMs);
    if (!outcome || !given.isDouble() || !startedAt.isValid())
        return std::nullopt;
    ExchangeRecord exchange;
    exchange.number = static_cast<quint64>(given.toInteger());
    exchange.startedAt = startedAt;
    exchange.method = json.value("method"_L1).toString().toUtf8();
    exchange.path = json.value("path"_L1).toString().toUtf8();
    exchange.cluster = json.value("cluster"_L1).toString();
    exchange.model = json.value("model"_L1).toString();
    exchange.answeredModel = json.value("answered_model"_L1).toString();
    exchange.client = json.value("client"_L1).toString();
    exchange.outcome = *outcome;
    exchange.status = json.value("status"_L1).toInt();
    exchange.streamed = json.value("streamed"_L1).toBool();
    exchange.requestBytes = json.value("request_bytes"_L1).toInteger();
    exchange.answerBytes = json.value("answer_bytes"_L1).toInteger();
    exchange.inputTokens = countOrNothing(json.value("input_tokens"_L1));
    exchange.outputTokens = countOrNothing(json.value("output_tokens"_L1));
    exchange.firstByteMs = numberOrNothing(json.value("first_byte_ms"_L1));
    exchange.totalMs = json.value("total_ms"_L1).toDouble();
    exchange.error = json.value("error"_L1).toString();
    const QJsonArray attempts = json.value("attempts"_L1).toArray();
    for (const QJsonValue &value : attempts) {
        const auto attempt = attemptFromJson(value.toObject());
        if (!attempt)
            return std::nullopt;
        exchange.attempts.append(*attempt);
    }
    return exchange;
}

} // namespace qcc
