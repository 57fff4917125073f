#pragma once

#include "core/base/result.h"
#include "core/control/controlserver.h"
#include "core/health/directprobes.h"
#include "core/health/probequeue.h"

namespace qcc {

class Router;

/// The commands of the control socket about endpoints. In all, `cluster` is by default the one in use,
/// and `endpoint` a name or an id:
/// `test_endpoints` [`cluster`] [`endpoint`] [`timeout_s`] tests now: one endpoint, or all that are enabled. It answers
/// when all are done, `{"results":[…]}`, each as probeJson() tells it.
/// `reset_endpoint` [`cluster`] [`endpoint`] forgets what is known of one endpoint, or of all:
/// `{"endpoints":[{"cluster":…,"id":…,"name":…}]}`.
/// `prefer_endpoint` `endpoint` picks one of the cluster in use for new requests, or none when it is empty:
/// `{"endpoint":{"id":…,"name":…}}`, or null.
/// Thread: the core thread.
class HealthCommands
{
public:
    /// `router` outlives it.
    explicit HealthCommands(Router &router);

    /// As UpstreamPool::setOwnAddress().
    void setOwnAddress(const OwnAddress &own) { m_probes.setOwnAddress(own); }
    static bool knows(const QString &command);
    /// Answers one of the commands that it knows().
    /// Errors: NotFound (cluster, endpoint, or no endpoint to test), Usage (a timeout that is none, a disabled endpoint picked).
    void handle(const QJsonObject &request, const ControlReply &reply);

private:
    /// What a request names.
    struct Named {
        QString cluster;
        QList<Endpoint> endpoints;
        bool single = false; ///< One endpoint, named as such.
    };
    Result<Named> named(const QJsonObject &request) const;
    void test(const QJsonObject &request, const ControlReply &reply);
    void reset(const QJsonObject &request, const ControlReply &reply);
    void prefer(const QJsonObject &request, const ControlReply &reply);
    /// Tells the router what a test found.
    void reportProbe(const QString &endpoint, const ProbeResult &result);

    Router &m_router;
    DirectProbes m_probes;
    ProbeQueue m_queue;
};

} // namespace qcc
