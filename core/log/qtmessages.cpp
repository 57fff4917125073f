#include "core/log/qtmessages.h"

#include "core/base/print.h"
#include "core/log/logfile.h"

#include <QString>

#include <cstring>
#include <mutex>

namespace qcc {

namespace {

// Qt's handler is a bare function pointer: what it writes to has to be found without an object.
std::mutex targetMutex;
LogFile *target = nullptr;
thread_local bool insideHandler = false;

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warning;
    case QtCriticalMsg:
    case QtFatalMsg:
        return LogLevel::Error;
    }
    Q_UNREACHABLE();
}

void handle(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    // A warning from within the log would wait for itself.
    if (insideHandler)
        return;
    insideHandler = true;
    const bool named = context.category && std::strcmp(context.category, "default") != 0;
    const QString text = named ? QString::fromUtf8(context.category) + QStringLiteral(": ") + message : message;
    {
        const std::lock_guard lock(targetMutex);
        if (target)
            target->write(levelOf(type), text);
    }
    insideHandler = false;
}

void print(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    printError(qFormatLogMessage(type, context, message));
}

} // namespace

void printQtMessages()
{
    qInstallMessageHandler(print);
}

QtMessages::QtMessages(LogFile &log)
{
    {
        const std::lock_guard lock(targetMutex);
        Q_ASSERT(!target);
        target = &log;
    }
    m_before = qInstallMessageHandler(handle);
}

QtMessages::~QtMessages()
{
    qInstallMessageHandler(m_before);
    const std::lock_guard lock(targetMutex);
    target = nullptr;
}

} // namespace qcc
