#include "app/tray/trayapp.h"

#include "app/tray/endpointtester.h"
#include "core/base/visibletext.h"
#include "ui/tray/traymenu.h"
#include "ui/widgets/theme.h"

#include <QCoreApplication>

#include <initializer_list>

namespace qcc {

using namespace std::chrono_literals;

namespace {

constexpr int trayLooksAtMost = 60;
constexpr auto trayLookInterval = 1s;
constexpr auto refreshInterval = 250ms;
constexpr auto settleTime = 300ms; ///< Between a change of the home folder and the next look for a proxy.
constexpr auto quitGrace = 10s;

QString windowStateName()
{
    return QStringLiteral("window");
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

void complain(const QString &text)
{
    printError(QStringLiteral("qcc-tray: ") + text);
}

} // namespace

TrayApp::TrayApp(TrayCore &core, const Paths &paths, TrayOptions options, QObject *parent)
    : QObject(parent)
    , m_paths(paths)
    , m_options(std::move(options))
    , m_core(core)
    , m_host(core.host())
    , m_loginStart(new LoginStart(loginCommand()))
    , m_log(new LogFeed(paths.log()))
    , m_link(paths.controlSocket())
    , m_settingsFile(paths.traySettings())
    , m_settings(m_settingsFile.load())
    , m_notifier(m_tray)
    , m_controller({m_link, m_host, m_log, m_loginStart, m_paths})
{
    for (QObject *object : std::initializer_list<QObject *>{m_loginStart, m_log}) {
        object->moveToThread(core.thread());
        connect(core.thread(), &QThread::finished, object, &QObject::deleteLater);
    }
    connect(&core, &TrayCore::stopRequested, this, &TrayApp::quit);
    connect(&core, &TrayCore::startedAgain, this, &TrayApp::startedAgain);

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
    connectTray();
    connectDesk();
    connect(&m_demo, &DemoStart::finished, this, &TrayApp::continueAfterDemo);
    m_controller.setWindowState(m_settingsFile.state(windowStateName()));
    m_translations.use(m_settings.language);
    applySettings(m_settings);
}

void TrayApp::connectTray()
{
    const TrayMenu *menu = m_tray.menu();
    connect(menu, &TrayMenu::startRequested, this, &TrayApp::startProxy);
    connect(menu, &TrayMenu::stopRequested, &m_link, &ProxyLink::stopProxy);
    connect(menu, &TrayMenu::clusterChosen, this, &TrayApp::chooseCluster);
    connect(menu, &TrayMenu::preferRequested, &m_link, &ProxyLink::prefer);
    connect(menu, &TrayMenu::resetRequested, this, [this] { m_link.resetEndpoint(m_view.cluster, {}); });
    connect(menu, &TrayMenu::openRequested, this, [this] { m_controller.present(); });
    connect(menu, &TrayMenu::settingsRequested, this, [this] { m_controller.present(MainWindow::Page::Settings); });
    connect(menu, &TrayMenu::aboutRequested, this, [] { (new AboutBox)->show(); });
    connect(menu, &TrayMenu::quitRequested, this, &TrayApp::quit);
    connect(&m_tray, &TrayIcon::openRequested, this, [this] { m_controller.present(); });
    connect(&m_tray, &TrayIcon::startStopRequested, this, [this] {
        if (m_view.serves())
            m_link.stopProxy();
        else if (m_view.state == ProxyState::Stopped)
            startProxy();
    });
    connect(&m_notifier, &Notifier::placeChosen, this, &TrayApp::openPlace);
}

void TrayApp::connectDesk()
{
    connect(&m_controller, &WindowController::startRequested, this, &TrayApp::startProxy);
    connect(&m_controller, &WindowController::stopRequested, &m_link, &ProxyLink::stopProxy);
    connect(&m_controller, &WindowController::restartRequested, this, &TrayApp::restartProxy);
    connect(&m_controller, &WindowController::clusterChosen, this, &TrayApp::chooseCluster);
    connect(&m_controller, &WindowController::demoRequested, this, [this] { chooseCluster(DemoStart::cluster()); });
    connect(&m_controller, &WindowController::settingsChanged, this, &TrayApp::saveSettings);
    connect(&m_controller, &WindowController::aboutRequested, this, [] { (new AboutBox)->show(); });
    connect(&m_controller, &WindowController::quitRequested, this, &TrayApp::quit);
    connect(&m_controller, &WindowController::closed, this, [this] {
        // Without a tray the window is all there is of this program.
        if (!TrayIcon::isAvailable())
            quit();
    });
}

void TrayApp::connectLink()
{
    connect(&m_link, &ProxyLink::attached, this, [this] {
        if (m_start == Start::Asked && !m_hosts && (m_options.cluster || m_options.port))
            complain(tr("A proxy is running already; --cluster and --port change nothing about it."));
        m_start = Start::No;
    });
    connect(&m_link, &ProxyLink::statsArrived, this,
            [this](const QString &address, const QJsonObject &stats) {
                setView(withStats(m_view, address, stats, std::chrono::steady_clock::now()));
            });
    connect(&m_link, &ProxyLink::absent, this, &TrayApp::takeAbsence);
    connect(&m_link, &ProxyLink::refused, this, &TrayApp::report);
    connect(&m_link, &ProxyLink::newsArrived, this, [this](const QJsonObject &news) { m_notifier.takeNews(news, m_view); });
    connect(&m_link, &ProxyLink::lost, this, [this] {
        setView(configured(withoutProxy(m_view)));
        if (std::exchange(m_startAgain, false))
            startProxy();
        else
            m_lookAgain.start(); // Perhaps it is only restarting.
    });
}

void TrayApp::connectHost()
{
    connect(m_host, &HostedProxy::configChanged, this, &TrayApp::takeConfig);
    connect(m_host, &HostedProxy::configRejected, this, [this](const QString &message) {
        report({ErrorCode::InvalidConfig, message, {}});
        takeConfig(m_config);
    });
    connect(m_host, &HostedProxy::configMended, this, [this] { m_controller.showDone(tr("config.json is good again, and in force.")); });
    connect(m_host, &HostedProxy::saveFailed, this, &TrayApp::report);
    connect(m_host, &HostedProxy::started, this, [this] {
        m_hosts = true;
        m_start = Start::Hosting;
        m_link.attach();
    });
    connect(m_host, &HostedProxy::startFailed, this, &TrayApp::takeStartFailure);
    connect(m_host, &HostedProxy::leftBehind, this, [this] {
        m_endsAtOnce = true;
        report({ErrorCode::Failed, tr("A part of the proxy hangs and could not be ended. Quit qcc and start it again."), {}});
    });
    connect(m_host, &HostedProxy::stopped, this, [this] {
        const bool hosted = std::exchange(m_hosts, false);
        if (!m_quitting) {
            // Somebody has stopped it before it could be looked at.
            if (!hosted || m_start == Start::Hosting) {
                m_start = Start::No;
                setView(configured(withoutProxy(m_view)));
            }
            return;
        }
        // A proxy of another process goes on using it.
        if (hosted)
            m_demo.end();
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
    m_start = Start::Asked;
    m_view.state = ProxyState::Starting;
    QMetaObject::invokeMethod(m_host, &HostedProxy::introduce);
    QMetaObject::invokeMethod(m_loginStart, &LoginStart::repair);
    m_tray.show();
    findTray();
    if (!m_options.hidden)
        m_controller.present();
    refresh();
}

void TrayApp::findTray()
{
    const bool available = TrayIcon::isAvailable();
    m_controller.setHasTray(available);
    if (available) {
        m_trayWait.stop();
        return;
    }
    if (m_options.waitForTray && m_trayLooks++ < trayLooksAtMost) {
        m_trayWait.start();
        return;
    }
    m_trayWait.stop();
    if (m_options.hidden)
        m_controller.presentMinimized();
    else
        m_controller.present();
}

void TrayApp::startedAgain(const QStringList &arguments)
{
    const CommandLine line = readCommandLine(arguments);
    if (!line.options || m_quitting)
        return;
    if (!line.options->hidden)
        m_controller.present();
    if (line.options->port)
        report({ErrorCode::AlreadyRunning, tr("qcc runs already, so that --port changes nothing."), {}});
    if (line.options->cluster)
        chooseCluster(*line.options->cluster);
}

void TrayApp::openPlace(NoticeText::Place place)
{
    switch (place) {
    case NoticeText::Overview: m_controller.present(MainWindow::Page::Overview); break;
    case NoticeText::Requests: m_controller.present(MainWindow::Page::Requests); break;
    case NoticeText::Clusters: m_controller.present(MainWindow::Page::Clusters); break;
    case NoticeText::Settings: m_controller.present(MainWindow::Page::Settings); break;
    }
}

void TrayApp::applySettings(const TraySettings &settings)
{
    applyTheme(settings.theme);
    m_tray.setClicks(settings.leftClick, settings.middleClick);
    m_notifier.setSettings(settings);
    m_controller.setSettings(settings);
}

void TrayApp::saveSettings(const TraySettings &settings)
{
    const bool otherLanguage = settings.language != m_settings.language;
    m_settings = settings;
    applySettings(settings);
    if (const Result<void> saved = m_settingsFile.save(settings); !saved)
        report(saved.error());
    if (!otherLanguage)
        return;
    m_translations.use(settings.language);
    refresh();
    // The page on which it was chosen is still on the stack.
    QMetaObject::invokeMethod(&m_controller, &WindowController::rebuild, Qt::QueuedConnection);
}

void TrayApp::takeConfig(const ConfigSnapshot &config)
{
    m_config = config;
    m_controller.setConfig(config);
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

void TrayApp::restartProxy()
{
    // It is wanted where the settings say, no more where the command line said.
    m_options.port.reset();
    if (!m_link.isAttached()) {
        startProxy();
        return;
    }
    m_startAgain = true;
    m_link.stopProxy();
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
    if (m_view.cluster == DemoStart::cluster())
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
    if (name == DemoStart::cluster())
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
    const QString text = failureText(failure);
    complain(text);
    ProxyView view = m_view;
    view.lastError = text;
    setView(view);
    m_controller.showProblem(text);
    if (failure.code == ErrorCode::PortInUse)
        m_notifier.takePortInUse(failure);
    else
        m_tray.notify(tr("qcc has a problem"), text, true);
}

void TrayApp::setView(const ProxyView &view)
{
    const bool atOnce = view.state != m_view.state || view.cluster != m_view.cluster;
    m_notifier.takeView(m_view, view);
    m_view = view;
    m_stale = true;
    if (atOnce || !m_refresh.isActive())
        refresh();
}

void TrayApp::refresh()
{
    m_stale = false;
    m_tray.setView(m_view);
    m_controller.setView(m_view);
    m_refresh.start();
}

void TrayApp::quit()
{
    if (m_quitting) {
        QCoreApplication::quit();
        return;
    }
    m_quitting = true;
    m_core.guiEnds();
    QMetaObject::invokeMethod(m_host, [host = m_host] { host->stop(quitGrace); });
    // Where the window was is no loss that anybody should be troubled with.
    static_cast<void>(m_settingsFile.setState(windowStateName(), m_controller.windowState()));
    m_tray.hide();
    m_controller.hide();
}

} // namespace qcc
