#include "core/report/recordsjson.h"

#include "core/base/visibletext.h"

#include <QJsonArray>

#include <algorithm>
#include <array>
#include <cmath>

namespace qcc {

using namespace Qt::StringLiterals;

QJsonObject attemptJson(const AttemptRecord &attempt)
{
    return {{"endpoint_id"_L1, attempt.endpointId},
            {"endpoint_name"_L1, attempt.endpointName},
            {"phase"_L1, toWord(attempt.phase)},
            {"model"_L1, attempt.model},
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

namespace {

std::optional<double> numberOrNothing(const QJsonValue &value)
{
    return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

std::optional<qint64> countOrNothing(const QJsonValue &value)
{
    return value.isDouble() ? std::optional(value.toInteger()) : std::nullopt;
}

} // namespace

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
    attempt.model = json.value("model"_L1).toString();
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
            {"class"_L1, exchange.classes.value(0)},
            {"route"_L1, exchange.route},
            {"passed_over"_L1, QJsonArray::fromStringList(exchange.passedOver)},
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
            {"skipped"_L1, QJsonArray::fromStringList(exchange.skipped)},
            {"attempts"_L1, attempts}};
}

QJsonObject keptJson(const KeptExchange &kept)
{
    QJsonObject json = exchangeJson(kept.record);
    json.insert("run"_L1, kept.run);
    json.insert("ended_at"_L1, isoTime(kept.record.endedAt));
    return json;
}

QString wordsOf(const ExchangeRecord &exchange)
{
    if (!exchange.error.isEmpty()) {
        const QString &upstream = exchange.attempts.isEmpty() ? exchange.error : exchange.attempts.last().upstreamError;
        return upstream.isEmpty() || exchange.error.contains(upstream) ? exchange.error : u"%1 · %2"_s.arg(exchange.error, upstream);
    }
    for (auto attempt = exchange.attempts.crbegin(); attempt != exchange.attempts.crend(); ++attempt) {
        if (const QString &words = attempt->upstreamError.isEmpty() ? attempt->error : attempt->upstreamError; !words.isEmpty())
            return words;
    }
    return {};
}

namespace {

constexpr std::array csvColumns{"started_at"_L1, "ended_at"_L1, "run"_L1, "id"_L1, "method"_L1, "path"_L1, "cluster"_L1, "model"_L1, "answered_model"_L1,
                                "client"_L1, "outcome"_L1, "status"_L1, "streamed"_L1, "request_bytes"_L1, "answer_bytes"_L1, "input_tokens"_L1,
                                "output_tokens"_L1, "first_byte_ms"_L1, "total_ms"_L1, "attempts"_L1, "endpoint"_L1, "error"_L1, "class"_L1, "route"_L1};

QString csvCell(const QJsonValue &value)
{
    if (!value.isString())
        return value.toVariant().toString();
    QString text = visibleLine(value.toString());
    // Source: owasp.org, CSV injection.
    if (!text.isEmpty() && QStringView(u"=+-@").contains(text.front()))
        text.prepend(u'\'');
    return text.contains(u'"') || text.contains(u',') ? u'"' + text.replace(u'"', u"\"\""_s) + u'"' : text;
}

} // namespace

QString csvHeading()
{
    return QStringList(csvColumns.begin(), csvColumns.end()).join(u',');
}

QString csvLine(const KeptExchange &kept)
{
    QJsonObject json = keptJson(kept);
    json.insert("attempts"_L1, kept.record.attempts.size());
    json.insert("endpoint"_L1, kept.record.attempts.isEmpty() ? QString() : kept.record.attempts.last().endpointName);
    json.insert("error"_L1, wordsOf(kept.record));
    QStringList cells;
    for (const QLatin1StringView column : csvColumns)
        cells.append(csvCell(json.value(column)));
    return cells.join(u',');
}

QJsonObject clearedJson(const HistoryCleared &cleared)
{
    return {{"exchanges"_L1, cleared.exchanges}, {"minutes"_L1, cleared.minutes}, {"bytes_before"_L1, cleared.bytesBefore}, {"bytes"_L1, cleared.bytes}};
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
    if (const QString first = json.value("class"_L1).toString(); !first.isEmpty())
        exchange.classes = {first};
    exchange.route = json.value("route"_L1).toString();
    exchange.passedOver = json.value("passed_over"_L1).toVariant().toStringList();
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
    for (const QJsonValue skipped : json.value("skipped"_L1).toArray())
        exchange.skipped.append(skipped.toString());
    const QJsonArray attempts = json.value("attempts"_L1).toArray();
    for (const QJsonValue &value : attempts) {
        const auto attempt = attemptFromJson(value.toObject());
        if (!attempt)
            return std::nullopt;
        exchange.attempts.append(*attempt);
    }
    return exchange;
}

namespace {

QJsonObject toJson(const RunningExchange &exchange)
{
    const ExchangeRecord &soFar = exchange.soFar;
    QJsonArray tried;
    for (const AttemptRecord &attempt : soFar.attempts)
        tried.append(attemptJson(attempt));
    return {{"id"_L1, soFar.id()},
            {"number"_L1, number(soFar.number)},
            {"started_at"_L1, isoTime(soFar.startedAt)},
            {"method"_L1, QString::fromUtf8(soFar.method)},
            {"path"_L1, QString::fromUtf8(soFar.path)},
            {"client"_L1, soFar.client},
            {"class"_L1, soFar.classes.value(0)},
            {"route"_L1, soFar.route},
            {"model"_L1, soFar.model},
            {"cluster"_L1, soFar.cluster},
            {"state"_L1, toWord(exchange.state)},
            {"endpoint_id"_L1, exchange.current ? exchange.current->endpointId : QString()},
            {"endpoint_name"_L1, exchange.current ? exchange.current->endpointName : QString()},
            {"attempts"_L1, exchange.attempts()},
            {"tried"_L1, tried},
            {"current"_L1, exchange.current ? QJsonValue(attemptJson(*exchange.current)) : QJsonValue(QJsonValue::Null)},
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

namespace {

template <typename Counts>
QJsonArray numbers(const Counts &counts)
{
    QJsonArray array;
    for (const quint64 count : counts)
        array.append(number(count));
    return array;
}

} // namespace

std::optional<std::chrono::minutes> bucketFor(std::chrono::seconds range)
{
    using namespace std::chrono;
    if (range == hours(1))
        return minutes(1);
    if (range == days(1))
        return minutes(15);
    if (range == days(7))
        return minutes(120);
    return std::nullopt;
}

namespace {

QJsonObject quantilesJson(const Durations &durations)
{
    return {{"p50"_L1, durations.quantile(0.5)}, {"p95"_L1, durations.quantile(0.95)}, {"p99"_L1, durations.quantile(0.99)}};
}

} // namespace

QJsonObject timelineJson(const Timeline &timeline, std::chrono::minutes range, const QStringList &endpointIds, Timeline::Time now)
{
    const std::optional<std::chrono::minutes> bucket = bucketFor(range);
    Q_ASSERT(bucket);
    const Timeline::Series series = timeline.series(range, *bucket, now);
    QJsonArray outcomes;
    for (const Outcome outcome : EnumTable<Outcome>::values)
        outcomes.append(toWord(outcome));
    QJsonArray buckets;
    for (const OutcomeCounts &counts : series.buckets)
        buckets.append(numbers(counts.byOutcome));
    const Timeline::Figures figures = timeline.figures(range, now);
    QJsonObject endpoints;
    for (const QString &id : endpointIds) {
        const Timeline::Sparkline line = timeline.sparkline(id, now);
        const Timeline::Attempts attempts = figures.endpoints.value(id);
        endpoints.insert(id, QJsonObject{{"ok"_L1, numbers(line.ok)},
                                         {"failed"_L1, numbers(line.failed)},
                                         {"succeeded_in_range"_L1, number(attempts.ok)},
                                         {"failed_in_range"_L1, number(attempts.failed)},
                                         {"first_byte_ms"_L1, quantilesJson(attempts.firstByte)}});
    }
    QJsonArray medians;
    for (const double ms : timeline.firstBytes(range, now))
        medians.append(std::round(ms * 10) / 10);
    QJsonArray inFlight;
    for (const int most : timeline.inFlight(range, *bucket, now))
        inFlight.append(most);
    const std::optional<OutcomeCounts> before = timeline.before(range, now);
    return {{"from"_L1, isoTime(series.from)},
            {"bucket_s"_L1, qint64(std::chrono::seconds(*bucket).count())},
            {"outcomes"_L1, outcomes},
            {"buckets"_L1, buckets},
            {"first_byte_ms"_L1, quantilesJson(figures.firstByte)},
            {"total_ms"_L1, quantilesJson(figures.total)},
            {"first_byte_series_ms"_L1, medians},
            {"in_flight_series"_L1, inFlight},
            {"before"_L1, before ? QJsonValue(QJsonObject{{"counts"_L1, numbers(before->byOutcome)}}) : QJsonValue(QJsonValue::Null)},
            {"endpoints"_L1, endpoints}};
}

QJsonObject probeJson(const QString &cluster, const Endpoint &endpoint, const ProbeResult &result)
{
    QJsonObject json{{u"cluster"_s, cluster},
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
    if (const std::optional<MessageFound> &message = result.message) {
        json.insert(u"message"_s, QJsonObject{{u"path"_s, message->path},
                                              {u"model"_s, message->model},
                                              {u"answered_model"_s, message->answeredModel},
                                              {u"words"_s, message->words},
                                              {u"input_tokens"_s, orNull(message->inputTokens)},
                                              {u"output_tokens"_s, orNull(message->outputTokens)}});
    }
    return json;
}

} // namespace qcc
