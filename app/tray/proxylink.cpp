#include "app/tray/proxylink.h"

#include "core/control/controlclient.h"

namespace qcc {

ProxyLink::ProxyLink(QString socketName, QObject *parent)
    : QObject(parent)
    , m_socketName(std::move(socketName))
    , m_commands(new ControlClient(m_socketName, this))
{
}

ProxyLink::~ProxyLink() = default;

void ProxyLink::attach()
{
    if (m_state != State::Detached)
        return;
    m_state = State::Looking;
    askForStatus();
}

void ProxyLink::askForStatus()
{
    m_commands->call({{QStringLiteral("cmd"), QStringLiteral("status")}},
                     [this](const Result<QJsonObject> &status) { take(status); });
}

void ProxyLink::take(const Result<QJsonObject> &status)
{
    if (m_state == State::Attached) {
        if (status)
            Q_EMIT statsArrived(*status);
        return;
    }
    if (!status || !status->value(QStringLiteral("running")).toBool()) {
        m_state = State::Detached;
        Q_EMIT absent(status ? Failure{ErrorCode::NotRunning, {}, {}} : status.error());
        return;
    }
    m_state = State::Attached;
    m_events = new ControlClient(m_socketName, this);
    connect(m_events, &ControlClient::event, this, &ProxyLink::takeEvent);
    connect(m_events, &ControlClient::lost, this, &ProxyLink::detach);
    m_events->subscribe();
    Q_EMIT attached();
    Q_EMIT statsArrived(*status);
}

void ProxyLink::takeEvent(const QJsonObject &event)
{
    if (event.value(QStringLiteral("event")).toString() != QStringLiteral("stats"))
        return;
    if (event.value(QStringLiteral("running")).toBool(true))
        Q_EMIT statsArrived(event);
    else
        detach();
}

void ProxyLink::detach()
{
    if (m_state != State::Attached)
        return;
    m_state = State::Detached;
    m_events->disconnect(this);
    m_events->deleteLater();
    m_events = nullptr;
    Q_EMIT lost();
}

void ProxyLink::stopProxy()
{
    ask({{QStringLiteral("cmd"), QStringLiteral("stop")}});
}

void ProxyLink::useCluster(const QString &name)
{
    ask({{QStringLiteral("cmd"), QStringLiteral("use_cluster")}, {QStringLiteral("name"), name}}, [this] { askForStatus(); });
}

void ProxyLink::ask(const QJsonObject &request, std::function<void()> agreed)
{
    m_commands->call(request, [this, agreed = std::move(agreed)](const Result<QJsonObject> &answer) {
        if (answer && agreed)
            agreed();
        // A proxy that ends takes the connection along; lost() says that better.
        if (!answer && answer.error().code != ErrorCode::NotRunning)
            Q_EMIT refused(answer.error());
    });
}

} // namespace qcc
