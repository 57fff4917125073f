#include "app/tray/trayapp.h"

#include "app/tray/endpointtester.h"
#include "core/base/visibletext.h"
#include "ui/tray/traymenu.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QCoreApplication>

#include <initializer_list>
#include <utility>

namespace qcc {

using namespace std::chrono_literals;

namespace {

constexpr int trayLooksAtMost = 60;
constexpr auto trayLookInterval = 1s;
constexpr auto refreshInterval = 250ms;
constexpr auto quitGrace = 10s;

const QString windowStateName = QStringLiteral("window");

platform::AutostartCommand loginCommand()
{
    return {QCoreApplication::applicationFilePath(), {QStringLiteral("--hidden"), QStringLiteral("--wait-for-tray")}};
}

void complain(const QString &text)
{
    printError(QStringLiteral("qcc-tray: ") + text);
}

} // namespace

TrayApp::TrayApp(TrayCore &core, const Paths &paths, const TrayOptions &options, QObject *parent)
    : QObject(parent)
    , m_paths(paths)
    , m_hidden(options.hidden)
    , m_waitForTray(options.waitForTray)
    , m_core(core)
    , m_host(core.host())
    , m_loginStart(new LoginStart(loginCommand()))
    , m_log(new LogFeed(paths.log()))
    , m_link(paths.controlSocket())
    , m_proxy(m_link, m_host, {options.cluster, {}, options.port}, paths.home())
    , m_settingsFile(paths.traySettings())
    , m_settings(m_settingsFile.load())
    , m_notifier(m_tray)
    , m_controller({m_link, m_host, m_log, m_loginStart, m_paths})
{
    for (QObject *object : std::initializer_list<QObject *>{m_loginStart, m_log}) {
        object->moveToThread(core.thread());
        connect(core.thread(), &QThread::finished, object, &QObject::deleteLater);
    }
    connect(&core, &TrayCore::stopRequested, this, [this](bool atOnce) {
        if (!m_quitting || atOnce)
            quit();
    });
    connect(&core, &TrayCore::kept, this, &TrayApp::goOn);
    connect(&core, &TrayCore::ended, this, &TrayApp::end);
    connect(&core, &TrayCore::startedAgain, this, &TrayApp::startedAgain);

    m_refresh.setSingleShot(true);
    m_refresh.setInterval(refreshInterval);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (m_stale)
            refresh();
    });
    m_settling.setSingleShot(true);
    connect(&m_settling, &QTimer::timeout, this, [this] {
        if (settle())
            refresh();
    });
    m_trayWait.setInterval(trayLookInterval);
    connect(&m_trayWait, &QTimer::timeout, this, &TrayApp::findTray);

    connectLink();
    connectStart();
    connectHost();
    connectLoginStart();
    connectTray();
    connectDesk();
    m_controller.setWindowState(m_settingsFile.state(windowStateName));
    m_translations.use(m_settings.language);
    applySettings(m_settings);
}

void TrayApp::connectTray()
{
    const TrayMenu *menu = m_tray.menu();
    connect(menu, &TrayMenu::startRequested, &m_proxy, &ProxyStart::start);
    connect(menu, &TrayMenu::stopRequested, &m_link, &ProxyLink::stopProxy);
    connect(menu, &TrayMenu::clusterChosen, this, &TrayApp::chooseCluster);
    connect(menu, &TrayMenu::preferRequested, &m_link, &ProxyLink::prefer);
    connect(menu, &TrayMenu::resetRequested, this, [this] { m_link.resetEndpoint(m_view.cluster, {}); });
    connect(menu, &TrayMenu::openRequested, this, [this] { m_controller.present(); });
    connect(menu, &TrayMenu::clientsRequested, this, [this] { m_controller.present(MainWindow::Page::Clients); });
    connect(menu, &TrayMenu::settingsRequested, this, [this] { m_controller.present(MainWindow::Page::Settings); });
    connect(menu, &TrayMenu::aboutRequested, this, [] { (new AboutBox)->show(); });
    connect(menu, &TrayMenu::quitRequested, this, &TrayApp::quit);
    connect(menu, &TrayMenu::keepRequested, &m_core, &TrayCore::keep);
    connect(&m_clicks, &TrayClicks::clusterChosen, this, &TrayApp::chooseCluster);
    connect(&m_notifier, &Notifier::placeChosen, this, &TrayApp::openPlace);
}

