#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <cstdio>
#include <optional>

class QProcess;

namespace qcc::platform {

/// Whether a person watches `stream`.
bool isTerminal(std::FILE *stream);

/// Columns of the terminal that shows `stream`; 0 when it is none.
int terminalWidth(std::FILE *stream);

/// Makes the console show UTF-8 and colour sequences where it does not by itself.
void prepareConsole();

/// Reads one line from standard input without its line end; what a person types is not shown.
QByteArray readSecretLine();

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

/// Where root runs qcc in a home that is another user's (by `sudo`, or in a container with a mounted folder), goes on as that user, so that he still
/// can use what is written, and nobody else's rights serve his endpoints. Of a home that is still to be made the folder decides in which it will lie. Where the system does
/// not allow it, nothing changes: see homeOwnerProblem(). Before threads and files.
void becomeUserOf(const QString &home);

} // namespace qcc::platform
