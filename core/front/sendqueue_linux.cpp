#include "core/front/sendqueue.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

namespace qcc {

std::optional<qint64> unacknowledgedBytes(qintptr descriptor)
{
    // Source: tcp(7), SIOCOUTQ.
    int bytes = 0;
    return ::ioctl(static_cast<int>(descriptor), SIOCOUTQ, &bytes) == 0 ? std::optional<qint64>(bytes) : std::nullopt;
}

} // namespace qcc
