#pragma once

#include "core/api/dialect.h"
#include "core/exchange/exchange.h"
#include "core/facts/exchangerecord.h"

#include <chrono>
#include <optional>

namespace qcc {

/// An answer that qcc makes itself, in the client's protocol and marked so that nobody takes it for an upstream's.
struct OwnAnswer {
    ClientStream::Head head;
    QByteArray body;
};

OwnAnswer ownError(Dialect dialect, int status, const QString &message, const ExchangeRecord &record,
                   std::optional<std::chrono::seconds> retryAfter);
/// What Anthropic's count_tokens would answer, from an estimate.
OwnAnswer ownTokenCount(int tokens, const ExchangeRecord &record);
/// Says that qcc is there, to whoever asks for no more.
OwnAnswer ownGreeting(const ExchangeRecord &record);

/// A status, and why.
struct OwnWords {
    int status = 503;
    QString why; ///< Empty where everyReason() tells it.
};

/// What is answered where no endpoint may be asked any more. `config`: the one that was gone by; null where there was none.
OwnWords whyNobodyIsLeft(const ExchangeRecord &record, const Config *config);
/// What is said of a request that qcc itself had sent to `endpoint`, by its id.
QString whyItCameBack(const Config *config, const QString &endpoint);

/// "relay-a: HTTP 503", "relay-b: connection refused".
QString inWords(const AttemptRecord &attempt);
/// The reason of every endpoint tried, with what the upstreams themselves said, and of those that were skipped.
QString everyReason(const ExchangeRecord &record);

} // namespace qcc
