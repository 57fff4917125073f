#include "core/keys/keyprogram.h"

#include <signal.h>
#include <unistd.h>

namespace qcc {

void KeyProgram::beginGroup(QProcess &process)
{
    // Between fork() and exec().
    process.setChildProcessModifier([] { ::setpgid(0, 0); });
}

void KeyProgram::endGroup(QProcess &process)
{
    // Not of a process that has been waited for, whose number may be another one's by now.
    if (const auto leader = static_cast<pid_t>(process.processId()); leader > 1)
        ::kill(-leader, SIGKILL);
    // One that has no group yet, or has left it.
    process.kill();
}

} // namespace qcc
