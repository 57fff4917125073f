#pragma once

#include "core/control/commands.h"
#include "core/facts/livefigures.h"

#include <QJsonObject>

#include <functional>

namespace qcc {

class Journal;

/// Whether requests may go to the endpoint right now: not resting, breaker closed, not known to be unhealthy.
bool isUsable(const EndpointState &state);

/// The object of GET /__qcc__/stats.
QJsonObject statsJson(const Journal &journal, const LiveFigures &live);

/// The answer to the control command `status` of a proxy of this process that listens at `host` and `port`.
QJsonObject statusJson(const Journal &journal, const LiveFigures &live, const QString &host, quint16 port);

/// `stats` without what follows from the clock alone, so that two of them are the same where nothing happened in between. Of what counts
/// down it is left that it does: its end is something that happens.
QJsonObject withoutTime(QJsonObject stats);

/// The object of GET /__qcc__/requests: "requests", the newest first, and "total", how many there were in this run. Only those
/// that ended after the first `after`.
QJsonObject requestsJson(const Journal &journal, qsizetype limit, quint64 after = 0);

/// Puts the commands about what happened into `table`, whose thread is the core thread:
/// `stats`: the object of GET /__qcc__/stats.
/// `requests` [`limit`] [`after`]: the last exchanges, as requestsJson() tells them; only those that ended after the first `after`
/// of this run. A `total` below `after` tells that the run is another one.
/// `timeline` `range_s`: 3600, 86400 or 604800; as timelineJson() tells it, for the endpoints of the cluster in use.
/// Errors, as an answer: Usage (a number that makes no sense).
/// `journal` outlives the table; `figures` is asked for the rest.
void addJournalCommands(CommandTable &table, const Journal &journal, std::function<LiveFigures()> figures);

} // namespace qcc
