#pragma once

#include "app/tray/diagnosticsfeed.h"
#include "app/tray/endpointtester.h"
#include "core/config/config.h"
#include "core/import/importinto.h"
#include "core/import/importplaces.h"
#include "ui/model/configchange.h"
#include "ui/model/proxyview.h"
#include "ui/model/traysettings.h"
#include "ui/window/mainwindow.h"

#include <QObject>
#include <QThread>

#include <memory>

namespace qcc {

class ClientsFeed;
class HistoryFeed;
class HostedProxy;
class LogFeed;
class LoginStart;
class PageFeeds;
class Paths;
class ProxyLink;

/// What the window is connected to. All of it outlives the controller.
struct WindowSources {
    ProxyLink &link;
    HostedProxy *host;  ///< On the core thread, as the next two.
    LogFeed *log;
    LoginStart *login;
    const Paths &paths;
};

/// The window, made when it is first wanted and anew for another language, so that no page needs to know how to retranslate itself, and its
/// connections to everything else.
/// Thread: the GUI thread.
class WindowController : public QObject
{
    Q_OBJECT

public:
    WindowController(const WindowSources &sources, QObject *parent = nullptr);
    ~WindowController() override;

    void setView(const ProxyView &view);
    void setConfig(const ConfigSnapshot &config);
    void setSettings(const TraySettings &settings);
    void setHasTray(bool hasTray);
    /// Where the window was when it was last seen.
    void setWindowState(const QByteArray &state) { m_windowState = state; }
    QByteArray windowState() const;

    /// Opens the window, or brings it to the front.
    void present(MainWindow::Page page);
    /// The same, on the page that was shown last.
    void present();
    void presentMinimized();
    bool isOpen() const { return m_window && m_window->isVisible(); }
    void hide();
    /// Makes the window anew, in the language that is now in use.
    void rebuild();
    /// Says `text` in the window, where there is one.
    void showProblem(const QString &text);
    /// The same of config.json, which can be opened.
    void showConfigFault(const QString &text);
    void showDone(const QString &text);
    /// `text` is solved.
    void withdrawProblem(const QString &text);

Q_SIGNALS:
    void startRequested();
    void stopRequested();
    void restartRequested();
    void clusterChosen(const QString &name);
    void demoRequested();
    void settingsChanged(const qcc::TraySettings &settings);
    void aboutRequested();
    void quitRequested();
    void closed();

private:
    MainWindow &window();
    void connectWindow();
    void connectPages();
    void connectLog();
    void connectHistory();
    void connectEdits();
    void edit(const ConfigChange &change);
    void takeEdit(const ConfigChange &change, const QJsonObject &before);
    void refuseEdit(const Failure &failure);
    void undo();
    void openConfig();
    void takeText(const QString &text);
    void takeFile(const QString &path);
    void test(const QString &cluster, const QString &endpointId, bool withMessage);
    void lookForImports();
    void offerImports(const QList<ImportedEndpoint> &preview, const QList<SearchedPlace> &searched);
    void takeOver(const QList<FoundEndpoint> &chosen);

    WindowSources m_sources;
    ProxyView m_view;
    ConfigSnapshot m_config;
    TraySettings m_settings;
    bool m_hasTray = true;
    QByteArray m_windowState;
    EndpointTester m_tester;
    DiagnosticsFeed m_diagnostics;
    UndoStack m_undo;
    QString m_exportProblem;
    bool m_offersImports = false; ///< What is found is to be chosen from, not only to be named.
    HistoryFeed *m_history; ///< On its thread, which runs from the moment that the window is wanted.
    QThread m_historyThread;
    std::unique_ptr<MainWindow> m_window; ///< Null until it was wanted.
    std::unique_ptr<PageFeeds> m_feeds;   ///< Goes before the window.
    std::unique_ptr<ClientsFeed> m_clients; ///< Goes before those.
};

} // namespace qcc
