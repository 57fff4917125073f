#pragma once

#include "core/health/probequeue.h"

#include <QObject>
#include <QSet>
#include <QTimer>

namespace qcc {

class Router;

/// Looks in the background whether endpoints that failed are back, when the router says that it is time, and tells the router.
/// Sleeps while nothing is due.
/// Thread: the one that made it.
class RecoveryProbes : public QObject
{
    Q_OBJECT

public:
    /// `router` outlives this.
    explicit RecoveryProbes(Router &router, QObject *parent = nullptr);

    /// As UpstreamPool::setOwnAddress().
    void setOwnAddress(const OwnAddress &own) { m_probes.setOwnAddress(own); }
    /// A check is under way, or could not be made and waits for a better moment.
    bool isBusy() const { return !m_running.isEmpty(); }
    /// The router's next due time may have changed.
    void schedule();

private:
    void verifyDue();
    void verified(const QString &endpoint, const ProbeResult &result);

    Router &m_router;
    QTimer m_timer;
    QSet<QString> m_running; ///< And those that could not be looked at, for a while.
    DirectProbes m_probes;
};

} // namespace qcc
