#pragma once

#include "app/platform/autostart.h"

#include <QObject>

namespace qcc {

/// Whether the session starts qcc-tray at login.
/// Thread: the core thread, since files are read and written; all calls are posted there, and the signals carry values back.
class LoginStart : public QObject
{
    Q_OBJECT

public:
    explicit LoginStart(platform::AutostartCommand command, QObject *parent = nullptr);

    /// wasRead follows.
    void read();
    /// failed may follow, then wasRead in any case.
    void set(bool on);
    /// Points an entry that names a program which is gone to this one. failed may follow, then wasRead in any case.
    void repair();

Q_SIGNALS:
    void wasRead(bool on);
    void failed(const qcc::Failure &failure);

private:
    void finish(const Result<void> &result);

    platform::AutostartCommand m_command;
};

} // namespace qcc
