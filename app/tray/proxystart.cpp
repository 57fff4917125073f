#include "app/tray/proxystart.h"

#include "app/tray/hostedproxy.h"
#include "app/tray/proxylink.h"

#include <utility>

namespace qcc {

using namespace std::chrono_literals;

namespace {

constexpr auto settleTime = 300ms; ///< Between a change of the home folder and the next look for a proxy.

} // namespace

ProxyStart::ProxyStart(ProxyLink &link, HostedProxy *host, StartOptions options, const QString &home, QObject *parent)
    : QObject(parent)
    , m_link(link)
    , m_host(host)
    , m_options(std::move(options))
{
    m_lookAgain.setSingleShot(true);
    m_lookAgain.setInterval(settleTime);
    connect(&m_lookAgain, &QTimer::timeout, &m_link, &ProxyLink::attach);
    // A proxy that somebody starts or ends writes or removes its files there.
    m_home.addPath(home);
    connect(&m_home, &QFileSystemWatcher::directoryChanged, &m_lookAgain, qOverload<>(&QTimer::start));
    connect(&m_demo, &DemoStart::finished, this, &ProxyStart::continueAfterDemo);
    connectLink();
    connectHost();
}

void ProxyStart::connectLink()
{
    connect(&m_link, &ProxyLink::attached, this, [this] {
        const bool ofOthers = m_start == Start::Asked && !m_hosts;
        m_start = Start::No;
        if (ofOthers && (m_options.cluster || m_options.port))
            Q_EMIT optionsIgnored();
    });
    connect(&m_link, &ProxyLink::lost, this, [this] {
        Q_EMIT notRunning();
        if (std::exchange(m_startAgain, false) && !m_quitting)
            start();
        else
            m_lookAgain.start(); // Perhaps it is only restarting.
    });
}

void ProxyStart::connectHost()
{
    connect(m_host, &HostedProxy::started, this, [this] {
        m_hosts = true;
        m_start = m_link.isAttached() ? Start::No : Start::Hosting;
        m_link.attach();
    });
    connect(m_host, &HostedProxy::startFailed, this, &ProxyStart::takeStartFailure);
    connect(m_host, &HostedProxy::stopped, this, [this] {
        const bool hosted = std::exchange(m_hosts, false);
        // Somebody has stopped it before it could be looked at.
        if (!hosted || m_start == Start::Hosting) {
            m_start = Start::No;
            Q_EMIT notRunning();
        }
    });
}

void ProxyStart::introduce()
{
    m_start = Start::Asked;
    QMetaObject::invokeMethod(m_host, &HostedProxy::introduce);
}

void ProxyStart::configRead()
{
    if (m_start == Start::Asked)
        m_link.attach();
}

void ProxyStart::start()
{
    m_start = Start::Asked;
    Q_EMIT starting();
    m_startAgain = m_link.isEnding();
    m_link.attach();
}

void ProxyStart::restart()
{
    m_options.port.reset();
    if (!m_link.isAttached()) {
        start();
        return;
    }
    m_startAgain = true;
    m_link.stopProxy();
}

void ProxyStart::takeAbsence(const Failure &failure, const QString &cluster)
{
    if (m_start != Start::Asked)
        return;
    if (failure.code != ErrorCode::NotRunning) {
        takeStartFailure(failure);
        return;
    }
    m_start = Start::Hosting;
    if (cluster == DemoStart::cluster())
        m_demo.run();
    else
        host();
}

void ProxyStart::awaitConfig()
{
    if (m_start == Start::Asked)
        Q_EMIT notRunning();
}

void ProxyStart::host()
{
    QMetaObject::invokeMethod(m_host, [host = m_host, options = m_options] { host->start(options); });
}

void ProxyStart::takeStartFailure(const Failure &failure)
{
    m_start = Start::No;
    if (failure.code == ErrorCode::AlreadyRunning) {
        Q_EMIT foundRunning();
        m_link.attach();
        return;
    }
    Q_EMIT notRunning();
    Q_EMIT failed(failure);
}

void ProxyStart::chooseCluster(const QString &name)
{
    m_wantedCluster = name;
    if (name == DemoStart::cluster())
        m_demo.run();
    else
        applyCluster();
}

void ProxyStart::applyCluster()
{
    const QString name = std::exchange(m_wantedCluster, {});
    if (m_link.isAttached() && !m_link.isEnding()) {
        m_link.useCluster(name);
        return;
    }
    m_options.cluster.reset();
    QMetaObject::invokeMethod(m_host, [host = m_host, name] { host->saveActiveCluster(name); });
}

void ProxyStart::continueAfterDemo()
{
    if (m_quitting)
        return;
    if (!m_wantedCluster.isEmpty())
        applyCluster();
    if (m_start == Start::Hosting)
        host();
}

void ProxyStart::goOn()
{
    m_quitting = false;
    if (m_link.isAttached()) {
        m_link.askForStats();
        return;
    }
    Q_EMIT starting();
    m_link.attach();
}

void ProxyStart::end()
{
    if (m_hosts)
        m_demo.end();
}

} // namespace qcc
