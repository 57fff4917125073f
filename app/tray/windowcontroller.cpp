#include "app/tray/windowcontroller.h"

#include "app/tray/clientsfeed.h"
#include "app/tray/coretasks.h"
#include "app/tray/endpointtester.h"
#include "app/tray/historyfeed.h"
#include "app/tray/hostedproxy.h"
#include "app/tray/pagefeeds.h"
#include "app/tray/proxylink.h"
#include "ui/clusters/clusterspage.h"
#include "ui/log/logpage.h"
#include "ui/model/coretext.h"
#include "ui/model/words.h"
#include "ui/overview/overviewpage.h"
#include "ui/overview/welcomepage.h"
#include "ui/requests/requestspage.h"
#include "ui/settings/settingspage.h"
#include "ui/widgets/messages.h"

#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QUrl>

namespace qcc {

using Page = MainWindow::Page;

WindowController::WindowController(const WindowSources &sources, QObject *parent)
    : QObject(parent)
    , m_sources(sources)
    , m_tester(sources.paths.controlSocket())
    , m_diagnostics(sources.host, sources.paths)
    , m_history(new HistoryFeed(sources.paths.history()))
{
    m_historyThread.setObjectName(QStringLiteral("qcc history reader"));
    m_history->moveToThread(&m_historyThread);
    connect(&m_historyThread, &QThread::finished, m_history, &QObject::deleteLater);
    connectHistory();
    connectEdits();
    connect(m_sources.log, &LogFeed::linesRead, this, [this](const QStringList &lines, qint64 total) {
        if (m_window && m_window->visiblePage() == Page::Log)
            m_window->log()->setLines(lines, total);
    });
    connect(m_sources.login, &LoginStart::wasRead, this, [this](bool on) {
        if (m_window)
            m_window->settings()->setStartsAtLogin(on);
    });
    connect(&m_tester, &EndpointTester::tested, this, [this](const QJsonObject &probe) {
        if (m_window)
            m_window->clusters()->showTestResult(probe);
    });
    connect(&m_tester, &EndpointTester::failed, this, [this](const QString &cluster, const QString &endpointId, const Failure &failure) {
        if (m_window)
            m_window->clusters()->testFailed(cluster, endpointId, failureText(failure));
    });
}

WindowController::~WindowController()
{
    m_clients.reset();
    m_feeds.reset();
    m_window.reset();
    m_history->cancelExport();
    if (!m_historyThread.isRunning()) {
        delete m_history;
        return;
    }
    m_historyThread.quit();
    m_historyThread.wait();
}

MainWindow &WindowController::window()
{
    if (!m_window) {
        m_historyThread.start();
        m_window = std::make_unique<MainWindow>();
        m_feeds = std::make_unique<PageFeeds>(m_sources.link, m_history, *m_window);
        m_clients = std::make_unique<ClientsFeed>(m_sources.paths, m_history, *m_feeds, *m_window);
        m_window->setHasTray(m_hasTray);
        m_window->restoreState(m_windowState);
        m_window->settings()->setTraySettings(m_settings);
        connectWindow();
        connectPages();
        connectLog();
        if (!m_view.configFault.isEmpty() && !m_view.lacksConfig())
            showConfigFault(m_view.configFault);
        m_window->setConfig(m_config);
        m_window->setView(m_view);
        m_feeds->setView(m_view);
        m_clients->setConfig(m_config);
        m_clients->setView(m_view);
    }
    return *m_window;
}

void WindowController::connectWindow()
{
    MainWindow *window = m_window.get();
    connect(window, &MainWindow::startRequested, this, &WindowController::startRequested);
    connect(window, &MainWindow::stopRequested, this, &WindowController::stopRequested);
    connect(window, &MainWindow::clusterChosen, this, &WindowController::clusterChosen);
    connect(window, &MainWindow::aboutRequested, this, &WindowController::aboutRequested);
    connect(window, &MainWindow::quitRequested, this, &WindowController::quitRequested);
    connect(window, &MainWindow::preferRequested, &m_sources.link, &ProxyLink::prefer);
    connect(window, &MainWindow::resetRequested, this, [this](const QString &endpointId) { m_sources.link.resetEndpoint(m_view.cluster, endpointId); });
    connect(window, &MainWindow::importRequested, this, &WindowController::lookForImports);
    connect(window, &MainWindow::diagnosticsRequested, this, [this] { m_diagnostics.show(m_window.get()); });
    connect(window, &MainWindow::textOffered, this, &WindowController::takeText);
    connect(window, &MainWindow::fileOffered, this, &WindowController::takeFile);
    connect(window, &MainWindow::undoRequested, this, &WindowController::undo);
    connect(window, &MainWindow::closed, this, &WindowController::closed);
    connect(window, &MainWindow::visiblePageChanged, this, [this] {
        // The desktop's own settings may have switched it meanwhile.
        if (m_window->visiblePage() == Page::Settings)
            QMetaObject::invokeMethod(m_sources.login, &LoginStart::read);
    });
}

void WindowController::connectPages()
{
    const OverviewPage *overview = m_window->overview();
    connect(overview, &OverviewPage::demoRequested, this, &WindowController::demoRequested);
    connect(overview, &OverviewPage::importRequested, this, &WindowController::lookForImports);
    const WelcomePage *welcome = overview->welcome();
    connect(welcome, &WelcomePage::foundWanted, m_sources.host, &HostedProxy::lookForImports);
    connect(welcome, &WelcomePage::importChosen, this, &WindowController::takeOver);
    connect(welcome, &WelcomePage::textOffered, this, &WindowController::takeText);
    connect(overview, &OverviewPage::preferRequested, &m_sources.link, &ProxyLink::prefer);
    connect(overview, &OverviewPage::resetRequested, this,
            [this](const QString &endpointId) { m_sources.link.resetEndpoint(m_view.cluster, endpointId); });

    const ClustersPage *clusters = m_window->clusters();
    connect(clusters, &ClustersPage::changeRequested, this, &WindowController::edit);
    connect(clusters, &ClustersPage::clusterChosen, this, &WindowController::clusterChosen);
    connect(clusters, &ClustersPage::demoRequested, this, &WindowController::demoRequested);
    connect(clusters, &ClustersPage::importRequested, this, &WindowController::lookForImports);
    connect(clusters, &ClustersPage::testRequested, this, [this](const QString &cluster, const QString &endpointId) { test(cluster, endpointId, false); });
    connect(clusters, &ClustersPage::messageRequested, this, [this](const QString &cluster, const QString &endpointId) { test(cluster, endpointId, true); });
    connect(clusters, &ClustersPage::testCancelled, &m_tester, &EndpointTester::cancel);
    connect(clusters, &ClustersPage::resetRequested, &m_sources.link, &ProxyLink::resetEndpoint);

    RequestsPage *requests = m_window->requests();
    connect(requests, &RequestsPage::exportRequested, this, [this, requests](const HistoryQuery &query, const ExchangeTest &wanted, const QString &path) {
        withdrawProblem(m_exportProblem);
        requests->setExportProgress(0);
        m_history->startExport(path, query, wanted);
    });
    connect(requests, &RequestsPage::exportCancelled, this, [this] { m_history->cancelExport(); });

    SettingsPage *settings = m_window->settings();
    connect(settings, &SettingsPage::changeRequested, this, &WindowController::edit);
    connect(settings, &SettingsPage::traySettingsChanged, this, &WindowController::settingsChanged);
    connect(settings, &SettingsPage::startAtLoginChosen, m_sources.login, &LoginStart::set);
    connect(settings, &SettingsPage::restartRequested, this, &WindowController::restartRequested);
    connect(settings, &SettingsPage::openConfigRequested, this, &WindowController::openConfig);
    connect(overview, &OverviewPage::openConfigRequested, this, &WindowController::openConfig);
    connect(clusters, &ClustersPage::openConfigRequested, this, &WindowController::openConfig);
}

void WindowController::connectLog()
{
    const LogPage *log = m_window->log();
    const auto follow = [this, log] {
        if (m_window->visiblePage() == Page::Log) {
            QMetaObject::invokeMethod(m_sources.log, [feed = m_sources.log, query = log->query()] { feed->follow(query); });
        } else {
            QMetaObject::invokeMethod(m_sources.log, &LogFeed::rest);
        }
    };
    connect(m_window.get(), &MainWindow::visiblePageChanged, this, follow);
    connect(log, &LogPage::queryChanged, this, follow);
    connect(log, &LogPage::openFolderRequested, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_sources.paths.home())); });
}

