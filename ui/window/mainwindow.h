#pragma once

#include "core/config/config.h"
#include "ui/model/proxyview.h"
#include "ui/widgets/inputguard.h"
#include "ui/window/paletteentries.h"

#include <QKeySequence>
#include <QList>
#include <QWidget>

#include <optional>

class QShortcut;
class QStackedWidget;

namespace qcc {

class ClientsPage;
class ClustersPage;
class LogPage;
class CommandPalette;
class MessageBar;
class OverviewPage;
class RequestsPage;
class SettingsPage;
class Sidebar;

/// The window: what holds everywhere on the left, and one page. A page is told of changes only while it can be seen.
class MainWindow : public QWidget
{
    Q_OBJECT

public:
    enum class Page { Overview, Requests, Clusters, Clients, Log, Settings };

    explicit MainWindow(QWidget *parent = nullptr);

    void setView(const ProxyView &view);
    void setConfig(const ConfigSnapshot &config);
    /// Without a tray the window is all there is: Escape then does not close it.
    void setHasTray(bool hasTray) { m_hasTray = hasTray; }
    void showPage(Page page);
    Page page() const;
    /// Shows the page, and the window in front of others.
    void present(Page page);
    /// The page that can be seen now; none while the window is closed or minimized.
    std::optional<Page> visiblePage() const;

    OverviewPage *overview() { return m_overview; }
    RequestsPage *requests() { return m_requests; }
    ClientsPage *clients() { return m_clients; }
    ClustersPage *clusters() { return m_clusters; }
    LogPage *log() { return m_log; }
    SettingsPage *settings() { return m_settings; }
    MessageBar *messages() { return m_messages; }
    CommandPalette *commandPalette() { return m_palette; }

    /// Place, size and the arrangement of the pages.
    QByteArray saveState() const;
    void restoreState(const QByteArray &state);

Q_SIGNALS:
    void startRequested();
    void stopRequested();
    void clusterChosen(const QString &name);
    void aboutRequested();
    void quitRequested();
    /// The last change that can be taken back is to be.
    void undoRequested();
    void importRequested();
    /// It is to be looked into what keeps requests from getting through.
    void diagnosticsRequested();
    /// By its id; empty: all of the cluster in use.
    void resetRequested(const QString &endpointId);
    void preferRequested(const QString &endpointId);
    /// Text was pasted or dropped where nothing else takes it; it may say something of an endpoint.
    void textOffered(const QString &text);
    void fileOffered(const QString &path);
    void closed();
    /// Another page, or none, can be seen.
    void visiblePageChanged();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    /// A page, where it stands: in the sidebar, in the palette and as Ctrl+1 and so on.
    struct PlacedPage {
        Page page;
        QWidget *widget;
        QString name;
        QString icon;

        static QKeySequence keysAt(qsizetype place) { return {Qt::CTRL | Qt::Key(Qt::Key_1 + place)}; }
    };

    QList<PlacedPage> placedPages() const;
    int placeOf(Page page) const;
    void addPages();
    void addShortcuts();
    void openPalette();
    QList<PaletteEntry> entries();
    QList<PaletteEntry> endpointEntries();
    QList<PaletteEntry> actionEntries();
    QList<PaletteEntry> clientEntries();
    QList<PaletteEntry> settingEntries();
    void findInPage();
    void escape();
    bool clearsSomething();
    /// Tells the visible page what it has missed.
    void refresh();

    ProxyView m_view;
    ConfigSnapshot m_config;
    Sidebar *m_sidebar;
    QStackedWidget *m_pages;
    bool m_hasTray = true;
    MessageBar *m_messages;
    CommandPalette *m_palette;
    OverviewPage *m_overview;
    RequestsPage *m_requests;
    ClustersPage *m_clusters;
    ClientsPage *m_clients;
    LogPage *m_log;
    SettingsPage *m_settings;
    QList<PlacedPage> m_placed;
    InputGuard m_inputGuard;
};

} // namespace qcc
