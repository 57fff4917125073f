#include "app/tray/endpointtester.h"

#include "core/control/commands.h"
#include "core/control/controlclient.h"
#include "ui/model/coretext.h"
#include "ui/model/words.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(FailureText)
};

QString nextStep(const Failure &failure)
{
    if (failure.code == ErrorCode::PortInUse)
        return Text::tr("Choose another port in the settings, or end that program, and start again.");
    return inUsersLanguage(failure.hint);
}

} // namespace

QString failureText(const Failure &failure)
{
    const QString step = nextStep(failure);
    const QString happened = Words::sentence(inUsersLanguage(failure.message));
    return step.isEmpty() ? happened : happened + QLatin1Char(' ') + step;
}

namespace {

/// More than any test takes: the proxy itself says when an endpoint is silent.
constexpr auto answerTime = 60s;
/// Of a message, which has a minute, and waits until others have been answered.
constexpr auto answerTimeOfMessage = 300s;

} // namespace

EndpointTester::EndpointTester(QString socketName, QObject *parent)
    : QObject(parent)
    , m_socketName(std::move(socketName))
{
}

void EndpointTester::test(const QString &cluster, const QString &endpointId, bool withMessage)
{
    auto *client = new ControlClient(m_socketName, this);
    m_underWay.append(client);
    // What was just saved is to be tested, and not what the proxy read before. Commands of one connection are answered in turn.
    client->call(controlRequest(ControlCommand::Reload), [](const Result<QJsonObject> &) { });
    client->call(controlRequest(ControlCommand::TestEndpoints, {{"cluster"_L1, cluster}, {"endpoint"_L1, endpointId}, {"message"_L1, withMessage}}),
                 [this, client, cluster, endpointId, withMessage](const Result<QJsonObject> &answer) {
                     m_underWay.removeOne(client);
                     client->deleteLater();
                     if (!answer) {
                         Q_EMIT failed(cluster, endpointId, answer.error());
                         return;
                     }
                     const QJsonArray results = answer->value("results"_L1).toArray();
                     // An older proxy knows of no messages.
                     if (withMessage && !results.first().toObject().contains("message"_L1)) {
                         Q_EMIT failed(cluster, endpointId, {ErrorCode::Failed, Text::tr("The running proxy is of an older version, which sends no messages."), {}});
                         return;
                     }
                     for (const auto &probe : results)
                         Q_EMIT tested(probe.toObject());
                 },
                 withMessage ? answerTimeOfMessage : answerTime);
}

void EndpointTester::cancel()
{
    const QList<ControlClient *> clients = std::exchange(m_underWay, {});
    qDeleteAll(clients);
}

} // namespace qcc
