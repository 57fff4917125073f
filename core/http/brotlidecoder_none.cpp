#include "core/http/bodydecoder.h"

namespace qcc {

std::unique_ptr<BodyDecoder> brotliDecoder()
{
    return nullptr;
}

} // namespace qcc
