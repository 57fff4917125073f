#include "app/platform/process.h"

#include <csignal>

namespace qcc::platform {

bool requestEnd(qint64 pid)
{
    return kill(static_cast<pid_t>(pid), SIGTERM) == 0;
}

bool forceEnd(qint64 pid)
{
    return kill(static_cast<pid_t>(pid), SIGKILL) == 0;
}

void separateFromTerminal(QProcess &)
{
    // QProcess::startDetached() makes a new session here.
}

} // namespace qcc::platform
