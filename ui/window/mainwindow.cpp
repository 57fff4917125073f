#include "ui/window/mainwindow.h"

#include "ui/clients/clientspage.h"
#include "ui/clusters/clusterspage.h"
#include "ui/log/logpage.h"
#include "ui/overview/overviewpage.h"
#include "ui/requests/exchangerow.h"
#include "ui/requests/requestspage.h"
#include "ui/settings/settingspage.h"
#include "ui/widgets/messages.h"
#include "ui/window/clusterpicker.h"
#include "ui/window/commandpalette.h"
#include "ui/window/footcard.h"
#include "ui/window/sidebar.h"

#include <QAccessibleWidget>
#include <QApplication>
#include <QClipboard>
#include <QDataStream>
#include <QDragEnterEvent>
#include <QEvent>
#include <QHBoxLayout>
#include <QIODevice>
#include <QMimeData>
#include <QShortcut>
#include <QStackedWidget>
#include <QUrl>

#include <algorithm>

namespace qcc {

namespace {

constexpr QSize usualSize(980, 660);
constexpr QSize leastSize(800, 560);

/// Without this a screen reader is told of a group, not of a window.
QAccessibleInterface *accessibleWindow(const QString &, QObject *object)
{
    auto *window = qobject_cast<MainWindow *>(object);
    return window ? new QAccessibleWidget(window, QAccessible::Window) : nullptr;
}

/// Whether a window that others cover, or that is minimized, stays where it is whatever it asks for: on Wayland it takes a token, which Qt gets where a
/// window of ours has the focus or a launcher has left one, and a click on the icon mostly brings none. A window that is new comes to the front.
bool comesUpOnlyAnew()
{
    return QGuiApplication::platformName().startsWith(QLatin1StringView("wayland")) && !QGuiApplication::focusWindow()
        && !QApplication::activeModalWidget() && qEnvironmentVariableIsEmpty("XDG_ACTIVATION_TOKEN");
}

/// What the Requests page calls those that ended so.
Asked askedBy(const QList<Outcome> &outcomes)
{
    if (outcomes.isEmpty())
        return Asked::All;
    const auto holds = [&outcomes](Outcome outcome) { return outcomes.contains(outcome); };
    const bool anyFailure = holds(Outcome::Error) || holds(Outcome::Truncated);
    if (holds(Outcome::Recovered))
        return anyFailure ? Asked::Problems : Asked::Recovered;
    if (anyFailure)
        return holds(Outcome::Error) ? Asked::Errors : Asked::Truncated;
    return holds(Outcome::CallerError) ? Asked::CallerErrors : holds(Outcome::ClientCancelled) ? Asked::Cancelled : Asked::All;
}

QDateTime dateTime(const std::optional<HistoryQuery::Time> &time)
{
    return time ? QDateTime::fromMSecsSinceEpoch(std::chrono::floor<std::chrono::milliseconds>(time->time_since_epoch()).count(), Qt::UTC) : QDateTime();
}

} // namespace

MainWindow::MainWindow(QWidget *parent)
    : QWidget(parent)
    , m_sidebar(new Sidebar)
    , m_pages(new QStackedWidget)
    , m_messages(new MessageBar(this, m_pages))
    , m_palette(new CommandPalette(this))
    , m_overview(new OverviewPage)
    , m_requests(new RequestsPage)
    , m_clusters(new ClustersPage)
    , m_clients(new ClientsPage)
    , m_log(new LogPage)
    , m_settings(new SettingsPage)
    , m_placed(placedPages())
{
    QAccessible::installFactory(accessibleWindow);
    qApp->installEventFilter(&m_inputGuard);
    setWindowTitle(QStringLiteral("qcc"));
    setAcceptDrops(true);

    // The pages bring their own margins.
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_sidebar);
    row->addWidget(m_pages, 1);

    addPages();
    m_sidebar->fitWidth();
    // In some languages and fonts the pages need more; what does not fit would be cut off.
    setMinimumSize(leastSize.expandedTo(minimumSizeHint()));
    resize(usualSize);
    addShortcuts();

