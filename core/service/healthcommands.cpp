#include "core/service/healthcommands.h"

#include "core/health/endpointprobe.h"
#include "core/routing/router.h"

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr double mostTimeoutS = 600;

/// Errors: Usage.
Result<std::chrono::milliseconds> timeoutOf(const QJsonObject &request)
{
    const QJsonValue given = request.value("timeout_s"_L1);
    if (given.isUndefined())
        return EndpointProbe::usualTimeout;
    const double seconds = given.toDouble();
    if (!(seconds > 0 && seconds <= mostTimeoutS))
        return Failure{ErrorCode::Usage, u"timeout_s must be a number above 0 and up to %1"_s.arg(mostTimeoutS), {}};
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
}

} // namespace

HealthCommands::HealthCommands(Router &router)
    : m_router(router)
    , m_queue([this](const ProbeTarget &target, const ProbeQueue::Answer &answer) {
        m_probes.probe(target.endpoint, target.timeout, [this, target, answer](const ProbeResult &result) {
            reportProbe(target.endpoint.id, result);
            answer(probeJson(target.cluster, target.endpoint, result));
        });
    })
{
}

bool HealthCommands::knows(const QString &command)
{
    return command == "test_endpoints"_L1 || command == "reset_endpoint"_L1 || command == "prefer_endpoint"_L1;
}

void HealthCommands::handle(const QJsonObject &request, const ControlReply &reply)
{
    const QString command = request.value("cmd"_L1).toString();
    if (command == "reset_endpoint"_L1)
        reset(request, reply);
    else if (command == "prefer_endpoint"_L1)
        prefer(request, reply);
    else
        test(request, reply);
}

Result<HealthCommands::Named> HealthCommands::named(const QJsonObject &request) const
{
    const ConfigSnapshot config = m_router.config();
    const QString name = request.value("cluster"_L1).toString(m_router.cluster());
    const Cluster *cluster = config->cluster(name);
    if (!cluster) {
        return Failure{ErrorCode::NotFound,
                       name.isEmpty() ? u"there is no cluster in use"_s
                                      : u"there is no cluster named \"%1\""_s.arg(name),
                       u"See what there is with: qcc cluster list"_s};
    }
    const QString wanted = request.value("endpoint"_L1).toString();
    if (wanted.isEmpty())
        return Named{name, cluster->endpoints, false};
    for (const auto member : {&Endpoint::name, &Endpoint::id}) {
        const auto found = std::ranges::find(cluster->endpoints, wanted, member);
        if (found != cluster->endpoints.end())
            return Named{name, {*found}, true};
    }
    return Failure{ErrorCode::NotFound, u"the cluster \"%1\" has no endpoint \"%2\""_s.arg(name, wanted),
                   u"See what there is with: qcc endpoint list %1"_s.arg(name)};
}

void HealthCommands::test(const QJsonObject &request, const ControlReply &reply)
{
    const Result<Named> what = named(request);
    if (!what)
        return reply(controlFailure(what.error()));
    const Result<std::chrono::milliseconds> timeout = timeoutOf(request);
    if (!timeout)
        return reply(controlFailure(timeout.error()));
    QList<ProbeTarget> targets;
    for (const Endpoint &endpoint : what->endpoints) {
        if (endpoint.enabled || what->single)
            targets.append({what->cluster, endpoint, *timeout});
    }
    if (targets.isEmpty()) {
        return reply(
            controlFailure({ErrorCode::NotFound, u"the cluster \"%1\" has no enabled endpoint"_s.arg(what->cluster),
                            u"See: qcc endpoint list %1"_s.arg(what->cluster)}));
    }
    m_queue.test(targets, [reply](const QJsonArray &results) {
        reply(controlOk(QJsonObject{{u"results"_s, results}}));
    });
}

void HealthCommands::reset(const QJsonObject &request, const ControlReply &reply)
{
    const Result<Named> what = named(request);
    if (!what)
        return reply(controlFailure(what.error()));
    QJsonArray endpoints;
    for (const Endpoint &endpoint : what->endpoints) {
        m_router.reset(endpoint.id);
        endpoints.append(
            QJsonObject{{u"cluster"_s, what->cluster}, {u"id"_s, endpoint.id}, {u"name"_s, endpoint.name}});
    }
    reply(controlOk(QJsonObject{{u"endpoints"_s, endpoints}}));
}

void HealthCommands::prefer(const QJsonObject &request, const ControlReply &reply)
{
    const Result<Named> what = named(request);
    if (!what)
        return reply(controlFailure(what.error()));
    if (what->cluster != m_router.cluster()) {
        return reply(controlFailure({ErrorCode::Usage, u"the cluster \"%1\" is not in use"_s.arg(what->cluster),
                                     u"Use it with: qcc cluster use %1"_s.arg(what->cluster)}));
    }
    if (!what->single) {
        m_router.prefer(QString());
        return reply(controlOk(QJsonObject{{u"endpoint"_s, QJsonValue::Null}}));
    }
    const Endpoint &endpoint = what->endpoints.first();
    if (!endpoint.keyFault.isEmpty())
        return reply(controlFailure({ErrorCode::Usage, u"the endpoint \"%1\" is out of use: %2"_s.arg(endpoint.name, endpoint.keyFault), {}}));
    if (!m_router.prefer(endpoint.id)) {
        return reply(controlFailure({ErrorCode::Usage, u"the endpoint \"%1\" is disabled"_s.arg(endpoint.name),
                                     u"Enable it with: qcc endpoint enable %1 %2"_s.arg(what->cluster, endpoint.name)}));
    }
    reply(controlOk(QJsonObject{{u"endpoint"_s, QJsonObject{{u"id"_s, endpoint.id}, {u"name"_s, endpoint.name}}}}));
}

void HealthCommands::reportProbe(const QString &endpoint, const ProbeResult &result)
{
    if (result.failure != FailureClass::Cancelled)
        m_router.verified(endpoint, result.reachable, result.failure == FailureClass::Auth, std::chrono::steady_clock::now());
}

} // namespace qcc
