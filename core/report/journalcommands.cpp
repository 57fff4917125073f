#include "core/report/journalcommands.h"

#include "core/journal/journal.h"
#include "core/report/recordsjson.h"
#include "core/report/stats.h"

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 usualLimit = 50;

Result<QJsonObject> requests(const Journal &journal, const QJsonObject &request)
{
    // -1: something else than a whole number.
    const qint64 limit = request.contains("limit"_L1) ? request.value("limit"_L1).toInteger(-1) : usualLimit;
    const qint64 after = request.contains("after"_L1) ? request.value("after"_L1).toInteger(-1) : 0;
    if (limit < 0 || after < 0)
        return Failure{ErrorCode::Usage, u"limit and after must be whole numbers from 0"_s, {}};
    return requestsJson(journal, limit, static_cast<quint64>(after));
}

Result<QJsonObject> timeline(const Journal &journal, const LiveFigures &live, const QJsonObject &request)
{
    const std::chrono::seconds range(request.value("range_s"_L1).toInteger());
    if (!bucketFor(range))
        return Failure{ErrorCode::Usage, u"range_s must be 3600, 86400 or 604800"_s, {}};
    QStringList endpoints;
    if (const Cluster *cluster = live.config->cluster(live.cluster)) {
        for (const Endpoint &endpoint : cluster->endpoints)
            endpoints.append(endpoint.id);
    }
    return timelineJson(journal.timeline(), std::chrono::duration_cast<std::chrono::minutes>(range), endpoints, live.now);
}

} // namespace

void addJournalCommands(CommandTable &table, const Journal &journal, std::function<LiveFigures()> figures)
{
    table.answerAtOnce(ControlCommand::Stats, [&journal, figures](const QJsonObject &) -> Result<QJsonObject> { return statsJson(journal, figures()); });
    table.answerAtOnce(ControlCommand::Requests, [&journal](const QJsonObject &request) { return requests(journal, request); });
    table.answerAtOnce(ControlCommand::Timeline,
                       [&journal, figures](const QJsonObject &request) { return timeline(journal, figures(), request); });
}

} // namespace qcc
