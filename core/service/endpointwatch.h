#pragma once

#include "core/health/verifier.h"
#include "core/routing/router.h"
#include "core/service/sleepwatch.h"
#include "core/upstream/networkwatch.h"

#include <QObject>
#include <QString>

#include <memory>

namespace qcc {

/// Keeps an eye on the endpoints and on the way to them: has those that failed checked, tells what happens to them, and notices
/// that the network is another one or that the computer was asleep.
/// Thread: the one that made it.
/// Lifetime: `router` outlives it, and it outlives whoever uses the router on other threads.
class EndpointWatch : public QObject
{
    Q_OBJECT

public:
    explicit EndpointWatch(Router &router, QObject *parent = nullptr);
    ~EndpointWatch() override;

    /// As UpstreamPool::setOwnAddress().
    void setOwnAddress(const OwnAddress &own) { m_verifier.setOwnAddress(own); }
    /// From now on wayOutChanged() comes.
    void watchTheWayOut();
    void leaveTheWayOut();

Q_SIGNALS:
    void happened(const qcc::RoutingNews &news);
    /// Connections may be dead; `why` is for the log.
    void wayOutChanged(const QString &why);

private:
    Router &m_router;
    Verifier m_verifier;
    std::unique_ptr<NetworkWatch> m_network;
    std::unique_ptr<SleepWatch> m_sleep;
};

} // namespace qcc
