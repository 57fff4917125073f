#pragma once

#include "core/facts/livefigures.h"

#include <QJsonObject>

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

} // namespace qcc
