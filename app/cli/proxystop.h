#pragma once

#include "core/base/result.h"
#include "core/config/paths.h"
#include "core/control/controlclient.h"

#include <QElapsedTimer>
#include <QObject>

class QTimer;

namespace qcc::cli {

/// A proxy as it was before it was stopped: what a restart keeps.
struct StoppedProxy {
    QString host;
    quint16 port = 0;
    QString cluster;
};

/// Stops the proxy of this user, whichever process hosts it, and waits until it is gone.
class ProxyStop : public QObject
{
    Q_OBJECT

public:
    /// `force`: a process that does not answer or does not end in time is ended at once.
    ProxyStop(Paths paths, bool force, QObject *parent);

    void start();

Q_SIGNALS:
    /// The proxy exists and was asked to stop; at most once, before ended().
    void asked();
    /// `what` is about to be ended at once; at most once, before ended().
    void forcing(const QString &what);
    /// Exactly once. Errors: NotRunning, NotAllowed, Timeout, Failed.
    void ended(const qcc::Result<qcc::cli::StoppedProxy> &result);

private:
    void takeStatus(const Result<QJsonObject> &status);
    /// For a process that does not answer on the control socket.
    void askByPidFile();
    void waitUntilGone();
    void endAtOnce();
    /// "qcc (process 12)".
    QString what() const;
    QString forceHint() const;
    void look();
    void end(const Result<StoppedProxy> &result);

    Paths m_paths;
    ControlClient m_control;
    StoppedProxy m_proxy;
    qint64 m_pid = 0;
    bool m_inTray = false;
    const bool m_force;
    bool m_answers = true;
    bool m_forced = false;
    QTimer *m_timer;
    QElapsedTimer m_since;
};

/// The failure of every command that needs a running proxy when there is none.
Failure proxyNotRunning();

} // namespace qcc::cli
