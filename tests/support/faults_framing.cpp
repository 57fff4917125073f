#include "tests/support/faultrows.h"
#include "tests/support/scriptwords.h"

#include <zlib.h>

namespace qcc::test {

namespace {

using Arguments = QList<QByteArray>;

using Header = QPair<QByteArray, QByteArray>;

const Header chunked{"Transfer-Encoding", "chunked"};

Header length(qsizetype bytes)
{
    return {"Content-Length", QByteArray::number(bytes)};
}

Header type(const Arrived &arrived)
{
    return {"Content-Type", normalType(arrived)};
}

/// What comes before a cut: half of the body, of a stream whole events; with the argument "whole" everything.
QByteArray beforeCut(const Arrived &arrived, const Arguments &arguments)
{
    QByteArray body = normalBody(arrived);
    if (arguments.value(0) == "whole")
        return body;
    const QByteArray half = body.first(body.size() / 2);
    return asksForStream(arrived) ? half.first(half.lastIndexOf("\n\n") + 2) : half;
}

Script shortBody(const Arrived &arrived, const Arguments &arguments)
{
    const QByteArray body = normalBody(arrived);
    return Script().head(200, {type(arrived), length(body.size() + 100)}).send(beforeCut(arrived, arguments)).delay(beforeReset);
}

/// A chunk that announces more than it brings.
Script cutChunk(const Arrived &arrived, const Arguments &arguments)
{
    return Script().head(200, {type(arrived), chunked}).chunk(beforeCut(arrived, arguments)).send("64\r\nonly this")
        .delay(beforeReset);
}

Script withoutLastChunk(const Arrived &arrived, const Arguments &arguments)
{
    return Script().head(200, {type(arrived), chunked}).chunk(beforeCut(arrived, arguments)).delay(beforeReset);
}

Script badChunkSize(const Arrived &arrived, const Arguments &arguments)
{
    return withoutLastChunk(arrived, arguments).send("ZZ\r\nxx\r\n").stall();
}

Script closeDelimited(const Arrived &arrived, const QByteArray &body)
{
    return Script().head(200, {type(arrived)}).send(body).delay(beforeReset);
}

Script hugeBody(const Arrived &, const Arguments &arguments)
{
    const qint64 bytes = qint64(argument(arguments, 0, 64)) * 1024 * 1024;
    const QByteArray framing = arguments.value(1);
    const Header binary{"Content-Type", "application/octet-stream"};
    if (framing == "chunked")
        return Script().head(200, {binary, chunked}).repeatChunked(patternBlock(), bytes).lastChunk();
    if (framing == "close")
        return Script().head(200, {binary, {"Connection", "close"}}).repeat(patternBlock(), bytes).close();
    return Script().head(200, {binary, length(bytes)}).repeat(patternBlock(), bytes);
}

QByteArray gzipped(const QByteArray &bytes)
{
    constexpr int gzipWindow = 15 + 16; // zlib: 16 more asks for the gzip format.
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    QByteArray input = bytes;
    QByteArray output(qsizetype(deflateBound(&stream, uLong(input.size()))), Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(input.data());
    stream.avail_in = uInt(input.size());
    stream.next_out = reinterpret_cast<Bytef *>(output.data());
    stream.avail_out = uInt(output.size());
    deflate(&stream, Z_FINISH);
    output.truncate(qsizetype(stream.total_out));
    deflateEnd(&stream);
    return output;
}

Script chunkedWithOddities(const Arrived &arrived)
{
    const QByteArray body = normalBody(arrived);
    const QByteArray size = QByteArray::number(body.size(), 16).toUpper();
    return Script().head(200, {type(arrived), chunked}).send("00" + size + ";name=\"value;x\";y\r\n" + body + "\r\n0;last\r\n\r\n");
}

Script chunkedWithTrailers(const Arrived &arrived)
{
    return Script().head(200, {type(arrived), chunked, {"Trailer", "x-checksum"}}).chunk(normalBody(arrived))
        .send("0\r\nx-checksum: 1234\r\nx-checksum: 5678\r\n\r\n");
}

} // namespace

QList<FaultRow> framingFaults()
{
    return {
        {Fault::ShortLengthClose, "short-length-close",
         [](const Arrived &arrived, const Arguments &arguments) { return shortBody(arrived, arguments).close(); }},
        {Fault::ShortLengthReset, "short-length-reset",
         [](const Arrived &arrived, const Arguments &arguments) { return shortBody(arrived, arguments).reset(); }},
        {Fault::ExtraBytes, "extra-bytes",
         [](const Arrived &arrived, const Arguments &) {
             const QByteArray body = normalBody(arrived);
             return Script().head(200, {type(arrived), length(body.size())}).send(body + "EXTRA");
         }},
        {Fault::BadChunkSize, "bad-chunk-size", badChunkSize},
        {Fault::ChunkCutClose, "chunk-cut-close",
         [](const Arrived &arrived, const Arguments &arguments) { return cutChunk(arrived, arguments).close(); }},
        {Fault::ChunkCutReset, "chunk-cut-reset",
         [](const Arrived &arrived, const Arguments &arguments) { return cutChunk(arrived, arguments).reset(); }},
        {Fault::NoLastChunkClose, "no-last-chunk-close",
         [](const Arrived &arrived, const Arguments &arguments) { return withoutLastChunk(arrived, arguments).close(); }},
        {Fault::NoLastChunkReset, "no-last-chunk-reset",
         [](const Arrived &arrived, const Arguments &arguments) { return withoutLastChunk(arrived, arguments).reset(); }},
        {Fault::CloseDelimited, "close-delimited",
         [](const Arrived &arrived, const Arguments &) { return closeDelimited(arrived, normalBody(arrived)).close(); }},
        {Fault::CloseDelimitedReset, "close-delimited-reset",
         [](const Arrived &arrived, const Arguments &arguments) {
             return closeDelimited(arrived, beforeCut(arrived, arguments)).reset();
         }},
        {Fault::LengthAndChunked, "length-and-chunked",
         [](const Arrived &arrived, const Arguments &) {
             return Script().head(200, {type(arrived), length(5), chunked}).chunk(normalBody(arrived)).lastChunk();
         }},
        {Fault::TwoLengths, "two-lengths",
         [](const Arrived &arrived, const Arguments &) {
             const QByteArray body = normalBody(arrived);
             return Script().head(200, {type(arrived), length(body.size()), length(body.size() + 1)}).send(body).close();
         }},
        {Fault::BadLength, "bad-length",
         [](const Arrived &arrived, const Arguments &) {
             return Script().head(200, {type(arrived), {"Content-Length", "12x"}}).send(normalBody(arrived)).close();
         }},
        {Fault::NegativeLength, "negative-length",
         [](const Arrived &arrived, const Arguments &) {
             return Script().head(200, {type(arrived), {"Content-Length", "-1"}}).send(normalBody(arrived)).close();
         }},
        {Fault::HugeLength, "huge-length",
         [](const Arrived &arrived, const Arguments &) {
             return Script().head(200, {type(arrived), {"Content-Length", "99999999999999999999"}}).send(normalBody(arrived)).close();
         }},
        {Fault::ChunkExtensions, "chunk-extensions",
         [](const Arrived &arrived, const Arguments &) { return chunkedWithOddities(arrived); }},
        {Fault::Trailers, "trailers", [](const Arrived &arrived, const Arguments &) { return chunkedWithTrailers(arrived); }},
        {Fault::Bytewise, "bytewise",
         [](const Arrived &arrived, const Arguments &arguments) {
             const QByteArray body = normalBody(arrived);
             return Script().bytewise(headBytes(200, {type(arrived), length(body.size())}) + body,
                                      milliseconds(argument(arguments, 0, 0)));
         }},
        {Fault::HugeBody, "huge-body", hugeBody},
        {Fault::Gzip, "gzip",
         [](const Arrived &arrived, const Arguments &) {
             return Script().answer(200, normalType(arrived), gzipped(normalBody(arrived)), {{"Content-Encoding", "gzip"}});
         }},
        {Fault::GzipBomb, "gzip-bomb",
         [](const Arrived &arrived, const Arguments &arguments) {
             const qsizetype bytes = qsizetype(argument(arguments, 0, 8)) * 1024 * 1024;
             return Script().answer(200, normalType(arrived), gzipped(QByteArray(bytes, ' ')), {{"Content-Encoding", "gzip"}});
         }},
    };
}

} // namespace qcc::test
