#include "app/platform/process.h"

#include <QFileInfo>
#include <QProcess>

#include <io.h>
#include <windows.h>

#include <iostream>
#include <string>

namespace qcc::platform {

bool isTerminal(std::FILE *stream)
{
    return _isatty(_fileno(stream)) != 0;
}

int terminalWidth(std::FILE *stream)
{
    CONSOLE_SCREEN_BUFFER_INFO info{};
    const auto handle = reinterpret_cast<HANDLE>(_get_osfhandle(_fileno(stream)));
    return GetConsoleScreenBufferInfo(handle, &info) ? info.srWindow.Right - info.srWindow.Left + 1 : 0;
}

void prepareConsole()
{
    SetConsoleOutputCP(CP_UTF8);
    for (const DWORD which : {STD_OUTPUT_HANDLE, STD_ERROR_HANDLE}) {
        const HANDLE handle = GetStdHandle(which);
        DWORD mode = 0;
        if (GetConsoleMode(handle, &mode))
            SetConsoleMode(handle, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
    }
}

QByteArray readSecretLine()
{
    const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD before = 0;
    const bool typed = GetConsoleMode(input, &before);
    if (typed)
        SetConsoleMode(input, before & ~static_cast<DWORD>(ENABLE_ECHO_INPUT));
    std::string line;
    std::getline(std::cin, line);
    if (typed)
        SetConsoleMode(input, before);
    while (!line.empty() && line.back() == '\r')
        line.pop_back();
    return QByteArray::fromStdString(line);
}

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

void becomeUserOf(const QString &)
{
    // Files of an administrator stay readable for the user in whose profile they lie.
}

} // namespace qcc::platform
