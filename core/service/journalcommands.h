#pragma once

#include "core/control/controlserver.h"
#include "core/journal/livefigures.h"

#include <functional>

namespace qcc {

class Journal;

/// The commands of the control socket about what happened:
/// `stats`: the object of GET /__qcc__/stats.
/// `requests` [`limit`] [`after`]: the last exchanges, as requestsJson() tells them; only those that ended after the first `after`
/// of this run. A `total` below `after` tells that the run is another one.
/// `timeline` `range_s`: 3600, 86400 or 604800; as timelineJson() tells it, for the endpoints of the cluster in use.
/// Thread: the core thread.
class JournalCommands
{
public:
    /// `journal` outlives it; `figures` is asked for the rest.
    JournalCommands(const Journal &journal, std::function<LiveFigures()> figures);

    static bool knows(const QString &command);
    /// Answers one of the commands that it knows(), at once.
    /// Errors: Usage (a number that makes no sense).
    void handle(const QJsonObject &request, const ControlReply &reply) const;

private:
    Result<QJsonObject> requests(const QJsonObject &request) const;
    Result<QJsonObject> timeline(const QJsonObject &request) const;

    const Journal &m_journal;
    std::function<LiveFigures()> m_figures;
};

} // namespace qcc
