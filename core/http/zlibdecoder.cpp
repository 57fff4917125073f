#include "core/http/bodydecoder.h"

#include <zlib.h>

#include <array>

namespace qcc {

namespace {

/// gzip and deflate. Source: RFC 1950 to 1952.
class ZlibDecoder final : public BodyDecoder
{
public:
    explicit ZlibDecoder(bool mayLackHeader)
        : m_mayLackHeader(mayLackHeader)
    {
        // 15 + 32: gzip or zlib, told apart by zlib itself.
        m_ok = ::inflateInit2(&m_stream, 15 + 32) == Z_OK;
    }
    ~ZlibDecoder() override { ::inflateEnd(&m_stream); }
    Q_DISABLE_COPY_MOVE(ZlibDecoder)

protected:
    State decode(QByteArrayView coded, const Sink &sink) override;

private:
    State inflate(QByteArrayView coded, const Sink &sink);
    bool beginsNext();

    z_stream m_stream{};
    bool m_ok = false;
    bool m_mayLackHeader;
    QByteArray m_start; ///< What of its first two bytes is here, while they are looked at.
    bool m_ended = false;
    bool m_over = false;
};

BodyDecoder::State ZlibDecoder::decode(QByteArrayView coded, const Sink &sink)
{
    if (!m_ok)
        return State::Broken;
    if (!m_mayLackHeader)
        return inflate(coded, sink);
    // "deflate" means zlib's format; many send its inside alone. Its first two bytes are a multiple of 31. Source: RFC 1950 §2.2.
    m_start.append(coded);
    if (m_start.size() < 2)
        return State::Going;
    m_mayLackHeader = false;
    const auto first = static_cast<unsigned char>(m_start[0]);
    const auto second = static_cast<unsigned char>(m_start[1]);
    if ((first & 0x0f) != Z_DEFLATED || (first * 256 + second) % 31 != 0)
        ::inflateReset2(&m_stream, -15);
    const QByteArray start = std::exchange(m_start, QByteArray());
    return inflate(start, sink);
}

/// One gzip member may follow another, and all of them are the body; anything else behind the end is none of it. Source: RFC 1952 §2.2.
bool ZlibDecoder::beginsNext()
{
    m_over = m_over || (m_stream.avail_in > 0 && *m_stream.next_in != 0x1f);
    return !m_over && m_stream.avail_in > 0 && ::inflateReset(&m_stream) == Z_OK;
}

BodyDecoder::State ZlibDecoder::inflate(QByteArrayView coded, const Sink &sink)
{
    std::array<char, piece> out;
    m_stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(coded.data()));
    m_stream.avail_in = static_cast<uInt>(coded.size());
    do {
        if (m_ended && !beginsNext())
            break;
        m_stream.next_out = reinterpret_cast<Bytef *>(out.data());
        m_stream.avail_out = static_cast<uInt>(out.size());
        const int result = ::inflate(&m_stream, Z_SYNC_FLUSH);
        const auto got = static_cast<qsizetype>(out.size() - m_stream.avail_out);
        m_ended = result == Z_STREAM_END;
        if (got > 0 && !sink(QByteArrayView(out.data(), got)))
            return State::Broken;
        if (result != Z_OK && result != Z_BUF_ERROR && !m_ended)
            return State::Broken;
    } while (m_stream.avail_in > 0 || (m_stream.avail_out == 0 && !m_ended));
    return m_ended ? State::Ended : State::Going;
}

} // namespace

std::unique_ptr<BodyDecoder> zlibDecoder(bool mayLackHeader)
{
    return std::make_unique<ZlibDecoder>(mayLackHeader);
}

} // namespace qcc
