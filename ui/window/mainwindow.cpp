#include "ui/window/mainwindow.h"

#include "ui/clusters/clusterspage.h"
#include "ui/log/logpage.h"
#include "ui/overview/overviewpage.h"
#include "ui/requests/requestspage.h"
#include "ui/settings/settingspage.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"
#include "ui/window/headerbar.h"

#include <QAccessibleWidget>
#include <QApplication>
#include <QClipboard>
#include <QDataStream>
#include <QDragEnterEvent>
#include <QEvent>
#include <QHBoxLayout>
#include <QIODevice>
#include <QIcon>
#include <QListWidget>
#include <QMimeData>
#include <QPainter>
#include <QShortcut>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QUrl>

#include <algorithm>

namespace qcc {

namespace {

constexpr QSize usualSize(980, 660);
constexpr QSize leastSize(800, 560);
constexpr int navigationIcon = 20;
constexpr double rowHeights = 2.2; ///< Of a navigation row, in heights of its text.

const QStringList &pageIcons()
{
    static const QStringList files = {QStringLiteral(":/icons/page-overview.svg"), QStringLiteral(":/icons/page-requests.svg"),
                                      QStringLiteral(":/icons/page-clusters.svg"), QStringLiteral(":/icons/page-log.svg"),
                                      QStringLiteral(":/icons/page-settings.svg")};
    return files;
}

/// The page that is open looks the same with and without the focus in many styles; who goes by keys has to see where he is.
class NavigationDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        if (!(option.state & QStyle::State_HasFocus) || hasOwnStyle())
            return;
        const bool selected = option.state & QStyle::State_Selected;
        painter->setPen(QPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::Highlight), 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(option.rect).adjusted(2.5, 2.5, -2.5, -2.5));
    }
};

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

} // namespace

MainWindow::MainWindow(QWidget *parent)
    : QWidget(parent)
    , m_state(new StateLabel)
    , m_navigation(new QListWidget)
    , m_pages(new QStackedWidget)
    , m_header(new HeaderBar)
    , m_messages(new MessageBar(this, m_pages))
    , m_overview(new OverviewPage)
    , m_requests(new RequestsPage)
    , m_clusters(new ClustersPage)
    , m_log(new LogPage)
    , m_settings(new SettingsPage)
{
    QAccessible::installFactory(accessibleWindow);
    qApp->installEventFilter(&m_inputGuard);
    setWindowTitle(QStringLiteral("qcc"));
    setAcceptDrops(true);

    auto *head = new QVBoxLayout;
    head->setContentsMargins(metrics::edge, metrics::edge, metrics::edge, 0);
    head->addWidget(m_header);
    // The pages bring their own margins.
    auto *column = new QVBoxLayout;
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(m_pages, 1);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(buildSidebar());
    row->addLayout(column, 1);

    addPage(m_overview, tr("Overview"));
    addPage(m_requests, tr("Requests"));
    addPage(m_clusters, tr("Clusters"));
    addPage(m_log, tr("Log"));
    addPage(m_settings, tr("Settings"));
    m_navigation->setFixedWidth(std::max(m_navigation->sizeHintForColumn(0) + 2 * metrics::edge, m_state->sizeHint().width() + 2 * metrics::unit));
    // In some languages and fonts the pages need more; what does not fit would be cut off.
    setMinimumSize(leastSize.expandedTo(minimumSizeHint()));
    resize(usualSize);
    drawIcons();
    addShortcuts();

    connect(m_navigation, &QListWidget::currentRowChanged, this, [this](int index) {
        m_pages->setCurrentIndex(index);
        refresh();
        Q_EMIT visiblePageChanged();
    });
    connect(m_header, &HeaderBar::startRequested, this, &MainWindow::startRequested);
    connect(m_header, &HeaderBar::stopRequested, this, &MainWindow::stopRequested);
    connect(m_header, &HeaderBar::clusterChosen, this, &MainWindow::clusterChosen);
    connect(m_header, &HeaderBar::aboutRequested, this, &MainWindow::aboutRequested);
    connect(m_header, &HeaderBar::importRequested, this, &MainWindow::importRequested);
    connect(m_header, &HeaderBar::quitRequested, this, &MainWindow::quitRequested);
    connect(m_requests, &RequestsPage::clientSetupRequested, m_header, &HeaderBar::showClientLines);
    connect(m_requests, &RequestsPage::logRequested, this, [this](const QString &text) {
        showPage(Page::Log);
        m_log->search(text);
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
    m_navigation->setCurrentRow(0);
}

QWidget *MainWindow::buildSidebar()
{
    m_navigation->setAccessibleName(tr("Pages"));
    m_navigation->setFrameShape(QFrame::NoFrame);
    m_navigation->setItemDelegate(new NavigationDelegate(m_navigation));
    m_navigation->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_navigation->setIconSize(QSize(navigationIcon, navigationIcon));
    m_navigation->viewport()->setAutoFillBackground(false);

    auto *sidebar = new QWidget;
    auto *column = new QVBoxLayout(sidebar);
    column->setContentsMargins(metrics::unit, metrics::edge, 0, metrics::edge);
    column->setSpacing(metrics::edge);
    auto *state = new QHBoxLayout;
    state->setContentsMargins(metrics::unit, 0, metrics::unit, 0);
    state->addWidget(m_state);
    column->addLayout(state);
    column->addWidget(m_navigation, 1);
    return sidebar;
}

void MainWindow::addPage(QWidget *page, const QString &name)
{
    auto *item = new QListWidgetItem(name, m_navigation);
    const int height = qRound(m_navigation->fontMetrics().height() * rowHeights);
    item->setSizeHint(QSize(m_navigation->fontMetrics().horizontalAdvance(name) + navigationIcon + metrics::edge, height));
    setPlainToolTip(item, QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + m_pages->count())).toString(QKeySequence::NativeText));
    m_pages->addWidget(page);
}

