#pragma once

#include "tests/support/arrived.h"
#include "tests/support/script.h"

#include <QByteArray>
#include <QList>

namespace qcc::test {

/// The script that words ask for:
///   script = visit ("|" visit)*   the first for the first request with these words and its `x-case`, …; the last one stays
///   visit  = part ("," part)*     one after the other: "delay:200,status:503"
///   part   = word (":" argument)*
/// with the words of the faults (faults.h) and `ok` (as the real API would answer), `delay:MS` or `delay:LEAST:MOST`,
/// `status:N[:json|html|empty]`, `retry-after:N:SECONDS` (status N). Arguments of faults: `huge-body:MIB[:length|chunked|close]`,
/// `slow-upload:BYTES_PER_SECOND`, `idle-close:LEAST_MS:MOST_MS`, `bytewise:GAP_MS`, `many-headers:COUNT`, `huge-header:KIB`,
/// `early-413-linger:MS`,
/// `short-length-close:whole` and the like (all of the body before the cut instead of half), `rate-limit-seconds:N`, `rate-limit-date:SECONDS_AHEAD`, `rate-limit-ms:N`.
/// No words are `ok`; unknown ones are answered with 501, so that a misspelt test fails.
Script scriptFromWords(const QByteArray &words, const Arrived &arrived);

/// As the real API would: a JSON body or an event stream in the dialect of the path, `/echo`, the list of models, token counts.
/// `x-events` (number of text events, 8), `x-gap-ms` (time between events, 0) and `x-event-bytes` (text of one event, 6) or the
/// same in the query shape it.
Script normalAnswer(const Arrived &arrived);

/// The events that `normalAnswer` would stream.
QList<QByteArray> normalEvents(const Arrived &arrived);
/// The time between them.
milliseconds normalGap(const Arrived &arrived);
/// The body of `normalAnswer`, a stream's events in a row.
QByteArray normalBody(const Arrived &arrived);
/// Its content type.
QByteArray normalType(const Arrived &arrived);
/// Whether the request asks for an event stream, of an API that has one.
bool asksForStream(const Arrived &arrived);

/// An error as the API of the request's path would send it, with the number `status`.
QByteArray apiError(const Arrived &arrived, int status);

} // namespace qcc::test
