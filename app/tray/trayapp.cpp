#include "app/tray/trayapp.h"

#include "ui/tray/aboutbox.h"

#include <QCoreApplication>
#include <QTextStream>

#include <initializer_list>

namespace qcc {

using namespace std::chrono_literals;

namespace {

constexpr int trayLooksAtMost = 60;
constexpr auto trayLookInterval = 1s;
constexpr auto refreshInterval = 250ms;
constexpr auto settleTime = 300ms; ///< Between a change of the home folder and the next look for a proxy.
constexpr auto quitGrace = 10s;

const QString &demoCluster()
{
    static const QString name = QStringLiteral("demo");
    return name;
}

QString addressOf(const QString &host, quint16 port)
{
    const bool bare = host.contains(QLatin1Char(':')) && !host.startsWith(QLatin1Char('['));
    return QStringLiteral("http://%1:%2").arg(bare ? QStringLiteral("[%1]").arg(host) : host).arg(port);
}

platform::AutostartCommand loginCommand()
{
    return {QCoreApplication::applicationFilePath(), {QStringLiteral("--hidden"), QStringLiteral("--wait-for-tray")}};
}

QString sentence(const Failure &failure)
{
    return failure.hint.isEmpty() ? failure.message : failure.message + QLatin1Char(' ') + failure.hint;
}

void complain(const QString &text)
{
    QTextStream(stderr) << "qcc-tray: " << text << '\n';
}

} // namespace

TrayApp::TrayApp(const Paths &paths, TrayOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
    , m_host(new HostedProxy(paths))
    , m_loginStart(new LoginStart(loginCommand()))
    , m_link(paths.controlSocket())
{
    m_coreThread.setObjectName(QStringLiteral("core"));
    for (QObject *object : std::initializer_list<QObject *>{m_host, m_loginStart}) {
        object->moveToThread(&m_coreThread);
        connect(&m_coreThread, &QThread::finished, object, &QObject::deleteLater);
    }

    m_lookAgain.setSingleShot(true);
    m_lookAgain.setInterval(settleTime);
    connect(&m_lookAgain, &QTimer::timeout, &m_link, &ProxyLink::attach);
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(refreshInterval);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (m_stale)
            refresh();
    });
    m_trayWait.setInterval(trayLookInterval);
    connect(&m_trayWait, &QTimer::timeout, this, &TrayApp::findTray);

    // A proxy that somebody starts or ends writes or removes its files there.
    m_home.addPath(paths.home());
    connect(&m_home, &QFileSystemWatcher::directoryChanged, &m_lookAgain, qOverload<>(&QTimer::start));

    connectLink();
    connectHost();
    connectLoginStart();
    connectScreen(m_tray.menu());
    connectScreen(&m_window);
    connect(&m_tray, &TrayIcon::opened, this, &TrayApp::showWindow);
    connect(&m_window, &StatusWindow::closed, this, [this] {
        // Without a tray the window is all there is of this program.
        if (!TrayIcon::isAvailable())
            quit();
    });
    connect(&m_demo, &DemoStart::finished, this, &TrayApp::continueAfterDemo);
}

TrayApp::~TrayApp()
{
    m_coreThread.quit();
    m_coreThread.wait();
}

template <typename Screen>
void TrayApp::connectScreen(const Screen *screen)
{
    connect(screen, &Screen::startRequested, this, &TrayApp::startProxy);
    connect(screen, &Screen::stopRequested, &m_link, &ProxyLink::stopProxy);
    connect(screen, &Screen::clusterChosen, this, &TrayApp::chooseCluster);
    connect(screen, &Screen::aboutRequested, this, [] { (new AboutBox)->show(); });
    connect(screen, &Screen::quitRequested, this, &TrayApp::quit);
}

void TrayApp::connectLink()
{
    connect(&m_link, &ProxyLink::attached, this, [this] {
        if (m_start == Start::Asked && (m_options.cluster || m_options.port))
            complain(tr("A proxy is running already; --cluster and --port change nothing about it."));
        m_start = Start::No;
    });
    connect(&m_link, &ProxyLink::statsArrived, this,
            [this](const QString &address, const QJsonObject &stats) { setView(withStats(m_view, address, stats)); });
    connect(&m_link, &ProxyLink::absent, this, &TrayApp::takeAbsence);
    connect(&m_link, &ProxyLink::refused, this, &TrayApp::report);
    connect(&m_link, &ProxyLink::lost, this, [this] {
        setView(configured(withoutProxy(m_view)));
        // Perhaps it is only restarting.
        m_lookAgain.start();
    });
}

void TrayApp::connectHost()
{
    connect(m_host, &HostedProxy::configChanged, this, &TrayApp::takeConfig);
    connect(m_host, &HostedProxy::configRejected, this, [this](const QString &message) {
        report({ErrorCode::InvalidConfig, message, {}});
        takeConfig(m_config);
    });
    connect(m_host, &HostedProxy::saveFailed, this, &TrayApp::report);
    connect(m_host, &HostedProxy::started, this, [this] {
        m_announcement = !m_options.hidden;
        m_link.attach();
    });
    connect(m_host, &HostedProxy::startFailed, this, &TrayApp::takeStartFailure);
    connect(m_host, &HostedProxy::stopped, this, [this] {
        if (m_quitting)
            QCoreApplication::quit();
    });
}

