#include "core/report/localanswers.h"

#include "core/api/protocol.h"
#include "core/base/visibletext.h"
#include "core/journal/journal.h"
#include "core/log/logreader.h"
#include "core/report/metrics.h"
#include "core/report/stats.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

namespace qcc {

namespace {

LocalAnswer json(const QJsonObject &object)
{
    return {200, "application/json", visibleJson(object, QJsonDocument::Indented)};
}

LocalAnswer refuse(int status, const QString &message)
{
    return {status, "application/json", errorBody(Dialect::Unknown, status, QStringLiteral("qcc: ") + message)};
}

/// The number of parameter `name`, `usual` without it; nothing when it is no number from 1 to `most`.
std::optional<int> numberOf(const QUrlQuery &query, const QString &name, int usual, int most)
{
    if (!query.hasQueryItem(name))
        return usual;
    bool ok = false;
    const int value = query.queryItemValue(name).toInt(&ok);
    return ok && value >= 1 && value <= most ? std::optional(value) : std::nullopt;
}

LocalAnswer logs(const QUrlQuery &query, LogReader &reader)
{
    LogQuery filter;
    const std::optional<int> lines = numberOf(query, QStringLiteral("lines"), 100, 10'000);
    if (!lines)
        return refuse(400, QStringLiteral("lines must be a number from 1 to 10000"));
    filter.lines = *lines;
    if (const QString level = query.queryItemValue(QStringLiteral("level")); !level.isEmpty()) {
        filter.level = fromWord<LogLevel>(level);
        if (!filter.level)
            return refuse(400, QStringLiteral("level must be debug, info, warning or error"));
    }
    filter.grep = query.queryItemValue(QStringLiteral("grep"), QUrl::FullyDecoded);
    return json(reader.read(filter));
}

} // namespace

LocalAnswer localAnswer(LocalPage page, const QByteArray &query, const Journal &journal, const LiveFigures &live, LogReader &logReader)
{
    const QUrlQuery parameters(QString::fromUtf8(query).replace(QLatin1Char('+'), QStringLiteral("%20")));
    switch (page) {
    case LocalPage::Stats:
        return json(statsJson(journal, live));
    case LocalPage::Requests: {
        const std::optional<int> limit = numberOf(parameters, QStringLiteral("limit"), 50, 500);
        return limit ? json(requestsJson(journal, *limit)) : refuse(400, QStringLiteral("limit must be a number from 1 to 500"));
    }
    case LocalPage::Logs:
        return logs(parameters, logReader);
    case LocalPage::Events:
        return {};
    case LocalPage::Metrics:
        return {200, "text/plain; version=0.0.4; charset=utf-8", metricsText(journal, live)};
    case LocalPage::Health:
        return json({{QStringLiteral("status"), QStringLiteral("ok")}, {QStringLiteral("name"), QStringLiteral("qcc")},
                     {QStringLiteral("version"), QStringLiteral(QCC_VERSION)}});
    }
    Q_UNREACHABLE();
}

} // namespace qcc
