#pragma once

#include "core/journal/exchangerecord.h"
#include "core/journal/livefigures.h"

#include <QJsonObject>

namespace qcc {

class Journal;

/// Whether requests may go to the endpoint right now: not resting, breaker closed, not known to be unhealthy.
bool isUsable(const EndpointState &state);

/// The object of GET /__qcc__/stats.
QJsonObject statsJson(const Journal &journal, const LiveFigures &live);

/// One finished exchange with its attempts.
QJsonObject exchangeJson(const ExchangeRecord &exchange);

/// The object of GET /__qcc__/requests: "requests", the newest first.
QJsonObject requestsJson(const Journal &journal, qsizetype limit);

} // namespace qcc
