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
    m_commands->call({{QStringLiteral("cmd"), QStringLiteral("status")}},
                     [this](const Result<QJsonObject> &status) { takeStatus(status); });
}

void ProxyLink::takeStatus(const Result<QJsonObject> &status)
{
    if (!status || !status->value(QStringLiteral("running")).toBool()) {
        m_state = State::Detached;
        Q_EMIT absent(status ? Failure{ErrorCode::NotRunning, {}, {}} : status.error());
        return;
    }
    m_state = State::Attached;
    m_address = status->value(QStringLiteral("address")).toString();
    m_events = new ControlClient(m_socketName, this);
    connect(m_events, &ControlClient::event, this, &ProxyLink::takeEvent);
    connect(m_events, &ControlClient::lost, this, &ProxyLink::detach);
    m_events->subscribe();
    Q_EMIT attached();
    askForStats();
}

void ProxyLink::askForStats()
{
    m_commands->call({{QStringLiteral("cmd"), QStringLiteral("stats")}}, [this](const Result<QJsonObject> &stats) {
        if (stats && m_state == State::Attached)
            Q_EMIT statsArrived(m_address, *stats);
    });
}

void ProxyLink::takeEvent(const QJsonObject &event)
{
    if (event.value(QStringLiteral("event")).toString() != QStringLiteral("stats"))
        return;
    if (event.value(QStringLiteral("running")).toBool())
        Q_EMIT statsArrived(m_address, event.value(QStringLiteral("stats")).toObject());
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
    ask({{QStringLiteral("cmd"), QStringLiteral("use_cluster")}, {QStringLiteral("name"), name}}, [this] { askForStats(); });
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
