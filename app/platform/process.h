#pragma once

#include <QString>
#include <QStringList>

#include <optional>

class QProcess;

namespace qcc::platform {

/// What the system tells about a process.
struct ProcessInfo {
    QString program;       ///< File name of the executable, without folder and ".exe".
    QStringList arguments; ///< Without the program; empty where the system does not tell.
};

/// The process `pid` if it is alive. One that has ended and only waits for its parent does not count.
std::optional<ProcessInfo> livingProcess(qint64 pid);

/// Asks the process to end (SIGTERM); where the system has no such request, ends it. false when that was refused.
bool requestEnd(qint64 pid);

/// Ends the process at once.
bool forceEnd(qint64 pid);

/// Memory that holds keys is written to no file when this process or one that it starts crashes. A debugger still gets at it, and so does
/// the user's own look into the process. Before anything else.
void forbidCoreDumps();

/// Lets what `process` starts detached live on without this terminal. To be called before it is started.
void separateFromTerminal(QProcess &process);

} // namespace qcc::platform
