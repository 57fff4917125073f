#pragma once

#include "ui/model/proxyview.h"

#include <QMenu>
#include <QMessageBox>
#include <QTimer>

class QActionGroup;

namespace qcc {

/// Name, version, licence. Not modal; deletes itself when closed.
class AboutBox : public QMessageBox
{
    Q_OBJECT

public:
    explicit AboutBox(QWidget *parent = nullptr);
};

/// The menu of the tray icon. Its items are updated in place, so that an open menu does not jump.
class TrayMenu : public QMenu
{
    Q_OBJECT

public:
    /// More clusters than this move into a menu of their own.
    static constexpr qsizetype clustersAtTop = 10;

    explicit TrayMenu(QWidget *parent = nullptr);

    /// Shows `view`, also when it is the one shown already: the chosen cluster then springs back to the one in use.
    void setView(const ProxyView &view);
    /// While qcc quits, the only choices are that it keeps running, and that it quits without waiting for requests.
    void setQuitting(bool quitting);
    /// Shows whether the session starts qcc; the item springs back to it after a choice that failed.
    void setStartsAtLogin(bool on);

Q_SIGNALS:
    void startRequested();
    void stopRequested();
    void clusterChosen(const QString &name);
    /// The endpoint picked by hand; an empty id: none any more.
    void preferRequested(const QString &endpointId);
    void openRequested();
    void resetRequested();
    void startAtLoginChosen(bool on);
    void settingsRequested();
    /// A client is to be made to ask qcc.
    void clientsRequested();
    void aboutRequested();
    void quitRequested();
    /// While it quits: it is to go on.
    void keepRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    QAction *addItem(QMenu *menu, const char *text);
    void translate();
    void addClusters();
    void addEndpoints();
    void addCopyMenu();
    void showClusters();
    void showEndpoints();

    struct Text {
        QAction *action;
        const char *source; ///< As it stands in the program, before translation.
    };

    ProxyView m_view;
    QList<Text> m_texts;
    QAction *m_state;
    QAction *m_startStop;
    QActionGroup *m_clusters;
    QAction *m_noCluster;
    QAction *m_afterClusters;
    QMenu *m_clusterMenu;
    QMenu *m_endpointMenu;
    QActionGroup *m_endpoints;
    QTimer m_clock; ///< Runs only while something counts down before the user's eyes.
    bool m_showsEndpoints = false; ///< The menu with them is open.
    QMenu *m_copy;
    QAction *m_copyError;
    QAction *m_reset;
    QAction *m_startAtLogin;
    QAction *m_quit;
    QList<QAction *> m_ofRunning; ///< Those that are of no use while it quits, and always else.
    bool m_quitting = false;
};

} // namespace qcc
