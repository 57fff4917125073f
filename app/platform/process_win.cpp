#include "app/platform/process.h"

#include <QFileInfo>
#include <QProcess>

#include <windows.h>

namespace qcc::platform {

std::optional<ProcessInfo> livingProcess(qint64 pid)
{
    if (pid <= 0)
        return std::nullopt;
    const HANDLE process =
        OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, static_cast<DWORD>(pid));
    if (!process)
        return std::nullopt;
    wchar_t path[MAX_PATH] = {};
    DWORD size = MAX_PATH;
    const bool alive = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
    const bool named = QueryFullProcessImageNameW(process, 0, path, &size);
    CloseHandle(process);
    if (!alive || !named)
        return std::nullopt;
    return ProcessInfo{QFileInfo(QString::fromWCharArray(path)).completeBaseName(), {}};
}

bool requestEnd(qint64 pid)
{
    return forceEnd(pid);
}

bool forceEnd(qint64 pid)
{
    const HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, static_cast<DWORD>(pid));
    if (!process)
        return false;
    const bool ended = TerminateProcess(process, 1);
    CloseHandle(process);
    return ended;
}

void forbidCoreDumps()
{
    // Windows Error Reporting keeps none of this process's memory. Source: SetErrorMode, SEM_NOGPFAULTERRORBOX.
    SetErrorMode(SetErrorMode(0) | SEM_NOGPFAULTERRORBOX);
}

void separateFromTerminal(QProcess &process)
{
    // Else the child shares the console and ends when its window is closed.
    process.setCreateProcessArgumentsModifier([](QProcess::CreateProcessArguments *arguments) {
        arguments->flags |= CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP;
    });
}

} // namespace qcc::platform
