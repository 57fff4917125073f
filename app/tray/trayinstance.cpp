#include "app/tray/trayinstance.h"

#include "core/control/controlclient.h"

#include <QJsonArray>

namespace qcc {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto answerTime = 5s;

} // namespace

TrayInstance::TrayInstance(QString socketName, QObject *parent)
    : QObject(parent)
    , m_socketName(std::move(socketName))
    , m_server([this](const QJsonObject &request, const ControlReply &reply) {
        if (request.value("cmd"_L1) != "start"_L1) {
            reply(controlFailure({ErrorCode::Usage, u"qcc-tray knows only the command \"start\""_s, {}}));
            return;
        }
        reply(controlOk(QJsonObject()));
        Q_EMIT startedAgain(request.value("arguments"_L1).toVariant().toStringList());
    }, this)
{
}

Result<void> TrayInstance::claim()
{
    return m_server.listen(m_socketName);
}

void TrayInstance::forward(const QStringList &arguments, std::function<void(Result<void>)> done)
{
    auto *client = new ControlClient(m_socketName, this);
    client->call({{"cmd"_L1, "start"_L1}, {"arguments"_L1, QJsonArray::fromStringList(arguments)}},
                 [client, done = std::move(done)](const Result<QJsonObject> &answer) {
                     client->deleteLater();
                     done(answer ? Result<void>() : Result<void>(answer.error()));
                 },
                 answerTime);
}

} // namespace qcc
