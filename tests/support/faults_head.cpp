#include "tests/support/faultrows.h"
#include "tests/support/scriptwords.h"

namespace qcc::test {

namespace {

using Arguments = QList<QByteArray>;

const QPair<QByteArray, QByteArray> json{"Content-Type", "application/json"};
constexpr milliseconds interimGap{10};

/// The normal answer with more headers.
Script withHeaders(const Arrived &arrived, const RawHeaders &headers)
{
    return Script().answer(200, normalType(arrived), normalBody(arrived), headers);
}

Script afterInterim(const Arrived &arrived, const QByteArray &interim)
{
    return Script().send(interim).delay(interimGap).then(normalAnswer(arrived));
}

/// The normal answer with its head rewritten by hand; `body` follows as it is.
Script rawHead(const Arrived &arrived, const QByteArray &statusLine, const QByteArray &middle, const QByteArray &lineEnd)
{
    const QByteArray body = normalBody(arrived);
    return Script().send(statusLine + lineEnd + "Content-Type: " + normalType(arrived) + lineEnd + middle
                         + "Content-Length: " + QByteArray::number(body.size()) + lineEnd + lineEnd + body);
}

RawHeaders manyHeaders(int count)
{
    RawHeaders headers;
    for (int i = 0; i < count; ++i)
        headers.append({"x-many-" + QByteArray::number(i), QByteArray::number(i)});
    return headers;
}

Script closeDelimitedHttp10(const Arrived &arrived)
{
    const QByteArray head = "HTTP/1.0 200 OK\r\nContent-Type: " + normalType(arrived) + "\r\n\r\n";
    return Script().send(head + normalBody(arrived)).close();
}

Script early413(const Arrived &arrived)
{
    return Script().startAtHead().answer(413, json.second, apiError(arrived, 413));
}

} // namespace

QList<FaultRow> headFaults()
{
    return {
        {Fault::Continue100, "continue-100",
         [](const Arrived &arrived, const Arguments &) { return afterInterim(arrived, "HTTP/1.1 100 Continue\r\n\r\n"); }},
        {Fault::Processing102, "processing-102",
         [](const Arrived &arrived, const Arguments &) { return afterInterim(arrived, "HTTP/1.1 102 Processing\r\n\r\n"); }},
        {Fault::EarlyHints103, "early-hints-103",
         [](const Arrived &arrived, const Arguments &) {
             return afterInterim(arrived, "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n");
         }},
        {Fault::SeveralInterim, "several-interim",
         [](const Arrived &arrived, const Arguments &) {
             return Script().send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
                                  "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n").then(normalAnswer(arrived));
         }},
        {Fault::InterimFlood, "interim-flood",
         [](const Arrived &, const Arguments &) { return Script().repeat("HTTP/1.1 102 Processing\r\n\r\n", -1); }},
        {Fault::Switching101, "switching-101",
         [](const Arrived &, const Arguments &) {
             return Script().send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n").stall();
         }},
        {Fault::ManyHeaders, "many-headers",
         [](const Arrived &arrived, const Arguments &arguments) {
             return withHeaders(arrived, manyHeaders(argument(arguments, 0, 150)));
         }},
        {Fault::HugeHeader, "huge-header",
         [](const Arrived &arrived, const Arguments &arguments) {
             return withHeaders(arrived, {{"x-huge", QByteArray(argument(arguments, 0, 120) * 1024, 'h')}});
         }},
        {Fault::EndlessHeaders, "endless-headers",
         [](const Arrived &, const Arguments &) {
             return Script().send("HTTP/1.1 200 OK\r\n").repeat("x-endless: " + QByteArray(500, 'e') + "\r\n", -1);
         }},
        {Fault::EndlessHeaderLine, "endless-header-line",
         [](const Arrived &, const Arguments &) { return Script().send("HTTP/1.1 200 OK\r\nx-endless: ").repeat(QByteArray(500, 'e'), -1); }},
        {Fault::TrickledHead, "trickled-head",
         [](const Arrived &, const Arguments &arguments) {
             return Script().bytewise("HTTP/1.1 200 OK\r\nx-slow: " + QByteArray(500, 's'), milliseconds(argument(arguments, 0, 50))).stall();
         }},
        {Fault::NulInHeader, "nul-in-header",
         [](const Arrived &arrived, const Arguments &) { return withHeaders(arrived, {{"x-nul", QByteArray("a\0b", 3)}}); }},
        {Fault::CrInHeader, "cr-in-header",
         [](const Arrived &arrived, const Arguments &) { return withHeaders(arrived, {{"x-cr", "a\rx-forged: b"}}); }},
        {Fault::BareLf, "bare-lf",
         [](const Arrived &arrived, const Arguments &) { return rawHead(arrived, "HTTP/1.1 200 OK", {}, "\n"); }},
        {Fault::FoldedHeader, "folded-header",
         [](const Arrived &arrived, const Arguments &) {
             return rawHead(arrived, "HTTP/1.1 200 OK", "x-folded: one\r\n  two\r\n", "\r\n");
         }},
        {Fault::NoReason, "no-reason",
         [](const Arrived &arrived, const Arguments &) { return rawHead(arrived, "HTTP/1.1 200", {}, "\r\n"); }},
        {Fault::HighBytesInHeader, "high-bytes-in-header",
         [](const Arrived &arrived, const Arguments &) { return withHeaders(arrived, {{"x-high", "Gr\xfc\xc3\xbf e"}}); }},
        {Fault::NoContent204, "no-content-204", [](const Arrived &, const Arguments &) { return Script().head(204); }},
        {Fault::NoContent204WithLength, "no-content-204-with-length",
         [](const Arrived &, const Arguments &) { return Script().head(204, {{"Content-Length", "0"}}); }},
        {Fault::NotModified304, "not-modified-304",
         [](const Arrived &, const Arguments &) { return Script().head(304, {{"ETag", "\"1\""}}); }},
        {Fault::NotModified304WithLength, "not-modified-304-with-length",
         [](const Arrived &, const Arguments &) { return Script().head(304, {{"ETag", "\"1\""}, {"Content-Length", "4711"}}); }},
        {Fault::HeadWithLength, "head-with-length",
         [](const Arrived &, const Arguments &) { return Script().head(200, {json, {"Content-Length", "4711"}}); }},
        {Fault::DuplicateHeaders, "duplicate-headers",
         [](const Arrived &arrived, const Arguments &) {
             return withHeaders(arrived, {{"Set-Cookie", "a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT"}, {"x-twice", "one"},
                                          {"set-cookie", "b=2; Path=/"}, {"X-Twice", "two, three"}, {"SET-COOKIE", "c=3"}});
         }},
        {Fault::Http10, "http-10", [](const Arrived &arrived, const Arguments &) { return closeDelimitedHttp10(arrived); }},
        {Fault::ConnectionClose, "connection-close",
         [](const Arrived &arrived, const Arguments &) { return withHeaders(arrived, {{"Connection", "close"}}).close(); }},
        {Fault::Early413Close, "early-413-close",
         [](const Arrived &arrived, const Arguments &) { return early413(arrived).readAt(0).close(); }},
        {Fault::Early413KeepReading, "early-413-keep-reading",
         [](const Arrived &arrived, const Arguments &) { return early413(arrived); }},
        {Fault::Early413Linger, "early-413-linger",
         [](const Arrived &arrived, const Arguments &arguments) {
             return early413(arrived).readAt(0).linger(milliseconds(argument(arguments, 0, 2000)));
         }},
    };
}

} // namespace qcc::test
