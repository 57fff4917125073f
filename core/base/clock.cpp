#include "core/base/clock.h"

namespace qcc {

const Clock &Clock::system()
{
    static const Clock clock;
    return clock;
}

} // namespace qcc
