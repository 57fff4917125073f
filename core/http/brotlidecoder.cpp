#include "core/http/bodydecoder.h"

#include <brotli/decode.h>

#include <array>

namespace qcc {

namespace {

/// Source: RFC 7932; windows of more than 16 MiB are another coding.
class Brotli final : public BodyDecoder
{
public:
    Brotli() : m_decoder(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) { }
    ~Brotli() override { BrotliDecoderDestroyInstance(m_decoder); }
    Q_DISABLE_COPY_MOVE(Brotli)

protected:
    State decode(QByteArrayView coded, const Sink &sink) override;

private:
    BrotliDecoderState *m_decoder;
};

BodyDecoder::State Brotli::decode(QByteArrayView coded, const Sink &sink)
{
    if (!m_decoder)
        return State::Broken;
    // Nothing behind the end is of the body.
    if (BrotliDecoderIsFinished(m_decoder))
        return State::Ended;
    std::array<uint8_t, piece> out;
    auto in = reinterpret_cast<const uint8_t *>(coded.data());
    auto left = static_cast<size_t>(coded.size());
    for (;;) {
        uint8_t *next = out.data();
        size_t room = out.size();
        const BrotliDecoderResult result = BrotliDecoderDecompressStream(m_decoder, &left, &in, &room, &next, nullptr);
        const auto got = static_cast<qsizetype>(out.size() - room);
        if (got > 0 && !sink(QByteArrayView(reinterpret_cast<const char *>(out.data()), got)))
            return State::Broken;
        switch (result) {
        case BROTLI_DECODER_RESULT_ERROR:
            return State::Broken;
        case BROTLI_DECODER_RESULT_SUCCESS:
            return State::Ended;
        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
            return State::Going;
        case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
            break;
        }
    }
}

} // namespace

std::unique_ptr<BodyDecoder> brotliDecoder()
{
    return std::make_unique<Brotli>();
}

} // namespace qcc
