#pragma once

#include "core/control/commands.h"
#include "core/facts/livefigures.h"

#include <functional>

namespace qcc {

class Journal;

/// Puts the commands about what happened into `table`, whose thread is the core thread:
/// `stats`: the object of GET /__qcc__/stats.
/// `requests` [`limit`] [`after`]: the last exchanges, as requestsJson() tells them; only those that ended after the first `after`
/// of this run. A `total` below `after` tells that the run is another one.
/// `timeline` `range_s`: 3600, 86400 or 604800; as timelineJson() tells it, for the endpoints of the cluster in use.
/// Errors, as an answer: Usage (a number that makes no sense).
/// `journal` outlives the table; `figures` is asked for the rest.
void addJournalCommands(CommandTable &table, const Journal &journal, std::function<LiveFigures()> figures);

} // namespace qcc
