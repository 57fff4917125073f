#include "core/http/bodydecoder.h"

namespace qcc {

std::unique_ptr<BodyDecoder> zstdDecoder()
{
    return nullptr;
}

} // namespace qcc