void TrayApp::connectDesk()
{
    connect(&m_controller, &WindowController::startRequested, &m_proxy, &ProxyStart::start);
    connect(&m_controller, &WindowController::stopRequested, &m_link, &ProxyLink::stopProxy);
    connect(&m_controller, &WindowController::restartRequested, &m_proxy, &ProxyStart::restart);
    connect(&m_controller, &WindowController::clusterChosen, this, &TrayApp::chooseCluster);
    connect(&m_controller, &WindowController::demoRequested, this, [this] { chooseCluster(DemoStart::cluster()); });
    connect(&m_controller, &WindowController::settingsChanged, this, &TrayApp::saveSettings);
    connect(&m_controller, &WindowController::aboutRequested, this, [] { (new AboutBox)->show(); });
    connect(&m_controller, &WindowController::quitRequested, this, &TrayApp::quit);
    connect(&m_controller, &WindowController::closed, this, [this] {
        // Without a tray the window is all there is of this program.
        if (!m_tray.isAvailable())
            quit();
        else
            tellWhereItWent();
    });
}

void TrayApp::connectLink()
{
    connect(&m_link, &ProxyLink::statsArrived, this,
            [this](const QString &address, const QJsonObject &stats) {
                setView(withStats(m_view, address, stats, std::chrono::steady_clock::now()));
            });
    connect(&m_link, &ProxyLink::absent, this, [this](const Failure &failure) {
        if (m_view.lacksConfig())
            m_proxy.awaitConfig();
        else
            m_proxy.takeAbsence(failure, m_view.cluster);
    });
    connect(&m_link, &ProxyLink::refused, this, &TrayApp::report);
    connect(&m_link, &ProxyLink::newsArrived, this, [this](const QJsonObject &news) { m_notifier.takeNews(news, m_view.cluster); });
}

void TrayApp::connectStart()
{
    connect(&m_proxy, &ProxyStart::starting, this, [this] {
        ProxyView view = configured(withoutProxy(m_view));
        view.state = ProxyState::Starting;
        setView(view);
    });
    connect(&m_proxy, &ProxyStart::notRunning, this, [this] { setView(configured(withoutProxy(m_view))); });
    connect(&m_proxy, &ProxyStart::foundRunning, this, [this] { m_view.state = ProxyState::Stopped; });
    connect(&m_proxy, &ProxyStart::failed, this, &TrayApp::report);
    connect(&m_proxy, &ProxyStart::optionsIgnored, this,
            [] { complain(tr("A proxy is running already; --cluster and --port change nothing about it.")); });
}

