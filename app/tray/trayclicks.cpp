#include "app/tray/trayclicks.h"

#include "app/tray/proxylink.h"
#include "app/tray/proxystart.h"
#include "app/tray/windowcontroller.h"
#include "ui/tray/trayicon.h"

#include <QCursor>

namespace qcc {

namespace {

/// A press on the icon closes an open panel, as it does a menu; the click that follows is the same one.
constexpr std::chrono::milliseconds sameClick{400};

} // namespace

TrayClicks::TrayClicks(TrayIcon &icon, ProxyLink &link, ProxyStart &proxy, WindowController &window, QObject *parent)
    : QObject(parent)
    , m_icon(icon)
    , m_link(link)
    , m_proxy(proxy)
    , m_window(window)
{
    m_seconds.setInterval(std::chrono::seconds(1));
    connect(&m_seconds, &QTimer::timeout, this, &TrayClicks::showRecent);
    connect(&icon, &TrayIcon::openRequested, this, [this] { m_window.present(); });
    connect(&icon, &TrayIcon::startStopRequested, this, &TrayClicks::startOrStop);
    connect(&icon, &TrayIcon::panelRequested, this, &TrayClicks::openPanel);
}

TrayClicks::~TrayClicks()
{
    delete m_panel;
}

void TrayClicks::setView(const ProxyView &view)
{
    m_view = view;
    m_recent.take(view.figures, std::chrono::steady_clock::now());
    if (m_panel)
        m_panel->setView(view);
}

void TrayClicks::startOrStop()
{
    if (m_view.serves())
        m_link.stopProxy();
    else if (m_view.state == ProxyState::Stopped)
        m_proxy.start();
}

void TrayClicks::openPanel()
{
    // On Wayland a click on the icon takes the focus from nobody.
    if (m_panel) {
        m_panel->close();
        return;
    }
    if (std::chrono::steady_clock::now() - m_closedAt < sameClick)
        return;
    m_panel = new Panel;
    m_panel->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_panel, &Panel::startRequested, &m_proxy, &ProxyStart::start);
    connect(m_panel, &Panel::stopRequested, &m_link, &ProxyLink::stopProxy);
    connect(m_panel, &Panel::clusterChosen, this, &TrayClicks::clusterChosen);
    connect(m_panel, &Panel::preferRequested, &m_link, &ProxyLink::prefer);
    connect(m_panel, &Panel::resetRequested, this, [this](const QString &endpointId) { m_link.resetEndpoint(m_view.cluster, endpointId); });
    connect(m_panel, &Panel::openRequested, this, [this] { m_window.present(); });
    connect(m_panel, &Panel::settingsRequested, this, [this] { m_window.present(MainWindow::Page::Settings); });
    connect(m_panel, &Panel::menuRequested, &m_icon, [this](const QPoint &place) {
        connect(m_icon.menu(), &QMenu::aboutToHide, m_panel, &QWidget::close, Qt::SingleShotConnection);
        m_icon.menu()->popup(place);
    });
    connect(m_panel, &QObject::destroyed, this, [this] {
        m_closedAt = std::chrono::steady_clock::now();
        m_seconds.stop();
    });
    m_panel->setView(m_view);
    showRecent();
    m_panel->openAt(m_icon.geometry(), QCursor::pos());
    m_seconds.start();
}

void TrayClicks::showRecent()
{
    if (m_panel)
        m_panel->setRecent(m_recent.until(std::chrono::steady_clock::now()));
}

} // namespace qcc