void MainWindow::addShortcuts()
{
    for (int i = 0; i < m_pages->count(); ++i) {
        const QKeySequence keys(Qt::CTRL | Qt::Key(Qt::Key_1 + i));
        connect(new QShortcut(keys, this), &QShortcut::activated, this, [this, i] { m_navigation->setCurrentRow(i); });
    }
    connect(new QShortcut(QKeySequence::Find, this), &QShortcut::activated, this, &MainWindow::findInPage);
    connect(new QShortcut(QKeySequence::Close, this), &QShortcut::activated, this, &QWidget::close);
    // Fields take their own.
    connect(new QShortcut(QKeySequence::Paste, this), &QShortcut::activated, this, [this] { Q_EMIT textOffered(QGuiApplication::clipboard()->text()); });
    connect(new QShortcut(QKeySequence::Undo, this), &QShortcut::activated, this, &MainWindow::undoRequested);
    connect(new QShortcut(QKeySequence(Qt::Key_Escape), this), &QShortcut::activated, this, &MainWindow::escape);
}

void MainWindow::findInPage()
{
    switch (page()) {
    case Page::Requests: m_requests->focusFilter(); break;
    case Page::Log: m_log->focusFilter(); break;
    case Page::Settings: m_settings->focusFilter(); break;
    case Page::Overview:
    case Page::Clusters: break;
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
    if (!m_messages->text().isEmpty()) {
        m_messages->dismiss();
        return true;
    }
    switch (page()) {
    case Page::Requests: return m_requests->clearFilter();
    case Page::Clusters: return m_clusters->leaveForm();
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
    m_state->setState(m_view.state);
    m_header->setView(m_view);
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
        break;
    }
}

void MainWindow::showPage(Page page)
{
    m_navigation->setCurrentRow(static_cast<int>(page));
}

MainWindow::Page MainWindow::page() const
{
    return static_cast<Page>(m_pages->currentIndex());
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
    out << saveGeometry() << m_requests->saveState();
    return state;
}

void MainWindow::restoreState(const QByteArray &state)
{
    QByteArray geometry;
    QByteArray requests;
    QDataStream in(state);
    in >> geometry >> requests;
    restoreGeometry(geometry);
    m_requests->restoreState(requests);
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
    if (event->type() == QEvent::PaletteChange)
        drawIcons();
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

void MainWindow::drawIcons()
{
    for (int i = 0; i < m_navigation->count(); ++i) {
        QIcon icon = tintedIcon(pageIcons().at(i), palette().color(QPalette::WindowText));
        const QIcon selected = tintedIcon(pageIcons().at(i), hasOwnStyle() ? coloursOf(palette()).accentText : palette().color(QPalette::HighlightedText));
        for (const QSize &size : selected.availableSizes())
            icon.addPixmap(selected.pixmap(size), QIcon::Selected);
        m_navigation->item(i)->setIcon(icon);
    }
}

} // namespace qcc