void TrayApp::connectLoginStart()
{
    TrayMenu *menu = m_tray.menu();
    // The desktop's own settings may have switched it meanwhile.
    connect(menu, &QMenu::aboutToShow, m_loginStart, &LoginStart::read);
    connect(menu, &TrayMenu::startAtLoginChosen, m_loginStart, &LoginStart::set);
    connect(m_loginStart, &LoginStart::wasRead, menu, &TrayMenu::setStartsAtLogin);
    connect(m_loginStart, &LoginStart::failed, this, &TrayApp::report);
}

void TrayApp::start()
{
    m_tray.show();
    findTray();
    m_start = Start::Asked;
    m_view.state = ProxyState::Starting;
    refresh();
    m_coreThread.start();
    QMetaObject::invokeMethod(m_host, &HostedProxy::watchConfig);
    QMetaObject::invokeMethod(m_loginStart, &LoginStart::repair);
}

void TrayApp::findTray()
{
    if (TrayIcon::isAvailable()) {
        m_trayWait.stop();
        return;
    }
    if (m_options.waitForTray && m_trayLooks++ < trayLooksAtMost) {
        m_trayWait.start();
        return;
    }
    m_trayWait.stop();
    if (m_options.hidden)
        m_window.showMinimized();
    else
        showWindow();
}

void TrayApp::showWindow()
{
    m_window.showNormal();
    m_window.raise();
    m_window.activateWindow();
}

void TrayApp::takeConfig(const ConfigSnapshot &config)
{
    m_config = config;
    setView(configured(m_view));
    if (m_start == Start::Asked)
        m_link.attach();
}

ProxyView TrayApp::configured(ProxyView view) const
{
    if (!m_config)
        return view;
    view.clusters.clear();
    for (const Cluster &cluster : m_config->clusters)
        view.clusters << cluster.name;
    if (!view.serves()) {
        view.cluster = m_options.cluster.value_or(m_config->activeCluster);
        view.address = addressOf(m_config->listen.host, m_options.port.value_or(m_config->listen.port));
    }
    return view;
}

void TrayApp::startProxy()
{
    m_start = Start::Asked;
    ProxyView view = configured(withoutProxy(m_view));
    view.state = ProxyState::Starting;
    setView(view);
    m_link.attach();
}

void TrayApp::takeAbsence(const Failure &failure)
{
    if (m_start != Start::Asked)
        return;
    if (failure.code != ErrorCode::NotRunning) {
        takeStartFailure(failure);
        return;
    }
    m_start = Start::Hosting;
    if (m_view.cluster == demoCluster())
        m_demo.run();
    else
        host();
}

void TrayApp::host()
{
    QMetaObject::invokeMethod(m_host, [host = m_host, options = StartOptions{m_options.cluster, {}, m_options.port}] {
        host->start(options);
    });
}

void TrayApp::takeStartFailure(const Failure &failure)
{
    if (failure.code == ErrorCode::AlreadyRunning) {
        m_start = Start::No;
        m_view.state = ProxyState::Stopped;
        m_link.attach();
        return;
    }
    m_start = Start::No;
    setView(configured(withoutProxy(m_view)));
    report(failure);
}

void TrayApp::chooseCluster(const QString &name)
{
    m_wantedCluster = name;
    if (name == demoCluster())
        m_demo.run();
    else
        applyCluster();
    // Until the proxy has agreed, the old one is in use.
    refresh();
}

void TrayApp::applyCluster()
{
    const QString name = std::exchange(m_wantedCluster, {});
    if (m_link.isAttached()) {
        m_link.useCluster(name);
        return;
    }
    m_options.cluster.reset();
    QMetaObject::invokeMethod(m_host, [host = m_host, name] { host->saveActiveCluster(name); });
}

void TrayApp::continueAfterDemo()
{
    if (m_quitting)
        return;
    if (!m_wantedCluster.isEmpty())
        applyCluster();
    if (m_start == Start::Hosting)
        host();
}

void TrayApp::report(const Failure &failure)
{
    const QString text = sentence(failure);
    complain(text);
    ProxyView view = m_view;
    view.lastError = text;
    setView(view);
    m_tray.notify(tr("qcc has a problem"), text, true);
}

void TrayApp::setView(const ProxyView &view)
{
    const bool atOnce = view.state != m_view.state || view.cluster != m_view.cluster;
    m_view = view;
    m_stale = true;
    if (atOnce || !m_refresh.isActive())
        refresh();
}

void TrayApp::refresh()
{
    m_stale = false;
    m_tray.setView(m_view);
    m_window.setView(m_view);
    m_refresh.start();
    if (m_view.serves() && std::exchange(m_announcement, false))
        m_tray.notify(tr("qcc is running"), m_view.address, false);
}

void TrayApp::quit()
{
    if (m_quitting) {
        QCoreApplication::quit();
        return;
    }
    m_quitting = true;
    m_tray.hide();
    m_window.hide();
    QMetaObject::invokeMethod(m_host, [host = m_host] { host->stop(quitGrace); });
}

} // namespace qcc
