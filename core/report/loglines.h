#pragma once

#include "core/config/config.h"
#include "core/facts/endpointstate.h"
#include "core/facts/exchangerecord.h"
#include "core/log/logfile.h"

#include <QJsonObject>
#include <QString>

namespace qcc {

/// The attempts in short form: "relay-c 529 → relay-a 200".
QString attemptsInShort(const QList<AttemptRecord> &attempts);

/// The line for a finished exchange. People grep for its opening words, so they stay.
LogLine logLineFor(const ExchangeRecord &exchange);

/// What happened to an endpoint, what it means and, where the user can do something, what.
LogLine logLineFor(const RoutingNews &news);

/// A line for each endpoint of `config` that is out of use because its key cannot be opened.
QList<LogLine> linesForClosedKeys(const Config &config);
/// The line for a system that does not tell whose the connections are: what that comes to under `rules`.
LogLine lineForUnknownPeers(const Config::Listen &rules);

/// The event "news" of the control socket: "kind" ("opened", "returned", "key_refused", "no_key", "quota_spent", "rate_limited"),
/// "endpoint_id", "endpoint_name", "reason", "seconds", and "cluster": `inUse` where the endpoint belongs to it, else another one
/// that has it.
QJsonObject newsEvent(const RoutingNews &news, const Config &config, const QString &inUse);

} // namespace qcc
