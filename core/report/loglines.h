#pragma once

#include "core/config/config.h"
#include "core/facts/exchangerecord.h"

namespace qcc {

/// One line of proxy.log, without time and level words.
struct LogLine {
    LogLevel level = LogLevel::Info;
    QString text;
};

/// The attempts in short form: "relay-c 529 → relay-a 200".
QString attemptsInShort(const QList<AttemptRecord> &attempts);

/// The line for a finished exchange. People grep for its opening words, so they stay.
LogLine logLineFor(const ExchangeRecord &exchange);

} // namespace qcc
