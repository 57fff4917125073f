#include "app/platform/process.h"

#include <QFile>
#include <QFileInfo>

#include <libproc.h>
#include <sys/proc_info.h>

namespace qcc::platform {

std::optional<ProcessInfo> livingProcess(qint64 pid)
{
    if (pid <= 0)
        return std::nullopt;
    char path[PROC_PIDPATHINFO_MAXSIZE] = {};
    // Fails for a process that has ended, one that waits for its parent included.
    if (proc_pidpath(static_cast<int>(pid), path, sizeof path) <= 0)
        return std::nullopt;
    return ProcessInfo{QFileInfo(QFile::decodeName(path)).fileName(), {}};
}

} // namespace qcc::platform
