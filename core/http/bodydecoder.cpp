#include "core/http/bodydecoder.h"

namespace qcc {

BodyDecoder::State BodyDecoder::feed(QByteArrayView coded, const Sink &sink)
{
    if (m_state == State::Broken || coded.isEmpty())
        return m_state;
    m_coded += coded.size();
    const auto bounded = [this, &sink](QByteArrayView plain) {
        m_plain += plain.size();
        return m_plain <= mostGrowth * m_coded + growthAllowance && sink(plain);
    };
    m_state = decode(coded, bounded);
    return m_state;
}

std::unique_ptr<BodyDecoder> decoderFor(QByteArrayView coding)
{
    if (coding == "gzip" || coding == "x-gzip")
        return zlibDecoder(false);
    if (coding == "deflate")
        return zlibDecoder(true);
    if (coding == "br")
        return brotliDecoder();
    if (coding == "zstd")
        return zstdDecoder();
    return nullptr;
}

} // namespace qcc
