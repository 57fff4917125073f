#include "core/api/dialect.h"
#include "core/api/protocol.h"
#include "core/api/sampleanswer.h"
#include "tests/support/faultrows.h"
#include "tests/support/scriptwords.h"

using namespace Qt::StringLiterals;

namespace qcc::test {

namespace {

using Arguments = QList<QByteArray>;

Dialect dialectOf(const Arrived &arrived)
{
    return qcc::dialectOf(arrived.method, arrived.path());
}

/// The head of a stream and its first events: the opening ones and `contents` of text.
Script streamUntil(const Arrived &arrived, qsizetype contents)
{
    const QList<QByteArray> events = normalEvents(arrived).first(openingEvents(dialectOf(arrived)) + contents);
    return Script().streamHead().events(events, normalGap(arrived));
}

/// Half of the events with text.
Script halfAStream(const Arrived &arrived)
{
    const Dialect dialect = dialectOf(arrived);
    const qsizetype contents = normalEvents(arrived).size() - openingEvents(dialect) - closingEvents(dialect);
    return streamUntil(arrived, (contents + 1) / 2);
}

Script streamWithoutLast(const Arrived &arrived)
{
    QList<QByteArray> events = normalEvents(arrived);
    events.removeLast();
    return Script().streamHead().events(events, normalGap(arrived));
}

Script cutMidEvent(const Arrived &arrived)
{
    const QByteArray event = normalEvents(arrived).at(openingEvents(dialectOf(arrived)));
    return halfAStream(arrived).chunk(event.first(event.size() / 2)).delay(beforeReset);
}

/// Of Responses without the events that its readers want before.
QByteArray overloadedEvent(const Arrived &arrived)
{
    const Dialect dialect = dialectOf(arrived);
    if (dialect == Dialect::OpenAiResponses)
        return "event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":0,\"response\":{\"id\":\"resp_failed\",\"object\":\"response\","
               "\"status\":\"failed\",\"output\":[],\"error\":{\"code\":\"server_error\",\"message\":\"Overloaded\"}}}\n\n";
    const QByteArray data = "data: " + errorBody(dialect, 529, u"Overloaded"_s) + "\n\n";
    return dialect == Dialect::Anthropic || dialect == Dialect::Unknown ? "event: error\n" + data : data;
}

} // namespace

QList<FaultRow> streamFaults()
{
    return {
        {Fault::ErrorEventFirst, "error-event-first",
         [](const Arrived &arrived, const Arguments &) { return Script().streamHead().chunk(overloadedEvent(arrived)).lastChunk(); }},
        {Fault::ErrorEventAfterStart, "error-event-after-start",
         [](const Arrived &arrived, const Arguments &) {
             return streamUntil(arrived, 0).chunk(overloadedEvent(arrived)).lastChunk();
         }},
        {Fault::ErrorJson200, "error-json-200",
         [](const Arrived &arrived, const Arguments &) { return Script().answer(200, "application/json", apiError(arrived, 500)); }},
        {Fault::Empty200, "empty-200",
         [](const Arrived &, const Arguments &) { return Script().answer(200, "application/json", {}); }},
        {Fault::EmptyStream, "empty-stream", [](const Arrived &, const Arguments &) { return Script().streamHead().lastChunk(); }},
        {Fault::OpeningEventsOnly, "opening-events-only",
         [](const Arrived &arrived, const Arguments &) { return streamUntil(arrived, 0).lastChunk(); }},
        {Fault::Html200, "html-200",
         [](const Arrived &, const Arguments &) {
             return Script().answer(200, "text/html; charset=utf-8",
                                    "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Sign in</body></html>");
         }},
        {Fault::StallMidStream, "stall-mid-stream",
         [](const Arrived &arrived, const Arguments &) { return halfAStream(arrived).stall(); }},
        {Fault::StallAfterOpening, "stall-after-opening",
         [](const Arrived &arrived, const Arguments &) { return streamUntil(arrived, 0).stall(); }},
        {Fault::StreamCutMidEventClose, "stream-cut-mid-event-close",
         [](const Arrived &arrived, const Arguments &) { return cutMidEvent(arrived).close(); }},
        {Fault::StreamCutMidEventReset, "stream-cut-mid-event-reset",
         [](const Arrived &arrived, const Arguments &) { return cutMidEvent(arrived).reset(); }},
        {Fault::StreamEndsAfterContent, "stream-ends-after-content",
         [](const Arrived &arrived, const Arguments &) { return halfAStream(arrived).lastChunk(); }},
        {Fault::StreamEndsBeforeLast, "stream-ends-before-last",
         [](const Arrived &arrived, const Arguments &) { return streamWithoutLast(arrived).lastChunk(); }},
        {Fault::StreamClosesBeforeLast, "stream-closes-before-last",
         [](const Arrived &arrived, const Arguments &) { return streamWithoutLast(arrived).delay(beforeReset).close(); }},
        {Fault::InvalidUtf8Events, "invalid-utf8-events",
         [](const Arrived &arrived, const Arguments &) {
             QList<QByteArray> events = normalEvents(arrived);
             events.insert(openingEvents(dialectOf(arrived)), "data: \xff\xc3\x28\xed\xa0\x80\n\n");
             return Script().streamHead().events(events, normalGap(arrived)).lastChunk();
         }},
        {Fault::GiganticEvent, "gigantic-event",
         [](const Arrived &arrived, const Arguments &arguments) {
             const qint64 bytes = qint64(argument(arguments, 0, 8)) * 1024 * 1024;
             return halfAStream(arrived).chunk("data: ").repeatChunked(QByteArray(64 * 1024, 'x'), bytes).lastChunk();
         }},
        {Fault::ErrorEventMidStream, "error-event-mid-stream",
         [](const Arrived &arrived, const Arguments &) {
             return halfAStream(arrived).chunk(overloadedEvent(arrived)).lastChunk();
         }},
    };
}

} // namespace qcc::test
