#include "core/http/bodydecoder.h"

#include <zstd.h>

#include <array>

namespace qcc {

namespace {

/// Source: RFC 8878; a window of at most 8 MiB, RFC 9659 §3.
class Zstd final : public BodyDecoder
{
public:
    Zstd() : m_decoder(ZSTD_createDStream())
    {
        if (m_decoder)
            ZSTD_DCtx_setParameter(m_decoder, ZSTD_d_windowLogMax, 23);
    }
    ~Zstd() override { ZSTD_freeDStream(m_decoder); }
    Q_DISABLE_COPY_MOVE(Zstd)

protected:
    State decode(QByteArrayView coded, const Sink &sink) override;

private:
    ZSTD_DStream *m_decoder;
    bool m_ended = false; ///< Between two frames.
};

BodyDecoder::State Zstd::decode(QByteArrayView coded, const Sink &sink)
{
    if (!m_decoder)
        return State::Broken;
    std::array<char, piece> out;
    ZSTD_inBuffer in{coded.data(), static_cast<size_t>(coded.size()), 0};
    bool full = false;
    while (in.pos < in.size || full) {
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        // The next frame begins by itself.
        const size_t result = ZSTD_decompressStream(m_decoder, &to, &in);
        if (to.pos > 0 && !sink(QByteArrayView(out.data(), static_cast<qsizetype>(to.pos))))
            return State::Broken;
        if (ZSTD_isError(result))
            return State::Broken;
        m_ended = result == 0;
        full = to.pos == to.size && !m_ended;
    }
    return m_ended ? State::Ended : State::Going;
}

} // namespace

std::unique_ptr<BodyDecoder> zstdDecoder()
{
    return std::make_unique<Zstd>();
}

} // namespace qcc
