#include "core/report/healthcommands.h"

#include "core/health/endpointprobe.h"
#include "core/report/recordsjson.h"
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
        return request.value("message"_L1).toBool() ? MessageProbe::usualTimeout : EndpointProbe::usualTimeout;
    const double seconds = given.toDouble();
    if (!(seconds > 0 && seconds <= mostTimeoutS))
        return Failure{ErrorCode::Usage, u"timeout_s must be a number above 0 and up to %1"_s.arg(mostTimeoutS), {}};
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
}

} // namespace

HealthCommands::HealthCommands(Router &router, std::function<void()> refresh, Lately lately)
    : m_router(router)
    , m_refresh(refresh ? std::move(refresh) : [] { })
    , m_lately(lately ? std::move(lately) : [](const QString &, const QString &) { return std::optional<LatelyAsked>(); })
    , m_queue([this](const ProbeTarget &target, const ProbeQueue::Answer &answer) { ask(target, answer); })
    , m_messages([this](const ProbeTarget &target, const ProbeQueue::Answer &answer) { ask(target, answer); })
{
}

void HealthCommands::ask(const ProbeTarget &target, const ProbeQueue::Answer &answer)
{
    const auto done = [this, target, answer](const ProbeResult &result, const Endpoint &asked) {
        reportProbe(target, result, asked);
        answer(probeJson(target.cluster, target.endpoint, result));
    };
    m_probes.test(target, done);
}

void HealthCommands::addTo(CommandTable &table)
{
    table[ControlCommand::TestEndpoints] = [this](const QJsonObject &request, const ControlReply &reply) {
        m_refresh();
        const Result<QList<ProbeTarget>> wanted = targets(request);
        if (!wanted)
            return reply(controlFailure(wanted.error()));
        ProbeQueue &queue = wanted->first().message ? m_messages : m_queue;
        QObject *asker = reply.asker();
        QList<ProbeTarget> askedFor = *wanted;
        for (ProbeTarget &target : askedFor)
            target.asker = asker ? std::optional(QPointer(asker)) : std::nullopt;
        queue.test(askedFor, [reply](const QJsonArray &results) { reply(controlOk(QJsonObject{{u"results"_s, results}})); });
    };
    table.answerAtOnce(ControlCommand::ResetEndpoint, [this](const QJsonObject &request) {
        m_refresh();
        return reset(request);
    });
    table.answerAtOnce(ControlCommand::PreferEndpoint, [this](const QJsonObject &request) {
        m_refresh();
        return prefer(request);
    });
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

Result<QList<ProbeTarget>> HealthCommands::targets(const QJsonObject &request) const
{
    const Result<Named> what = named(request);
    if (!what)
        return what.error();
    const Result<std::chrono::milliseconds> timeout = timeoutOf(request);
    if (!timeout)
        return timeout.error();
    QList<ProbeTarget> targets;
    for (const Endpoint &endpoint : what->endpoints) {
        if (!endpoint.enabled && !what->single)
            continue;
        ProbeTarget target{what->cluster, endpoint, *timeout};
        if (request.value("message"_L1).toBool())
            target.message = messageFor(what->cluster, endpoint, request.value("model"_L1).toString());
        targets.append(target);
    }
    if (targets.isEmpty()) {
        return Failure{ErrorCode::NotFound, u"the cluster \"%1\" has no enabled endpoint"_s.arg(what->cluster),
                       u"See: qcc endpoint list %1"_s.arg(what->cluster)};
    }
    return targets;
}

Result<QJsonObject> HealthCommands::reset(const QJsonObject &request)
{
    const Result<Named> what = named(request);
    if (!what)
        return what.error();
    QJsonArray endpoints;
    for (const Endpoint &endpoint : what->endpoints) {
        m_router.reset(endpoint.id);
        endpoints.append(
            QJsonObject{{u"cluster"_s, what->cluster}, {u"id"_s, endpoint.id}, {u"name"_s, endpoint.name}});
    }
    return QJsonObject{{u"endpoints"_s, endpoints}};
}

Result<QJsonObject> HealthCommands::prefer(const QJsonObject &request)
{
    const Result<Named> what = named(request);
    if (!what)
        return what.error();
    if (what->cluster != m_router.cluster()) {
        return Failure{ErrorCode::Usage, u"the cluster \"%1\" is not in use"_s.arg(what->cluster),
                       u"Use it with: qcc cluster use %1"_s.arg(what->cluster)};
    }
    if (!what->single) {
        m_router.prefer(QString());
        return QJsonObject{{u"endpoint"_s, QJsonValue::Null}};
    }
    const Endpoint &endpoint = what->endpoints.first();
    if (!endpoint.keyFault.isEmpty())
        return Failure{ErrorCode::Usage, u"the endpoint \"%1\" is out of use: %2"_s.arg(endpoint.name, endpoint.keyFault), {}};
    if (!m_router.prefer(endpoint.id)) {
        return Failure{ErrorCode::Usage, u"the endpoint \"%1\" is disabled"_s.arg(endpoint.name),
                       u"Enable it with: qcc endpoint enable %1 %2"_s.arg(what->cluster, endpoint.name)};
    }
    return QJsonObject{{u"endpoint"_s, QJsonObject{{u"id"_s, endpoint.id}, {u"name"_s, endpoint.name}}}};
}

MessageTest HealthCommands::messageFor(const QString &cluster, const Endpoint &endpoint, const QString &model) const
{
    return messageTest(endpoint, m_router.config(), model, m_lately(cluster, endpoint.id), m_lately(cluster, {}));
}

void HealthCommands::reportProbe(const ProbeTarget &target, const ProbeResult &result, const Endpoint &asked)
{
    // Without a key nobody was asked: the test says so, and the router finds out by itself when it needs one.
    if (result.noKey || result.failure == FailureClass::Cancelled || result.failure == FailureClass::NoNetwork)
        return;
    const auto now = std::chrono::steady_clock::now();
    // Who logs in and tests wants requests to go with the new key.
    if (result.reachable && !asked.apiKeyCommand.isEmpty())
        m_router.keySaid(asked, asked.apiKey, now);
    if (!target.message)
        m_router.verified(target.endpoint.id, result.reachable, result.failure == FailureClass::Auth, now, asked.apiKey);
    else if (result.failure != FailureClass::Misplaced || !target.message->isGuess())
        m_router.messageTested(target.endpoint.id, result.failure, now, asked.apiKey);
}

std::optional<LatelyAsked> latelyAsked(const QList<ExchangeRecord> &newestFirst, const QString &cluster, const QString &endpointId)
{
    for (const ExchangeRecord &exchange : newestFirst) {
        const bool good = exchange.outcome == Outcome::Complete || exchange.outcome == Outcome::Recovered;
        if (!good || exchange.cluster != cluster || exchange.model.isEmpty() || exchange.attempts.isEmpty())
            continue;
        const ApiCall call = apiCallOf(exchange.method, exchange.path);
        // The last one answered.
        if (call.generates() && (endpointId.isEmpty() || exchange.attempts.last().endpointId == endpointId))
            return LatelyAsked{call.dialect, exchange.model};
    }
    return std::nullopt;
}

} // namespace qcc
