#include "app/cli/proxystop.h"

#include "app/cli/namedprocess.h"
#include "app/platform/process.h"
#include "core/control/commands.h"

#include <QFile>
#include <QJsonObject>
#include <QTimer>

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kAnswerTime = 3s;
constexpr auto kInterval = 50ms;
// The ten seconds that running requests get, and some for the process to end.
constexpr std::chrono::milliseconds kDeadline = 15s;

} // namespace

Failure proxyNotRunning()
{
    return {ErrorCode::NotRunning, u"qcc is not running."_s, u"Start it with `qcc proxy start`."_s};
}

ProxyStop::ProxyStop(Paths paths, QObject *parent)
    : QObject(parent)
    , m_paths(std::move(paths))
    , m_control(m_paths.controlSocket())
    , m_timer(new QTimer(this))
{
    m_timer->setInterval(kInterval);
    connect(m_timer, &QTimer::timeout, this, &ProxyStop::look);
}

void ProxyStop::start()
{
    m_control.call(controlRequest(ControlCommand::Status), [this](const Result<QJsonObject> &status) { takeStatus(status); },
                   kAnswerTime);
}

void ProxyStop::takeStatus(const Result<QJsonObject> &status)
{
    if (!status)
        return askByPidFile();
    m_proxy = {status->value("host"_L1).toString(), static_cast<quint16>(status->value("port"_L1).toInt()),
               status->value("cluster"_L1).toString()};
    m_pid = status->value("pid"_L1).toInteger();
    const std::optional<platform::ProcessInfo> host = platform::livingProcess(m_pid);
    m_inTray = host && host->program == "qcc-tray"_L1;
    Q_EMIT asked();
    // Its answer says no more than the wait does: a proxy that ends may take the connection along.
    m_control.call(controlRequest(ControlCommand::Stop), [this](const Result<QJsonObject> &) { waitUntilGone(); }, kAnswerTime);
}

void ProxyStop::askByPidFile()
{
    const std::optional<NamedProcess> process = namedProcess(m_paths.pidFile(), u"proxy"_s);
    if (!process) {
        QFile::remove(m_paths.pidFile());
        return end(proxyNotRunning());
    }
    if (process->program == "qcc-tray"_L1) {
        return end(Failure{ErrorCode::Failed,
                           u"The tray application (process %1) hosts the proxy and does not answer."_s.arg(process->pid),
                           u"Quit it by its menu."_s});
    }
    m_pid = process->pid;
    m_proxy = {process->file.value("host"_L1).toString(),
               static_cast<quint16>(process->file.value("port"_L1).toInt()),
               process->file.value("cluster_name"_L1).toString()};
    if (!platform::requestEnd(m_pid)) {
        return end(Failure{ErrorCode::NotAllowed, u"The process %1 of qcc could not be ended."_s.arg(m_pid),
                           u"It may belong to another user."_s});
    }
    Q_EMIT asked();
    waitUntilGone();
}

void ProxyStop::waitUntilGone()
{
    m_since.start();
    m_timer->start();
}

void ProxyStop::look()
{
    if (m_since.hasExpired(kDeadline.count())) {
        return end(Failure{ErrorCode::Timeout,
                           u"qcc (process %1) did not stop within %2 seconds."_s.arg(m_pid).arg(kDeadline / 1s),
                           u"See `qcc proxy logs`."_s});
    }
    if (!m_inTray) {
        if (!platform::livingProcess(m_pid))
            end(m_proxy);
        return;
    }
    // The tray lives on without its proxy, so only the control socket, which goes last, can tell.
    m_timer->stop();
    m_control.call(
        controlRequest(ControlCommand::Status),
        [this](const Result<QJsonObject> &status) {
            if (!status && status.error().code == ErrorCode::NotRunning)
                return end(m_proxy);
            m_timer->start();
        },
        kAnswerTime);
}

void ProxyStop::end(const Result<StoppedProxy> &result)
{
    m_timer->stop();
    // A process that was killed leaves its file behind.
    if (result && !namedProcess(m_paths.pidFile(), u"proxy"_s))
        QFile::remove(m_paths.pidFile());
    Q_EMIT ended(result);
}

} // namespace qcc::cli
