#include "app/tray/proxylink.h"

#include "core/control/commands.h"
#include "core/control/controlclient.h"

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// The core counts the last minutes in steps of ten seconds.
constexpr std::chrono::seconds ageing{20};

} // namespace

ProxyLink::ProxyLink(QString socketName, QObject *parent)
    : QObject(parent)
    , m_socketName(std::move(socketName))
    , m_commands(new ControlClient(m_socketName, this))
{
    m_ageing.setSingleShot(true);
    m_ageing.setInterval(ageing);
    connect(&m_ageing, &QTimer::timeout, this, &ProxyLink::askForStats);
}

ProxyLink::~ProxyLink() = default;

void ProxyLink::attach()
{
    if (m_state != State::Detached)
        return;
    m_state = State::Looking;
    m_commands->call(controlRequest(ControlCommand::Status),
                     [this](const Result<QJsonObject> &status) { takeStatus(status); });
}

void ProxyLink::takeStatus(const Result<QJsonObject> &status)
{
    if (!status || !status->value("running"_L1).toBool()) {
        m_state = State::Detached;
        Q_EMIT absent(status ? Failure{ErrorCode::NotRunning, {}, {}} : status.error());
        return;
    }
    m_state = State::Attached;
    m_isEnding = false;
    m_address = status->value("address"_L1).toString();
    m_events = new ControlClient(m_socketName, this);
    connect(m_events, &ControlClient::event, this, &ProxyLink::takeEvent);
    connect(m_events, &ControlClient::lost, this, &ProxyLink::detach);
    m_events->subscribe();
    Q_EMIT attached();
    askForStats();
}

void ProxyLink::askForStats()
{
    m_commands->call(controlRequest(ControlCommand::Stats), [this](const Result<QJsonObject> &stats) {
        if (stats && m_state == State::Attached)
            takeStats(*stats);
    });
}

void ProxyLink::takeStats(const QJsonObject &stats)
{
    m_isEnding = !stats.value("running"_L1).toBool();
    if (m_isEnding && stats.value("in_flight"_L1).toInt() == 0) {
        detach();
        return;
    }
    if (stats.value("last_5_minutes"_L1).toObject().value("total_requests"_L1).toInteger() > 0)
        m_ageing.start();
    else
        m_ageing.stop();
    Q_EMIT statsArrived(m_address, stats);
}

void ProxyLink::takeEvent(const QJsonObject &event)
{
    const QString kind = event.value("event"_L1).toString();
    if (kind == "news"_L1)
        Q_EMIT newsArrived(event);
    if (kind == "stats"_L1)
        takeStats(event.value("stats"_L1).toObject());
}

void ProxyLink::detach()
{
    if (m_state != State::Attached)
        return;
    m_state = State::Detached;
    m_ageing.stop();
    m_events->disconnect(this);
    m_events->deleteLater();
    m_events = nullptr;
    Q_EMIT lost();
}

void ProxyLink::stopProxy()
{
    ask(controlRequest(ControlCommand::Stop));
}

void ProxyLink::useCluster(const QString &name)
{
    ask(controlRequest(ControlCommand::UseCluster, {{"name"_L1, name}}), [this] { askForStats(); });
}

void ProxyLink::prefer(const QString &endpointId)
{
    ask(controlRequest(ControlCommand::PreferEndpoint, {{"endpoint"_L1, endpointId}}), [this] { askForStats(); });
}

void ProxyLink::resetEndpoint(const QString &cluster, const QString &endpointId)
{
    ask(controlRequest(ControlCommand::ResetEndpoint, {{"cluster"_L1, cluster}, {"endpoint"_L1, endpointId}}), [this] { askForStats(); });
}

void ProxyLink::reloadConfig()
{
    if (isAttached())
        ask(controlRequest(ControlCommand::Reload), [this] { askForStats(); });
}

void ProxyLink::call(const QJsonObject &request, std::function<void(Result<QJsonObject>)> done, std::chrono::milliseconds timeout)
{
    m_commands->call(request, std::move(done), timeout);
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
