#include "tests/support/coding.h"

#include <zlib.h>

#if QCC_TEST_BROTLI
#include <brotli/encode.h>
#endif
#if QCC_TEST_ZSTD
#include <zstd.h>
#endif

namespace qcc::test {

namespace {

constexpr int gzipWindow = MAX_WBITS + 16;
constexpr int zlibWindow = MAX_WBITS;
constexpr int rawWindow = -MAX_WBITS;

/// Room for what does not shrink.
QByteArray roomFor(const QByteArray &bytes)
{
    return QByteArray(bytes.size() + bytes.size() / 8 + 1024, Qt::Uninitialized);
}

QByteArray deflated(const QByteArray &bytes, int window, bool finished)
{
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    QByteArray input = bytes; // zlib's pointer is not const
    QByteArray output = roomFor(bytes);
    stream.next_in = reinterpret_cast<Bytef *>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef *>(output.data());
    stream.avail_out = static_cast<uInt>(output.size());
    deflate(&stream, finished ? Z_FINISH : Z_SYNC_FLUSH);
    output.truncate(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return output;
}

#if QCC_TEST_BROTLI
QByteArray brotli(const QByteArray &bytes, bool finished)
{
    BrotliEncoderState *state = BrotliEncoderCreateInstance(nullptr, nullptr, nullptr);
    QByteArray output = roomFor(bytes);
    auto *in = reinterpret_cast<const uint8_t *>(bytes.constData());
    auto *out = reinterpret_cast<uint8_t *>(output.data());
    auto inLeft = static_cast<size_t>(bytes.size());
    auto outLeft = static_cast<size_t>(output.size());
    BrotliEncoderCompressStream(state, finished ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_FLUSH, &inLeft, &in, &outLeft, &out, nullptr);
    BrotliEncoderDestroyInstance(state);
    output.truncate(output.size() - static_cast<qsizetype>(outLeft));
    return output;
}
#endif

#if QCC_TEST_ZSTD
QByteArray zstd(const QByteArray &bytes, bool finished)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    QByteArray output = roomFor(bytes);
    ZSTD_inBuffer in{bytes.constData(), static_cast<size_t>(bytes.size()), 0};
    ZSTD_outBuffer out{output.data(), static_cast<size_t>(output.size()), 0};
    ZSTD_compressStream2(context, &out, &in, finished ? ZSTD_e_end : ZSTD_e_flush);
    ZSTD_freeCCtx(context);
    output.truncate(static_cast<qsizetype>(out.pos));
    return output;
}
#endif

} // namespace

QList<QByteArray> codings()
{
    QList<QByteArray> all{"gzip", "gzip-members", "deflate", "deflate-raw"};
#if QCC_TEST_BROTLI
    all.append("br");
#endif
#if QCC_TEST_ZSTD
    all.append("zstd");
#endif
    return all;
}

QByteArray contentCoding(const QByteArray &coding)
{
    return coding.left(coding.indexOf('-') < 0 ? coding.size() : coding.indexOf('-'));
}

QByteArray coded(const QByteArray &coding, const QByteArray &bytes, bool finished)
{
    if (coding == "gzip")
        return deflated(bytes, gzipWindow, finished);
    if (coding == "gzip-members") {
        const qsizetype half = bytes.size() / 2;
        return deflated(bytes.first(half), gzipWindow, true) + deflated(bytes.sliced(half), gzipWindow, finished);
    }
    if (coding == "deflate")
        return deflated(bytes, zlibWindow, finished);
    if (coding == "deflate-raw")
        return deflated(bytes, rawWindow, finished);
#if QCC_TEST_BROTLI
    if (coding == "br")
        return brotli(bytes, finished);
#endif
#if QCC_TEST_ZSTD
    if (coding == "zstd")
        return zstd(bytes, finished);
#endif
    return {};
}

} // namespace qcc::test
