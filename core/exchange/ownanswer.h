#pragma once

#include "core/exchange/clientstream.h"
#include "core/facts/exchangerecord.h"
#include "core/http/dialect.h"

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

/// "relay-a: HTTP 503", "relay-b: connection refused".
QString inWords(const AttemptRecord &attempt);
/// The reason of every endpoint tried, with what the upstreams themselves said.
QString everyReason(const QList<AttemptRecord> &attempts);

/// The bytes that end an event stream which broke off, so that the client's SDK raises its API error.
/// `created`: response.created of OpenAI's Responses has been sent; `events`: how many events have.
QByteArray brokenStreamEnd(Dialect dialect, const QString &message, bool created, qint64 events);
/// The event that some relays forget at the end of an Anthropic stream.
QByteArray messageStop();

} // namespace qcc
