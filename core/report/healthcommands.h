#pragma once

#include "core/control/commands.h"
#include "core/health/healthprobes.h"

#include <functional>
#include <optional>

namespace qcc {

class Router;

/// The commands of the control socket about endpoints. In all, `cluster` is by default the one in use,
/// and `endpoint` a name or an id:
/// `test_endpoints` [`cluster`] [`endpoint`] [`timeout_s`] tests now: one endpoint, or all that are enabled. It answers
/// when all are done, `{"results":[…]}`, each as probeJson() tells it. With [`message`] true each is sent one, which costs about a token; [`model`] is
/// who is asked. Such a test ends when who asked for it leaves.
/// `reset_endpoint` [`cluster`] [`endpoint`] forgets what is known of one endpoint, or of all:
/// `{"endpoints":[{"cluster":…,"id":…,"name":…}]}`.
/// `prefer_endpoint` `endpoint` picks one of the cluster in use for new requests, or none when it is empty:
/// `{"endpoint":{"id":…,"name":…}}`, or null.
/// Thread: the core thread.
class HealthCommands
{
public:
    /// What requests told of late of an endpoint of a cluster, an empty one: of any.
    using Lately = std::function<std::optional<LatelyAsked>(const QString &cluster, const QString &endpointId)>;

    /// `router` outlives it. `refresh` is called before each, because who asks may have changed config.json a moment ago.
    explicit HealthCommands(Router &router, std::function<void()> refresh = {}, Lately lately = {});

    /// As UpstreamPool::setOwnAddress().
    void setOwnAddress(const OwnAddress &own) { m_probes.setOwnAddress(own); }
    /// Puts its commands into `table`, which it outlives.
    /// Errors, as an answer: NotFound (cluster, endpoint, or no endpoint to test), Usage (a timeout that is none, a disabled endpoint
    /// picked).
    void addTo(CommandTable &table);

private:
    /// What a request names.
    struct Named {
        QString cluster;
        QList<Endpoint> endpoints;
        bool single = false; ///< One endpoint, named as such.
    };
    Result<Named> named(const QJsonObject &request) const;
    /// What `request` wants tested: at least one.
    Result<QList<ProbeTarget>> targets(const QJsonObject &request) const;
    void ask(const ProbeTarget &target, const ProbeQueue::Answer &answer);
    Result<QJsonObject> reset(const QJsonObject &request);
    Result<QJsonObject> prefer(const QJsonObject &request);
    /// Tells the router what a test found. `asked`: with the key that it took.
    void reportProbe(const ProbeTarget &target, const ProbeResult &result, const Endpoint &asked);
    MessageTest messageFor(const QString &cluster, const Endpoint &endpoint, const QString &model) const;

    Router &m_router;
    std::function<void()> m_refresh;
    Lately m_lately;
    DirectProbes m_probes;
    ProbeQueue m_queue;
    ProbeQueue m_messages; ///< A line of their own, as they take long.
};

/// The last request that a model answered well: of the endpoint, or of any of the cluster where `endpointId` is empty.
std::optional<LatelyAsked> latelyAsked(const QList<ExchangeRecord> &newestFirst, const QString &cluster, const QString &endpointId);

} // namespace qcc
