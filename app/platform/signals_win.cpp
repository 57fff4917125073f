#include "app/platform/signals.h"

#include <QMutex>

#include <windows.h>

namespace qcc::platform {

namespace {

// The console calls its handler in a thread of its own, and hands it nothing but a number.
QMutex mutex;
StopRequests *receiver = nullptr;
int count = 0;

BOOL WINAPI handle(DWORD)
{
    const QMutexLocker locked(&mutex);
    if (!receiver || ++count > 2)
        return FALSE;
    QMetaObject::invokeMethod(receiver, [to = receiver, number = count] { Q_EMIT to->requested(number); },
                              Qt::QueuedConnection);
    return TRUE;
}

} // namespace

void holdHangups() { }

void releaseHangups() { }

struct StopRequests::Private { };

StopRequests::StopRequests(QObject *parent)
    : QObject(parent)
{
    const QMutexLocker locked(&mutex);
    Q_ASSERT(!receiver);
    receiver = this;
    SetConsoleCtrlHandler(handle, TRUE);
}

StopRequests::~StopRequests()
{
    SetConsoleCtrlHandler(handle, FALSE);
    const QMutexLocker locked(&mutex);
    receiver = nullptr;
}

} // namespace qcc::platform