void WindowController::connectHistory()
{
    const auto ended = [this] {
        if (m_window)
            m_window->requests()->setExportProgress({});
    };
    connect(m_history, &HistoryFeed::exportGoes, this, [this](qint64 written) {
        if (m_window)
            m_window->requests()->setExportProgress(written);
    });
    connect(m_history, &HistoryFeed::exported, this, [this, ended](qint64 written, const QString &path) {
        ended();
        if (written >= 0)
            showDone(tr("Exported %n request(s) to %1", nullptr, static_cast<int>(written)).arg(QDir::toNativeSeparators(path)));
    });
    connect(m_history, &HistoryFeed::exportFailed, this, [this, ended](const QString &why) {
        ended();
        m_exportProblem = tr("The requests could not be exported: %1", "reason").arg(Words::sentence(inUsersLanguage(why)));
        showProblem(m_exportProblem);
    });
}

void WindowController::connectEdits()
{
    connect(m_sources.host, &HostedProxy::configEdited, this, &WindowController::takeEdit);
    connect(m_sources.host, &HostedProxy::importsFound, this, &WindowController::offerImports);
    connect(m_sources.host, &HostedProxy::editRefused, this, &WindowController::refuseEdit);
}

void WindowController::edit(const ConfigChange &change)
{
    QMetaObject::invokeMethod(m_sources.host, [host = m_sources.host, change] { host->edit(change); });
}

