#pragma once

#include "app/platform/autostart.h"

#include <QObject>
#include <QProcess>

namespace qcc {

/// Sees to it that the demo upstream runs, by `qcc demo` next to this program: it alone knows which port is free, writes the
/// cluster and finds an upstream that runs already.
class DemoStart : public QObject
{
    Q_OBJECT

public:
    explicit DemoStart(QObject *parent = nullptr);

    /// The cluster that needs it.
    static QString cluster() { return QStringLiteral("demo"); }

    /// `finished` follows exactly once per run; a second call while one is under way joins it.
    void run();
    /// Ends the upstream if it was asked for here, without waiting for it.
    void end();

Q_SIGNALS:
    void finished();

private:
    QProcess m_process;
    bool m_wanted = false;
};

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
