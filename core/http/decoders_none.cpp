// The codings that this build is made without: what is coded so passes unread.
#include "core/http/bodydecoder.h"

namespace qcc {

#ifdef QCC_NO_BROTLI
std::unique_ptr<BodyDecoder> brotliDecoder()
{
    return nullptr;
}
#endif

#ifdef QCC_NO_ZSTD
std::unique_ptr<BodyDecoder> zstdDecoder()
{
    return nullptr;
}
#endif

} // namespace qcc
