#include "core/service/journalcommands.h"

#include "core/journal/journal.h"
#include "core/journal/stats.h"
#include "core/journal/timelinejson.h"

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 usualLimit = 50;

} // namespace

JournalCommands::JournalCommands(const Journal &journal, std::function<LiveFigures()> figures)
    : m_journal(journal)
    , m_figures(std::move(figures))
{
}

bool JournalCommands::knows(const QString &command)
{
    return command == "stats"_L1 || command == "requests"_L1 || command == "timeline"_L1;
}

void JournalCommands::handle(const QJsonObject &request, const ControlReply &reply) const
{
    const QString command = request.value("cmd"_L1).toString();
    const Result<QJsonObject> answer = command == "requests"_L1 ? requests(request)
        : command == "timeline"_L1                              ? timeline(request)
                                                                : Result<QJsonObject>(statsJson(m_journal, m_figures()));
    reply(answer ? controlOk(*answer) : controlFailure(answer.error()));
}

Result<QJsonObject> JournalCommands::requests(const QJsonObject &request) const
{
    // -1: something else than a whole number.
    const qint64 limit = request.contains("limit"_L1) ? request.value("limit"_L1).toInteger(-1) : usualLimit;
    const qint64 after = request.contains("after"_L1) ? request.value("after"_L1).toInteger(-1) : 0;
    if (limit < 0 || after < 0)
        return Failure{ErrorCode::Usage, u"limit and after must be whole numbers from 0"_s, {}};
    return requestsJson(m_journal, limit, static_cast<quint64>(after));
}

Result<QJsonObject> JournalCommands::timeline(const QJsonObject &request) const
{
    const std::chrono::seconds range(request.value("range_s"_L1).toInteger());
    if (!bucketFor(range))
        return Failure{ErrorCode::Usage, u"range_s must be 3600, 86400 or 604800"_s, {}};
    const LiveFigures live = m_figures();
    QStringList endpoints;
    if (const Cluster *cluster = live.config->cluster(live.cluster)) {
        for (const Endpoint &endpoint : cluster->endpoints)
            endpoints.append(endpoint.id);
    }
    return timelineJson(m_journal.timeline(), std::chrono::duration_cast<std::chrono::minutes>(range), endpoints, live.now);
}

} // namespace qcc
