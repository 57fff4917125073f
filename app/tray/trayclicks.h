#pragma once

#include "ui/model/recentseconds.h"
#include "ui/tray/panel.h"

#include <QObject>
#include <QPointer>

namespace qcc {

class ProxyLink;
class ProxyStart;
class TrayIcon;
class WindowController;

/// What clicks on the tray icon do: the window, the proxy's switch, the panel. Knows the last minute, which the panel shows from its first moment.
/// Thread: the GUI thread.
class TrayClicks : public QObject
{
    Q_OBJECT

public:
    /// All outlive it.
    TrayClicks(TrayIcon &icon, ProxyLink &link, ProxyStart &proxy, WindowController &window, QObject *parent = nullptr);
    ~TrayClicks() override;

    /// As the screens show it.
    void setView(const ProxyView &view);

Q_SIGNALS:
    void clusterChosen(const QString &name);

private:
    void startOrStop();
    void openPanel();
    void showRecent();

    TrayIcon &m_icon;
    ProxyLink &m_link;
    ProxyStart &m_proxy;
    WindowController &m_window;
    ProxyView m_view;
    RecentSeconds m_recent;
    QPointer<Panel> m_panel; ///< While it is open; each time a new one, which speaks the language of then.
    QTimer m_seconds;
    std::chrono::steady_clock::time_point m_closedAt;
};

} // namespace qcc
