#pragma once

#include "core/config/config.h"
#include "core/facts/endpointstate.h"
#include "core/facts/exchangerecord.h"
#include "core/facts/historyquery.h"
#include "core/journal/timeline.h"

#include <QDateTime>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace qcc {

/// A count for JSON, which knows no unsigned numbers.
inline qint64 number(quint64 count)
{
    return static_cast<qint64>(count);
}

/// "2026-11-23T01:02:03.004Z".
inline QString isoTime(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODateWithMs);
}

inline QString isoTime(std::chrono::system_clock::time_point time)
{
    return isoTime(QDateTime::fromMSecsSinceEpoch(std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count()));
}

template <typename Number>
QJsonValue orNull(const std::optional<Number> &value)
{
    return value ? QJsonValue(*value) : QJsonValue(QJsonValue::Null);
}

/// One attempt, finished or as far as it came; and the attempt that it told of, nothing where it is no such.
QJsonObject attemptJson(const AttemptRecord &attempt);
std::optional<AttemptRecord> attemptFromJson(const QJsonObject &json);

/// One finished exchange with its attempts.
QJsonObject exchangeJson(const ExchangeRecord &exchange);

/// The same, "run" and "ended_at".
QJsonObject keptJson(const KeptExchange &kept);

/// What went wrong in the words that say most: qcc's own about the exchange, else those of its last attempt that has any.
QString wordsOf(const ExchangeRecord &exchange);

/// The names of the columns of csvLine().
QString csvHeading();
/// An exchange as a line of CSV (RFC 4180), without its end. No text in it is a formula to a spreadsheet.
QString csvLine(const KeptExchange &kept);

/// The answer to the control command `clear_history`: what went, "exchanges" and "minutes", and the file's "bytes_before" and "bytes".
QJsonObject clearedJson(const HistoryCleared &cleared);

/// The exchange that exchangeJson() told of; nothing where the object is no such, or has a word that this version does not know.
std::optional<ExchangeRecord> exchangeFromJson(const QJsonObject &json);

/// More than these are not listed.
constexpr qsizetype mostRunningListed = 200;

/// The answer to the control command `running`: "running", the oldest first; of each "tried", the attempts that ended, and "current", the one that runs.
QJsonObject runningJson(QList<RunningExchange> exchanges);

/// How wide the buckets of a timeline are that shows `range`: a minute for an hour, a quarter of an hour for a day, two hours for
/// a week; nothing for another range.
std::optional<std::chrono::minutes> bucketFor(std::chrono::seconds range);

/// The timeline of `range`, which bucketFor() knows: "from", "bucket_s", "outcomes" (their words), "buckets" (the counts of each,
/// in the order of "outcomes"), "first_byte_ms" and "total_ms" of the exchanges in it that succeeded, and "endpoints": the last half hour of each by the
/// minute, "ok" and "failed" attempts, and of the whole range "succeeded_in_range", "failed_in_range" and "first_byte_ms"; "first_byte_series_ms", the
/// median of each minute of an hour, else of each hour; "in_flight_series", the most that ran at once in each bucket; "before", null or the "counts" of
/// the same range before, where they are kept. Times, attempts and what ran at once are those of this run.
QJsonObject timelineJson(const Timeline &timeline, std::chrono::minutes range, const QStringList &endpointIds, Timeline::Time now);

/// `result` as the control socket and `--json` tell it, with the endpoint of `cluster` that it is about. "message" is there after a test with a
/// message alone: its "path", "model", "answered_model", "words", "input_tokens" and "output_tokens".
QJsonObject probeJson(const QString &cluster, const Endpoint &endpoint, const ProbeResult &result);

} // namespace qcc
