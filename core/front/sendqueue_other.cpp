#include "core/front/sendqueue.h"

namespace qcc {

std::optional<qint64> unacknowledgedBytes(qintptr)
{
    return std::nullopt;
}

} // namespace qcc
