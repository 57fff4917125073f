// A value of the user's Run key. Source: Microsoft, "Run and RunOnce Registry Keys".
#include "app/platform/autostart.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

namespace qcc::platform {

using namespace Qt::StringLiterals;

namespace {

constexpr auto valueName = "qcc-tray"_L1;

QSettings runKey()
{
    return QSettings(uR"(HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run)"_s, QSettings::NativeFormat);
}

/// Where the system's settings and the Task Manager note what they switched off.
QSettings approvals()
{
    return QSettings(uR"(HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run)"_s,
                     QSettings::NativeFormat);
}

/// An odd first byte means off. QSettings hands binary values out as UTF-16, the first byte being the lower one.
bool isSwitchedOff()
{
    const QString value = approvals().value(valueName).toString();
    return !value.isEmpty() && (value.at(0).unicode() & 1) != 0;
}

/// No file name holds a quotation mark, and a backslash means itself unless one follows.
QString quoted(const QString &argument)
{
    return argument.contains(u' ') ? u'"' + argument + u'"' : argument;
}

QString commandLineOf(const AutostartCommand &command)
{
    // Always in quotes: an unquoted path with a space may start another program.
    QStringList words = {u'"' + QDir::toNativeSeparators(command.program) + u'"'};
    for (const QString &argument : command.arguments)
        words << quoted(argument);
    return words.join(u' ');
}

/// The first argument of a command line, and where it ends there.
struct Program {
    QString path;
    qsizetype end = 0;
};

Program programOf(const QString &commandLine)
{
    const bool inQuotes = commandLine.startsWith(u'"');
    const qsizetype begin = inQuotes ? 1 : 0;
    qsizetype end = commandLine.indexOf(inQuotes ? u'"' : u' ', begin);
    if (end < 0)
        end = commandLine.size();
    return {commandLine.mid(begin, end - begin), inQuotes ? qMin(end + 1, commandLine.size()) : end};
}

Result<void> written(QSettings &key)
{
    key.sync();
    if (key.status() == QSettings::NoError)
        return {};
    return Failure{ErrorCode::WriteFailed, u"The list of startup programs in the registry cannot be changed."_s,
                   u"Use Settings, Apps, Startup instead."_s};
}

Result<void> write(const QString &commandLine)
{
    QSettings run = runKey();
    run.setValue(valueName, commandLine);
    return written(run);
}

} // namespace

bool isAutostartEnabled()
{
    return !runKey().value(valueName).toString().isEmpty() && !isSwitchedOff();
}

Result<void> enableAutostart(const AutostartCommand &command)
{
    if (Result<void> result = write(commandLineOf(command)); !result)
        return result;
    QSettings approved = approvals();
    approved.remove(valueName);
    return written(approved);
}

Result<void> disableAutostart()
{
    QSettings run = runKey();
    run.remove(valueName);
    return written(run);
}

Result<void> repairAutostart(const AutostartCommand &command)
{
    if (!isAutostartEnabled())
        return {};
    const QString commandLine = runKey().value(valueName).toString();
    const Program program = programOf(commandLine);
    if (QFileInfo(program.path).isFile())
        return {};
    // The arguments are the user's.
    return write(commandLineOf({command.program, {}}) + commandLine.mid(program.end));
}

} // namespace qcc::platform
