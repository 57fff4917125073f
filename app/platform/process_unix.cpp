#include "app/platform/process.h"

#include <sys/resource.h>

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

void forbidCoreDumps()
{
    // Not PR_SET_DUMPABLE: it would take /proc/self from us as well, and with it the look-up of whose a connection is.
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

void separateFromTerminal(QProcess &)
{
    // QProcess::startDetached() makes a new session here.
}

} // namespace qcc::platform
