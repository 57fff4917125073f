#include "app/cli/endpointtests.h"

#include "core/control/commands.h"
#include "core/control/controlclient.h"
#include "core/keys/keyprogram.h"
#include "core/report/recordsjson.h"

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// What the proxy may need beyond the test itself, which may wait for other tests.
constexpr auto kPatience = 5s;

/// The proxy was there, and what became of the test is not known.
bool mayHaveSent(ErrorCode code)
{
    return code == ErrorCode::Timeout || code == ErrorCode::Failed;
}

ProbeResult notTested(const Failure &why)
{
    ProbeResult result;
    result.failure = FailureClass::Cancelled;
    result.error = u"the test was cancelled: "_s + why.message;
    result.message.emplace();
    return result;
}

} // namespace

EndpointTests::EndpointTests(const Paths &paths, QObject *parent)
    : QObject(parent)
    , m_controlSocket(paths.controlSocket())
    , m_queue([this](const ProbeTarget &target, const ProbeQueue::Answer &answer) { ask(target, answer); })
{
}

void EndpointTests::test(const QList<ProbeTarget> &targets, const QString &model, ProbeQueue::Done done, ProbeQueue::Progress progress)
{
    m_model = model;
    m_queue.test(targets, std::move(done), std::move(progress));
}

void EndpointTests::ask(const ProbeTarget &target, const ProbeQueue::Answer &answer)
{
    if (m_proxyRuns)
        askProxy(target, answer);
    else
        askDirectly(target, answer);
}

void EndpointTests::askProxy(const ProbeTarget &target, const ProbeQueue::Answer &answer)
{
    // A connection each: on one, the proxy answers one request after the other.
    auto *client = new ControlClient(m_controlSocket, this);
    QJsonObject request = controlRequest(ControlCommand::TestEndpoints,
                                         {{u"cluster"_s, target.cluster},
                                          {u"endpoint"_s, target.endpoint.name},
                                          {u"timeout_s"_s, std::chrono::duration<double>(target.timeout).count()}});
    if (target.message) {
        request.insert(u"message"_s, true);
        request.insert(u"model"_s, m_model);
    }
    client->call(
        request,
        [this, client, target, answer](const Result<QJsonObject> &reply) {
            client->deleteLater();
            const QJsonObject result = reply ? reply->value("results"_L1).toArray().first().toObject() : QJsonObject();
            // An older proxy knows of no messages, and has sent none.
            if (!result.isEmpty() && (!target.message || result.contains("message"_L1)))
                return answer(result);
            if (target.message && !reply && mayHaveSent(reply.error().code))
                return answer(probeJson(target.cluster, target.endpoint, notTested(reply.error())));
            // Whatever keeps the proxy from it, the question is about the endpoint.
            m_proxyRuns = reply || reply.error().code != ErrorCode::NotRunning;
            askDirectly(target, answer);
        },
        target.timeout + kPatience + (target.endpoint.apiKeyCommand.isEmpty() ? 0ms : KeyProgram::patience));
}

void EndpointTests::askDirectly(const ProbeTarget &target, const ProbeQueue::Answer &answer)
{
    m_probes.test(target, [target, answer](const ProbeResult &result, const Endpoint &) {
        answer(probeJson(target.cluster, target.endpoint, result));
    });
}

} // namespace qcc::cli
