#pragma once

#include "app/tray/coretasks.h"
#include "app/tray/hostedproxy.h"
#include "app/tray/notifier.h"
#include "app/tray/pagefeeds.h"
#include "app/tray/proxylink.h"
#include "app/tray/proxystart.h"
#include "app/tray/startup.h"
#include "app/tray/trayclicks.h"
#include "app/tray/traycore.h"
#include "app/tray/traysettingsfile.h"
#include "app/tray/windowcontroller.h"
#include "ui/model/proxyview.h"
#include "ui/tray/trayicon.h"

#include <QObject>
#include <QTimer>

namespace qcc {

/// The tray application: joins the running proxy, or hosts one, and keeps icon, menu and window up to date.
/// Thread: the GUI thread, which never waits; files and requests are the business of the core thread.
class TrayApp : public QObject
{
    Q_OBJECT

public:
    /// `core` outlives the application, and has been started.
    TrayApp(TrayCore &core, const Paths &paths, const TrayOptions &options, QObject *parent = nullptr);

    void start();
    /// Another start was made while this one runs.
    void startedAgain(const QStringList &arguments);
    /// Ends a proxy that is hosted here, once its requests have ended, and lets any other run; the application's own quit() follows, at a second call at once.
    /// Until then another start has it go on.
    void quit();
    /// A thread hangs that would meet what the end of main() takes away.
    bool endsAtOnce() const { return m_endsAtOnce; }

private:
    void connectTray();
    void connectDesk();
    void connectLink();
    void connectStart();
    void connectHost();
    void connectLoginStart();
    void goOn();
    void end();
    void findTray();
    void tellWhereItWent();
    void openPlace(NoticeText::Place place);
    void applySettings(const TraySettings &settings);
    void saveSettings(const TraySettings &settings);

    void chooseCluster(const QString &name);
    void takeConfig(const ConfigSnapshot &config);
    void report(const Failure &failure);

    /// `view` with what config.json says.
    ProxyView configured(const ProxyView &view) const;
    void setView(ProxyView view);
    bool settle();
    void refresh();

    Paths m_paths;
    const bool m_hidden;
    const bool m_waitForTray;
    ConfigSnapshot m_config; ///< Null until it could be read once.
    ProxyView m_view; ///< How things stand; screens show another state until it has settled.
    SettledState m_settled;
    ProxyState m_shownState = ProxyState::Stopped;
    bool m_stale = false; ///< m_view is newer than what the screens show.
    bool m_quitting = false;
    bool m_hadWindow = false; ///< When it was to quit.
    bool m_endsAtOnce = false;

    TrayCore &m_core;
    HostedProxy *m_host; ///< Lives on the core thread and ends with it.
    LoginStart *m_loginStart; ///< The same.
    LogFeed *m_log;           ///< The same.
    ProxyLink m_link;
    ProxyStart m_proxy;
    QTimer m_refresh;
    QTimer m_settling;

    TraySettingsFile m_settingsFile;
    TraySettings m_settings;
    Translations m_translations;
    TrayIcon m_tray{platform::mayAskForTray};
    Notifier m_notifier;
    WindowController m_controller;
    TrayClicks m_clicks{m_tray, m_link, m_proxy, m_controller};
    QTimer m_trayWait;
    int m_trayLooks = 0;
};

} // namespace qcc