void TrayApp::connectHost()
{
    connect(m_host, &HostedProxy::configChanged, this, &TrayApp::takeConfig);
    connect(m_host, &HostedProxy::configRejected, this, [this](const QString &message) {
        const Failure fault{ErrorCode::InvalidConfig, message, {}};
        const QString text = failureText(fault);
        if (text == m_view.configFault)
            return;
        complain(text);
        m_controller.withdrawProblem(m_view.configFault);
        ProxyView view = m_view;
        view.configFault = text;
        setView(view);
        // Where nothing is in force, the pages themselves say it.
        if (!m_view.lacksConfig())
            m_controller.showConfigFault(text);
        m_notifier.takeFailure(fault, text);
        takeConfig(m_config);
    });
    connect(m_host, &HostedProxy::configMended, this, [this] {
        ProxyView view = m_view;
        m_controller.withdrawProblem(std::exchange(view.configFault, {}));
        setView(view);
        m_controller.showDone(tr("config.json is good again, and in force."));
    });
    connect(m_host, &HostedProxy::saveFailed, this, &TrayApp::report);
    connect(m_host, &HostedProxy::leftBehind, this, [this] {
        m_endsAtOnce = true;
        report({ErrorCode::Failed, tr("A part of the proxy hangs and could not be ended. Quit qcc and start it again."), {}});
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
    m_view.state = ProxyState::Starting;
    settle();
    m_proxy.introduce();
    QMetaObject::invokeMethod(m_loginStart, &LoginStart::repair);
    m_tray.show();
    findTray();
    if (!m_hidden)
        m_controller.present();
    refresh();
}

void TrayApp::findTray()
{
    const bool available = m_tray.isAvailable();
    m_controller.setHasTray(available);
    if (available) {
        m_trayWait.stop();
        return;
    }
    if (m_waitForTray && m_trayLooks++ < trayLooksAtMost) {
        m_trayWait.start();
        return;
    }
    m_trayWait.stop();
    if (m_hidden)
        m_controller.presentMinimized();
    else
        m_controller.present();
}

void TrayApp::startedAgain(const QStringList &arguments)
{
    const CommandLine line = readCommandLine(arguments);
    if (!line.options)
        return;
    if (!line.options->hidden)
        m_controller.present();
    else if (!m_tray.isAvailable() && !m_controller.isOpen())
        m_controller.presentMinimized();
    if (line.options->port)
        report({ErrorCode::AlreadyRunning, tr("qcc runs already, so that --port changes nothing."), {}});
    if (line.options->cluster)
        chooseCluster(*line.options->cluster);
}

/// Once, of all the times that the window was closed.
void TrayApp::tellWhereItWent()
{
    const QString told = QStringLiteral("told_of_tray");
    if (m_quitting || !m_settingsFile.state(told).isEmpty())
        return;
    // That it may be told twice troubles nobody.
    static_cast<void>(m_settingsFile.setState(told, "yes"));
    m_notifier.tellWhereItWent();
}

void TrayApp::openPlace(NoticeText::Place place)
{
    if (m_quitting)
        return;
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
    m_tray.setColours(settings.trayIcon);
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
    m_proxy.configRead();
}

ProxyView TrayApp::configured(const ProxyView &view) const
{
    return m_config ? withConfig(view, *m_config, m_proxy.options().cluster, m_proxy.options().port) : view;
}

void TrayApp::chooseCluster(const QString &name)
{
    m_proxy.chooseCluster(name);
    // Until the proxy has agreed, the old one is in use.
    refresh();
}

void TrayApp::report(const Failure &failure)
{
    const QString text = failureText(failure);
    complain(text);
    ProxyView view = m_view;
    view.lastError = text;
    setView(view);
    m_controller.showProblem(text);
    m_notifier.takeFailure(failure, text);
}

void TrayApp::setView(ProxyView view)
{
    if (m_quitting)
        view.state = ProxyState::Finishing;
    const bool otherCluster = view.cluster != m_view.cluster;
    m_notifier.takeView(m_view, view);
    m_view = std::move(view);
    m_stale = true;
    if (settle() || otherCluster || !m_refresh.isActive())
        refresh();
}

/// Returns whether another state is to be shown than before.
bool TrayApp::settle()
{
    const auto now = std::chrono::steady_clock::now();
    const ProxyState shown = std::exchange(m_shownState, m_settled.take(m_view, now));
    if (const auto due = m_settled.due())
        m_settling.start(std::chrono::ceil<std::chrono::milliseconds>(*due - now));
    else
        m_settling.stop();
    return m_shownState != shown;
}

void TrayApp::refresh()
{
    m_stale = false;
    ProxyView shown = m_view;
    shown.state = m_shownState;
    m_tray.setView(shown);
    m_controller.setView(shown);
    m_clicks.setView(shown);
    m_refresh.start();
}

void TrayApp::quit()
{
    if (std::exchange(m_quitting, true)) {
        m_core.quitNow();
        return;
    }
    m_proxy.quit();
    m_core.quit(quitGrace);
    // Where the window was is no loss that anybody should be troubled with.
    static_cast<void>(m_settingsFile.setState(windowStateName, m_controller.windowState()));
    m_trayWait.stop();
    // Without a tray it was closed, which is how one quits there; another start says how it comes back.
    m_hadWindow = m_controller.isOpen() && m_tray.isAvailable();
    m_controller.hide();
    m_tray.setQuitting(true);
    setView(m_view);
}

void TrayApp::goOn()
{
    m_quitting = false;
    m_tray.setQuitting(false);
    m_proxy.goOn();
    if (m_hadWindow)
        m_controller.present();
}

void TrayApp::end()
{
    m_tray.hide();
    m_proxy.end();
    QCoreApplication::quit();
}

} // namespace qcc
