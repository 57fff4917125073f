#pragma once

#include "tests/support/arrived.h"
#include "tests/support/script.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace qcc::test {

/// What an upstream can do wrong or oddly. A refused connection is not here: that is a port where nobody listens.
enum class Fault {
    // The connection ends or falls silent around the head.
    CloseBeforeAnswer, ResetBeforeAnswer, CloseAtHead, ResetAtHead, CloseAfterStatusLine, ResetAfterStatusLine,
    CloseInsideHeaders, ResetInsideHeaders, CloseAfterHead, Garbage, GarbageThenClose, StallBeforeHead, StallInsideHeaders,
    StallAfterHead, CloseOnSecondRequest, ResetOnSecondRequest, IdleClose, StallUpload, SlowUpload,
    // The body's framing.
    ShortLengthClose, ShortLengthReset, ExtraBytes, BadChunkSize, ChunkCutClose, ChunkCutReset, NoLastChunkClose,
    NoLastChunkReset, CloseDelimited, CloseDelimitedReset, LengthAndChunked, TwoLengths, BadLength, NegativeLength,
    HugeLength, ChunkExtensions, Trailers, Bytewise, HugeBody, Gzip, GzipBomb,
    // Odd heads.
    Continue100, Processing102, EarlyHints103, SeveralInterim, InterimFlood, Switching101, ManyHeaders, HugeHeader, EndlessHeaders,
    EndlessHeaderLine, TrickledHead, NulInHeader, CrInHeader, BareLf,
    FoldedHeader, NoReason, HighBytesInHeader, NoContent204, NoContent204WithLength, NotModified304, NotModified304WithLength,
    HeadWithLength, DuplicateHeaders, Http10, ConnectionClose,
    // Answers before the request is complete: what happens to the rest of the upload.
    Early413Close, Early413KeepReading, Early413Linger,
    // Answers that say no.
    RateLimitSeconds, RateLimitDate, RateLimitMs, PaymentRequired, QuotaAnthropic, QuotaOpenAi, QuotaRelay, Overloaded529, InvalidUtf8Error,
    // A 200 that is none, and streams that end badly.
    ErrorEventFirst, ErrorEventAfterStart, ErrorJson200, Empty200, EmptyStream, OpeningEventsOnly, Html200, StallMidStream,
    StallAfterOpening, StreamCutMidEventClose, StreamCutMidEventReset, StreamEndsAfterContent, StreamEndsBeforeLast,
    StreamClosesBeforeLast, InvalidUtf8Events, GiganticEvent, ErrorEventMidStream,
};

QList<Fault> allFaults();
/// "close-before-answer" and the like, as in `x-script`.
QByteArray wordOf(Fault fault);
std::optional<Fault> faultOf(const QByteArray &word);

/// What the upstream does with `arrived` to show this fault. The answers are otherwise normalAnswer's, always an event stream
/// where the fault is one of streams; a body that is cut ends in its middle. `arguments`: see scriptFromWords.
Script scriptOf(Fault fault, const Arrived &arrived, const QList<QByteArray> &arguments = {});

} // namespace qcc::test