void WindowController::takeEdit(const ConfigChange &change, const QJsonObject &before)
{
    m_sources.link.reloadConfig();
    m_undo.wasTakenBack(change.undoes);
    if (change.undo)
        m_undo.push(change, before);
    if (!m_window)
        return;
    m_window->clusters()->editDone();
    m_clients->forgetUndo();
    if (!change.done.isEmpty())
        m_window->messages()->showDone(change.done, change.undo ? [this] { undo(); } : std::function<void()>());
}

void WindowController::undo()
{
    if (m_clients && m_clients->undo())
        return;
    if (const std::optional<ConfigChange> change = m_undo.takeBack())
        edit(*change);
}

void WindowController::refuseEdit(const Failure &failure)
{
    m_undo.wasRefused();
    m_offersImports = false;
    if (!m_window)
        return;
    const QString text = failureText(failure);
    m_window->clusters()->editRefused(text);
    m_window->settings()->editRefused(text);
    // These two say it beside what was typed.
    if (const auto page = m_window->visiblePage(); page != Page::Clusters && page != Page::Settings)
        m_window->messages()->showProblem(text);
}

void WindowController::test(const QString &cluster, const QString &endpointId, bool withMessage)
{
    const Cluster *known = m_config ? m_config->cluster(cluster) : nullptr;
    if (!endpointId.isEmpty() || !known) {
        m_tester.test(cluster, endpointId, withMessage);
        return;
    }
    for (const Endpoint &endpoint : known->endpoints) {
        if (endpoint.enabled)
            m_tester.test(cluster, endpoint.id, withMessage);
    }
}

void WindowController::setView(const ProxyView &view)
{
    m_view = view;
    if (!m_window)
        return;
    m_window->setView(view);
    m_feeds->setView(view);
    m_clients->setView(view);
}

void WindowController::setConfig(const ConfigSnapshot &config)
{
    m_config = config;
    if (!m_window)
        return;
    m_window->setConfig(config);
    m_clients->setConfig(config);
}

void WindowController::setSettings(const TraySettings &settings)
{
    m_settings = settings;
    if (m_window)
        m_window->settings()->setTraySettings(settings);
}

void WindowController::setHasTray(bool hasTray)
{
    m_hasTray = hasTray;
    if (m_window)
        m_window->setHasTray(hasTray);
}

QByteArray WindowController::windowState() const
{
    return m_window ? m_window->saveState() : m_windowState;
}

void WindowController::present(Page page)
{
    window().present(page);
}

void WindowController::present()
{
    window().present(window().page());
}

void WindowController::presentMinimized()
{
    window().showMinimized();
}

void WindowController::hide()
{
    if (m_window)
        m_window->hide();
}

void WindowController::showProblem(const QString &text)
{
    if (m_window)
        m_window->messages()->showProblem(text);
}

void WindowController::showConfigFault(const QString &text)
{
    if (m_window)
        m_window->messages()->showProblem(text, tr("&Open file"), [this] { openConfig(); });
}

void WindowController::openConfig()
{
    const QString config = m_sources.paths.config();
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo::exists(config) ? config : m_sources.paths.home()));
}

void WindowController::showDone(const QString &text)
{
    if (m_window)
        m_window->messages()->showDone(text, {});
}

void WindowController::withdrawProblem(const QString &text)
{
    if (m_window)
        m_window->messages()->withdraw(text);
}

void WindowController::rebuild()
{
    if (!m_window)
        return;
    const bool visible = m_window->isVisible();
    const Page page = m_window->page();
    m_windowState = m_window->saveState();
    m_clients.reset();
    m_feeds.reset();
    m_window.reset();
    if (visible)
        present(page);
}

} // namespace qcc