    connect(m_sidebar, &Sidebar::currentPageChanged, this, [this](int index) {
        m_pages->setCurrentIndex(index);
        refresh();
        Q_EMIT visiblePageChanged();
    });
    connect(m_sidebar->foot(), &FootCard::startRequested, this, &MainWindow::startRequested);
    connect(m_sidebar->foot(), &FootCard::stopRequested, this, &MainWindow::stopRequested);
    connect(m_sidebar->picker(), &ClusterPicker::clusterChosen, this, &MainWindow::clusterChosen);
    connect(m_sidebar, &Sidebar::aboutRequested, this, &MainWindow::aboutRequested);
    connect(m_sidebar, &Sidebar::importRequested, this, &MainWindow::importRequested);
    connect(m_sidebar, &Sidebar::diagnosticsRequested, this, &MainWindow::diagnosticsRequested);
    connect(m_sidebar, &Sidebar::searchRequested, this, &MainWindow::openPalette);
    connect(m_sidebar, &Sidebar::quitRequested, this, &MainWindow::quitRequested);
    connect(m_requests, &RequestsPage::clientsWanted, this, [this] { showPage(Page::Clients); });
    connect(m_overview, &OverviewPage::clientsWanted, this, [this] { showPage(Page::Clients); });
    connect(m_clients, &ClientsPage::clientsChanged, this, [this] { m_sidebar->setMark(placeOf(Page::Clients), ClientWords::worstOf(m_clients->clients())); });
    connect(m_requests, &RequestsPage::logRequested, this, [this](const QString &text) {
        showPage(Page::Log);
        m_log->search(text);
    });
    connect(m_requests, &RequestsPage::endpointRequested, this, [this](const QString &cluster, const QString &endpoint) {
        showPage(Page::Clusters);
        m_clusters->editEndpoint(cluster, endpoint);
    });
    connect(m_clusters, &ClustersPage::problemFound, m_messages, [this](const QString &text) { m_messages->showProblem(text); });
    connect(m_clusters, &ClustersPage::problemOver, m_messages, &MessageBar::withdraw);
    connect(m_overview, &OverviewPage::exchangeChosen, this, [this](quint64 key) {
        showPage(Page::Requests);
        m_requests->select(key);
    });
    connect(m_overview, &OverviewPage::addEndpointRequested, this, [this] {
        showPage(Page::Clusters);
        m_clusters->addEndpoint();
    });
    connect(m_overview, &OverviewPage::startRequested, this, &MainWindow::startRequested);
    connect(m_overview, &OverviewPage::clusterChosen, this, &MainWindow::clusterChosen);
    connect(m_overview, &OverviewPage::editRequested, this, [this](const QString &endpointId) {
        showPage(Page::Clusters);
        const auto endpoint = std::ranges::find(std::as_const(m_view.endpoints), endpointId, &EndpointView::id);
        if (endpoint != m_view.endpoints.cend())
            m_clusters->editEndpoint(m_view.cluster, endpoint->name);
    });
    connect(m_overview, &OverviewPage::testRequested, this, [this](const QString &endpointId) {
        // There the results are shown.
        showPage(Page::Clusters);
        Q_EMIT m_clusters->testRequested(m_view.cluster, endpointId);
    });
    connect(m_overview, &OverviewPage::requestsWanted, this, [this](const HistoryQuery &query) {
        showPage(Page::Requests);
        m_requests->showOnly(askedBy(query.outcomes), dateTime(query.from), dateTime(query.to));
    });
    connect(m_overview, &OverviewPage::runningWanted, this, [this] {
        showPage(Page::Requests);
        m_requests->showOnly(Asked::Running, {}, {});
    });
    m_sidebar->setCurrentPage(0);
}

/// All that there is to say of where a page stands: another one is another line.
QList<MainWindow::PlacedPage> MainWindow::placedPages() const
{
    return {{Page::Overview, m_overview, tr("Overview"), QStringLiteral(":/icons/page-overview.svg")},
            {Page::Requests, m_requests, tr("Requests"), QStringLiteral(":/icons/page-requests.svg")},
            {Page::Clusters, m_clusters, tr("Clusters"), QStringLiteral(":/icons/page-clusters.svg")},
            {Page::Clients, m_clients, tr("Clients"), QStringLiteral(":/icons/page-clients.svg")},
            {Page::Log, m_log, tr("Log"), QStringLiteral(":/icons/page-log.svg")},
            {Page::Settings, m_settings, tr("Settings"), QStringLiteral(":/icons/page-settings.svg")}};
}

int MainWindow::placeOf(Page page) const
{
    return static_cast<int>(std::ranges::find(m_placed, page, &PlacedPage::page) - m_placed.cbegin());
}

void MainWindow::addPages()
{
    for (const PlacedPage &each : std::as_const(m_placed)) {
        m_sidebar->addPage(each.name, each.icon, PlacedPage::keysAt(m_pages->count()));
        m_pages->addWidget(each.widget);
    }
}

void MainWindow::addShortcuts()
{
    for (int i = 0; i < m_pages->count(); ++i)
        connect(new QShortcut(PlacedPage::keysAt(i), this), &QShortcut::activated, this, [this, i] { m_sidebar->setCurrentPage(i); });
    connect(new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_K), this), &QShortcut::activated, this, &MainWindow::openPalette);
    connect(new QShortcut(QKeySequence::Find, this), &QShortcut::activated, this, &MainWindow::findInPage);
    connect(new QShortcut(QKeySequence::Close, this), &QShortcut::activated, this, &QWidget::close);
    // Fields take their own.
    connect(new QShortcut(QKeySequence::Paste, this), &QShortcut::activated, this, [this] { Q_EMIT textOffered(QGuiApplication::clipboard()->text()); });
    connect(new QShortcut(QKeySequence::Undo, this), &QShortcut::activated, this, &MainWindow::undoRequested);
    connect(new QShortcut(QKeySequence(Qt::Key_Escape), this), &QShortcut::activated, this, &MainWindow::escape);
}

