#include "app/cli/proxystop.h"

#include "app/cli/launch.h"
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
/// For one that has not answered already.
constexpr std::chrono::milliseconds kForceDeadline = 2s;

} // namespace

Failure proxyNotRunning()
{
    return {ErrorCode::NotRunning, u"qcc is not running."_s, u"Start it with `qcc proxy start`."_s};
}

ProxyStop::ProxyStop(Paths paths, bool force, QObject *parent)
    : QObject(parent)
    , m_paths(std::move(paths))
    , m_control(m_paths.controlSocket())
    , m_force(force)
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
    m_answers = false;
    m_inTray = process->program == "qcc-tray"_L1;
    m_pid = process->pid;
    if (m_inTray && !m_force) {
        return end(Failure{ErrorCode::Failed, u"The tray application (process %1) hosts the proxy and does not answer."_s.arg(m_pid),
                           u"Quit it by its menu, or: %1"_s.arg(forceHint())});
    }
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

QString ProxyStop::what() const
{
    return m_inTray ? u"The tray application (process %1)"_s.arg(m_pid) : u"qcc (process %1)"_s.arg(m_pid);
}

QString ProxyStop::forceHint() const
{
    return u"`qcc proxy stop --force` ends the process at once: requests that run there break off%1."_s.arg(
        m_inTray ? u", and the tray application ends, too"_s : QString());
}

void ProxyStop::endAtOnce()
{
    m_forced = true;
    Q_EMIT forcing(what());
    if (!platform::forceEnd(m_pid))
        return end(Failure{ErrorCode::NotAllowed, u"The process %1 of qcc could not be ended."_s.arg(m_pid), u"It may belong to another user."_s});
    m_since.start();
}

void ProxyStop::look()
{
    // What does not answer is not waited for as long as what does.
    const std::chrono::milliseconds deadline = m_force && !m_answers && !m_forced ? kForceDeadline : kDeadline;
    if (m_since.hasExpired(deadline.count())) {
        if (m_force && !m_forced)
            return endAtOnce();
        return end(Failure{ErrorCode::Timeout, u"%1 did not stop within %2 seconds."_s.arg(what()).arg(kDeadline / 1s),
                           m_forced ? u"See `qcc proxy logs`."_s : forceHint()});
    }
    if (!m_inTray || !m_answers || m_forced) {
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
            // A tray that is started while it ends takes the stop back.
            if (status && status->value("running"_L1).toBool()) {
                return end(Failure{ErrorCode::Busy, u"%1 was started again meanwhile, so that the proxy goes on."_s.arg(what()),
                                   u"See `qcc proxy status`; `qcc proxy stop` stops it."_s});
            }
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