/// The same keys close it.
void MainWindow::openPalette()
{
    if (m_palette->isOpen())
        m_palette->close();
    else
        m_palette->open(entries());
}

void MainWindow::findInPage()
{
    switch (page()) {
    case Page::Requests: m_requests->focusFilter(); break;
    case Page::Log: m_log->focusFilter(); break;
    case Page::Settings: m_settings->focusFilter(); break;
    case Page::Overview:
    case Page::Clusters:
    case Page::Clients: break;
    }
}

/// Step by step: what lies on the page, what narrows it, and only then the window.
void MainWindow::escape()
{
    if (!clearsSomething() && m_hasTray)
        close();
}

bool MainWindow::clearsSomething()
{
    if (m_palette->isOpen()) {
        m_palette->close();
        return true;
    }
    if (!m_messages->text().isEmpty()) {
        m_messages->dismiss();
        return true;
    }
    switch (page()) {
    case Page::Requests: return m_requests->clearFilter();
    case Page::Clusters: return m_clusters->leaveForm();
    case Page::Clients: return m_clients->leaveChange();
    case Page::Log: return m_log->clearFilter();
    case Page::Settings: return m_settings->clearFilter();
    case Page::Overview: return false;
    }
    Q_UNREACHABLE();
}

void MainWindow::setView(const ProxyView &view)
{
    m_view = view;
    if (visiblePage())
        refresh();
}

void MainWindow::setConfig(const ConfigSnapshot &config)
{
    m_config = config;
    if (visiblePage())
        refresh();
}

void MainWindow::refresh()
{
    m_sidebar->setView(m_view);
    const Meaning meaning = meaningOf(m_view.state);
    const bool isWrong = meaning == Meaning::Warning || meaning == Meaning::Failure;
    // Where it can be mended; a network that is down is nobody's cluster's fault.
    m_sidebar->setMark(placeOf(Page::Clusters), isWrong && m_view.state != ProxyState::NoNetwork ? std::optional(meaning) : std::nullopt);
    m_sidebar->setMark(placeOf(Page::Settings), m_view.configFault.isEmpty() ? std::nullopt : std::optional(Meaning::Failure));
    switch (page()) {
    case Page::Overview:
        m_overview->setView(m_view);
        break;
    case Page::Clusters:
        if (m_config)
            m_clusters->setConfig(m_config);
        m_clusters->setView(m_view);
        break;
    case Page::Settings:
        if (m_config)
            m_settings->setConfig(m_config);
        m_settings->setView(m_view);
        break;
    case Page::Log:
        if (m_config)
            m_log->setConfig(m_config);
        break;
    case Page::Requests:
        if (m_config)
            m_requests->setConfig(m_config);
        break;
    case Page::Clients: // Its feed tells it.
        break;
    }
}

void MainWindow::showPage(Page page)
{
    m_sidebar->setCurrentPage(placeOf(page));
}

MainWindow::Page MainWindow::page() const
{
    return m_placed.at(m_pages->currentIndex()).page;
}

void MainWindow::present(Page page)
{
    showPage(page);
    if (isVisible() && comesUpOnlyAnew())
        hide();
    // Not showNormal(): what was maximized stays so.
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

std::optional<MainWindow::Page> MainWindow::visiblePage() const
{
    if (!isVisible() || isMinimized())
        return std::nullopt;
    return page();
}

QByteArray MainWindow::saveState() const
{
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    out << saveGeometry() << m_requests->saveState() << m_clusters->saveState();
    return state;
}

void MainWindow::restoreState(const QByteArray &state)
{
    // An older version kept fewer of them.
    QByteArray geometry, requests, clusters;
    QDataStream in(state);
    in >> geometry >> requests >> clusters;
    restoreGeometry(geometry);
    m_requests->restoreState(requests);
    m_clusters->restoreState(clusters);
}

void MainWindow::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
    Q_EMIT visiblePageChanged();
}

void MainWindow::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    Q_EMIT visiblePageChanged();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    QWidget::closeEvent(event);
    Q_EMIT closed();
}

void MainWindow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange) {
        if (visiblePage())
            refresh();
        Q_EMIT visiblePageChanged();
    }
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls() || event->mimeData()->hasText())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (!urls.isEmpty() && urls.constFirst().isLocalFile())
        Q_EMIT fileOffered(urls.constFirst().toLocalFile());
    else
        Q_EMIT textOffered(event->mimeData()->text());
    event->acceptProposedAction();
}

} // namespace qcc
